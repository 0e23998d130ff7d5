"""The use cases of dossiers, for ``test_matrix``.

The scheme's list has one item. Sở Một and Sở Hai prepare a dossier each, with one person, an
initiative and a paper in it; Sở Ba has handed one in, about which Sở Một was asked, and Xã Một's
was returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from tests import awarding
from tests.factories import COMMAND
from tests.moving import NOW, PAPER, TODAY
from tests.small import unit_id

from thidua.store.actor import Actor
from thidua.store.awards import AwardRound, Nomination
from thidua.work import consolidated, dossier_papers, initiatives, intake, opinions, particulars

UseCase = Callable[[Session, Actor, Any], object]
ITEMS = [{"code": "to-trinh", "label": "tờ trình"}]
GIVEN: dict[str, Any] = {
    "name": "Sáng kiến", "level": "unit", "recognised_by": "Sở Một", "number": "1/QĐ",
    "recognised_on": date(2026, 1, 1),
}  # fmt: skip


def lay_out(session: Session, round_: AwardRound, one: int, two: int) -> Mapping[str, int]:
    """Make what the cases are about; ``one`` and ``two`` are nominations of Sở Một and Sở Hai."""
    ids: dict[str, int] = {}
    for whose, nomination_id in (("one", one), ("two", two)):
        dossier = session.get_one(Nomination, nomination_id).dossier_id
        ids[whose] = dossier
        ids[f"initiative_{whose}"] = initiatives.add_initiative(
            session, nomination_id=nomination_id, by=COMMAND, **GIVEN
        ).id
        ids[f"paper_{whose}"] = dossier_papers.hand_in_paper(
            session, dossier_id=dossier, item="to-trinh", paper=PAPER, by=COMMAND, at=NOW
        ).id
    third = awarding.somebody(session, round_, "so-ba", "Bà Ba")
    ids["received"], ids["nominated"] = third.dossier_id, third.id
    took_in(session, third.dossier_id, "1")
    ids["asked_one"] = asked(session, third.id, unit_id(session, "so-mot"))
    ids["asked_two"] = asked(session, third.id, unit_id(session, "so-hai"))
    returned = awarding.somebody(session, round_, "xa-mot", "Bà Bốn").dossier_id
    took_in(session, returned, "2")
    ids["returned"] = gave_back(session, COMMAND, returned).dossier_id
    return ids


def took_in(session: Session, dossier: int, number: str, by: Actor = COMMAND) -> object:
    """A dossier taken in today."""
    return intake.take_in(
        session, dossier_id=dossier, number=number, received_on=TODAY, by=by, at=NOW
    )


def asked(session: Session, nomination: int, agency: int, by: Actor = COMMAND) -> int:
    """An agency asked about a nomination; the id of the opinion."""
    [made] = opinions.ask_opinions(
        session, nomination_ids=[nomination], agency_id=agency, paper=PAPER, by=by, at=NOW
    )
    return made.id


def gave_back(session: Session, by: Actor, dossier: int) -> Any:
    """A dossier returned today, for whatever."""
    return intake.return_dossier(
        session, dossier_id=dossier, missing=["tờ trình"], on=TODAY, due_on=TODAY, by=by, at=NOW
    )


def add(whose: str) -> UseCase:
    """Naming an initiative in the nomination of the own unit or of another."""
    return lambda s, by, at: initiatives.add_initiative(
        s, nomination_id=getattr(at, f"nominated_{whose}"), by=by, **GIVEN
    )


def describe(whose: str) -> UseCase:
    """Writing the particulars of a nomination of the own unit or of another."""
    given = particulars.Particulars(name="Bà Khác", title="Chuyên viên")
    return lambda s, by, at: particulars.set_particulars(
        s, nomination_id=getattr(at, f"nominated_{whose}"), particulars=given, by=by
    )


def hand_in(whose: str) -> UseCase:
    """Putting a paper into a dossier."""
    return lambda s, by, at: dossier_papers.hand_in_paper(
        s, dossier_id=at.dossiers[whose], item="to-trinh", paper=PAPER, by=by, at=NOW
    )


def take_out(whose: str) -> UseCase:
    """Taking a paper out of a dossier."""
    return lambda s, by, at: dossier_papers.withdraw_paper(
        s, dossier_paper_id=at.dossiers[f"paper_{whose}"], by=by, at=NOW
    )


def unname(whose: str) -> UseCase:
    """Taking an initiative out of a nomination."""
    return lambda s, by, at: initiatives.remove_initiative(
        s, initiative_id=at.dossiers[f"initiative_{whose}"], by=by
    )


def answer(whose: str) -> UseCase:
    """Answering what the own agency was asked, or another."""
    return lambda s, by, at: opinions.answer_opinion(
        s, opinion_id=at.dossiers[f"asked_{whose}"], stand="agree", paper=PAPER, by=by, at=NOW
    )


USE_CASES: Mapping[str, UseCase] = {
    "particulars.set_particulars one": describe("one"),
    "particulars.set_particulars two": describe("two"),
    "particulars.particulars_by_id one": lambda s, by, at: particulars.particulars_by_id(
        s, nomination_id=at.nominated_one, by=by
    ),
    "particulars.particulars_by_id two": lambda s, by, at: particulars.particulars_by_id(
        s, nomination_id=at.nominated_two, by=by
    ),
    "initiatives.add_initiative one": add("one"),
    "initiatives.add_initiative two": add("two"),
    "initiatives.confirm_initiative": lambda s, by, at: initiatives.confirm_initiative(
        s, initiative_id=at.dossiers["initiative_one"], by=by
    ),
    "initiatives.remove_initiative one": unname("one"),
    "initiatives.remove_initiative two": unname("two"),
    "dossier_papers.hand_in_paper one": hand_in("one"),
    "dossier_papers.hand_in_paper two": hand_in("two"),
    "dossier_papers.withdraw_paper one": take_out("one"),
    "dossier_papers.withdraw_paper two": take_out("two"),
    "intake.take_in": lambda s, by, at: took_in(s, at.dossiers["one"], "3", by),
    "intake.return_dossier": lambda s, by, at: gave_back(s, by, at.dossiers["received"]),
    "intake.take_back": lambda s, by, at: intake.take_back(
        s, dossier_id=at.dossiers["returned"], number="4", received_on=TODAY, by=by, at=NOW
    ),
    "opinions.ask_opinions": lambda s, by, at: asked(s, at.dossiers["nominated"], at.spare, by),
    "opinions.answer_opinion one": answer("one"),
    "opinions.answer_opinion two": answer("two"),
    "consolidated.consolidated_list": lambda s, by, at: list(
        consolidated.consolidated_list(s, round_id=at.round, by=by, on=TODAY).dossiers
    ),
}
"""By module and function, and what is asked of it."""

TABLE = """
particulars.set_particulars one         v0- --- v0- --- --- --- v0- ---
particulars.set_particulars two         v0- --- 00- --- --- --- v0- ---
particulars.particulars_by_id one       v0- --- v0- v0- v0- v0- v0- ---
particulars.particulars_by_id two       v0- --- 00- v0- v0- v0- v0- ---
initiatives.add_initiative one          v0- --- v0- --- --- --- v0- ---
initiatives.add_initiative two          v0- --- 00- --- --- --- v0- ---
initiatives.confirm_initiative          v0- --- --- --- --- --- v0- ---
initiatives.remove_initiative one       v0- --- c0- --- --- --- v0- ---
initiatives.remove_initiative two       v0- --- 00- --- --- --- v0- ---
dossier_papers.hand_in_paper one        v0- --- v0- --- --- --- v0- ---
dossier_papers.hand_in_paper two        v0- --- 00- --- --- --- v0- ---
dossier_papers.withdraw_paper one       v0- --- v0- --- --- --- v0- ---
dossier_papers.withdraw_paper two       v0- --- 00- --- --- --- v0- ---
intake.take_in                          v0- --- --- --- --- --- v0- ---
intake.return_dossier                   v0- --- --- --- --- --- v0- ---
intake.take_back                        v0- --- --- --- --- --- v0- ---
opinions.ask_opinions                   v0- --- --- --- --- --- v0- ---
opinions.answer_opinion one             v0- v0- --- --- --- --- v0- ---
opinions.answer_opinion two             v0- 00- --- --- --- --- v0- ---
consolidated.consolidated_list          40- --- 10- 40- 40- 40- 40- ---
"""
"""As in ``test_matrix``."""
