"""What dossiers hold: papers against the scheme's list, initiatives, opinions.

Read by whoever judges or lists nominations; nothing here asks for a right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from thidua.spec.awards import AwardScheme, DossierItem
from thidua.store.awards import Nomination
from thidua.store.dossiers import DossierPaper, Initiative, Opinion


@dataclass(frozen=True)
class CheckedItem:
    """One item of the scheme's list for one nomination: what stands in the dossier for it.

    ``papers``: those handed in, for this nomination or for all of the dossier. ``missing``: why it
    is not complete, as a phrase; empty when it is.
    """

    item: DossierItem
    papers: Sequence[DossierPaper]
    missing: str


def checklist(
    scheme: AwardScheme, nomination: Nomination, papers: Iterable[DossierPaper]
) -> Sequence[CheckedItem]:
    """Every item that the scheme asks of this nomination; ``papers`` are its dossier's."""
    ours = [paper for paper in papers if paper.nomination_id in (None, nomination.id)]
    return [
        _checked(item, [paper for paper in ours if paper.item == item.code])
        for item in scheme.dossier_of(nomination.recipient)
    ]


def missing_items(
    session: Session, scheme: AwardScheme, nominations: Sequence[Nomination]
) -> Mapping[int, tuple[str, ...]]:
    """What each nomination's dossier still lacks, as phrases, by nomination."""
    papers = papers_of(session, {item.dossier_id for item in nominations})
    return {
        item.id: tuple(
            found.missing
            for found in checklist(scheme, item, papers.get(item.dossier_id, ()))
            if found.missing
        )
        for item in nominations
    }


def papers_of(session: Session, dossiers: Iterable[int]) -> Mapping[int, Sequence[DossierPaper]]:
    """The papers that stand in each of these dossiers, in the order they came."""
    ours = DossierPaper.dossier_id.in_(dossiers), DossierPaper.withdrawn_at.is_(None)
    rows = session.scalars(
        select(DossierPaper)
        .where(*ours)
        .options(joinedload(DossierPaper.paper))
        .order_by(DossierPaper.id)
    )
    found: dict[int, list[DossierPaper]] = defaultdict(list)
    for row in rows:
        found[row.dossier_id].append(row)
    return found


def initiatives_of(session: Session, round_id: int) -> Mapping[int, Sequence[Initiative]]:
    """The initiatives named in a round, by nomination, in the order they were entered."""
    found: dict[int, list[Initiative]] = defaultdict(list)
    ours = Initiative.nomination_id.in_(_nominations(round_id))
    for row in session.scalars(select(Initiative).where(ours).order_by(Initiative.id)):
        found[row.nomination_id].append(row)
    return found


def opinions_of(session: Session, round_id: int) -> Mapping[int, Sequence[Opinion]]:
    """What agencies were asked and answered in a round, by nomination, in the order asked."""
    found: dict[int, list[Opinion]] = defaultdict(list)
    rows = session.scalars(
        select(Opinion)
        .where(Opinion.nomination_id.in_(_nominations(round_id)))
        .options(joinedload(Opinion.asked_by_paper), joinedload(Opinion.answer_paper))
        .order_by(Opinion.id)
    )
    for row in rows:
        found[row.nomination_id].append(row)
    return found


def _nominations(round_id: int) -> Select[int]:
    return select(Nomination.id).where(Nomination.round_id == round_id)


def _checked(item: DossierItem, papers: Sequence[DossierPaper]) -> CheckedItem:
    missing = ""
    if not papers:
        missing = f"thiếu {item.label}"
    elif item.confirmed and not any(paper.confirmed_by for paper in papers):
        missing = f"{item.label} chưa có xác nhận của cấp trình"
    return CheckedItem(item, papers, missing)
