"""Result versions as people read them: groups, order, notes, warnings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import compute, enter, fill_all, grading, open_small, person, small_spec

from thidua.errors import NotFound
from thidua.store.campaigns import Campaign
from thidua.store.results import ResultRow
from thidua.work.results import publish_results
from thidua.work.tables import ResultTable, TableGroup, TableRow, result_row, result_table
from thidua.work.versions import engine_version

ENGINE = f"Tính bằng Thi đua {engine_version()}, quy tắc 1, dữ liệu tỉnh 3."


def rows_of(session: Session, table: ResultTable) -> dict[str, tuple[int, int]]:
    """Unit and row id by name, to build what is expected."""
    mine = ResultRow.version_id == table.version_id
    return {
        row.name: (row.unit_id, row.id) for row in session.scalars(select(ResultRow).where(mine))
    }


@dataclass(frozen=True)
class Lines:
    """Makes expected rows, with the ids by name."""

    ids: dict[str, tuple[int, int]]

    def row(
        self, name: str, rank: int, points: str, maximum: int, index: str, band: str, *,
        tied: bool = False, warning: str = "",
    ) -> TableRow:  # fmt: skip
        return TableRow(
            unit_id=self.ids[name][0], row_id=self.ids[name][1], name=name, rank=rank, tied=tied,
            points=Decimal(points), maximum=Decimal(maximum), index=Decimal(index), band=band,
            position=None, warning=warning,
        )  # fmt: skip


def test_a_version_is_shown_whole(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    enter(inside, campaign, "xa-mot", {"2.1": {}}, "survey")
    version = compute(inside, campaign)
    table = result_table(inside, version_id=version.id, by=COMMAND)
    lines = Lines(rows_of(inside, table))
    assert table == ResultTable(
        version_id=version.id,
        province="Tỉnh Nhỏ",
        authority="Sở Nội vụ tỉnh Nhỏ",
        title="Chỉ số cải cách hành chính năm 2025",
        year=2025,
        number=1,
        kind="provisional",
        published=False,
        illustrative=True,
        has_index=True,
        bands_illustrative=True,
        groups=[
            TableGroup(
                label="Sở, ban, ngành / Khối 1",
                rows=[
                    lines.row("Sở Hai", 1, "80.0001", 100, "80.00", "Tốt", tied=True),
                    lines.row("Sở Một", 1, "80", 100, "80.00", "Tốt", tied=True),
                    lines.row("Sở Ba", 3, "45", 60, "75.00", "Khá"),
                ],
            ),
            TableGroup(
                label="Cấp xã",
                rows=[
                    lines.row(
                        "Xã Một",
                        1,
                        "50.5",
                        80,
                        "63.13",
                        "Trung bình",
                        warning="1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo.",
                    )
                ],
            ),
        ],
        notes=[
            "Bộ tiêu chí hoặc số liệu là minh họa, không phải kết quả của đơn vị.",
            "Xếp hạng, xếp loại theo chỉ số đã làm tròn; bằng nhau thì đồng hạng (1, 2, 2, 4).",
            "Xếp loại: Tốt từ 80, Khá từ 65, Trung bình phần còn lại.",
            "Ngưỡng xếp loại là minh họa, không phải quy định của tỉnh.",
            "Điều tra, chỉ số, đánh giá của lãnh đạo chưa có thì bỏ khỏi điểm tối đa của đơn vị.",
            ENGINE,
        ],
        findings=["Xã Một: 1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo."],
    )
    assert table.caption == "Kết quả tạm tính năm 2025, bản số 1"
    assert [str(row.index) for row in table.groups[0].rows] == ["80.00", "80.00", "75.00"]


def test_what_decides_is_printed_with_the_result(sessions: sessionmaker[Session]) -> None:
    bands = [{"label": "Đạt", "from": "50.5", "inclusive": False}, {"label": "Chưa đạt"}]
    spec = small_spec(
        grading=[
            grading(
                bands=bands, decide_on="exact", provenance="official", rank={"ties": ["1", "2.1"]}
            )
        ]
    )
    with sessions.begin() as session:
        campaign = open_small(session, spec)
        table = result_table(session, version_id=compute(session, campaign).id, by=COMMAND)
        assert table.notes == [
            "Bộ tiêu chí hoặc số liệu là minh họa, không phải kết quả của đơn vị.",
            "Xếp hạng, xếp loại theo chỉ số chưa làm tròn; bằng nhau thì so lần lượt các mã "
            "1, 2.1; vẫn bằng nhau thì đồng hạng (1, 2, 2, 4).",
            "Xếp loại: Đạt trên 50,5, Chưa đạt phần còn lại.",
            "Điều tra, chỉ số, đánh giá của lãnh đạo chưa có thì bỏ khỏi điểm tối đa của đơn vị.",
            ENGINE,
        ]
        assert table.bands_illustrative is False


def test_a_published_version_says_so(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    first, second = compute(inside, campaign), compute(inside, campaign)
    publish_results(inside, version_id=first.id, by=COMMAND)
    publish_results(inside, version_id=second.id, by=COMMAND.because("Sửa số liệu"))
    table = result_table(inside, version_id=first.id, by=COMMAND)
    assert (table.published, table.caption) == (True, "Kết quả chính thức năm 2025, bản số 1")
    assert table.findings == []
    corrected = result_table(inside, version_id=second.id, by=COMMAND)
    assert corrected.caption == "Kết quả điều chỉnh năm 2025, bản số 2"
    assert corrected.notes[0] == "Lý do điều chỉnh: Sửa số liệu"
    assert corrected.notes[1:] == table.notes


def test_a_row_comes_with_its_version(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    version = compute(inside, campaign)
    table, row = result_row(inside, row_id=version.rows[0].id, by=COMMAND)
    assert table == result_table(inside, version_id=version.id, by=COMMAND)
    assert (row.name, row.points) == ("Sở Ba", 450_000)


def test_what_may_not_be_seen_is_not_found(inside: Session, campaign: Campaign) -> None:
    version = compute(inside, campaign)
    officer = person(inside, "officer", "so-mot")
    for row_id in (version.rows[0].id, 0, -1, 10**9, 2**63, 10**30):
        with pytest.raises(NotFound, match="Không có bản kết quả này, hoặc kết quả chưa công bố"):
            result_row(inside, row_id=row_id, by=officer)
    for version_id in (version.id, 0, 2**63):
        with pytest.raises(NotFound, match="Không có bản kết quả này, hoặc kết quả chưa công bố"):
            result_table(inside, version_id=version_id, by=officer)
