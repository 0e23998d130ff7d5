"""Rights: who an actor is in the entered province, and the sentence when that is not enough."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_membership, make_unit, make_user

from thidua.errors import NotAllowed
from thidua.store.actor import Actor
from thidua.store.people import ROLES
from thidua.store.tenancy import enter_province
from thidua.work.access import ROLE_NAMES, STAFF, Rights, require, rights_of


def actor(id_: int) -> Actor:
    return Actor(kind="person", id=id_, name="Bà Mẫu")


def test_a_person_has_the_roles_held_each_for_its_unit(session: Session) -> None:
    user = make_user(session)
    one, two = make_unit(session, "Sở Một"), make_unit(session, "Sở Hai")
    make_membership(session, "officer", user=user, unit=one)
    make_membership(session, "appraiser", user=user, unit=two)
    make_membership(session, "council", user=user)
    make_membership(session, "admin")
    rights = rights_of(session, actor(user.id))
    assert rights == Rights(
        held=frozenset({("officer", one.id), ("appraiser", two.id), ("council", None)})
    )
    assert rights.roles == {"officer", "appraiser", "council"}
    assert rights.units == {one.id, two.id}
    assert rights.units_as("officer") == {one.id}
    assert rights.units_as("appraiser") == {two.id}
    assert rights.units_as("council") == frozenset()
    assert (rights.any_of(STAFF), rights.any_of(["council"])) == (False, True)


def test_a_role_counts_in_its_own_province_alone(
    sessions: sessionmaker[Session], session: Session, two_provinces: tuple[int, int]
) -> None:
    user = make_user(session)
    make_membership(session, "admin", user=user)
    id_ = user.id
    session.commit()
    assert rights_of(session, actor(id_)).roles == {"admin"}
    with sessions() as other:
        enter_province(other, two_provinces[1])
        assert rights_of(other, actor(id_)) == Rights(held=frozenset())


def test_commands_and_jobs_have_every_role_and_no_unit(session: Session) -> None:
    for by in (COMMAND, Actor(kind="job", name="seal_audit", id=1)):
        assert rights_of(session, by) == Rights(held=frozenset((role, None) for role in ROLES))


def test_a_person_without_an_id_is_nobody(session: Session) -> None:
    make_membership(session, "admin")
    nobody = Actor(kind="person", name="Không rõ")
    assert rights_of(session, nobody) == Rights(held=frozenset())


def test_require_gives_the_rights_or_says_who_may(session: Session) -> None:
    leader = actor(make_membership(session, "leader").user_id)
    assert require(session, leader, {"leader"}, "xem").roles == {"leader"}
    with pytest.raises(NotAllowed) as refusal:
        require(session, leader, STAFF, "mở kỳ đánh giá")
    assert str(refusal.value) == (
        "Bạn không có quyền mở kỳ đánh giá. "
        "Việc này dành cho: Thường trực (Sở Nội vụ), Quản trị của tỉnh."
    )


def test_every_role_has_a_name() -> None:
    assert tuple(ROLE_NAMES) == ROLES
    assert len(set(ROLE_NAMES.values())) == len(ROLES)
