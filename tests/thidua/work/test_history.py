"""Published tables as historical results: Tiền Giang's of 2020 whole, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import grading, small_spec

from thidua.errors import Conflict, NotFound
from thidua.registry import load_province
from thidua.store.audit_rows import AuditEvent
from thidua.store.results import ResultRow, ResultVersion
from thidua.store.tenancy import province_of
from thidua.work.history import import_published
from thidua.work.provinces import apply_province
from thidua.work.results import publish_results
from thidua.work.tables import result_table
from thidua.work.versions import engine_version
from thidua_tiengiang.plugin import province as tiengiang

BLOCKS = {
    "các sở, ban, ngành tỉnh": """
        1 1 99.95 Xuất sắc Sở Tài chính
        2 2 99.84 Xuất sắc Sở Xây dựng
        3 3 99.36 Xuất sắc Sở Nội vụ
        4 4 99.01 Xuất sắc Sở Tư pháp
        5 5 98.99 Xuất sắc Sở Văn hóa, Thể thao và Du lịch
        6 6 98.62 Xuất sắc Sở Khoa học và Công nghệ
        7 8 98.50 Xuất sắc Sở Công thương
        8 9 98.40 Xuất sắc Sở Y tế
        9 10 98.21 Xuất sắc Sở Tài nguyên và Môi trường
        10 11 97.68 Xuất sắc Sở Giao thông Vận tải
        11 12 97.19 Xuất sắc Ban Quản lý các khu công nghiệp
        12 7 96.60 Xuất sắc Sở Nông nghiệp và Phát triển nông thôn
        13 13 96.25 Xuất sắc Thanh tra tỉnh
        14 14 95.89 Xuất sắc Sở Kế hoạch và Đầu tư
        15 15 95.17 Xuất sắc Sở Thông tin và Truyền thông
        16 16 94.50 Xuất sắc Văn phòng Đoàn đại biểu Quốc hội, Hội đồng nhân dân và Ủy ban nhân dân
        17 17 92.98 Xuất sắc Sở Ngoại vụ
        18 18 92.02 Xuất sắc Sở Lao động – Thương binh và xã hội
        19 19 89.09 Tốt Sở Giáo dục và Đào tạo
    """,
    "cơ quan ngành dọc trên địa bàn tỉnh": """
        1 1 102.50 Xuất sắc Cục Thuế tỉnh
        2 2 102.22 Xuất sắc Kho bạc Nhà nước tỉnh
        3 3 99.50 Xuất sắc Bảo hiểm Xã hội tỉnh
        4 4 97.75 Xuất sắc Ngân hàng Nhà nước chi nhánh tỉnh
        5 5 97.61 Xuất sắc Công an tỉnh
    """,
    "UBND cấp huyện - Cụm 1": """
        1 1 100.14 Xuất sắc Huyện Chợ Gạo
        2 2 100.09 Xuất sắc Huyện Cai Lậy
        3 3 99.94 Xuất sắc Huyện Gò Công Tây
        4 4 98.80 Xuất sắc Huyện Tân Phước
    """,
}
"""Rank by points, printed position, points as printed, band, name."""

BREAKS = (
    "In ở vị trí 7 với 96,60 điểm, trái với thứ tự giảm dần của bảng; theo điểm đã in, đơn vị "
    "đứng hạng 12 trong nhóm “các sở, ban, ngành tỉnh”."
)


@pytest.fixture
def applied(sessions: sessionmaker[Session]) -> Session:
    session = sessions()
    apply_province(session, spec=load_province("tiengiang", tiengiang).spec, by=COMMAND)
    return session


def test_the_table_of_2020_is_ranked_and_graded_whole(applied: Session) -> None:
    version = applied.scalars(select(ResultVersion)).one()
    table = result_table(applied, version_id=version.id, by=COMMAND)
    found = {
        group.label: [
            f"{r.rank} {r.position} {r.points} {r.band.replace(' ', '_')} {r.name}"
            for r in group.rows
        ]
        for group in table.groups
    }
    expected = {
        name: [line.strip().replace("Xuất sắc", "Xuất_sắc") for line in block.split("\n")[1:-1]]
        for name, block in BLOCKS.items()
    }
    assert found == expected
    warned = {row.name: row.warning for group in table.groups for row in group.rows if row.warning}
    assert warned == {"Sở Nông nghiệp và Phát triển nông thôn": BREAKS}
    assert table.findings == [f"Sở Nông nghiệp và Phát triển nông thôn: {BREAKS}"]
    assert not any(row.tied for group in table.groups for row in group.rows)
    assert {row.index for group in table.groups for row in group.rows} == {None}
    assert (table.has_index, table.illustrative, table.bands_illustrative) == (False, False, True)
    assert (table.published, table.kind, table.caption) == (
        True, "historical", "Kết quả đã công bố năm 2020, bản số 1",
    )  # fmt: skip
    assert table.notes == [
        "Xếp hạng, xếp loại theo điểm đã công bố; bằng nhau thì đồng hạng (1, 2, 2, 4).",
        "Xếp loại: Xuất sắc từ 90, Tốt từ 80, Khá từ 70, Trung bình từ 50, Yếu phần còn lại.",
        "Ngưỡng xếp loại là minh họa, không phải quy định của tỉnh.",
        f"Nguồn: {version.source}",
        f"Tính bằng Thi đua {engine_version()}, quy tắc 1, dữ liệu tỉnh 1.",
    ]
    assert version.source.startswith("https://baoapbac.vn/")


def test_points_keep_their_printed_decimals_and_pass_100(applied: Session) -> None:
    rows = {row.name: row for row in applied.scalars(select(ResultRow))}
    kept = {
        name: (rows[name].points, rows[name].printed_points, rows[name].maximum)
        for name in ("Cục Thuế tỉnh", "Sở Nông nghiệp và Phát triển nông thôn", "Huyện Tân Phước")
    }
    assert kept == {
        "Cục Thuế tỉnh": (1_025_000, "102.50", None),
        "Sở Nông nghiệp và Phát triển nông thôn": (966_000, "96.60", None),
        "Huyện Tân Phước": (988_000, "98.80", None),
    }


def test_the_import_is_audited_once(applied: Session) -> None:
    version = applied.scalars(select(ResultVersion)).one()
    events = applied.scalars(select(AuditEvent).where(AuditEvent.action == "results.import")).all()
    assert [(event.subject_id, event.after) for event in events] == [
        (version.id, {"year": 2020, "title": version.title, "rows": 28})
    ]
    spec = load_province("tiengiang", tiengiang).spec
    with pytest.raises(Conflict, match=r"^Năm 2020 đã có kết quả công bố được nhập trước đó\.$"):
        import_published(applied, spec=spec, published=spec.published_results[0], by=COMMAND)


def published(rows: list[dict[str, Any]], **changed: Any) -> dict[str, Any]:
    groups = [{"name": "Khối sở", "rows": rows}]
    return {"year": 2025, "title": "Bảng 2025", "grading": "chung", "groups": groups, **changed}


ROWS = [
    {"position": 1, "unit": "so-mot", "points": "45", "maximum": "50"},
    {"position": 2, "unit": "so-hai", "points": "72.5", "maximum": "90.5"},
    {"position": 3, "unit": "so-ba", "points": "72.500", "maximum": "90.5"},
]


def test_a_table_with_maxima_is_ranked_by_index(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        apply_province(session, spec=small_spec(published_results=[published(ROWS)]), by=COMMAND)
        version = session.scalars(select(ResultVersion)).one()
        table = result_table(session, version_id=version.id, by=COMMAND)
        rows = [
            (r.rank, r.tied, r.name, str(r.points), r.maximum, str(r.index), r.band)
            for group in table.groups
            for r in group.rows
        ]
        assert rows == [
            (1, False, "Sở Một", "45", Decimal(50), "90.00", "Tốt"),
            (2, True, "Sở Hai", "72.5", Decimal("90.5"), "80.11", "Tốt"),
            (2, True, "Sở Ba", "72.500", Decimal("90.5"), "80.11", "Tốt"),
        ]
        # the fewest points are the best index here: the printed order is the index's
        assert table.findings == []


def test_whether_the_printed_order_holds_is_asked_of_what_is_ranked(
    sessions: sessionmaker[Session],
) -> None:
    rows = [{**ROWS[1], "position": 1}, {**ROWS[0], "position": 2}]
    with sessions.begin() as session:
        apply_province(session, spec=small_spec(published_results=[published(rows)]), by=COMMAND)
        [found] = session.scalars(select(ResultVersion)).one().findings
        assert (found["unit"], found["message"]) == (
            "Sở Một",
            "In ở vị trí 2 với 45/50 điểm, trái với thứ tự giảm dần của bảng; theo điểm đã in, đơn "
            "vị đứng hạng 1 trong nhóm “Khối sở”.",
        )


def test_a_table_of_indices_alone_is_ranked_by_them(sessions: sessionmaker[Session]) -> None:
    rows = [
        {"position": 1, "unit": "so-mot", "index": "88.10"},
        {"position": 2, "unit": "so-hai", "index": "90.5"},
    ]
    with sessions.begin() as session:
        apply_province(session, spec=small_spec(published_results=[published(rows)]), by=COMMAND)
        version = session.scalars(select(ResultVersion)).one()
        table = result_table(session, version_id=version.id, by=COMMAND)
        shown = [(r.rank, r.name, r.points, str(r.index), r.band) for r in table.groups[0].rows]
        assert shown == [
            (1, "Sở Hai", None, "90.5", "Tốt"),
            (2, "Sở Một", None, "88.10", "Tốt"),
        ]
        assert table.findings == [
            "Sở Hai: In ở vị trí 2 với 90,5 %, trái với thứ tự giảm dần của bảng; theo chỉ số đã "
            "in, đơn vị đứng hạng 1 trong nhóm “Khối sở”."
        ]


def test_the_whole_table_is_one_group_where_the_grading_says_so(
    sessions: sessionmaker[Session],
) -> None:
    both = [
        {
            "name": "Khối sở",
            "rows": [
                {"position": 1, "unit": "so-mot", "points": "45"},
                {"position": 2, "unit": "so-hai", "points": "72.5"},
            ],
        },
        {"name": "Cấp xã", "rows": [{"position": 1, "unit": "xa-mot", "points": "100"}]},
    ]
    spec = small_spec(
        grading=[grading(rank={"within": []})], published_results=[published([], groups=both)]
    )
    with sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
        rows = session.scalars(select(ResultRow).order_by(ResultRow.rank)).all()
        assert [(row.name, row.rank, row.group_label) for row in rows] == [
            ("Xã Một", 1, "Cấp xã"), ("Sở Hai", 2, "Khối sở"), ("Sở Một", 3, "Khối sở"),
        ]  # fmt: skip
        [found] = session.scalars(select(ResultVersion)).one().findings
        assert found["message"] == (
            "In ở vị trí 2 với 72,5 điểm, trái với thứ tự giảm dần của bảng; theo điểm đã in, đơn "
            "vị đứng hạng 2 trong cả bảng."
        )


def test_a_unit_that_was_not_there_on_the_day_is_named(sessions: sessionmaker[Session]) -> None:
    early = published(ROWS, year=2024)
    june = {**early, "published_on": "2025-06-30"}
    for table, day in ((early, "31/12/2024"), (june, "30/06/2025")):
        with sessions() as session, pytest.raises(NotFound) as refusal:
            apply_province(session, spec=small_spec(published_results=[table]), by=COMMAND)
        assert str(refusal.value) == f"Ngày {day} không có đơn vị “so-mot”."
    with sessions() as session:
        changes = apply_province(
            session, by=COMMAND,
            spec=small_spec(published_results=[{**early, "published_on": "2025-07-01"}]),
        )  # fmt: skip
        assert str(changes[-1]) == "Nhập kết quả đã công bố: Bảng 2025"
        assert province_of(session) > 0


def test_a_historical_version_is_not_published_again(applied: Session) -> None:
    version = applied.scalars(select(ResultVersion)).one()
    with pytest.raises(Conflict) as refusal:
        publish_results(applied, version_id=version.id, by=COMMAND)
    assert str(refusal.value) == "Kết quả nhập từ bảng đã công bố thì không công bố lại."
