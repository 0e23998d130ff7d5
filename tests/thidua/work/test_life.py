"""The life of campaigns as a machine: whatever people do in whatever order, the store stays sound.

A model beside it holds windows and extensions as they were given and says on its own what is open.
The clock only goes forward, often to the border of a window or the second before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, seal_all
from tests.small import NAMES, OPENED_AT, TIMEZONE, small_spec, unit_id
from tests.thidua.scoring.strategies import law
from tests.thidua.work.lives import Given, Life, plans

from thidua.errors import ThiduaError
from thidua.store.actor import Actor
from thidua.store.audit import verify
from thidua.store.base import INSTALLATION_TABLES
from thidua.store.campaigns import Campaign
from thidua.store.publication import Petition
from thidua.store.results import ResultVersion
from thidua.store.schedules import STEPS, Step
from thidua.store.sheets import EntryStage
from thidua.store.tables import metadata
from thidua.store.tenancy import enter_province, province_of
from thidua.work.adoption import adopt_results, withdraw_adoption
from thidua.work.campaigns import close_campaign
from thidua.work.entries import save_entries
from thidua.work.opening import open_campaign
from thidua.work.petitions import answer_petition, file_petition
from thidua.work.planning import drop_plan, plan_campaign
from thidua.work.provinces import apply_province
from thidua.work.results import compute_results, publish_results
from thidua.work.schedule import extend, set_windows, withdraw_extension
from thidua.work.windows import Window

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
YEARS = st.sampled_from([2025, 2026])
UNITS = st.sampled_from([*NAMES])
WHY = COMMAND.because("Có lý do")
OWN = {"1.1": {"numerator": 30, "denominator": 40}, "1.2": {"points": 350_000}}
INPUTS: dict[EntryStage, dict[str, dict[str, int]]] = {
    "self": OWN, "appraised": OWN, "survey": {"2.1": {"percent": 750_000}},
}  # fmt: skip
ALL_STAGES: tuple[EntryStage, ...] = ("self", "appraised", "survey")
ONE_STAGE: list[tuple[EntryStage, ...]] = [(stage,) for stage in ALL_STAGES]
STEP_OF: dict[EntryStage, tuple[Step, ...]] = {
    "self": ("self", "following"), "appraised": ("appraisal_1",), "survey": (),
}  # fmt: skip
FROZEN = ("campaign_set", "campaign_unit", "exemption", "score_sheet")
REFUSED, DONE = 0, -1
_codes = count(1)


class Year(RuleBasedStateMachine):
    """A province, two years, everything a secretariat and its units do to them."""

    sessions: sessionmaker[Session]

    @initialize(plan=plans(), reached=st.integers(0, 3))
    def begin(self, plan: list[tuple[Step, int, int]], reached: int) -> None:
        """A province of its own, so that the examples share one database, some way into a year."""
        self.spec = small_spec(f"nho-{next(_codes)}")
        self.now = OPENED_AT
        self.lives: list[Life] = []
        self.kept: dict[str, Any] = {}
        self.versions: list[int] = []
        self.petitions: list[int] = []
        with self.sessions.begin() as session:
            apply_province(session, spec=self.spec, by=COMMAND)
            self.province = province_of(session)
            self.units = {key: unit_id(session, key) for key in NAMES}
        self.plan_year(2025, plan)
        if reached > 0:
            self.open_year(2025)
        if reached > 1:
            self.enter_all(self.lives[0], ALL_STAGES)
            self.compute_one(self.lives[0])
        if reached > 2:
            self.adopt_one(self.versions[0])
            self.publish_one(self.versions[0], COMMAND)

    # -- What the machine looks at

    def look(self, question: Callable[[Session], Any]) -> Any:
        with self.sessions() as session:
            enter_province(session, self.province)
            return question(session)

    def dump(self) -> dict[str, str]:
        """A hash of all rows of every table of the province."""
        names = [name for name in metadata.tables if name not in INSTALLATION_TABLES]
        each = (
            f"SELECT '{n}', md5(string_agg(t::text, chr(10) ORDER BY t.id)) FROM \"{n}\" t"
            for n in names
        )
        query = text(" UNION ALL ".join(each))
        found = self.look(lambda session: session.execute(query).all())
        return {row[0]: row[1] for row in found}

    def do(self, verb: Callable[..., object], **asked: Any) -> int:
        """The id of what the verb made, committed, or ``DONE``; when it refuses nothing changes."""
        before = self.dump()
        try:
            with self.sessions.begin() as session:
                enter_province(session, self.province)
                made = verb(session, **asked)
                session.flush()
                found = getattr(made, "id", DONE)
        except ThiduaError:
            assert self.dump() == before
            return REFUSED
        assert self.dump()["audit_event"] != before["audit_event"]
        return int(found)

    def any(self, data: st.DataObject) -> Life:
        return data.draw(st.sampled_from(self.lives), label="campaign")

    def planned(self, plan: list[tuple[Step, int, int]]) -> list[Window]:
        return [Window(s, self.now + a * DAY, self.now + b * DAY) for s, a, b in plan]

    # -- Time

    @rule(days=st.integers(0, 12))
    def wait(self, days: int) -> None:
        self.now += days * DAY

    @precondition(lambda self: any(life.windows for life in self.lives))
    @rule(data=st.data())
    def wait_for_a_border(self, data: st.DataObject) -> None:
        ends = [w.closes_at for life in self.lives for w in life.windows.values()]
        ends += [w.opens_at for life in self.lives for w in life.windows.values()]
        ends += [given.until for life in self.lives for given in life.given]
        times = sorted({t for end in ends for t in (end - SECOND, end) if t >= self.now})
        self.now = data.draw(st.sampled_from(times or [self.now]), label="time")

    # -- The campaign

    @rule(year=YEARS, plan=plans())
    def plan(self, year: int, plan: list[tuple[Step, int, int]]) -> None:
        self.plan_year(year, plan)

    @rule(year=YEARS)
    def open(self, year: int) -> None:
        self.open_year(year)

    def plan_year(self, year: int, plan: list[tuple[Step, int, int]]) -> None:
        windows = self.planned(plan)
        made = self.do(plan_campaign, year=year, windows=windows, by=COMMAND, at=self.now)
        if made:
            self.lives.append(Life(made, year, "draft", {w.step: w for w in windows}))

    def open_year(self, year: int) -> None:
        made = self.do(
            open_campaign, spec=self.spec, year=year, by=COMMAND, at=self.now, timezone=TIMEZONE
        )
        living = [life for life in self.lives if life.year == year and life.stage != "closed"]
        assert bool(made) == (not living or living[0].stage == "draft")
        if made and living:
            assert made == living[0].id
            living[0].stage = "open"
        elif made:
            self.lives.append(Life(made, year, "open"))
        if made:
            self.kept |= self.look(lambda s: dict(self.frozen(s, made)))

    @precondition(lambda self: self.lives)
    @rule(data=st.data(), plan=plans(), keep=st.booleans())
    def set_windows(
        self, data: st.DataObject, plan: list[tuple[Step, int, int]], keep: bool
    ) -> None:
        life = self.any(data)
        begun = [w for w in life.windows.values() if w.opens_at <= self.now] if keep else []
        new = [w for w in self.planned(plan) if w.step not in {old.step for old in begun}]
        windows = [*begun, *new]
        running = {w for w in life.windows.values() if w.opens_at <= self.now}
        done = self.do(set_windows, campaign_id=life.id, windows=windows, by=COMMAND, at=self.now)
        if done:
            assert life.stage != "closed"
            assert life.stage == "draft" or running <= set(windows)
            life.windows = {w.step: w for w in windows}

    @precondition(lambda self: self.lives)
    @rule(
        data=st.data(), step=st.sampled_from(STEPS), days=st.integers(-2, 20),
        whom=st.sampled_from(["all", "so", "xa", "so-mot", "xa-mot"]),
    )  # fmt: skip
    def extend(self, data: st.DataObject, step: Step, days: int, whom: str) -> None:
        life, until = self.any(data), self.now + days * DAY
        asked: dict[str, Any] = {"kind": whom} if whom in ("so", "xa") else {}
        if whom in self.units:
            asked = {"unit_id": self.units[whom]}
        made = self.do(
            extend, campaign_id=life.id, step=step, until=until, reason="Bão", by=COMMAND,
            at=self.now, **asked,
        )  # fmt: skip
        if made:
            assert (life.stage, step in life.windows, until > self.now) == ("open", True, True)
            life.given.append(Given(made, step, whom, until, self.now))

    @precondition(lambda self: any(life.given for life in self.lives))
    @rule(data=st.data())
    def withdraw_extension(self, data: st.DataObject) -> None:
        every = [given for life in self.lives for given in life.given]
        given = data.draw(st.sampled_from(every), label="extension")
        done = self.do(withdraw_extension, extension_id=given.id, by=WHY, at=self.now)
        assert bool(done) == (given.gone_at is None and self.now < given.until)
        if done:
            given.gone_at = self.now

    @precondition(lambda self: self.lives)
    @rule(data=st.data(), forced=st.booleans())
    def close(self, data: st.DataObject, forced: bool) -> None:
        life = self.any(data)
        waiting = self.look(
            lambda s: s.scalars(
                select(Petition.id).where(
                    Petition.campaign_id == life.id, Petition.answered_at.is_(None)
                )
            ).all()
        )
        by = WHY if forced else COMMAND
        done = self.do(close_campaign, campaign_id=life.id, by=by)
        assert bool(done) == (life.stage == "open" and (forced or not waiting))
        if done:
            life.stage = "closed"

    @precondition(lambda self: self.lives)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        life = self.any(data)
        done = self.do(drop_plan, campaign_id=life.id, by=COMMAND)
        assert bool(done) == (life.stage == "draft")
        if done:
            self.lives.remove(life)

    # -- What is entered

    @precondition(lambda self: any(life.stage == "open" for life in self.lives))
    @rule(data=st.data(), stages=st.sampled_from([*ONE_STAGE, ALL_STAGES, ALL_STAGES]))
    def enter(self, data: st.DataObject, stages: tuple[EntryStage, ...]) -> None:
        self.enter_all(self.any(data), stages)

    def enter_all(self, life: Life, stages: tuple[EntryStage, ...]) -> None:
        """All units enter at once; each is let in or not, as the model says."""
        for stage in stages:
            for key, unit in self.units.items():
                done = self.do(
                    save_entries, campaign_id=life.id, unit_id=unit, stage=stage,
                    inputs=INPUTS[stage], by=COMMAND, at=self.now,
                )  # fmt: skip
                assert bool(done) == life.allows(STEP_OF[stage], key, self.now), (key, stage)

    # -- Results

    @precondition(lambda self: self.lives)
    @rule(data=st.data())
    def compute(self, data: st.DataObject) -> None:
        self.compute_one(self.any(data))

    def compute_one(self, life: Life) -> None:
        done = self.do(compute_results, campaign_id=life.id, by=COMMAND, plugin_version="3")
        assert bool(done) == (life.stage != "draft")
        self.versions += [done] if done else []

    @precondition(lambda self: self.versions)
    @rule(data=st.data())
    def adopt(self, data: st.DataObject) -> None:
        self.adopt_one(data.draw(st.sampled_from(self.versions), label="version"))

    def adopt_one(self, version: int) -> None:
        self.do(
            adopt_results, version_id=version, number="1", held_on=date(2026, 1, 15),
            members=["Bà Mẫu"], by=COMMAND, at=self.now,
        )  # fmt: skip

    @precondition(lambda self: self.versions)
    @rule(data=st.data())
    def withdraw_adoption(self, data: st.DataObject) -> None:
        version = data.draw(st.sampled_from(self.versions), label="version")
        self.do(withdraw_adoption, version_id=version, by=WHY)

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), reason=st.booleans())
    def publish(self, data: st.DataObject, reason: bool) -> None:
        version = data.draw(st.sampled_from(self.versions), label="version")
        self.publish_one(version, WHY if reason else COMMAND)

    def publish_one(self, version: int, by: Actor) -> None:
        if self.do(publish_results, version_id=version, by=by):
            self.kept |= self.look(lambda s: dict(self.published(s, version)))
            self.look(lambda s: self.check_adopted(s.get_one(ResultVersion, version)))

    def check_adopted(self, version: ResultVersion) -> None:
        (life,) = [life for life in self.lives if life.id == version.campaign_id]
        official = version.kind in ("final", "corrected")
        adopted = bool(self.kept[f"adoption of version {version.id}"])
        assert adopted or not official or "adoption" not in life.windows

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), key=UNITS, leaf=st.sampled_from(["", "1.1"]))
    def petition(self, data: st.DataObject, key: str, leaf: str) -> None:
        life = self.any(data)
        done = self.do(
            file_petition, campaign_id=life.id, unit_id=self.units[key], text="Xem lại",
            by=COMMAND, at=self.now, leaf_code=leaf,
        )  # fmt: skip
        assert not done or life.allows(("petitions",), key, self.now)
        self.petitions += [done] if done else []

    @precondition(lambda self: self.petitions)
    @rule(data=st.data(), accepted=st.booleans())
    def answer(self, data: st.DataObject, accepted: bool) -> None:
        one = data.draw(st.sampled_from(self.petitions), label="petition")
        self.do(
            answer_petition, petition_id=one, accepted=accepted, answer="Đã xem", by=COMMAND,
            at=self.now,
        )  # fmt: skip

    # -- What always holds

    def frozen(self, session: Session, campaign: int) -> Iterator[tuple[str, Any]]:
        """What opening froze, by name."""
        for table in FROZEN:
            query = f"SELECT t::text FROM {table} t WHERE campaign_id = {campaign} ORDER BY id"
            yield f"{table} {campaign}", session.scalars(text(query)).all()

    def published(self, session: Session, version: int) -> Iterator[tuple[str, Any]]:
        """What a publication fixed, by name."""
        for table, column in (
            ("result_version", "id"), ("result_row", "version_id"), ("adoption", "version_id"),
        ):  # fmt: skip
            query = f"SELECT t::text FROM {table} t WHERE {column} = {version} ORDER BY id"
            yield f"{table} of version {version}", session.scalars(text(query)).all()

    @invariant()
    def what_was_frozen_or_published_stays(self) -> None:
        def now(session: Session) -> dict[str, Any]:
            found: dict[str, Any] = {}
            for name in self.kept:
                table, *_, id_ = name.split()
                if table == "result_version":
                    found |= self.published(session, int(id_))
                elif table == "campaign_set":
                    found |= self.frozen(session, int(id_))
            return found

        assert self.look(now) == self.kept

    @invariant()
    def the_campaigns_are_those_of_the_model_and_one_lives_a_year(self) -> None:
        rows = self.look(
            lambda s: s.execute(select(Campaign.id, Campaign.year, Campaign.stage)).all()
        )
        assert {tuple(row) for row in rows} == {(i.id, i.year, i.stage) for i in self.lives}
        living = [row.year for row in rows if row.stage != "closed"]
        assert len(living) == len(set(living))

    @invariant()
    def petitions_are_about_what_is_published(self) -> None:
        about = select(ResultVersion.published_at).join(
            Petition, Petition.version_id == ResultVersion.id
        )
        assert None not in self.look(lambda s: s.scalars(about).all())

    def teardown(self) -> None:
        if hasattr(self, "province"):
            seal_all(self.sessions, self.province)
            found = self.look(verify)
            assert (found.broken, found.unsealed) == ((), 0)


def test_no_order_of_acts_breaks_the_store(sessions: sessionmaker[Session]) -> None:
    machine = type("Year", (Year,), {"sessions": sessions})
    long = settings(law(usual=6, soak=1_000), stateful_step_count=40)
    run_state_machine_as_test(machine, settings=long)
