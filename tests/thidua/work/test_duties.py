"""Who may appraise a leaf: agencies, persons they named, domains that somebody is held to."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from tests.factories import make_campaign, make_membership, make_unit
from tests.statements import statements

from thidua.store.actor import Actor
from thidua.work.access import Rights, rights_of
from thidua.work.duties import Duties, unit_names

AGENCY, SUBSTITUTE, OWN, UNIT = 5, 6, 7, 8
BY = Actor(kind="person", id=1, name="Bà Lan")
DUTIES = Duties(
    agencies={"1.1": AGENCY, "2.1": AGENCY, "2.2": AGENCY},
    people={"2.2": frozenset({1})},
    substitutes={AGENCY: SUBSTITUTE},
    domains={"1.1": "1", "2.1": "2", "2.2": "2", "3.1": "3"},
)


def allowed(unit: int, of: int, *domains: str) -> list[str]:
    """The leaves of a unit that an appraiser of the agency ``of`` may appraise."""
    limits = {of: frozenset(domains)} if domains else {}
    rights = Rights(held=frozenset({("appraiser", of)}), domains=limits)
    return [code for code in DUTIES.domains if DUTIES.allows(code, unit, rights, BY)]


@pytest.mark.parametrize(
    ("of", "unit", "domains", "expected"),
    [
        (AGENCY, UNIT, (), ["1.1", "2.1", "2.2", "3.1"]),
        (AGENCY, UNIT, ("1",), ["1.1", "2.2"]),  # named for 2.2, which goes beyond
        (AGENCY, UNIT, ("2", "3"), ["2.1", "2.2", "3.1"]),
        (AGENCY, AGENCY, (), []),
        (SUBSTITUTE, AGENCY, (), ["1.1", "2.1", "2.2", "3.1"]),
        (SUBSTITUTE, AGENCY, ("2",), ["2.1", "2.2"]),
        (OWN, UNIT, (), ["3.1"]),  # nobody's own: any agency
        (OWN, UNIT, ("1",), []),
    ],
)
def test_domains_narrow_what_an_appraiser_appraises(
    of: int, unit: int, domains: tuple[str, ...], expected: list[str]
) -> None:
    assert allowed(unit, of, *domains) == expected


def test_domains_of_a_membership_are_among_the_rights(session: Session) -> None:
    one, two = make_unit(session, "Sở Một").id, make_unit(session, "Sở Hai")
    made = make_membership(session, "appraiser", unit=two)
    made.domains = ["1", "3"]
    held = make_membership(session, "officer", user=made.user)
    held.unit_id = one
    session.flush()
    by = Actor(kind="person", id=made.user_id, name="Bà Lan")
    assert rights_of(session, by) == Rights(
        held=frozenset({("appraiser", two.id), ("officer", one)}),
        domains={two.id: frozenset({"1", "3"})},
    )


def test_names_of_many_units_take_three_statements(session: Session) -> None:
    taking_part = [make_unit(session, f"Sở {number}") for number in range(3)]
    others = [make_unit(session, f"Ban {number}") for number in range(3)]
    campaign, ids = make_campaign(session, *taking_part), [u.id for u in taking_part + others]
    session.flush()
    session.expire_all()
    campaign.id  # noqa: B018 (read anew before counting)
    with statements() as sent:
        names = unit_names(session, campaign, ids)
    assert names == dict(zip(ids, ["Sở"] * 3 + ["Ban 0", "Ban 1", "Ban 2"], strict=True))
    assert len(sent) == 3
