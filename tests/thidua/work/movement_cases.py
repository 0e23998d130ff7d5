"""The use cases of the life of movements, for ``test_matrix``.

The movement ``pt-…`` of each province has one duty, of every department; Sở Một and Sở Hai have
launched it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.moving import NOW, PAPER, TODAY
from tests.small import unit_id
from tests.thidua.evidence.samples import pdf, upload
from tests.thidua.work.evidence_cases import FILES

from thidua.spec.loading import parse
from thidua.spec.movement import Movement
from thidua.store.actor import Actor
from thidua.work import movement_duties, movement_life, movements, paper_files

UseCase = Callable[[Session, Actor, Any], object]
WHO = {"label": "sở", "kinds": ["so"]}
DUTIES = [
    {"code": "nv", "text": "Báo cáo", "who": "Các sở", "due": "2025-08-01", "bodies": WHO},
]
SECOND = [{"title": "Sửa đổi", "issued_on": "2026-02-01"}]


def movement_document(code: str) -> dict[str, Any]:
    """The movement of the province with this code."""
    return {
        "code": f"pt-{code}", "title": "Phong trào", "theme": "Cải cách hành chính",
        "plan": {"title": "Kế hoạch"}, "duties": DUTIES,
    }  # fmt: skip


def lay_out(session: Session, code: str) -> Mapping[str, int]:
    """Make what the cases are about: acts of Sở Một and Sở Hai, and their papers, by id."""
    made: dict[str, int] = {}
    for whose, key in (("one", "so-mot"), ("two", "so-hai")):
        act = movement_life.launch_movement(
            session, movement=f"pt-{code}", unit_id=unit_id(session, key), on=TODAY,
            paper=replace(PAPER, file=upload("kh.pdf", pdf())), by=COMMAND, at=NOW, files=FILES,
        )  # fmt: skip
        made |= {whose: act.id, f"paper_{whose}": act.paper_id or 0}
    return made


def code(at: Any) -> str:
    """The movement of a place."""
    return str(at.spec.movements[0].code)


def act(verb: Callable[..., object], whose: str, **more: Any) -> UseCase:
    """A use case about the own unit (``one``) or another."""
    return lambda s, by, at: verb(
        s, movement=code(at), unit_id=getattr(at, whose), on=TODAY, by=by, at=NOW, **more
    )


def retract(whose: str) -> UseCase:
    """Taking back what the own unit did, or another."""
    return lambda s, by, at: movement_life.retract_act(
        s, act_id=at.acts[whose], by=by.because("Thử"), at=NOW
    )


def amended(at: Any) -> Movement:
    """The movement of a place with an amendment."""
    said = at.spec.movements[0].model_dump(mode="json")
    return parse(Movement, {**said, "theme": "Khác", "amendments": SECOND})


def opened(whose: str) -> UseCase:
    """Opening the paper by which the own unit launched the movement, or another."""
    return lambda s, by, at: paper_files.open_paper(
        s, paper_id=at.acts[f"paper_{whose}"], by=by, files=FILES
    )


PROOF = movement_life.Proof(PAPER)
USE_CASES: Mapping[str, UseCase] = {
    "movements.movement_versions": lambda s, by, at: movements.movement_versions(
        s, code=code(at), by=by
    ),
    "movements.amend_movement": lambda s, by, at: movements.amend_movement(
        s, movement=amended(at), by=by, at=NOW
    ),
    "movement_life.register_for_movement one": act(
        movement_life.register_for_movement, "one", paper=PAPER
    ),
    "movement_life.register_for_movement two": act(
        movement_life.register_for_movement, "two", paper=PAPER
    ),
    "movement_life.launch_movement one": act(
        movement_life.launch_movement, "one", paper=PAPER, year=2025
    ),
    "movement_life.launch_movement two": act(
        movement_life.launch_movement, "two", paper=PAPER, year=2025
    ),
    "movement_life.fulfil_duty one": act(movement_life.fulfil_duty, "one", duty="nv", proof=PROOF),
    "movement_life.fulfil_duty two": act(movement_life.fulfil_duty, "two", duty="nv", proof=PROOF),
    "movement_life.retract_act one": retract("one"),
    "movement_life.retract_act two": retract("two"),
    "movement_life.list_acts": lambda s, by, at: list(
        movement_life.list_acts(s, movement=code(at), by=by)
    ),
    "paper_files.open_paper one": opened("one"),
    "paper_files.open_paper two": opened("two"),
    "movement_duties.duty_states": lambda s, by, at: list(
        movement_duties.duty_states(s, movement=code(at), by=by, on=date(2026, 1, 1))
    ),
    "movement_duties.late_duties": lambda s, by, at: list(
        movement_duties.late_duties(s, movement=code(at), by=by, on=date(2026, 1, 1))
    ),
}
"""By module and function, and what is asked of it."""

TABLE = """
movements.movement_versions             10- 10- 10- 10- 10- 10- 10- ---
movements.amend_movement                v0- --- --- --- --- --- v0- ---
movement_life.register_for_movement one v0- --- v-- --- --- --- v0- ---
movement_life.register_for_movement two v0- --- --- --- --- --- v0- ---
movement_life.launch_movement one       v0- --- v-- --- --- --- v0- ---
movement_life.launch_movement two       v0- --- --- --- --- --- v0- ---
movement_life.fulfil_duty one           v0- --- v-- --- --- --- v0- ---
movement_life.fulfil_duty two           v0- --- --- --- --- --- v0- ---
movement_life.retract_act one           v0- --- v0- --- --- --- v0- ---
movement_life.retract_act two           v0- --- 00- --- --- --- v0- ---
movement_life.list_acts                 20- 20- 10- 20- 20- 20- 20- ---
paper_files.open_paper one              v0- 00- v0- v0- v0- v0- v0- ---
paper_files.open_paper two              v0- 00- 00- v0- v0- v0- v0- ---
movement_duties.duty_states             50- 50- 10- 50- 50- 50- 50- ---
movement_duties.late_duties             50- --- --- 50- --- 50- 50- ---
"""
"""As in ``test_matrix``."""
