"""Rows for tests. Each function adds one thing to a session that has entered its province.

What a thing needs is made with it unless given; the session is flushed, never committed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import TypeVar

from sqlalchemy import Executable, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from thidua.store.actor import Actor
from thidua.store.appraisal import Assignment, ExplanationRequest, SubstituteAgency
from thidua.store.audit import record, seal, verify
from thidua.store.awards import AwardProposal, AwardRound, Nomination, StoredAwardScheme
from thidua.store.base import Base
from thidua.store.campaigns import Campaign, CampaignSet, CampaignUnit, Exemption, SurveyNotHeld
from thidua.store.councils import Council, CouncilChoice, CouncilMeeting, CouncilMember
from thidua.store.criteria import Leaf, StoredCriteriaSet
from thidua.store.decisions import Award, AwardDecision, AwardRefusal
from thidua.store.documents import (
    StoredAwardForm,
    StoredGrading,
    StoredLegalRegime,
    StoredMovement,
)
from thidua.store.dossiers import Dossier, DossierPaper, DossierReturn, Initiative, Opinion
from thidua.store.evidence import EvidenceItem, EvidenceUse
from thidua.store.movements import MovementAct, MovementAmendment
from thidua.store.papers import StoredPaper
from thidua.store.people import Membership, Role, User
from thidua.store.provinces import Province
from thidua.store.publication import Adoption, Petition
from thidua.store.reissue import ReplacedEntry, SetReplacement
from thidua.store.results import ResultRow, ResultVersion
from thidua.store.schedules import CampaignWindow, Extension
from thidua.store.sheets import ScoreEntry, ScoreSheet, SignOff
from thidua.store.successions import Succession, SuccessionLink
from thidua.store.surveys import FigureImport, SurveyCode, SurveyCount, SurveyForm
from thidua.store.tenancy import enter_province
from thidua.store.units import Cluster, Unit, UnitKind, UnitPeriod

Row = TypeVar("Row", bound=Base)
COMMAND = Actor(kind="command", name="thidua thử")
_numbers = count(1)


@dataclass(frozen=True)
class Database:
    """The addresses of one database: as the owner and as the application."""

    owner_url: str
    app_url: str


def make_province(session: Session, code: str) -> Province:
    """A province of this code; needs none to be entered."""
    name = f"Tỉnh {code}"
    authority = f"Sở Nội vụ tỉnh {code}"
    return _add(session, Province(code=code, name=name, full_name=name, authority=authority))


def make_user(session: Session, username: str = "", *, operator: bool = False) -> User:
    """An account without a password."""
    username = username or f"nguoi{next(_numbers)}"
    return _add(session, User(username=username, name=f"Bà {username}", is_operator=operator))


def make_membership(
    session: Session, role: Role, *, user: User | None = None, unit: Unit | None = None
) -> Membership:
    """A role in the entered province."""
    user = user or make_user(session)
    return _add(session, Membership(user=user, role=role, unit_id=unit and unit.id))


def make_kind(session: Session, code: str = "so", cluster: str = "khoi-1") -> UnitKind:
    """A kind of unit with one cluster; the one that is there, if it is."""
    found = session.scalar(select(UnitKind).where(UnitKind.code == code))
    if found is not None:
        return found
    kind = _add(session, UnitKind(code=code, name=f"Loại {code}", level="province", document={}))
    _add(session, Cluster(kind=code, code=cluster, name=f"Khối {cluster}"))
    return kind


def make_unit(
    session: Session, name: str, *, kind: str = "so", during: Range[date] | None = None
) -> Unit:
    """A unit with one period, from 2020 on unless said otherwise."""
    make_kind(session, kind)
    unit = _add(session, Unit(key=f"don-vi-{next(_numbers)}", created_by="seed"))
    during = during or Range(date(2020, 1, 1), None)
    period = UnitPeriod(
        unit=unit, during=during, name=name, kind=kind, cluster="khoi-1", provenance="illustrative"
    )
    _add(session, period)
    return unit


def make_set(session: Session, *codes: str, version: str = "1") -> StoredCriteriaSet:
    """A criteria set with leaves of these codes and an empty document."""
    leaves = [Leaf(position=position, code=code) for position, code in enumerate(codes)]
    made = StoredCriteriaSet(
        code="bo", version=version, hash="0", title="Bộ tiêu chí mẫu", document={}, leaves=leaves
    )
    return _add(session, made)


def make_campaign(session: Session, *units: Unit, leaves: tuple[str, ...] = ("1.1",)) -> Campaign:
    """A campaign of 2026 for these units with a set of these leaves, not opened yet."""
    criteria = make_set(session, *leaves)
    campaign = Campaign(year=2026, title="Kỳ 2026", opens_on=date(2026, 1, 1), illustrative=True)
    campaign.sets = [CampaignSet(kind="so", criteria_set_id=criteria.id, grading={})]
    campaign.units = [
        CampaignUnit(unit_id=unit.id, name="Sở", kind="so", cluster="khoi-1") for unit in units
    ]
    return _add(session, campaign)


def make_result(session: Session, *units: Unit, number: int = 1) -> ResultVersion:
    """A historical version of 2020 with a row for each unit, not published yet."""
    version = ResultVersion(
        year=2020, number=number, kind="historical", title="Kết quả 2020", illustrative=True,
        engine_version="1", rules_version="1", plugin_version="1", grading={},
    )  # fmt: skip
    version.rows = [
        ResultRow(unit_id=unit.id, name="Sở", kind="so", points=999_500) for unit in units
    ]
    return _add(session, version)


def make_awards(session: Session, unit: Unit, version: ResultVersion) -> AwardProposal:
    """A scheme with an empty document, its round of 2020, a nomination and a proposal."""
    scheme = _add(
        session,
        StoredAwardScheme(code="mau", version="1", hash="0", title="Cách xét mẫu", document={}),
    )
    made = _add(
        session,
        AwardRound(scheme_id=scheme.id, scheme_code="mau", year=2020, decides_on=date(2021, 1, 1)),
    )
    ours = {"round_id": made.id, "nominator_id": unit.id}
    dossier = _add(session, Dossier(**ours)).id
    _add(session, Nomination(recipient="collective", unit_id=unit.id, dossier_id=dossier, **ours))
    return _add(
        session,
        AwardProposal(
            round_id=made.id, number=1, result_version_id=version.id, scheme_hash="0",
            engine_version="1", document={}, made_by="Bà Mẫu",
        ),
    )  # fmt: skip


def fill_province(session: Session) -> None:
    """At least one row in every table of the entered province but ``audit_seal``."""
    unit = make_unit(session, "Sở Mẫu")
    make_membership(session, "officer", unit=unit)
    for document in (StoredGrading, StoredMovement, StoredAwardForm, StoredLegalRegime):
        _add(session, document(code="mau", hash="0", document={}))
    campaign = make_campaign(session, unit)
    session.scalars(select(StoredCriteriaSet)).one().frozen = True
    _add(session, Exemption(campaign_id=campaign.id, unit_id=unit.id, node="1", reason="Mẫu"))
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    window = {"campaign_id": campaign.id, "step": "self"}
    _add(session, CampaignWindow(opens_at=start, closes_at=end, **window))
    _add(session, SurveyNotHeld(campaign_id=campaign.id, survey="mau", reason="Mẫu"))
    _add(session, Extension(made_at=start, until=end, reason="Mẫu", **window))
    campaign.opened_at = start
    sheet = _add(session, ScoreSheet(campaign_id=campaign.id, unit_id=unit.id))
    leaf = session.scalars(select(Leaf)).one()
    _add(session, ScoreEntry(sheet_id=sheet.id, leaf_id=leaf.id, stage="self", inputs={"a": 1}))
    _fill_appraisal(session, campaign, sheet)
    _fill_surveys(session, campaign, unit)
    _fill_evidence(session, sheet)
    _fill_replacement(session, campaign, sheet)
    version = make_result(session, unit)
    _fill_publication(session, campaign, unit, version)
    version.published_at = datetime(2021, 1, 1, tzinfo=UTC)
    make_awards(session, unit, version)
    _fill_papers(session, unit)
    _fill_council(session)
    ended = Succession(
        code="mau",
        kind="dissolve",
        title="Mẫu",
        effective_on=date(2025, 7, 1),
        provenance="official",
    )
    handed = _add(session, ended).id
    _add(session, SuccessionLink(succession_id=handed, predecessor_id=unit.id, share=Decimal(1)))
    record(session, actor=COMMAND, action="province.fill", subject=("unit", unit.id))
    session.flush()


def _fill_appraisal(session: Session, campaign: Campaign, sheet: ScoreSheet) -> None:
    leaf, at = session.scalars(select(Leaf)).one(), campaign.opened_at
    signed = {"how": "click", "signer": "Bà Mẫu", "check_code": "MAU"}
    _add(session, SignOff(sheet_id=sheet.id, made_at=at, **signed))
    ours = {"campaign_id": campaign.id, "agency_id": sheet.unit_id}
    _add(session, Assignment(set_code="bo", node="1.1", **ours))
    other = _add(session, Unit(key="khac", created_by="seed"))
    _add(session, SubstituteAgency(by_id=other.id, **ours))
    asked = {"stage": "appraised", "question": "Vì sao?", "asked_at": at}
    _add(session, ExplanationRequest(sheet_id=sheet.id, leaf_id=leaf.id, **asked))


def _fill_publication(
    session: Session, campaign: Campaign, unit: Unit, version: ResultVersion
) -> None:
    ours, at = {"version_id": version.id}, datetime(2021, 1, 1, tzinfo=UTC)
    board = {"number": "1", "held_on": at.date(), "members": ["Bà Mẫu"]}
    _add(session, Adoption(adopted_at=at, **board, **ours))
    asked = {"unit_id": unit.id, "text": "Mẫu", "filed_at": at}
    _add(session, Petition(campaign_id=campaign.id, **asked, **ours))


def _fill_papers(session: Session, unit: Unit) -> None:
    """A paper, and what rests on it: the life of a movement, a dossier that was returned once."""
    day, at = date(2021, 1, 1), datetime(2021, 1, 1, tzinfo=UTC)
    paper = _add(session, StoredPaper(number="1", issued_on=day, added_at=at)).id
    ours = {"movement_id": session.scalars(select(StoredMovement.id)).one(), "made_at": at}
    changed = {"number": 2, "amended_on": day, "hash": "0", "document": {}}
    _add(session, MovementAmendment(**changed, **ours))
    did = {"unit_id": unit.id, "kind": "registered", "done_on": day, "made_by_name": "Bà Mẫu"}
    _add(session, MovementAct(paper_id=paper, **did, **ours))
    nomination = session.scalars(select(Nomination)).one()
    there = {"nomination_id": nomination.id}
    known = {"name": "Mẫu", "level": "unit", "recognised_by": "Sở", "number": "1"}
    _add(session, Initiative(recognised_on=day, **known, **there))
    asked = {"agency_id": unit.id, "asked_on": day, "asked_by_paper_id": paper}
    _add(session, Opinion(**asked, **there))
    back = {"dossier_id": nomination.dossier_id, "returned_on": day, "due_on": day, "made_at": at}
    _add(session, DossierReturn(missing=["Mẫu"], **back))
    handed = {"dossier_id": nomination.dossier_id, "item": "mau", "paper_id": paper}
    _add(session, DossierPaper(added_at=at, **handed, **there))


def _fill_council(session: Session) -> None:
    """A council with a member, and a meeting that decided otherwise than proposed."""
    day, at = date(2021, 1, 1), datetime(2021, 1, 1, tzinfo=UTC)
    paper = session.scalars(select(StoredPaper.id)).one()
    council = _add(session, Council(name="Mẫu", paper_id=paper)).id
    who = {"name": "Bà Mẫu", "duty": "Chủ tịch", "joined_on": day}
    member = _add(session, CouncilMember(council_id=council, **who)).id
    proposal = session.scalars(select(AwardProposal)).one()
    there = {"council_id": council, "round_id": proposal.round_id, "proposal_id": proposal.id}
    met = {"held_on": day, "how": "typed", "members": [member], "present": [member]}
    meeting = _add(session, CouncilMeeting(opened_at=at, **met, **there)).id
    nomination = session.scalars(select(Nomination.id)).one()
    why = {"chosen": False, "reason": "Mẫu", "made_at": at}
    _add(session, CouncilChoice(meeting_id=meeting, nomination_id=nomination, **why))
    _fill_decision(session, {"round_id": proposal.round_id, "meeting_id": meeting}, paper)


def _fill_decision(session: Session, about: dict[str, int], paper: int) -> None:
    """A decision that, as none does, both grants and refuses the one nomination."""
    at = datetime(2021, 1, 1, tzinfo=UTC)
    decision = _add(session, AwardDecision(paper_id=paper, made_at=at, **about)).id
    nomination = session.scalars(select(Nomination)).one()
    ours = {"decision_id": decision, "nomination_id": nomination.id}
    what = {"form": "bk", "form_name": "Bằng khen", "movement": "m", "movement_title": "Mẫu"}
    when = {"year": 2021, "closing": False, "illustrative": True, "slot": "mau", "name": "Mẫu"}
    whose = {"recipient": "collective", "unit_id": nomination.unit_id}
    _add(session, Award(**ours, **what, **when, **whose))
    _add(session, AwardRefusal(reason="Mẫu", **ours))


def _fill_replacement(session: Session, campaign: Campaign, sheet: ScoreSheet) -> None:
    """A set that was to replace the campaign's, and an entry that it lost."""
    leaf, at = session.scalars(select(Leaf)).one(), datetime(2026, 1, 6, tzinfo=UTC)
    sets = {"old_set_id": leaf.set_id, "new_set_id": make_set(session, version="2").id}
    why = {"reason": "Mẫu", "legal_basis": "Mẫu", "mapping": {}, "made_at": at}
    act = _add(session, SetReplacement(campaign_id=campaign.id, kind="so", **sets, **why))
    was = {"leaf_id": leaf.id, "stage": "self", "inputs": {"a": 1}, "explanation": ""}
    ours = {"replacement_id": act.id, "sheet_id": sheet.id}
    _add(session, ReplacedEntry(updated_at=at, why="Mẫu", **ours, **was))


def _fill_evidence(session: Session, sheet: ScoreSheet) -> None:
    """An item of the sheet's unit, used once."""
    at = datetime(2026, 1, 5, tzinfo=UTC)
    ours = {"campaign_id": sheet.campaign_id, "unit_id": sheet.unit_id}
    item = _add(session, EvidenceItem(summary="Báo cáo mẫu", added_at=at, **ours))
    _add(session, EvidenceUse(item_id=item.id, leaf_code="1.1", used_at=at))


def _fill_surveys(session: Session, campaign: Campaign, unit: Unit) -> None:
    ours, at = {"campaign_id": campaign.id}, campaign.opened_at
    made = {"number": 1, "rows": [], "after_version": 0, "made_at": at}
    _add(session, FigureImport(what="mau", source="Mẫu", **ours, **made))
    form = _add(session, SurveyForm(survey="mau", about={}, salt=b"0", opened_at=at, **ours))
    group = {"form_id": form.id, "respondents": "mau", "unit_id": unit.id}
    _add(session, SurveyCode(hash=b"0", **group))
    _add(session, SurveyCount(how="online", **group))


def refusal(session: Session, statement: Executable) -> str:
    """PostgreSQL's words when it refuses a statement, or "allowed"; the transaction goes on."""
    try:
        with session.begin_nested():
            session.execute(statement)
    except DBAPIError as error:
        return str(error.orig).partition("\n")[0]
    return "allowed"


def seal_all(sessions: sessionmaker[Session], province: int) -> None:
    """Seal until nothing waits: transactions of other tests on the server may hold rows back."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with sessions.begin() as session:
            enter_province(session, province)
            seal(session)
            if verify(session).unsealed == 0:
                return
        time.sleep(0.01)
    raise TimeoutError("some transaction on the server does not end")


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
