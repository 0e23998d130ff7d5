"""The register of evidence as its unit works with it: all of it, one document, one leaf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotFound
from thidua.scoring.kinds import RuleKind
from thidua.spec.criteria import CriteriaSet
from thidua.store.actor import Actor
from thidua.store.evidence import EvidenceItem
from thidua.store.people import ROLES
from thidua.work.access import require, rights_of
from thidua.work.cells import Rules, cells_of, out_of, rules_of
from thidua.work.completeness import Gap, line_gaps
from thidua.work.evidence import refuse_register
from thidua.work.evidence_counts import leaf_evidence_count
from thidua.work.evidence_list import (
    DomainEvidence,
    EvidenceView,
    by_domain,
    evidence_of,
    refuse_list,
)
from thidua.work.given import find
from thidua.work.last_year import last_year
from thidua.work.viewing import lines_seen
from thidua.work.writing import Place, place_to_read

Choices = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""By domain: the leaves, each with code and name."""


@dataclass(frozen=True)
class RegisterPage:
    """The register of one unit. ``own``: the reader keeps it; ``closed``: why nobody may now."""

    campaign_id: int
    year: int
    title: str
    unit_id: int
    unit: str
    illustrative: bool
    own: bool
    closed: str
    domains: Sequence[DomainEvidence]
    unused: Sequence[EvidenceView]
    withdrawn: Sequence[EvidenceView]
    leaves: Choices

    @property
    def may_enter(self) -> bool:
        """Whether the reader may enter something now."""
        return self.own and not self.closed


@dataclass(frozen=True)
class DocumentPage:
    """One document with what may be done with it."""

    document: EvidenceView
    campaign_id: int
    title: str
    illustrative: bool
    own: bool
    closed: str
    leaves: Choices


@dataclass(frozen=True)
class LeafDocuments:
    """The documents of one leaf, others of the register, and last year's of the same leaf.

    ``gaps``: what the line lacks, to the unit.
    """

    code: str
    own: bool
    closed: str
    gaps: Sequence[Gap]
    documents: Sequence[EvidenceView]
    others: Sequence[EvidenceView]
    year_before: int
    before: Sequence[EvidenceView]


def register_of(
    session: Session, *, campaign_id: int, unit_id: int, by: Actor, at: datetime
) -> RegisterPage:
    """The whole register of a unit, for whom its list is (see ``evidence_list``)."""
    place = place_to_read(session, campaign_id, unit_id)
    refuse_list(require(session, by, ROLES, "xem sổ minh chứng"), unit_id)
    seen = evidence_of(session, campaign_id=campaign_id, unit_id=unit_id, by=by)
    standing = [view for view in seen if not view.withdrawal]
    return RegisterPage(
        campaign_id=campaign_id,
        year=place.campaign.year,
        title=place.campaign.title,
        unit_id=unit_id,
        unit=place.unit.name,
        illustrative=place.campaign.illustrative,
        own=_own(session, unit_id, by),
        closed=_closed(session, place, at),
        domains=by_domain(place.criteria, standing),
        unused=[view for view in standing if not view.places],
        withdrawn=[view for view in seen if view.withdrawal],
        leaves=_choices(place.criteria),
    )


def document_of(session: Session, *, item_id: int, by: Actor, at: datetime) -> DocumentPage:
    """One document; ``NotFound`` when there is none for this actor."""
    item = find(session, EvidenceItem, item_id)
    seen = (
        evidence_of(session, campaign_id=item.campaign_id, unit_id=item.unit_id, by=by)
        if item
        else ()
    )
    document = next((view for view in seen if view.id == item_id), None)
    if item is None or document is None:
        raise NotFound("Không có tài liệu này, hoặc tài liệu không dành cho bạn.")
    place = place_to_read(session, item.campaign_id, item.unit_id)
    return DocumentPage(
        document=document,
        campaign_id=item.campaign_id,
        title=place.campaign.title,
        illustrative=place.campaign.illustrative,
        own=_own(session, item.unit_id, by),
        closed=_closed(session, place, at),
        leaves=_choices(place.criteria),
    )


def leaf_documents(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    leaf_code: str,
    by: Actor,
    at: datetime,
    kinds: Mapping[str, RuleKind] = {},
) -> LeafDocuments:
    """What proves one leaf of a unit, for who sees that line of its sheet."""
    place = place_to_read(session, campaign_id, unit_id)
    if leaf_code not in lines_seen(session, place, by):
        raise NotFound(f"Phiếu này không có dòng {leaf_code} cho bạn xem.")
    own = _own(session, unit_id, by)
    seen = evidence_of(session, campaign_id=campaign_id, unit_id=unit_id, by=by)
    standing = [view for view in seen if not view.withdrawal]
    here = [v for v in standing if any(use.leaf_code == leaf_code for use in v.places)]
    rules = rules_of(session, place.campaign, place.criteria, kinds)
    last = last_year(session, place, rules).get(leaf_code) if own else None
    return LeafDocuments(
        code=leaf_code,
        own=own,
        closed=_closed(session, place, at),
        gaps=_gaps(session, place, rules, leaf_code, here) if own else (),
        documents=here,
        others=[view for view in standing if view not in here] if own else (),
        year_before=last.year if last else 0,
        before=evidence_of(
            session, campaign_id=last.campaign_id, unit_id=last.unit_id, leaf_code=last.code, by=by
        )
        if last
        else (),
    )


def _gaps(
    session: Session, place: Place, rules: Rules, code: str, documents: Sequence[EvidenceView]
) -> tuple[Gap, ...]:
    """What the line lacks, with these documents; one whose file has a virus is none."""
    leaf = next(leaf for leaf in place.criteria.leaves if leaf.code == code)
    unit = place.unit.unit_id
    if code in out_of(session, place.campaign, rules, unit):
        return ()
    cells = cells_of(session, place.campaign, rules, units=[unit], codes=[code])
    evidence = leaf_evidence_count(session, place.campaign, unit, code) if documents else 0
    return line_gaps(leaf, cells.get((unit, code), {}).get("self"), evidence)


def _own(session: Session, unit_id: int, by: Actor) -> bool:
    return by.kind != "person" or unit_id in rights_of(session, by).units_as("officer")


def _closed(session: Session, place: Place, at: datetime) -> str:
    try:
        refuse_register(session, place, at)
    except Conflict as closed:
        return str(closed)
    return ""


def _choices(criteria: CriteriaSet) -> Choices:
    return [
        (f"{domain.code}. {domain.name}", [(leaf.code, leaf.name) for leaf in domain.leaves()])
        for domain in criteria.domains
    ]
