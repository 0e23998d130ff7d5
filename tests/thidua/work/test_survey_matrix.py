"""Who may do what with figures from outside and surveys: see test_matrix for the signs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from tests.factories import make_user
from tests.small import person
from tests.thidua.work import survey_cases
from tests.thidua.work.test_matrix import ACTORS, World, outcome

from thidua.store.actor import Actor
from thidua.store.people import ROLES


def test_every_use_case_of_surveys_by_every_role_in_both_provinces(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        other: Any = survey_cases.lay_out(session, "khac")
    with sessions.begin() as session:
        own: Any = survey_cases.lay_out(session, "nho")
        for_a_unit = ("officer", "appraiser")
        named: dict[str, Actor] = {
            r: person(session, r, "so-mot" if r in for_a_unit else "") for r in ROLES
        }
        nobody = make_user(session, "co-san")
        named["none"] = Actor("person", nobody.name, nobody.id)
    world = World(sessions, own, other, named)
    found = {
        name: [
            outcome(world, own, case, by, own)
            + outcome(world, own, case, by, other)
            + outcome(world, other, case, by, other)
            for by in named.values()
        ]
        for name, case in survey_cases.USE_CASES.items()
    }
    lines = survey_cases.TABLE.strip("\n").splitlines()
    expected = {line[:36].strip(): line[36:].split() for line in lines}
    assert (tuple(named), found) == (ACTORS, expected)
