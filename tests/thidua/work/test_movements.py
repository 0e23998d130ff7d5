"""Movements, the award forms they name, and their amendments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import open_2025
from tests.factories import COMMAND, make_province, refusal
from tests.moving import NOW, apply_moving
from tests.moving import movement as moved
from tests.small import person, small_spec

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.registry import load_province
from thidua.spec.bundle import ProvinceSpec
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.documents import StoredMovement
from thidua.store.movements import MovementAmendment
from thidua.store.people import ROLES
from thidua.store.tenancy import enter_province
from thidua.work.movements import (
    amend_movement,
    list_movements,
    movement_by_code,
    movement_versions,
)
from thidua.work.provinces import apply_province
from thidua_tiengiang.plugin import province as tiengiang


@pytest.fixture(scope="module")
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


# -- Amendments --------------------------------------------------------------------------------

SECOND = {"title": "Kế hoạch sửa đổi", "number": "9/KH", "issued_on": "2026-02-01"}


@pytest.fixture
def moving(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Tỉnh Nhỏ with a movement and its round of 2025 open."""
    with sessions() as session:
        apply_moving(session)
        open_2025(session)
        yield session


def amend(session: Session, **changed: Any) -> MovementAmendment:
    document = {"amendments": [SECOND], "theme": "Chuyển đổi số", **changed}
    return amend_movement(session, movement=moved(**document), by=COMMAND, at=NOW)


def test_an_amendment_is_a_new_version_and_the_old_one_stays(moving: Session) -> None:
    amend(moving)
    third = {"title": "Kế hoạch sửa đổi lần hai", "issued_on": "2026-02-20"}
    made = amend(moving, amendments=[SECOND, third], theme="Số hóa")
    assert movement_by_code(moving, code="cchc", by=COMMAND)[0].theme == "Số hóa"
    versions = movement_versions(moving, code="cchc", by=COMMAND)
    assert [(v.number, v.since, v.document.title) for v in versions] == [
        (1, date(2025, 7, 10), "Kế hoạch"),
        (2, date(2026, 2, 1), "Kế hoạch sửa đổi"),
        (3, date(2026, 2, 20), "Kế hoạch sửa đổi lần hai"),
    ]
    assert versions[0].changes == []
    assert "theme: Cải cách hành chính → Chuyển đổi số" in versions[1].changes
    [event] = moving.scalars(
        select(AuditEvent).where(AuditEvent.action == "movement.amend", AuditEvent.reason == "")
        .order_by(AuditEvent.id.desc()).limit(1)
    )  # fmt: skip
    assert (event.before, event.after) == (
        {"number": 2}, {"number": 3, "changes": list(versions[2].changes)},
    )  # fmt: skip
    stored = moving.get_one(StoredMovement, made.movement_id)
    assert stored.document["theme"] == "Cải cách hành chính"
    assert refusal(moving, text("UPDATE movement_amendment SET document = '{}'")) == (
        "permission denied for table movement_amendment"
    )


def test_an_amendment_rests_on_a_new_dated_document(moving: Session) -> None:
    cases: dict[str, dict[str, Any]] = {
        "amendments: Hãy ghi thêm đúng một văn bản: văn bản làm căn cứ lần sửa đổi này.": {
            "amendments": []
        },
        "amendments: Hãy ghi ngày ban hành (issued_on) của văn bản sửa đổi.": {
            "amendments": [{"title": "Kế hoạch"}]
        },
        "amendments: Ngày văn bản sửa đổi không được sau hôm nay hay trước văn bản đã có.": {
            "amendments": [{**SECOND, "issued_on": "2025-07-09"}]
        },
        "award_forms: không có hình thức khen thưởng “co”": {"award_forms": ["co"]},
        "period.years: Đợt xét khen năm 2025 đã mở; hãy giữ năm này.": {
            "period": {"years": [2026]}
        },
    }
    said = []
    for changed in cases.values():
        with pytest.raises(Invalid) as refused:
            amend(moving, **changed)
        said.append(str(refused.value))
    assert said == [*cases]
    with pytest.raises(Conflict, match="Nội dung phong trào không có gì thay đổi"):
        amend(moving, theme="Cải cách hành chính")
    amend(moving)
    with pytest.raises(Invalid, match="Hãy giữ nguyên các văn bản sửa đổi đã có"):
        amend(moving, amendments=[{**SECOND, "number": "10/KH"}], theme="Khác")
