"""Reading movements and the award forms they name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_province
from tests.small import person, small_spec

from thidua.errors import NotAllowed, NotFound
from thidua.registry import load_province
from thidua.spec.bundle import ProvinceSpec
from thidua.store.actor import Actor
from thidua.store.people import ROLES
from thidua.store.tenancy import enter_province
from thidua.work.movements import list_movements, movement_by_code
from thidua.work.provinces import apply_province
from thidua_tiengiang.plugin import province as tiengiang


@pytest.fixture
def spec() -> ProvinceSpec:
    return load_province("tiengiang", tiengiang).spec


@pytest.fixture
def applied(sessions: sessionmaker[Session], spec: ProvinceSpec) -> Iterator[Session]:
    with sessions() as session:
        apply_province(session, spec=spec, by=COMMAND)
        yield session


def test_movements_are_read_as_they_were_declared(applied: Session, spec: ProvinceSpec) -> None:
    assert list_movements(applied, by=COMMAND) == list(spec.movements)
    [movement] = spec.movements
    found, forms = movement_by_code(applied, code=movement.code, by=COMMAND)
    assert found == movement
    assert [form.code for form in forms] == list(movement.award_forms)
    assert {form.code: form for form in spec.award_forms} == {form.code: form for form in forms}


@pytest.mark.parametrize("code", ["khong-co", "", "'", "a\0b"])
def test_an_unknown_movement_is_not_found(applied: Session, code: str) -> None:
    with pytest.raises(NotFound, match="Không có phong trào thi đua này"):
        movement_by_code(applied, code=code, by=COMMAND)


def test_every_role_may_read_movements_and_nobody_else(applied: Session) -> None:
    for role in ROLES:
        unit = "so-noi-vu" if role in ("officer", "appraiser") else ""
        assert len(list_movements(applied, by=person(applied, role, unit))) == 1
    stranger = Actor(kind="person", id=0, name="Người lạ")
    with pytest.raises(NotAllowed, match="Bạn không có quyền xem phong trào thi đua"):
        list_movements(applied, by=stranger)


def test_movements_of_another_province_are_not_there(
    sessions: sessionmaker[Session], spec: ProvinceSpec
) -> None:
    with sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
    with sessions.begin() as session:
        other = make_province(session, "khac").id
    with sessions() as session:
        enter_province(session, other)
        assert list_movements(session, by=COMMAND) == []
        with pytest.raises(NotFound):
            movement_by_code(session, code=spec.movements[0].code, by=COMMAND)
    with sessions() as session:
        apply_province(session, spec=small_spec(), by=COMMAND)
        assert list_movements(session, by=COMMAND) == []
