"""The register as lines: out, in again, all or nothing, names told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, make_kind
from tests.small import OPENED_AT, criteria, domain, leaf, open_small, small_spec

from thidua.errors import Invalid
from thidua.store.audit_rows import AuditEvent
from thidua.work.figures import known_units
from thidua.work.lateness import late_units
from thidua.work.register import (
    Imported,
    TakenLine,
    UnitLine,
    import_units,
    last_names,
    period_names,
    told_apart,
    unit_lines,
)

A = UnitLine(line=2, key="so-a", name="Sở A", kind="so", cluster="khoi-1", official_code="007")
B = UnitLine(
    line=3, key="phong-b", name="Phòng B", kind="so", parent="so-a",
    valid_from=date(2024, 1, 1), valid_to=date(2025, 6, 30),
)  # fmt: skip
LATER = replace(B, line=4, name="Phòng B mới", valid_from=date(2025, 7, 1), valid_to=None)
LINES = (B, LATER, A)
SO = {
    "key": "so-a", "name": "Sở A", "kind": "so", "valid_from": "2025-07-01",
    "provenance": "illustrative",
}  # fmt: skip
ONE = criteria(
    domains=[domain("1", "Một", leaf("1.1", "Trang", 100, {"kind": "manual"}))], declared={},
    exemption_groups=[], substitutes=[], bonus_cap=0,
)  # fmt: skip


def bare(lines: tuple[UnitLine, ...]) -> set[UnitLine]:
    return {replace(line, line=0) for line in lines}


def test_what_goes_in_comes_out(session: Session) -> None:
    make_kind(session)
    done = import_units(session, lines=LINES, by=COMMAND)
    assert (set(done.added), done.changed, done.unchanged) == (
        {"Sở A", "Phòng B", "Phòng B mới"}, (), 0,
    )  # fmt: skip
    assert bare(unit_lines(session, by=COMMAND)) == bare(LINES)


def test_lines_as_of_a_day(session: Session) -> None:
    make_kind(session)
    import_units(session, lines=LINES, by=COMMAND)
    names = [line.name for line in unit_lines(session, by=COMMAND, day=date(2025, 6, 30))]
    assert names == ["Phòng B", "Sở A"]


def test_equal_lines_change_nothing_and_differing_ones_are_corrected(session: Session) -> None:
    make_kind(session)
    import_units(session, lines=LINES, by=COMMAND)
    events = select(func.count()).select_from(AuditEvent)
    before = session.scalar(events)
    assert import_units(session, lines=LINES, by=COMMAND) == Imported((), 3)
    assert session.scalar(events) == before
    fixed = replace(A, name="Sở A và B", official_code="")
    done = import_units(session, lines=(fixed, B, LATER), by=COMMAND)
    assert done == Imported((TakenLine(fixed, before=replace(A, line=0)),), 2)
    assert (done.added, done.changed) == ((), ("Sở A và B",))
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert last is not None
    assert (last.action, last.after) == ("units.import", {"added": 0, "changed": 1, "unchanged": 2})
    assert bare(unit_lines(session, by=COMMAND)) == bare((fixed, B, LATER))


def test_a_line_without_a_key_is_a_new_unit_named_after_itself(session: Session) -> None:
    make_kind(session)
    import_units(session, lines=(UnitLine(line=2, name="Sở Đặc Biệt", kind="so"),), by=COMMAND)
    assert [line.key for line in unit_lines(session, by=COMMAND)] == ["so-dac-biet"]


def test_all_problems_are_named_by_line_and_nothing_is_kept(session: Session) -> None:
    make_kind(session)
    import_units(session, lines=(A,), by=COMMAND)
    wrong = (
        replace(A, line=2, name="Sở khác"),
        replace(B, line=3, kind="khong-co"),
        replace(A, line=4, name="Hai lần"),
        replace(B, line=5, key="c", parent="ai-do"),
        replace(B, line=6, key="d", parent="d"),
        replace(B, line=7, key="so-a", parent="", name="Chồng"),
    )
    with pytest.raises(Invalid) as refused:
        import_units(session, lines=wrong, by=COMMAND)
    assert sorted((item.place, item.reason) for item in refused.value.problems) == [
        ("Dòng 3, Loại đơn vị", "Hãy chọn một loại đơn vị của tỉnh."),
        ("Dòng 4", "trùng khóa và ngày bắt đầu với dòng 2; hãy giữ một dòng"),
        (
            "Dòng 5, Đơn vị cấp trên",
            "Không có đơn vị nào có khóa “ai-do”. Hãy chọn lại.",
        ),
        (
            "Dòng 6, Đơn vị cấp trên",
            "Đơn vị không thể trực thuộc chính nó hay cấp dưới của nó.",
        ),
        (
            "Dòng 7",
            "Thời gian này chồng lên một thời gian khác của cùng đơn vị. Hãy sửa ngày, "
            "hoặc ghi ngày kết thúc của thời gian kia trước.",
        ),
    ]


def test_a_ring_of_parents_is_refused(session: Session) -> None:
    make_kind(session)
    import_units(session, lines=(A, B), by=COMMAND)
    with pytest.raises(Invalid, match="cấp dưới của nó"):
        import_units(session, lines=(replace(A, parent="phong-b"),), by=COMMAND)


def test_names_that_several_bear_are_told_apart() -> None:
    kinds = {"xa": "Xã", "phuong": "Phường"}
    district, other = (
        UnitLine(key=key, name=name, kind="huyen")
        for key, name in (("tan-hong", "Huyện Tân Hồng"), ("cai-lay", "Huyện Cai Lậy"))
    )
    lines = (
        district,
        other,
        UnitLine(key="1", name="Xã Bình Phú", kind="xa", parent="tan-hong"),
        UnitLine(key="2", name="Xã Bình Phú", kind="xa", parent="cai-lay"),
        UnitLine(key="3", name="Long Hòa", kind="xa"),
        UnitLine(key="4", name="Long Hòa", kind="phuong"),
        UnitLine(key="5", name="Phường 1", kind="phuong", official_code="101"),
        UnitLine(key="6", name="Phường 1", kind="phuong", official_code="102"),
        UnitLine(key="7", name="Phường 2", kind="phuong"),
        UnitLine(key="8", name="Phường 2", kind="phuong"),
    )
    assert told_apart(lines, kinds) == (
        "Huyện Tân Hồng",
        "Huyện Cai Lậy",
        "Xã Bình Phú (Huyện Tân Hồng)",
        "Xã Bình Phú (Huyện Cai Lậy)",
        "Long Hòa (Xã)",
        "Long Hòa (Phường)",
        "Phường 1 (mã 101)",
        "Phường 1 (mã 102)",
        "Phường 2 (7)",
        "Phường 2 (8)",
    )


def test_a_unit_is_no_twin_of_its_own_past() -> None:
    later = replace(B, valid_from=date(2025, 7, 1), valid_to=None)
    other = UnitLine(key="phong-c", name="Phòng B", kind="so", parent="so-b")
    above = (A, UnitLine(key="so-b", name="Sở B", kind="so"))
    assert told_apart((B, later, A), {}) == ("Phòng B", "Phòng B", "Sở A")
    assert told_apart((B, later, other, *above), {})[:3] == (
        "Phòng B (Sở A)", "Phòng B (Sở A)", "Phòng B (Sở B)",
    )  # fmt: skip


def test_a_campaign_calls_its_units_so_that_they_are_told_apart(
    sessions: sessionmaker[Session],
) -> None:
    """Lists, reminders and results take the names from there; tables may use either name."""
    plain = {"name": "Xã Một", "kind": "xa", "valid_from": "2025-07-01"}
    units = [
        {"key": f"xa-{number}", "official_code": code, "provenance": "illustrative", **plain}
        for number, code in enumerate(("101", "102"))
    ]
    with sessions() as session:
        campaign = open_small(session, small_spec(units=[*units, SO], criteria_sets=[ONE]))
        named = [unit.name for unit in campaign.units if unit.kind == "xa"]
        assert named == ["Xã Một (mã 101)", "Xã Một (mã 102)"]
        late = late_units(session, campaign_id=campaign.id, by=COMMAND, at=OPENED_AT)
        assert [item.name for item in late if item.step == "self"][-2:] == named
        known = [
            unit.names for unit in known_units(session, campaign, "") if "Xã Một" in unit.names
        ]
        assert known == [{"Xã Một", name} for name in named]
        lines = unit_lines(session, by=COMMAND)
        assert [(line.name, line.told) for line in lines if line.kind == "xa"] == [
            ("Xã Một", name) for name in named
        ]


def test_units_are_called_apart_in_each_of_their_times(session: Session) -> None:
    make_kind(session)
    twin = replace(B, key="phong-b-2", line=5, parent="", valid_from=date(2025, 7, 1),
                   valid_to=None)  # fmt: skip
    import_units(session, lines=(*LINES, twin), by=COMMAND)
    apart = ["Phòng B (phong-b-2)", "Phòng B (Sở A)", "Phòng B mới", "Sở A"]
    assert sorted(period_names(session, None).values()) == sorted(apart)
    assert sorted(period_names(session, date(2025, 1, 1)).values()) == ["Phòng B", "Sở A"]
    for day, called in ((date(2025, 7, 1), "Phòng B mới"), (date(2025, 6, 30), "Phòng B (Sở A)")):
        assert called in last_names(session, day).values()
    assert list(last_names(session, date(2026, 1, 1)).values()) == [
        "Phòng B", "Phòng B mới", "Sở A",
    ]  # fmt: skip
    assert "Phòng B (phong-b-2)" in last_names(session, date(2020, 1, 1)).values()
