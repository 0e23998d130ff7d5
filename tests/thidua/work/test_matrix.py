"""Who may do what: every use case, by every role, in the own province and towards another.

Two provinces hold the same things: units, an open campaign, a published version, a draft, a
movement. Every person belongs to the first, officer and appraiser on behalf of Sở Một. Each cell
has three signs: with what is the own province's; with ids of the other, from inside the own; and
inside the other province with the other's ids.

``v`` done, ``-`` not allowed, ``0`` not found, ``x`` refused as unusable, ``c`` as too late; a
figure is how many a list showed.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, sessionmaker
from tests import awarding, voting
from tests.factories import COMMAND, make_membership, make_user
from tests.small import (
    OPENED_AT,
    TIMEZONE,
    compute,
    criteria,
    fill_all,
    open_small,
    person,
    small_spec,
    unit_id,
)
from tests.thidua.work import (
    account_cases,
    appraisal_cases,
    award_cases,
    council_cases,
    criteria_cases,
    decision_cases,
    dossier_cases,
    evidence_cases,
    movement_cases,
    secretariat_cases,
    sheet_cases,
    survey_cases,
)

import thidua.work
from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.robustness import Uncertainty
from thidua.spec.succession import Succession
from thidua.store.actor import Actor
from thidua.store.people import ROLES, Membership
from thidua.store.results import ResultRow
from thidua.store.tenancy import enter_province, province_of
from thidua.store.units import UnitPeriod
from thidua.work import (
    about,
    accounts,
    adoption,
    analysis,
    award_page,
    awards,
    campaigns,
    entries,
    history,
    insight,
    intervals,
    lateness,
    legal_register,
    movements,
    nominations,
    opening,
    petitions,
    planning,
    register,
    results,
    schedule,
    successions,
    surveys,
    tables,
    unit_changes,
    unit_life,
    units,
)
from thidua.work.windows import Window

DAY = timedelta(days=1)
BEFORE, LATER = OPENED_AT - DAY, OPENED_AT + 9 * DAY
PETITIONS = Window("petitions", OPENED_AT, OPENED_AT + 3 * DAY)
MINUTES = {
    "number": "1", "held_on": BEFORE.date(), "members": ["Bà Mẫu"], "at": OPENED_AT,
}  # fmt: skip
ACTORS = (*ROLES, "none")
SIGNS: Mapping[type[Exception], str] = {
    NotAllowed: "-", NotFound: "0", NoResultFound: "0", Invalid: "x", Conflict: "c",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One province and the ids of what it holds."""

    spec: ProvinceSpec
    province: int
    campaign: int
    published: int
    draft: int
    published_row: int
    draft_row: int
    one: int
    two: int
    period: int
    spare: int
    membership: int
    succession: int
    round: int
    nominated_one: int
    nominated_two: int
    extension: int
    planned: int
    rules: int
    petition: int
    request: int
    evidence: Mapping[str, int]
    acts: Mapping[str, int]
    dossiers: Mapping[str, int]
    councils: Mapping[str, int]


@dataclass(frozen=True)
class World:
    """Both provinces, and who acts."""

    sessions: sessionmaker[Session]
    own: Place
    other: Place
    actors: Mapping[str, Actor]


def ended(key: str) -> Succession:
    """The end of a unit, as a reorganisation."""
    return Succession.model_validate(
        {
            "code": f"het-{key}", "kind": "dissolve", "title": "Giải thể",
            "effective_on": date(2030, 1, 1), "links": [{"predecessor": key}],
        }
    )  # fmt: skip


UseCase = Callable[[Session, Actor, Place], object]


def save(stage: str, leaf: str, whose: str) -> UseCase:
    """Saving one entry at a stage for the own unit (``one``) or another."""

    def act(session: Session, by: Actor, at: Place) -> object:
        return entries.save_entry(
            session, campaign_id=at.campaign, unit_id=getattr(at, whose), leaf_code=leaf,
            stage=stage, inputs={}, by=by, at=OPENED_AT,  # type: ignore[arg-type]
        )  # fmt: skip

    return act


def what_if(whose: str) -> UseCase:
    """Trying other inputs for one unit of the published version."""

    def act(session: Session, by: Actor, at: Place) -> object:
        names = {"so-mot": "Sở Một", "so-ba": "Sở Ba"}
        row = session.scalars(
            select(ResultRow).where(
                ResultRow.version_id == at.published, ResultRow.name == names[whose]
            )
        ).one_or_none()
        changes = {"1.2": {"points": Decimal(1)}}
        return insight.what_if(session, row_id=row.id if row else 0, changes=changes, by=by)

    return act


def intervals_of(which: str) -> UseCase:
    """Shaking the ranking of one version."""
    given = Uncertainty.model_validate({"title": "Thử", "leaves": [{"points": 1}]})
    return lambda s, by, at: intervals.rank_intervals(
        s, version_id=getattr(at, which), uncertainty=given, quota=1, draws=1, seed=1, by=by
    )


def nominate(whose: str, *, person: bool) -> UseCase:
    """Putting the own unit (``one``) or another forward, or somebody of it."""

    def act(session: Session, by: Actor, at: Place) -> object:
        unit = getattr(at, whose)
        where = {"round_id": at.round, "nominator_id": unit, "unit_id": unit}
        if person:
            return nominations.nominate_person(session, name="Bà Mới", by=by, **where)
        return nominations.nominate_collective(session, by=by, **where)

    return act


def answer(which: str) -> UseCase:
    """Answering for the nomination of the own unit or of another."""
    return lambda s, by, at: nominations.answer_condition(
        s, nomination_id=getattr(at, which), code="sang-kien", answer=True, basis="QĐ 1", by=by
    )


FACTS = {
    "kind": "so",
    "cluster": None,
    "official_code": "",
    "parent": None,
    "valid_from": date(2025, 7, 1),
    "valid_to": None,
}


def petition_for(whose: str) -> UseCase:
    """Petitioning for the own unit (``one``) or another."""
    return lambda session, by, at: petitions.file_petition(
        session, campaign_id=at.campaign, unit_id=getattr(at, whose), leaf_code="1.2", text="Thử",
        by=by, at=OPENED_AT,
    )  # fmt: skip


USE_CASES: Mapping[str, UseCase] = {
    "history.import_published": lambda s, by, at: history.import_published(
        s, spec=at.spec, published=at.spec.published_results[0], by=by
    ),
    "opening.open_campaign": lambda s, by, at: opening.open_campaign(
        s, spec=at.spec, year=2031, by=by, at=OPENED_AT, timezone=TIMEZONE
    ),
    "campaigns.close_campaign": lambda s, by, at: campaigns.close_campaign(
        s, campaign_id=at.campaign, by=by.because("Thử")
    ),
    "adoption.adopt_results": lambda s, by, at: adoption.adopt_results(
        s, version_id=at.draft, by=by, **MINUTES  # type: ignore[arg-type]
    ),
    "adoption.withdraw_adoption": lambda s, by, at: adoption.withdraw_adoption(
        s, version_id=at.draft, by=by.because("Thử")
    ),
    "adoption.adoption_of published": lambda s, by, at: adoption.adoption_of(
        s, version_id=at.published, by=by
    ),
    "adoption.adoption_of draft": lambda s, by, at: adoption.adoption_of(
        s, version_id=at.draft, by=by
    ),
    "lateness.late_units": lambda s, by, at: tuple(
        lateness.late_units(s, campaign_id=at.campaign, by=by, at=OPENED_AT)
    ),
    "petitions.file_petition one": petition_for("one"),
    "petitions.file_petition two": petition_for("two"),
    "petitions.answer_petition": lambda s, by, at: petitions.answer_petition(
        s, petition_id=at.petition, accepted=True, answer="Thử", by=by, at=OPENED_AT
    ),
    "petitions.list_petitions": lambda s, by, at: petitions.list_petitions(
        s, campaign_id=at.campaign, by=by
    ),
    "planning.plan_campaign": lambda s, by, at: planning.plan_campaign(
        s, year=2050, by=by, at=OPENED_AT
    ),
    "planning.drop_plan": lambda s, by, at: planning.drop_plan(s, campaign_id=at.planned, by=by),
    "planning.opening_check": lambda s, by, at: tuple(
        planning.opening_check(
            s, spec=at.spec, year=2040, by=by, at=OPENED_AT, timezone=TIMEZONE
        )
    ),
    "schedule.set_windows": lambda s, by, at: schedule.set_windows(
        s, campaign_id=at.campaign, windows=[PETITIONS], by=by, at=OPENED_AT
    ),
    "schedule.extend": lambda s, by, at: schedule.extend(
        s, campaign_id=at.campaign, step="petitions", until=LATER, reason="Thử", by=by,
        at=OPENED_AT,
    ),
    "schedule.end_step": lambda s, by, at: schedule.end_step(
        s, campaign_id=at.campaign, step="petitions", by=by.because("Thử"), at=OPENED_AT + DAY
    ),
    "schedule.withdraw_extension": lambda s, by, at: schedule.withdraw_extension(
        s, extension_id=at.extension, by=by.because("Thử"), at=OPENED_AT
    ),
    "schedule.campaign_schedule": lambda s, by, at: schedule.campaign_schedule(
        s, campaign_id=at.campaign, by=by
    ),
    "campaigns.list_campaigns": lambda s, by, at: campaigns.list_campaigns(s, by=by),
    "surveys.declare_survey_not_held": lambda s, by, at: surveys.declare_survey_not_held(
        s, campaign_id=at.campaign, survey="khac", reason="Thử", by=by
    ),
    "surveys.restore_survey": lambda s, by, at: surveys.restore_survey(
        s, campaign_id=at.campaign, survey="sipas", by=by
    ),
    "entries.save_entry self one": save("self", "1.2", "one"),
    "entries.save_entry self two": save("self", "1.2", "two"),
    "entries.save_entry appraised one": save("appraised", "2.2", "one"),
    "entries.save_entry appraised two": save("appraised", "2.2", "two"),
    "entries.save_entry survey one": save("survey", "2.1", "one"),
    "entries.save_entries self one": lambda s, by, at: entries.save_entries(
        s, campaign_id=at.campaign, unit_id=at.one, stage="self", inputs={"1.2": {}}, by=by,
        at=OPENED_AT,
    ),
    "entries.save_entries self two": lambda s, by, at: entries.save_entries(
        s, campaign_id=at.campaign, unit_id=at.two, stage="self", inputs={"1.2": {}}, by=by,
        at=OPENED_AT,
    ),
    "results.compute_results": lambda s, by, at: results.compute_results(
        s, campaign_id=at.campaign, by=by, plugin_version="1"
    ),
    "results.publish_results": lambda s, by, at: results.publish_results(
        s, version_id=at.draft, by=by.because("Sửa số liệu")
    ),
    "results.visible_version published": lambda s, by, at: results.visible_version(
        s, version_id=at.published, by=by
    ),
    "results.visible_version draft": lambda s, by, at: results.visible_version(
        s, version_id=at.draft, by=by
    ),
    "results.visible_versions": lambda s, by, at: results.visible_versions(s, by=by),
    "tables.result_table published": lambda s, by, at: tables.result_table(
        s, version_id=at.published, by=by
    ),
    "tables.result_table draft": lambda s, by, at: tables.result_table(
        s, version_id=at.draft, by=by
    ),
    "tables.result_row published": lambda s, by, at: tables.result_row(
        s, row_id=at.published_row, by=by
    ),
    "tables.result_row draft": lambda s, by, at: tables.result_row(s, row_id=at.draft_row, by=by),
    "about.about_province": lambda s, by, at: about.about_province(
        s, spec=at.spec, day=OPENED_AT.date(), by=by
    ),
    "insight.explain_row published": lambda s, by, at: insight.explain_row(
        s, row_id=at.published_row, by=by
    ),
    "insight.explain_row draft": lambda s, by, at: insight.explain_row(
        s, row_id=at.draft_row, by=by
    ),
    "insight.row_distance published": lambda s, by, at: insight.row_distance(
        s, row_id=at.published_row, by=by
    ),
    "insight.row_distance draft": lambda s, by, at: insight.row_distance(
        s, row_id=at.draft_row, by=by
    ),
    "insight.campaign_losses published": lambda s, by, at: insight.campaign_losses(
        s, version_id=at.published, by=by
    ),
    "insight.campaign_losses draft": lambda s, by, at: insight.campaign_losses(
        s, version_id=at.draft, by=by
    ),
    "insight.what_if one": what_if("so-mot"),
    "insight.what_if three": what_if("so-ba"),
    "analysis.compare_versions published": lambda s, by, at: analysis.compare_versions(
        s, first=at.published, second=at.published, by=by
    ),
    "analysis.compare_versions draft": lambda s, by, at: analysis.compare_versions(
        s, first=at.published, second=at.draft, by=by
    ),
    "analysis.compare_years": lambda s, by, at: analysis.compare_years(
        s, first=at.published, second=at.published, by=by
    ),
    "analysis.self_against_appraised": lambda s, by, at: analysis.self_against_appraised(
        s, version_id=at.published, by=by
    ),
    "analysis.compare_with_set": lambda s, by, at: analysis.compare_with_set(
        s, version_id=at.published, to="bo", figures={}, by=by
    ),
    "intervals.rank_intervals published": intervals_of("published"),
    "intervals.rank_intervals draft": intervals_of("draft"),
    "legal_register.cited_documents": lambda s, by, at: bool(
        legal_register.cited_documents(s, day=date(2026, 1, 1), by=by)
    ),
    "movements.list_movements": lambda s, by, at: movements.list_movements(s, by=by),
    "movements.movement_by_code": lambda s, by, at: movements.movement_by_code(
        s, code=at.spec.movements[0].code, by=by
    ),
    "units.register_unit": lambda s, by, at: units.register_unit(
        s, name="Sở Mới", by=by, **FACTS  # type: ignore[arg-type]
    ),
    "units.change_unit": lambda s, by, at: units.change_unit(
        s, period_id=at.period, name="Sở Mới", expected_version=1, by=by,
        **FACTS,  # type: ignore[arg-type]
    ),
    "unit_changes.change_unit_from": lambda s, by, at: unit_changes.change_unit_from(
        s, period_id=at.period, on=date(2030, 1, 1), name="Sở Mới", kind="so", cluster=None,
        official_code="", parent=None, expected_version=1, by=by,
    ),
    "unit_life.unit_life": lambda s, by, at: unit_life.unit_life(
        s, unit_id=at.one, day=date(2026, 1, 1), by=by
    ),
    "unit_life.life_event": lambda s, by, at: unit_life.life_event(
        s, succession_id=at.succession, day=date(2026, 1, 1), by=by
    ),
    "units.end_unit": lambda s, by, at: units.end_unit(
        s, unit_id=at.one, on=date(2030, 1, 1), by=by, reason="Thử"
    ),
    "register.unit_lines": lambda s, by, at: register.unit_lines(s, by=by),
    "register.import_units": lambda s, by, at: register.import_units(
        s, lines=[register.UnitLine(name="Sở Nhập", kind="so")], by=by
    ),
    "units.remove_unit": lambda s, by, at: units.remove_unit(s, period_id=at.spare, by=by),
    "successions.record_succession": lambda s, by, at: successions.record_succession(
        s, succession=ended("so-hai"), by=by
    ),
    "successions.remove_succession": lambda s, by, at: successions.remove_succession(
        s, succession_id=at.succession, by=by.because("Ghi nhầm")
    ),
    "successions.list_successions": lambda s, by, at: successions.list_successions(s, by=by),
    "awards.open_round": lambda s, by, at: awards.open_round(
        s, scheme="khen-cchc", year=2026, decides_on=awarding.DECIDES_ON, by=by
    ),
    "awards.amend_scheme": lambda s, by, at: awards.amend_scheme(
        s, scheme=awarding.scheme(
            movement=at.spec.movements[0].code, version="2", legal_basis=[{"title": "Sửa đổi"}]
        ), by=by,
    ),
    "awards.propose_awards": lambda s, by, at: awards.propose_awards(s, round_id=at.round, by=by),
    "nominations.nominate_collective one": nominate("one", person=False),
    "nominations.nominate_collective two": nominate("two", person=False),
    "nominations.nominate_person one": nominate("one", person=True),
    "nominations.nominate_person two": nominate("two", person=True),
    "nominations.withdraw_nomination one": lambda s, by, at: nominations.withdraw_nomination(
        s, nomination_id=at.nominated_one, by=by
    ),
    "nominations.withdraw_nomination two": lambda s, by, at: nominations.withdraw_nomination(
        s, nomination_id=at.nominated_two, by=by
    ),
    "nominations.answer_condition one": answer("nominated_one"),
    "nominations.answer_condition two": answer("nominated_two"),
    "award_page.list_rounds": lambda s, by, at: award_page.list_rounds(s, by=by),
    "award_page.round_page": lambda s, by, at: award_page.round_page(s, round_id=at.round, by=by),
    "accounts.create_user": lambda s, by, at: accounts.create_user(
        s, username="moi", name="Bà Mới", password_hash="", by=by
    ),
    "accounts.user_by_name": lambda s, by, at: accounts.user_by_name(s, username="co-san", by=by),
    "accounts.grant_membership": lambda s, by, at: accounts.grant_membership(
        s, user_id=1, role="officer", unit_id=at.two, by=by
    ),
    "accounts.revoke_membership": lambda s, by, at: accounts.revoke_membership(
        s, membership=s.scalars(select(Membership).where(Membership.id == at.membership)).one(),
        by=by,
    ),
    **account_cases.USE_CASES,
    **evidence_cases.USE_CASES,
    **criteria_cases.USE_CASES,
    **appraisal_cases.USE_CASES,
    **award_cases.USE_CASES,
    **secretariat_cases.USE_CASES,
    **sheet_cases.USE_CASES,
    **movement_cases.USE_CASES,
    **dossier_cases.USE_CASES,
    **council_cases.USE_CASES,
    **decision_cases.USE_CASES,
}  # fmt: skip
"""By module and function, and what is asked of it."""

NO_USE_CASE = {
    "provinces.apply_province": "enters the province itself; see test_provinces",
    "access.require": "the check itself",
    "access.rights_of": "the check itself",
    "access.rights_in": "the check itself",
    "entries.require_stage": "the check itself",
    "viewing.view_of": "the check itself",
    "viewing.lines_seen": "the check itself",
    "sheet_reading.read_sheet": "reads for the use cases, with what their check needs",
    "viewing.require_whole_sheet": "the check itself",
    "papers.keep_paper": "writes for the use cases, which have asked for the right",
    "entries.save_at": "``save_entry`` itself, in a place that was found already",
    "writing.standing": "reads for the use cases, with what their check needs",
    "writing.held": "reads for the use cases, with what their check needs",
    "line_writing.put": "writes for the use cases, which have asked for the right",
    "line_writing.put_all": "writes for the use cases, which have asked for the right",
    "accounts.record_switch": "notes who came, before any right is asked for",
}

TABLE = """
history.import_published            vv- --- --- --- --- --- vv- ---
opening.open_campaign               vv- --- --- --- --- --- vv- ---
campaigns.close_campaign            v0- --- --- --- --- --- v0- ---
adoption.adopt_results              c0- --- --- --- --- --- c0- ---
adoption.withdraw_adoption          v0- --- --- --- --- --- v0- ---
adoption.adoption_of published      v0- v0- v0- v0- v0- v0- v0- ---
adoption.adoption_of draft          v0- v0- 00- v0- v0- v0- v0- ---
lateness.late_units                 v0- --- --- v0- --- v0- v0- ---
petitions.file_petition one         --- --- v-- --- --- --- --- ---
petitions.file_petition two         --- --- --- --- --- --- --- ---
petitions.answer_petition           v0- --- --- --- --- --- v0- ---
petitions.list_petitions            20- 20- 10- 20- 20- 20- 20- ---
planning.plan_campaign              vv- --- --- --- --- --- vv- ---
planning.drop_plan                  v0- --- --- --- --- --- v0- ---
planning.opening_check              vv- --- --- --- --- --- vv- ---
schedule.set_windows                v0- --- --- --- --- --- v0- ---
schedule.extend                     v0- --- --- --- --- --- v0- ---
schedule.end_step                   v0- --- --- --- --- --- v0- ---
schedule.withdraw_extension         v0- --- --- --- --- --- v0- ---
schedule.campaign_schedule          v0- v0- v0- v0- v0- v0- v0- ---
campaigns.list_campaigns            220 220 220 220 220 220 220 000
surveys.declare_survey_not_held     c0- --- --- --- --- --- c0- ---
surveys.restore_survey              c0- --- --- --- --- --- c0- ---
entries.save_entry self one         -0- -0- v0- -0- -0- -0- -0- -0-
entries.save_entry self two         -0- -0- -0- -0- -0- -0- -0- -0-
entries.save_entry appraised one    -0- -0- -0- -0- -0- -0- -0- -0-
entries.save_entry appraised two    -0- v0- -0- -0- -0- -0- -0- -0-
entries.save_entry survey one       v0- -0- -0- -0- -0- -0- v0- -0-
entries.save_entries self one       -0- -0- v0- -0- -0- -0- -0- -0-
entries.save_entries self two       -0- -0- -0- -0- -0- -0- -0- -0-
results.compute_results             v0- --- --- --- --- --- v0- ---
results.publish_results             v0- --- --- --- --- --- v0- ---
results.visible_version published   v00 v00 v00 v00 v00 v00 v00 000
results.visible_version draft       v00 000 000 v00 000 v00 v00 000
results.visible_versions            220 110 110 220 110 220 220 000
tables.result_table published       v00 v00 v00 v00 v00 v00 v00 000
tables.result_table draft           v00 000 000 v00 000 v00 v00 000
tables.result_row published         v00 v00 v00 v00 v00 v00 v00 000
tables.result_row draft             v00 000 000 v00 000 v00 v00 000
about.about_province                vv- vv- vv- vv- vv- vv- vv- ---
insight.explain_row published       v00 v00 v00 v00 v00 v00 v00 000
insight.explain_row draft           v00 000 000 v00 000 v00 v00 000
insight.row_distance published      v00 v00 v00 v00 v00 v00 v00 000
insight.row_distance draft          v00 000 000 v00 000 v00 v00 000
insight.campaign_losses published   v00 v00 -00 v00 v00 v00 v00 000
insight.campaign_losses draft       v00 000 000 v00 000 v00 v00 000
insight.what_if one                 v00 v00 v00 v00 v00 v00 v00 000
insight.what_if three               v00 v00 -00 v00 v00 v00 v00 000
analysis.compare_versions published v00 v00 v00 v00 v00 v00 v00 000
analysis.compare_versions draft     v00 000 000 v00 000 v00 v00 000
analysis.compare_years              x00 x00 x00 x00 x00 x00 x00 000
analysis.self_against_appraised     v00 -00 -00 v00 -00 v00 v00 000
analysis.compare_with_set           v00 v00 -00 v00 v00 v00 v00 000
intervals.rank_intervals published  v00 -00 -00 v00 -00 v00 v00 000
intervals.rank_intervals draft      v00 000 000 v00 000 v00 v00 000
legal_register.cited_documents      vv- vv- vv- vv- vv- vv- vv- ---
movements.list_movements            11- 11- 11- 11- 11- 11- 11- ---
movements.movement_by_code          v0- v0- v0- v0- v0- v0- v0- ---
units.register_unit                 vv- --- --- --- --- --- vv- ---
units.change_unit                   v0- --- --- --- --- --- v0- ---
unit_changes.change_unit_from       v0- --- --- --- --- --- v0- ---
unit_life.unit_life                 v0- v0- v0- v0- v0- v0- v0- ---
unit_life.life_event                v0- v0- v0- v0- v0- v0- v0- ---
units.end_unit                      v0- --- --- --- --- --- v0- ---
register.unit_lines                 vv- vv- vv- vv- vv- vv- vv- ---
register.import_units               vv- --- --- --- --- --- vv- ---
units.remove_unit                   v0- --- --- --- --- --- v0- ---
successions.record_succession       vv- --- --- --- --- --- vv- ---
successions.remove_succession       v0- --- --- --- --- --- v0- ---
successions.list_successions        11- 11- 11- 11- 11- 11- 11- ---
awards.open_round                   vv- --- --- --- --- --- vv- ---
awards.amend_scheme                 vx- --- --- --- --- --- vx- ---
awards.propose_awards               v0- --- --- --- --- --- v0- ---
nominations.nominate_collective one v0- --- v0- --- --- --- v0- ---
nominations.nominate_collective two v0- --- -0- --- --- --- v0- ---
nominations.nominate_person one     v0- --- v0- --- --- --- v0- ---
nominations.nominate_person two     v0- --- -0- --- --- --- v0- ---
nominations.withdraw_nomination one v0- --- v0- --- --- --- v0- ---
nominations.withdraw_nomination two v0- --- 00- --- --- --- v0- ---
nominations.answer_condition one    v0- --- v0- --- --- --- v0- ---
nominations.answer_condition two    v0- --- 00- --- --- --- v0- ---
award_page.list_rounds              22- --- 22- 22- 22- 22- 22- ---
award_page.round_page               v0- --- v0- v0- v0- v0- v0- ---
accounts.create_user                --- --- --- --- --- --- vv- ---
accounts.user_by_name               --- --- --- --- --- --- vv- ---
accounts.grant_membership           --- --- --- --- --- --- vx- ---
accounts.revoke_membership          -0- -0- -0- -0- -0- -0- v0- -0-
"""
"""The roles in the order of ``ACTORS``."""

ROOMS = (
    account_cases, evidence_cases, criteria_cases, appraisal_cases, sheet_cases,
    secretariat_cases, movement_cases, award_cases, dossier_cases, council_cases,
    decision_cases,
)  # fmt: skip
"""Those with tables of their own."""

LINES = TABLE.strip("\n") + "".join(cases.TABLE.rstrip("\n") for cases in ROOMS)


def specs(code: str) -> tuple[ProvinceSpec, ProvinceSpec]:
    """The province that is applied, and what it declares for use cases that take a spec."""
    movement = movement_cases.movement_document(code)
    rounds = [{"year": year, "index_year": 2025} for year in (2025, 2026)]
    scheme = awarding.scheme_document(
        movement=movement["code"],
        rounds=rounds,
        dossier=dossier_cases.ITEMS,
        voting=voting.VOTING,
    )
    mapping = {"to": "bo", "title": "Đối chiếu", "pairs": [{"node": "1", "to": ["1"]}]}
    group = {"name": "Khối", "rows": [{"position": 1, "unit": "so-mot", "points": "1"}]}
    table = {"year": 2025, "title": "Bảng", "grading": "chung", "groups": [group]}
    applied = small_spec(
        code, movements=[movement], award_forms=[awarding.FORM], award_schemes=[scheme],
        criteria_sets=[criteria(mappings=[mapping])],
    )  # fmt: skip
    return applied, small_spec(code, movements=[movement], published_results=[table])


def place(session: Session, code: str) -> Place:
    applied, declared = specs(code)
    campaign = open_small(session, applied)
    fill_all(session, campaign)
    published, draft = compute(session, campaign), compute(session, campaign)
    results.publish_results(session, version_id=published.id, by=COMMAND)
    spare = units.register_unit(session, name="Sở Thừa", by=COMMAND, **FACTS)  # type: ignore[arg-type]
    units.register_unit(session, name="Sở Hết", by=COMMAND, **FACTS)  # type: ignore[arg-type]
    one = unit_id(session, "so-mot")
    round_ = awarding.open_2025(session)
    schedule.set_windows(
        session, campaign_id=campaign.id, windows=[PETITIONS], by=COMMAND, at=BEFORE
    )
    extension = schedule.extend(
        session, campaign_id=campaign.id, step="petitions", until=PETITIONS.closes_at + DAY,
        reason="Thử", by=COMMAND, at=BEFORE, unit_id=one,
    )  # fmt: skip
    adoption.adopt_results(
        session, version_id=draft.id, by=COMMAND, **MINUTES  # type: ignore[arg-type]
    )  # fmt: skip
    waiting = [
        petitions.file_petition(
            session, campaign_id=campaign.id, unit_id=unit_id(session, key), text="Mẫu",
            by=COMMAND, at=OPENED_AT,
        )
        for key in ("so-mot", "so-hai")
    ]  # fmt: skip
    people = [
        awarding.somebody(session, round_, key, name).id
        for key, name in (("so-mot", "Bà Một"), ("so-hai", "Bà Hai"))
    ]
    return Place(
        spec=declared,
        province=province_of(session), campaign=campaign.id, published=published.id,
        draft=draft.id, published_row=published.rows[0].id, draft_row=draft.rows[0].id,
        one=one, two=unit_id(session, "so-hai"), spare=spare.id,
        period=session.scalars(select(UnitPeriod.id).where(UnitPeriod.unit_id == one)).one(),
        membership=make_membership(session, "council").id,
        succession=successions.record_succession(
            session, succession=ended("so-het"), by=COMMAND
        ).id,
        round=round_.id,
        nominated_one=people[0],
        nominated_two=people[1],
        extension=extension.id,
        petition=waiting[0].id,
        evidence=evidence_cases.lay_out(session, campaign),
        request=appraisal_cases.lay_out(session, campaign),
        planned=planning.plan_campaign(session, year=2040, by=COMMAND, at=OPENED_AT).id,
        rules=criteria_cases.lay_out(session),
        acts=movement_cases.lay_out(session, code),
        dossiers=dossier_cases.lay_out(session, round_, *people),
        councils=council_cases.lay_out(session, round_),
    )  # fmt: skip


@pytest.fixture
def world(sessions: sessionmaker[Session]) -> World:
    with sessions.begin() as session:
        other = place(session, "khac")
    with sessions.begin() as session:
        own = place(session, "nho")
        for_a_unit = ("officer", "appraiser")
        actors: dict[str, Actor] = {
            r: person(session, r, "so-mot" if r in for_a_unit else "") for r in ROLES
        }
        nobody = make_user(session, "co-san")
        actors["none"] = Actor(kind="person", id=nobody.id, name=nobody.name)
    return World(sessions, own, other, actors)


def outcome(world: World, entered: Place, case: UseCase, by: Actor, at: Place) -> str:
    """The sign of one attempt, which is rolled back."""
    with world.sessions() as session:
        enter_province(session, entered.province)
        try:
            answer = case(session, by, at)
            session.flush()
        except tuple(SIGNS) as refusal:
            return SIGNS[type(refusal)]
        return str(len(answer)) if isinstance(answer, list) or answer == () else "v"


def test_every_use_case_by_every_role_in_both_provinces(world: World) -> None:
    found = {
        name: [
            outcome(world, world.own, case, by, world.own)
            + outcome(world, world.own, case, by, world.other)
            + outcome(world, world.other, case, by, world.other)
            for by in world.actors.values()
        ]
        for name, case in USE_CASES.items()
    }
    cells = [line.rsplit(maxsplit=len(ACTORS)) for line in LINES.splitlines()]
    expected = {name: signs for name, *signs in cells}
    assert (tuple(world.actors), found) == (ACTORS, expected)


def test_no_use_case_is_left_out() -> None:
    ours = USE_CASES.keys() | survey_cases.USE_CASES.keys()
    named = {name.partition(" ")[0] for name in ours} | set(NO_USE_CASE)
    there = {
        f"{module}.{name}"
        for module in (item.name for item in pkgutil.iter_modules(thidua.work.__path__))
        for name, function in inspect.getmembers(
            import_module(f"thidua.work.{module}"), inspect.isfunction
        )
        if function.__module__ == f"thidua.work.{module}" and not name.startswith("_")
        if "by" in inspect.signature(function).parameters
    }
    assert there == named
