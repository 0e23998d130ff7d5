"""Khen thưởng: the rounds of the province's movements, one round, and what is done in it.

A form is read, one use case called, and its page shown again with a sentence of what was done or
why it was refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import get_args

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.awards.nominee import ANSWERS, Answer
from thidua.errors import Invalid
from thidua.exchange.award_workbook import round_workbook as workbook
from thidua.spec.award_conditions import CATEGORIES, PersonCategory
from thidua.store.people import Role
from thidua.store.units import UnitPeriod
from thidua.work.access import STAFF
from thidua.work.award_displaced import ASKERS, if_added
from thidua.work.award_outcome import round_outcome
from thidua.work.award_page import (
    WHOLE,
    NominationView,
    RoundPage,
    SlotView,
    list_rounds,
    round_page,
)
from thidua.work.awards import open_round, propose_awards
from thidua.work.campaigns import units_on
from thidua.work.dossiers import NOMINATORS
from thidua.work.nominations import (
    answer_condition,
    nominate_collective,
    nominate_person,
    withdraw_nomination,
)
from thidua.work.votes import ballot_of
from thidua_admin.console.forms import read_day
from thidua_admin.console.verbs import through
from thidua_admin.desk.pages import XLSX, desk
from thidua_admin.security import actor, db_session, rights

COUNCIL: frozenset[Role] = frozenset({"council"})
TONES = {
    "chosen": "good",
    "tied": "info",
    "not_chosen": "neutral",
    "verify": "warn",
    "refused": "bad",
}
ANSWER_TONES = {"yes": "good", "no": "bad", "verify": "warn"}


@dataclass(frozen=True)
class Places:
    """Places of one kind, and how many of them the newest proposal fills."""

    slot: SlotView
    filled: int

    @property
    def open(self) -> int:
        """How many are left."""
        return self.slot.count - self.filled


@dataclass(frozen=True)
class Found:
    """One answer to a condition, in a sentence; ``slots``: the labels of those it is about."""

    answer: Answer
    words: str
    slots: tuple[str, ...]


@desk.get("/khen-thuong")
def rounds() -> ResponseReturnValue:
    """Every round there is, opened or not, and why some are held."""
    found = list_rounds(db_session(), by=actor())
    may_open = rights().any_of(STAFF)
    return render_template(
        "desk/rounds.html",
        rounds=found,
        may_open=may_open,
        whole=rights().any_of(WHOLE),
        own_units=sorted(rights().units_as("officer")),
    )


@desk.get("/khen-thuong/<int:round_id>")
def round_shown(round_id: int) -> ResponseReturnValue:
    """One round: places, proposal, nominations with each condition answered."""
    session, by = db_session(), actor()
    page = round_page(session, round_id=round_id, by=by)
    outcome = round_outcome(session, round_id=round_id, by=by)
    units = [] if outcome.decision else _units(page)
    added = request.args.get("them", type=int)
    return render_template(
        "desk/round.html",
        page=page,
        outcome=outcome,
        added=if_added(session, round_id=round_id, nomination_id=added, by=by) if added else None,
        may_ask=rights().any_of(ASKERS),
        ballot=ballot_of(session, round_id=round_id, by=by) if rights().any_of(COUNCIL) else None,
        places=places(page),
        found=found,
        asked=asked,
        choices=[(unit.unit_id, unit.name) for unit in units],
        nominators=_nominators(units),
        categories=CATEGORIES,
        tones=TONES,
        answers=ANSWERS,
        answer_tones=ANSWER_TONES,
        may_propose=rights().any_of(STAFF) and not outcome.decision,
        may_nominate=rights().any_of(NOMINATORS),
        may_change=lambda nomination: not outcome.decision and _may_change(nomination),
    )


@desk.get("/khen-thuong/<int:round_id>.xlsx")
def round_workbook(round_id: int) -> ResponseReturnValue:
    """The round as a workbook."""
    page = round_page(db_session(), round_id=round_id, by=actor())
    name = f"khen-thuong-{page.scheme}-{page.year}.xlsx"
    return send_file(BytesIO(workbook(page)), XLSX, as_attachment=True, download_name=name)


@desk.post("/khen-thuong")
def round_open() -> ResponseReturnValue:
    """Open a round."""
    opened = through(
        lambda: open_round(
            db_session(),
            scheme=_text("scheme"),
            year=_number("year"),
            decides_on=_day("decides_on", gettext("Ngày xét")),
            by=actor(),
        )
    )
    if opened is None:
        return redirect(url_for("desk.rounds"))
    flash(gettext("Đã mở đợt xét khen năm %(year)s.", year=opened.year), "success")
    return redirect(url_for("desk.round_shown", round_id=opened.id))


@desk.post("/khen-thuong/<int:round_id>/tap-the")
def round_collective(round_id: int) -> ResponseReturnValue:
    """Put a unit forward."""
    return _done(
        round_id,
        gettext("Đã ghi đề nghị khen tập thể."),
        lambda: nominate_collective(
            db_session(),
            round_id=round_id,
            nominator_id=_number("nominator"),
            unit_id=_number("unit"),
            by=actor(),
        ),
    )


@desk.post("/khen-thuong/<int:round_id>/ca-nhan")
def round_person(round_id: int) -> ResponseReturnValue:
    """Put a person forward."""
    return _done(
        round_id,
        gettext("Đã ghi đề nghị khen cá nhân."),
        lambda: nominate_person(
            db_session(),
            round_id=round_id,
            nominator_id=_number("nominator"),
            unit_id=_number("unit"),
            name=_text("name"),
            title=_text("title"),
            category=_category(),
            by=actor(),
        ),
    )


@desk.post("/khen-thuong/<int:round_id>/rut")
def round_withdraw(round_id: int) -> ResponseReturnValue:
    """Take a nomination back."""
    return _done(
        round_id,
        gettext("Đã rút đề nghị; đề nghị vẫn được lưu."),
        lambda: withdraw_nomination(
            db_session(), nomination_id=_number("nomination"), by=actor().because(_text("reason"))
        ),
    )


@desk.post("/khen-thuong/<int:round_id>/tra-loi")
def round_answer(round_id: int) -> ResponseReturnValue:
    """Say what a dossier answers to a condition."""
    return _done(
        round_id,
        gettext("Đã ghi câu trả lời."),
        lambda: answer_condition(
            db_session(),
            nomination_id=_number("nomination"),
            code=_text("code"),
            answer=_yes_or_no(),
            basis=_text("basis"),
            by=actor(),
            expected_version=_number("version"),
        ),
    )


@desk.post("/khen-thuong/<int:round_id>/de-xuat")
def round_propose(round_id: int) -> ResponseReturnValue:
    """Make the next proposal."""
    return _done(
        round_id,
        gettext("Đã lập đề xuất từ các đề nghị đang có."),
        lambda: propose_awards(db_session(), round_id=round_id, by=actor()),
    )


def places(page: RoundPage) -> Sequence[Places]:
    """The places of a round, with how many of each the newest proposal fills for certain."""
    lines = page.proposal.lines if page.proposal else ()
    sure = [line for line in lines if line.outcome == "chosen" and len(line.slots) == 1]
    filled = Counter(line.slots[0] for line in sure)
    return [Places(slot, filled[slot.label]) for slot in page.slots]


def found(nomination: NominationView) -> Sequence[Found]:
    """Each answer about a nomination once, with the slots it is about where not about all."""
    about: dict[tuple[Answer, str], list[str]] = {}
    for slot in nomination.slots:
        for finding in slot.findings:
            about.setdefault((finding.answer, finding.words), []).append(slot.slot.label)
    everywhere = len(nomination.slots)
    return [
        Found(answer, words, () if len(slots) == everywhere else tuple(slots))
        for (answer, words), slots in about.items()
    ]


def asked(nomination: NominationView, page: RoundPage) -> Mapping[str, str]:
    """What this dossier must answer: labels by code, of the slots that it could take."""
    about = {finding.condition for slot in nomination.slots for finding in slot.findings}
    return {code: label for code, label in page.conditions.items() if code in about}


def _done(round_id: int, said: str, verb: Callable[[], object]) -> ResponseReturnValue:
    """Do it, say so or why not, and show the round again."""
    if through(verb) is not None:
        flash(said, "success")
    return redirect(url_for("desk.round_shown", round_id=round_id))


def _may_change(nomination: NominationView) -> bool:
    """Whether this person may answer for it or withdraw it."""
    mine = nomination.nominator_id in rights().units_as("officer")
    return not nomination.withdrawn and (mine or rights().any_of(STAFF))


def _units(page: RoundPage) -> Sequence[UnitPeriod]:
    """The units that this person may put forward, as they are on the day of decision."""
    there = units_on(db_session(), day=page.decides_on)
    if rights().any_of(STAFF):
        return there
    own = rights().units_as("officer")
    return [unit for unit in there if own & {unit.unit_id, unit.parent_id}]


def _nominators(units: Sequence[UnitPeriod]) -> Mapping[int, str]:
    """In whose name this person may put forward, by id."""
    own = rights().units_as("officer")
    staff = rights().any_of(STAFF)
    return {unit.unit_id: unit.name for unit in units if staff or unit.unit_id in own}


def _text(field: str) -> str:
    return " ".join(request.form.get(field, "").split())


def _number(field: str) -> int:
    """The number in a field; 0, which no row has, for what is none."""
    return request.form.get(field, 0, type=int)


def _day(field: str, label: str) -> date:
    if (found := read_day(_text(field))) is not None:
        return found
    raise Invalid.one(label, gettext("Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025."))


def _category() -> PersonCategory | None:
    known: dict[str, PersonCategory] = {code: code for code in get_args(PersonCategory)}
    return known.get(_text("category"))


def _yes_or_no() -> bool:
    said = _text("answer")
    if said not in ("yes", "no"):
        raise Invalid.one(gettext("Trả lời"), gettext("Hãy chọn có hoặc không."))
    return said == "yes"
