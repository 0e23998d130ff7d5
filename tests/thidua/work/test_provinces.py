"""Applying a province: what it brings, what it leaves alone, what it refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import NAMES, criteria, grading, person, small_spec

from thidua.errors import Conflict, NotAllowed
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.document import document, document_hash
from thidua.store.audit_rows import AuditEvent
from thidua.store.base import INSTALLATION_TABLES
from thidua.store.criteria import Leaf, StoredCriteriaSet
from thidua.store.documents import StoredGrading
from thidua.store.people import ROLES
from thidua.store.provinces import Province
from thidua.store.tables import metadata
from thidua.store.tenancy import enter_province
from thidua.store.units import Cluster, Unit, UnitKind, UnitPeriod
from thidua.work.accounts import FOR_A_UNIT
from thidua.work.provinces import apply_province
from thidua.work.units import days_of

BROUGHT = [
    "Thêm tỉnh: Tỉnh Nhỏ",
    "Thêm loại đơn vị: Sở, ban, ngành",
    "Thêm loại đơn vị: Cấp xã",
    "Thêm khối, cụm: Khối 1",
    "Thêm cách xếp loại: chung",
    "Thêm bộ tiêu chí: Bộ tiêu chí nhỏ (phiên bản 1)",
    "Thêm đơn vị: Sở Một",
    "Thêm đơn vị: Sở Hai",
    "Thêm đơn vị: Sở Ba",
    "Thêm đơn vị: Xã Một",
]


def apply(session: Session, spec: ProvinceSpec) -> list[str]:
    return [str(change) for change in apply_province(session, spec=spec, by=COMMAND)]


def rows(session: Session) -> dict[str, int]:
    """How many rows each table of the entered province has, and the installation's."""
    session.flush()
    tables = [t for name, t in metadata.tables.items() if name not in INSTALLATION_TABLES]
    counts = {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}
    return {name: count for name, count in counts.items() if count}


ROWS = {
    "audit_event": 1,
    "unit_kind": 2,
    "cluster": 1,
    "grading": 1,
    "criteria_set": 1,
    "leaf": 4,
    "unit": 4,
    "unit_period": 4,
}


def test_apply_province_stores_all_that_is_declared(sessions: sessionmaker[Session]) -> None:
    spec = small_spec()
    with sessions.begin() as session:
        assert apply(session, spec) == BROUGHT
    with sessions() as session:
        province = session.scalars(select(Province)).one()
        said = (province.code, province.name, province.full_name, province.authority)
        assert said == ("nho", "Nhỏ", "Tỉnh Nhỏ", "Sở Nội vụ tỉnh Nhỏ")
        assert (province.applied_version, province.applied_hash) == ("3", document_hash(spec))
        enter_province(session, province.id)
        assert rows(session) == ROWS
        kinds = [(k.code, k.name, k.level) for k in session.scalars(select(UnitKind))]
        assert kinds == [("so", "Sở, ban, ngành", "province"), ("xa", "Cấp xã", "commune")]
        clusters = [(c.kind, c.code, c.name) for c in session.scalars(select(Cluster))]
        assert clusters == [("so", "khoi-1", "Khối 1")]
        stored = session.scalars(select(StoredCriteriaSet)).one()
        assert stored.document == document(spec.criteria_sets[0])
        assert (stored.code, stored.version, stored.frozen) == ("bo-nho", "1", False)
        leaves = session.scalars(select(Leaf).order_by(Leaf.position))
        assert [(leaf.position, leaf.code) for leaf in leaves] == [
            (0, "1.1"), (1, "1.2"), (2, "2.1"), (3, "2.2"),
        ]  # fmt: skip
        assert [(u.key, u.periods[0].name, u.created_by) for u in units(session)] == [
            (key, name, "seed") for key, name in NAMES.items()
        ]
        spans = {days_of(unit.periods[0]) for unit in units(session)}
        assert spans == {(spec.units[0].valid_from, None)}


def units(session: Session) -> list[Unit]:
    return list(session.scalars(select(Unit).order_by(Unit.id)))


def test_apply_province_is_audited_with_its_changes(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        apply(session, small_spec())
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.subject_kind, event.actor_name) == (
            "province.apply", "province", "thidua thử",
        )  # fmt: skip
        assert event.after == {"version": "3", "changes": BROUGHT}


def test_apply_province_again_changes_nothing(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        apply(session, small_spec())
    with sessions.begin() as session:
        assert apply(session, small_spec()) == []
        assert rows(session) == ROWS


def test_two_who_apply_a_province_at_once_bring_it_once(sessions: sessionmaker[Session]) -> None:
    def attempt(_: int) -> list[str]:
        with sessions.begin() as session:
            return apply(session, small_spec())

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(attempt, range(4)))
    assert sorted(done) == [[], [], [], BROUGHT]


def test_apply_province_rolled_back_leaves_no_row(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        assert apply(session, small_spec()) == BROUGHT
    with sessions() as session:
        assert session.scalars(select(Province)).all() == []
    with sessions.begin() as session:
        assert apply(session, small_spec()) == BROUGHT


def test_apply_province_leaves_what_exists_as_it_is(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        apply(session, small_spec())
        period = session.scalars(select(UnitPeriod).where(UnitPeriod.name == "Sở Hai")).one()
        period.name = "Sở Hai đã đổi tên ở bàn quản trị"
        session.scalars(select(StoredGrading)).one().hash = "đã sửa"
    spec = small_spec(grading=[grading(), grading(code="rieng", title="Cách riêng")])
    changed = spec.model_copy(
        update={
            "units": (
                spec.units[0].model_copy(update={"name": "Sở Một đổi trong tệp"}),
                *spec.units[1:],
                spec.units[0].model_copy(update={"key": "so-tu", "name": "Sở Tư"}),
            )
        }
    )
    with sessions.begin() as session:
        assert apply(session, changed) == [
            "Thêm cách xếp loại: Cách riêng",
            "Thêm đơn vị: Sở Tư",
        ]
        names = [unit.periods[0].name for unit in units(session)]
        assert names == ["Sở Một", "Sở Hai đã đổi tên ở bàn quản trị", "Sở Ba", "Xã Một", "Sở Tư"]
        hashes = session.scalars(select(StoredGrading.hash).order_by(StoredGrading.id)).all()
        assert hashes == ["đã sửa", document_hash(spec.grading[1])]


def test_apply_province_takes_a_new_version_of_a_set_beside_the_old(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        apply(session, small_spec())
    newer = criteria(version="2", title="Bộ tiêu chí nhỏ, sửa đổi", bonus_cap=2)
    with sessions.begin() as session:
        changes = apply(session, small_spec(criteria_sets=[criteria(), newer]))
        assert changes == ["Thêm bộ tiêu chí: Bộ tiêu chí nhỏ, sửa đổi (phiên bản 2)"]
        stored = session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id)).all()
        assert [(s.version, s.document["bonus_cap"]) for s in stored] == [("1", "1"), ("2", "2")]


def test_apply_province_refuses_another_content_under_the_same_version(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        apply(session, small_spec())
    other = small_spec(
        criteria_sets=[criteria(bonus_cap=2, note="Đã sửa")],
        grading=[grading(), grading(code="rieng")],
    )
    with sessions() as session, pytest.raises(Conflict) as refusal:
        apply(session, other)
    assert str(refusal.value) == (
        "Bộ tiêu chí bo-nho phiên bản 1 đã lưu với nội dung khác. Hãy đặt phiên bản mới cho nội "
        "dung mới. Khác nhau:\nbonus_cap: 1 → 2\nnote: (không có) → Đã sửa"
    )
    with sessions() as session:
        province = session.scalars(select(Province)).one()
        enter_province(session, province.id)
        assert rows(session) == ROWS
        assert province.applied_hash == document_hash(small_spec())


def test_apply_province_names_the_first_differences_of_many(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        apply(session, small_spec())
    group = {"name": "Nhóm", "reason": "Lý do", "nodes": ["1.1"]}
    groups = [{"code": f"nhom-{at}", **group} for at in range(24)]
    changed = criteria(exemption_groups=groups)
    with sessions() as session, pytest.raises(Conflict) as refusal:
        apply(session, small_spec(criteria_sets=[changed]))
    lines = str(refusal.value).split("\n")
    assert (len(lines), lines[-1]) == (22, "và 5 chỗ khác")


def test_two_provinces_stand_side_by_side(sessions: sessionmaker[Session]) -> None:
    other = small_spec("hai", criteria_sets=[criteria(title="Bộ của tỉnh Hai")])
    ids = []
    for spec in (small_spec(), other):
        with sessions.begin() as session:
            assert len(apply(session, spec)) == len(BROUGHT)
            ids.append(session.scalars(select(Province.id).order_by(Province.id.desc())).first())
    titles: list[str] = []
    for province in ids:
        with sessions() as session:
            assert province is not None
            enter_province(session, province)
            assert rows(session) == ROWS
            titles += session.scalars(select(StoredCriteriaSet.title)).all()
    assert titles == ["Bộ tiêu chí nhỏ", "Bộ của tỉnh Hai"]


def test_apply_province_is_for_its_administrator(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        apply(session, small_spec())
        staff = {role: person(session, role) for role in ROLES if role not in FOR_A_UNIT}
    admin = staff.pop("admin")
    for by in staff.values():
        with sessions() as session, pytest.raises(NotAllowed) as refusal:
            apply_province(session, spec=small_spec(), by=by)
        assert str(refusal.value) == (
            "Bạn không có quyền áp dụng dữ liệu của tỉnh. Việc này dành cho: Quản trị của tỉnh."
        )
    newer = small_spec(grading=[grading(), grading(code="rieng")])
    with sessions.begin() as session:
        changes = apply_province(session, spec=newer, by=admin)
        assert [str(change) for change in changes] == ["Thêm cách xếp loại: rieng"]
