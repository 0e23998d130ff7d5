"""Rounds of awards as people read them: what there is to open, one round with all its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from thidua.awards.allocation import OUTCOMES, Outcome
from thidua.awards.eligibility import ANOTHER_ACHIEVEMENT, Judged
from thidua.awards.nominee import Answer, Finding
from thidua.spec.award_conditions import (
    CATEGORIES,
    DossierCondition,
    PersonCategory,
    Recipient,
)
from thidua.spec.awards import AwardScheme, Round
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.awards import AwardProposal, AwardRound, Nomination, StoredAwardScheme
from thidua.store.base import Json
from thidua.store.dossiers import Dossier
from thidua.store.people import Role
from thidua.store.provinces import Province
from thidua.store.results import ResultVersion
from thidua.work.access import STAFF, Rights, require
from thidua.work.award_facts import (
    Considered,
    caption_of,
    consider,
    form_of,
    round_by_id,
    terms_of,
)
from thidua.work.award_notes import notes_of
from thidua.work.awards import proposal_document
from thidua.work.dossiers import STATES, NominationState, arrival_words, nomination_state

WHOLE: frozenset[Role] = STAFF | {"leader", "council", "auditor"}
"""Those who read every nomination and the proposals; an officer reads the own unit's."""

READERS: frozenset[Role] = WHOLE | {"officer"}


@dataclass(frozen=True)
class RoundLine:
    """One round that a scheme has, opened or not; ``held`` says why it cannot be opened.

    ``nominations`` and ``proposals`` count what the reader may see.
    """

    scheme: str
    title: str
    movement: str
    year: int
    index_year: int | None
    held: str
    round_id: int | None
    nominations: int
    proposals: int


@dataclass(frozen=True)
class SlotView:
    """Places of one kind, as declared."""

    code: str
    label: str
    recipient: Recipient
    count: int
    reserved: bool


@dataclass(frozen=True)
class SlotFindings:
    """What was found about one nomination for one slot."""

    slot: SlotView
    answer: Answer
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Source:
    """The line of a published result from which index, rank and band come; ``unit``: whose."""

    version_id: int
    row_id: int
    unit: str


@dataclass(frozen=True)
class NominationView:
    """One nomination and how it stands. ``answers`` by condition code, as the dossier gave them.

    ``state_words`` and ``arrival`` say how far its dossier has come.
    """

    id: int
    row_version: int
    recipient: Recipient
    name: str
    title: str
    category: PersonCategory | None
    category_words: str
    unit: str
    unit_id: int
    nominator: str
    nominator_id: int
    index: Decimal | None
    band: str
    source: Source | None
    state: NominationState
    state_words: str
    arrival: str
    illustrative: bool
    withdrawn: bool
    slots: Sequence[SlotFindings]
    answers: Mapping[str, Json]


@dataclass(frozen=True)
class ProposalLine:
    """One line of a proposal: ``slots`` are labels, one unless the council's choice decides.

    ``source``: where its figures were published; None where no index counts for it.
    """

    nomination: int
    recipient: Recipient
    name: str
    title: str
    unit: str
    nominator: str
    outcome: Outcome
    outcome_words: str
    slots: Sequence[str]
    words: str
    source: Source | None


@dataclass(frozen=True)
class ProposalView:
    """A stored proposal; ``stale`` when the round would be proposed otherwise today."""

    id: int
    number: int
    made_at: datetime
    made_by: str
    result: str
    result_version_id: int | None
    stale: bool
    lines: Sequence[ProposalLine]
    ties: Sequence[str]
    gaps: Sequence[str]


@dataclass(frozen=True)
class RoundPage:
    """A round, its nominations with collectives first, and the newest proposal.

    ``result``: the official result that counts, in words; empty while none is published.
    ``conditions``: what dossiers must answer, label by code. ``whole``: whether the reader sees
    all nominations.
    """

    id: int
    province: str
    authority: str
    scheme: str
    scheme_version: str
    title: str
    movement: str
    form: str
    year: int
    index_year: int | None
    decides_on: date
    result: str
    result_version_id: int | None
    slots: Sequence[SlotView]
    conditions: Mapping[str, str]
    nominations: Sequence[NominationView]
    proposal: ProposalView | None
    notes: Sequence[str]
    illustrative: bool
    whole: bool


def list_rounds(session: Session, *, by: Actor) -> Sequence[RoundLine]:
    """Every round, by scheme and year: as opened, or as the newest version of the scheme has it."""
    rights = require(session, by, READERS, "xem các đợt xét khen")
    nominations = select(Nomination.round_id, func.count()).where(Nomination.withdrawn_at.is_(None))
    if not rights.any_of(WHOLE):
        nominations = nominations.where(Nomination.nominator_id.in_(rights.units_as("officer")))
    proposals = select(AwardProposal.round_id, func.count())
    counts = _counts(session, nominations.group_by(Nomination.round_id))
    made = _counts(session, proposals.group_by(AwardProposal.round_id))
    return [
        RoundLine(
            scheme=scheme.code,
            title=scheme.title,
            movement=scheme.movement,
            year=terms.year,
            index_year=terms.index_year,
            held=terms.held,
            round_id=round_id,
            nominations=counts.get(round_id or 0, 0),
            proposals=made.get(round_id or 0, 0) if rights.any_of(WHOLE) else 0,
        )
        for scheme, terms, round_id in _rounds(session)
    ]


def _rounds(session: Session) -> Iterator[tuple[AwardScheme, Round, int | None]]:
    """Each round with its scheme's newest version, its terms and its id once it is opened."""
    rows = session.scalars(select(StoredAwardScheme).order_by(StoredAwardScheme.id)).all()
    newest = {row.code: row.document for row in rows}
    opened = session.scalars(select(AwardRound)).all()
    for code in sorted(newest):
        scheme = parse(AwardScheme, newest[code])
        terms = {item.year: item for item in scheme.rounds}
        ids = {item.year: item.id for item in opened if item.scheme_code == code}
        terms |= {item.year: terms_of(item) for item in opened if item.scheme_code == code}
        yield from ((scheme, terms[year], ids.get(year)) for year in sorted(terms))


def round_page(session: Session, *, round_id: int, by: Actor) -> RoundPage:
    """One round with what the actor may see; ``NotFound`` when it is not there.

    An officer sees the nominations of the own unit and no proposal.
    """
    rights = require(session, by, READERS, "xem đợt xét khen")
    round_ = round_by_id(session, round_id=round_id)
    considered = consider(session, round_)
    province = session.get_one(Province, round_.province_id)
    scheme, version = considered.scheme, considered.version
    whole = rights.any_of(WHOLE)
    proposal = _newest_proposal(session, round_)
    illustrative = considered.illustrative or bool(proposal and proposal.document["illustrative"])
    return RoundPage(
        id=round_.id,
        province=province.full_name,
        authority=province.authority,
        scheme=scheme.code,
        scheme_version=scheme.version,
        title=scheme.title,
        movement=scheme.movement,
        form=form_of(session, scheme).name,
        year=round_.year,
        index_year=considered.terms.index_year,
        decides_on=round_.decides_on,
        result=caption_of(version) if version else "",
        result_version_id=version.id if version else None,
        slots=list(_slots(scheme).values()),
        conditions={code: item.label for code, item in _asked(considered).items()},
        nominations=_nominations(session, considered, rights),
        proposal=_proposal(session, considered, proposal) if whole and proposal else None,
        notes=list(notes_of(considered, illustrative=illustrative)),
        illustrative=illustrative,
        whole=whole,
    )


def _asked(considered: Considered) -> Mapping[str, DossierCondition]:
    """What dossiers must answer; of another achievement only where an award on record asks it."""
    asked = considered.scheme.attested()
    found = (some for item in considered.judged.values() for some in item.findings.values())
    if any(one.condition == "once" and one.facts for some in found for one in some):
        asked[ANOTHER_ACHIEVEMENT.code] = ANOTHER_ACHIEVEMENT
    return asked


def _counts(session: Session, query: Select[int, int]) -> dict[int, int]:
    return dict(session.execute(query).all())


def _slots(scheme: AwardScheme) -> dict[str, SlotView]:
    return {
        slot.code: SlotView(slot.code, slot.label, quota.recipient, slot.count, slot.reserved)
        for quota in sorted(scheme.quotas, key=lambda item: item.recipient != "collective")
        for slot in quota.slots
    }


def _nominations(
    session: Session, considered: Considered, rights: Rights
) -> Sequence[NominationView]:
    rows = session.scalars(
        select(Nomination)
        .where(Nomination.round_id == considered.round.id)
        .options(joinedload(Nomination.dossier).joinedload(Dossier.returned))
        .order_by(Nomination.recipient != "collective", Nomination.id)
    )
    own = rights.units_as("officer")
    return [
        _nomination(row, considered)
        for row in rows
        if rights.any_of(WHOLE) or row.nominator_id in own
    ]


def _nomination(row: Nomination, considered: Considered) -> NominationView:
    judged = considered.judged.get(row.id)
    standing = judged.nominee.standing if judged else None
    unit = considered.units[row.unit_id].name
    state = nomination_state(row)
    return NominationView(
        id=row.id,
        row_version=row.row_version,
        recipient=row.recipient,
        name=row.person_name or unit,
        title=row.person_title,
        category=row.person_category,
        category_words=CATEGORIES[row.person_category] if row.person_category else "",
        unit=unit,
        unit_id=row.unit_id,
        nominator=considered.units[row.nominator_id].name,
        nominator_id=row.nominator_id,
        index=standing.index if standing else None,
        band=(standing.band if standing else None) or "",
        source=Source(standing.version, standing.row, standing.unit) if standing else None,
        state=state,
        state_words=STATES[state],
        arrival=arrival_words(row.dossier),
        illustrative=row.illustrative,
        withdrawn=row.withdrawn_at is not None,
        slots=list(_findings(judged, considered.scheme)) if judged else [],
        answers=row.answers,
    )


def _findings(judged: Judged, scheme: AwardScheme) -> Iterator[SlotFindings]:
    slots = _slots(scheme)
    for code, findings in judged.findings.items():
        yield SlotFindings(slots[code], judged.answer(code), findings)


def _newest_proposal(session: Session, round_: AwardRound) -> AwardProposal | None:
    newest = (
        select(AwardProposal)
        .where(AwardProposal.round_id == round_.id)
        .order_by(AwardProposal.number.desc())
    )
    return session.scalars(newest.limit(1)).one_or_none()


def _proposal(session: Session, considered: Considered, row: AwardProposal) -> ProposalView:
    made_from = row.result_version_id
    version = session.get_one(ResultVersion, made_from) if made_from else None
    labels = {code: slot.label for code, slot in _slots(considered.scheme).items()}
    return ProposalView(
        id=row.id,
        number=row.number,
        made_at=row.made_at,
        made_by=row.made_by,
        result=caption_of(version) if version else "",
        result_version_id=made_from,
        stale=row.document != proposal_document(considered),
        lines=[_line(line, labels) for line in row.document["lines"]],
        ties=[tie["words"] for tie in row.document["ties"]],
        gaps=[part["words"] for name in ("moved", "gaps") for part in row.document.get(name, ())],
    )


def _line(line: dict[str, Any], labels: Mapping[str, str]) -> ProposalLine:
    said = line.get("standing")
    return ProposalLine(
        nomination=line["nomination"],
        recipient=line["recipient"],
        name=line["name"],
        title=line["title"],
        unit=line["unit"],
        nominator=line["nominator"],
        outcome=line["outcome"],
        outcome_words=OUTCOMES[line["outcome"]],
        slots=[labels[slot] for slot in line["slots"]],
        words=line["words"],
        source=Source(said["version"], said["row"], said["unit"]) if said else None,
    )
