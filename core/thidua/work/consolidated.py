"""Danh sách tổng hợp, trích ngang: a round's nominations as the standing office has them.

Collectives before persons, by nominating unit. In the list stands what was handed in; what units
still prepare is counted among the dossiers. An officer sees the own unit's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from thidua.awards.conditions import written_index
from thidua.awards.nominee import Standing
from thidua.spec.award_conditions import CATEGORIES, INITIATIVE_LEVELS, Recipient
from thidua.store.actor import Actor
from thidua.store.awards import Nomination
from thidua.store.dossiers import Dossier, DossierPaper, Initiative, Opinion
from thidua.store.provinces import Province
from thidua.store.vietnamese import sort_key
from thidua.work.access import Rights, require
from thidua.work.award_facts import Considered, caption_of, consider, form_of, round_by_id
from thidua.work.award_page import READERS, WHOLE
from thidua.work.dossier_facts import checklist, initiatives_of, opinions_of, papers_of
from thidua.work.dossiers import (
    STATES,
    DossierState,
    NominationState,
    arrival_words,
    dossier_state,
    nomination_state,
    overdue,
)
from thidua.work.opinions import STANDS
from thidua.work.papers import paper_words
from thidua.work.particulars import SEXES


@dataclass(frozen=True)
class HandedIn:
    """One paper of a dossier, for all of it or for one nomination.

    ``id``: as it stands in the dossier; ``paper_id``: in the register of papers; ``signed``:
    whether its file is kept.
    """

    id: int
    paper_id: int
    nomination: int | None
    words: str
    signed: bool


@dataclass(frozen=True)
class DossierLine:
    """One dossier: where it stands, what is in it.

    ``arrival`` is số đến and ngày nhận in words, empty before; ``nominations`` who is in it, by id,
    those withdrawn left out. ``papers`` are all that stand in it; ``missing`` what it lacks for
    whom; ``returned`` when and for what it was returned and whether it came back. ``overdue``: it
    has not, though its term is over.
    """

    id: int
    nominator_id: int
    nominator: str
    state: DossierState
    state_words: str
    arrival: str
    received_on: date | None
    nominations: Mapping[int, str]
    collectives: int
    persons: int
    papers: Sequence[HandedIn]
    missing: Sequence[str]
    returned: str
    overdue: bool


@dataclass(frozen=True)
class Listed:
    """One nomination, as the certificate is to print it, with what is known of it.

    ``standing``: index, band and the result that says so; ``initiatives`` and ``opinions`` one
    sentence each.
    """

    nomination: int
    dossier: int
    recipient: Recipient
    name: str
    title: str
    sex: str
    born_on: date | None
    category: str
    unit: str
    nominator: str
    state: NominationState
    state_words: str
    arrival: str
    standing: str
    achievement: str
    initiatives: Sequence[str]
    opinions: Sequence[str]
    missing: Sequence[str]
    illustrative: bool


@dataclass(frozen=True)
class ConsolidatedList:
    """A round's list: collectives, then persons, and the dossiers they came in."""

    round_id: int
    province: str
    authority: str
    title: str
    form: str
    year: int
    decides_on: date
    result: str
    collectives: Sequence[Listed]
    persons: Sequence[Listed]
    dossiers: Sequence[DossierLine]
    illustrative: bool


@dataclass(frozen=True)
class _Round:
    """What is known of a round, gathered once."""

    considered: Considered
    dossiers: Mapping[int, Dossier]
    papers: Mapping[int, Sequence[DossierPaper]]
    initiatives: Mapping[int, Sequence[Initiative]]
    opinions: Mapping[int, Sequence[Opinion]]
    on: date

    def unit(self, unit_id: int) -> str:
        """What a unit is called on the day of decision."""
        return self.considered.units[unit_id].name

    def name(self, item: Nomination) -> str:
        """What the certificate calls the person or the collective."""
        return item.person_name or item.printed_unit or self.unit(item.unit_id)

    def missing(self, item: Nomination) -> list[str]:
        """What the dossier lacks for one nomination."""
        papers = self.papers.get(item.dossier_id, ())
        found = checklist(self.considered.scheme, item, papers)
        return [entry.missing for entry in found if entry.missing]


def consolidated_list(session: Session, *, round_id: int, by: Actor, on: date) -> ConsolidatedList:
    """A round's consolidated list as it stands; ``on``: the day as of which a term is over.

    For those who see all nominations; an officer sees those of the own unit. ``NotFound`` without
    the round.
    """
    rights = require(session, by, READERS, "xem danh sách tổng hợp đề nghị khen thưởng")
    round_ = round_by_id(session, round_id=round_id)
    facts = _gather(session, round_id, consider(session, round_), on)
    province = session.get_one(Province, round_.province_id)
    version = facts.considered.version
    shown = [item for item in facts.considered.nominations if _sees(rights, item.nominator_id)]
    listed = [_listed(facts, item) for item in shown]
    handed_in = sorted(
        (item for item in listed if item.state != "preparing"),
        key=lambda item: (sort_key(item.nominator), sort_key(item.name), item.nomination),
    )
    return ConsolidatedList(
        round_id=round_.id,
        province=province.full_name,
        authority=province.authority,
        title=facts.considered.scheme.title,
        form=form_of(session, facts.considered.scheme).name,
        year=round_.year,
        decides_on=round_.decides_on,
        result=caption_of(version) if version else "",
        collectives=[item for item in handed_in if item.recipient == "collective"],
        persons=[item for item in handed_in if item.recipient == "person"],
        dossiers=_dossiers(facts, shown),
        illustrative=facts.considered.illustrative,
    )


def initiative_words(item: Initiative) -> str:
    """An initiative with its recognition, in a phrase."""
    waits = "" if item.confirmed else " (chưa xác nhận)"
    return (
        f"{item.name}: {INITIATIVE_LEVELS[item.level]}, {item.recognised_by} công nhận tại "
        f"{item.number} ngày {item.recognised_on:%d/%m/%Y}{waits}"
    )


def _sees(rights: Rights, nominator_id: int) -> bool:
    return rights.any_of(WHOLE) or nominator_id in rights.units_as("officer")


def _gather(session: Session, round_id: int, considered: Considered, on: date) -> _Round:
    ours = select(Dossier).where(Dossier.round_id == round_id).options(joinedload(Dossier.returned))
    dossiers = {row.id: row for row in session.scalars(ours)}
    return _Round(
        considered=considered,
        dossiers=dossiers,
        papers=papers_of(session, dossiers),
        initiatives=initiatives_of(session, round_id),
        opinions=opinions_of(session, round_id),
        on=on,
    )


def _listed(facts: _Round, item: Nomination) -> Listed:
    state = nomination_state(item)
    standing = facts.considered.judged[item.id].nominee.standing
    return Listed(
        nomination=item.id,
        dossier=item.dossier_id,
        recipient=item.recipient,
        name=facts.name(item),
        title=item.person_title,
        sex=SEXES[item.person_sex] if item.person_sex else "",
        born_on=item.person_born_on,
        category=CATEGORIES[item.person_category] if item.person_category else "",
        unit=item.printed_unit or facts.unit(item.unit_id),
        nominator=facts.unit(item.nominator_id),
        state=state,
        state_words=STATES[state],
        arrival=arrival_words(facts.dossiers[item.dossier_id]),
        standing=_standing(standing) if standing else "",
        achievement=item.achievement,
        initiatives=[initiative_words(found) for found in facts.initiatives.get(item.id, ())],
        opinions=[_opinion(facts, found) for found in facts.opinions.get(item.id, ())],
        missing=facts.missing(item),
        illustrative=item.illustrative,
    )


def _standing(standing: Standing) -> str:
    """Whose index counts, and what it is."""
    index = f"{written_index(standing.index)}%" if standing.index is not None else ""
    rank = f"hạng {standing.rank}" if standing.rank else ""
    parts = [part for part in (index, rank, standing.band or "") if part]
    return f"{standing.unit}: {', '.join(parts)}"


def _opinion(facts: _Round, item: Opinion) -> str:
    agency = facts.unit(item.agency_id)
    if item.stand is None or item.answer_paper is None:
        late = item.due_on is not None and item.due_on < facts.on
        until = f", hạn {item.due_on:%d/%m/%Y}" if item.due_on else ""
        until += " (đã quá hạn)" if late else ""
        return f"{agency}: chưa trả lời ({paper_words(item.asked_by_paper)}{until})"
    said = f": {item.words}" if item.words else ""
    return f"{agency}: {STANDS[item.stand]} ({paper_words(item.answer_paper)}){said}"


def _dossiers(facts: _Round, shown: Sequence[Nomination]) -> Sequence[DossierLine]:
    """The dossiers of these nominations, by nominating unit, then as they were begun."""
    by_dossier: dict[int, list[Nomination]] = {}
    for item in shown:
        by_dossier.setdefault(item.dossier_id, []).append(item)
    lines = [_dossier(facts, facts.dossiers[id_], items) for id_, items in by_dossier.items()]
    return sorted(lines, key=lambda line: (sort_key(line.nominator), line.id))


def _dossier(facts: _Round, dossier: Dossier, items: Sequence[Nomination]) -> DossierLine:
    labels = {entry.code: entry.label for entry in facts.considered.scheme.dossier}
    state = dossier_state(dossier)
    recipients = [item.recipient for item in items]
    return DossierLine(
        id=dossier.id,
        nominator_id=dossier.nominator_id,
        nominator=facts.unit(dossier.nominator_id),
        state=state,
        state_words=STATES[state],
        arrival=arrival_words(dossier),
        received_on=dossier.received_on,
        nominations={item.id: facts.name(item) for item in items},
        collectives=recipients.count("collective"),
        persons=recipients.count("person"),
        papers=[_handed_in(row, labels) for row in facts.papers.get(dossier.id, ())],
        missing=[f"{facts.name(item)}: {gap}" for item in items for gap in facts.missing(item)],
        returned=_returned(dossier),
        overdue=overdue(dossier, facts.on),
    )


def _handed_in(row: DossierPaper, labels: Mapping[str, str]) -> HandedIn:
    words = f"{labels.get(row.item, row.item)} {paper_words(row.paper)}"
    if row.confirmed_on is not None:
        words += f", {row.confirmed_by} xác nhận ngày {row.confirmed_on:%d/%m/%Y}"
    return HandedIn(row.id, row.paper_id, row.nomination_id, words, bool(row.paper.file_hash))


def _returned(dossier: Dossier) -> str:
    made = dossier.returned
    if made is None:
        return ""
    back = (
        f"đã nhận lại, số đến {made.back_number} ngày {made.back_on:%d/%m/%Y}"
        if made.back_on
        else f"hạn bổ sung {made.due_on:%d/%m/%Y}"
    )
    return f"trả ngày {made.returned_on:%d/%m/%Y} vì {'; '.join(made.missing)}; {back}"
