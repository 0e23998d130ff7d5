"""Figures that an agency supplies for all units, in a table, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import (
    OPENED_AT,
    compute,
    criteria,
    domain,
    leaf,
    open_small,
    person,
    small_spec,
    unit_id,
)

from thidua.errors import Conflict, Invalid, NotAllowed
from thidua.exchange.appraisal import agency_workbook, appraisal_workbook
from thidua.exchange.figures import read_figures
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.sheets import EntryStage, ScoreEntry
from thidua.work.agency_appraisal import AppraisedLine, agency_appraisal
from thidua.work.agency_figures import Uploaded, agency_table, upload_agency_figures
from thidua.work.campaigns import close_campaign
from thidua.work.completeness import completeness
from thidua.work.entries import save_entry
from thidua.work.figure_lines import FigureLine
from thidua.work.sheet_page import sheet_page

RATIO = {
    "kind": "ratio", "numerator": "Hồ sơ đúng hạn", "denominator": "Hồ sơ tiếp nhận",
    "zero_denominator": "zero",
}  # fmt: skip
LEAVES = (
    leaf("1.1", "Đúng hạn", 60, RATIO, input_suppliers={"denominator": "agency"}),
    leaf(
        "1.2", "Báo cáo", 40, {"kind": "count", "item": "Báo cáo đủ", "each": 4}, supplier="agency"
    ),
)


@dataclass(frozen=True)
class Scene:
    session: Session
    campaign: Campaign
    agency: Actor

    def upload(self, *lines: FigureLine, **more: Any) -> Uploaded:
        asked: dict[str, Any] = {"by": self.agency, "at": OPENED_AT, **more}
        return upload_agency_figures(
            self.session, campaign_id=self.campaign.id, rows=lines, **asked
        )

    def save(self, code: str, stage: EntryStage = "self", **inputs: int) -> None:
        save_entry(
            self.session, campaign_id=self.campaign.id, unit_id=unit_id(self.session, "so-mot"),
            leaf_code=code, stage=stage, inputs=inputs, by=COMMAND, at=OPENED_AT,
        )  # fmt: skip

    def stored(self) -> list[tuple[str, dict[str, int]]]:
        self.session.expire_all()
        rows = self.session.scalars(select(ScoreEntry).order_by(ScoreEntry.id))
        return [(row.stage, row.inputs) for row in rows]


@pytest.fixture
def scene(sessions: sessionmaker[Session]) -> Iterator[Scene]:
    """A set of two leaves that Sở Hai appraises: a share of files, of which it knows how many
    there were, and reports, which it counts alone."""
    made = criteria(
        domains=[domain("1", "Một", *LEAVES, appraiser="so-hai")], declared={},
        exemption_groups=[], bonus_cap=0,
    )  # fmt: skip
    with sessions() as session:
        campaign = open_small(session, small_spec(criteria_sets=[made]))
        yield Scene(session, campaign, person(session, "appraiser", "so-hai"))


def line(unit: str, number: int = 2, **values: str) -> FigureLine:
    keyed = {"files": "1.1/denominator", "reports": "1.2/count", "done": "1.1/numerator"}
    figures: Mapping[str, Decimal] = {keyed[k]: Decimal(v) for k, v in values.items()}
    return FigureLine(unit, figures, line=number)


def test_an_agency_supplies_its_inputs_and_the_unit_types_the_rest(scene: Scene) -> None:
    made = scene.upload(line("Sở Một", files="40", reports="7"), line("Xã Một", 3, files="10"))
    assert made == Uploaded(2, 3, 0, ("Sở Ba", "Sở Hai"))
    assert scene.upload(line("sở một", files="40", reports="8")) == Uploaded(
        1, 1, 1, ("Sở Ba", "Sở Hai", "Xã Một")
    )
    with pytest.raises(NotAllowed) as refusal:
        scene.save("1.1", numerator=30, denominator=30)
    assert str(refusal.value) == ("Tiêu chí 1.1: “Hồ sơ tiếp nhận” do cơ quan thẩm định cung cấp.")
    with pytest.raises(NotAllowed, match="“Hồ sơ đúng hạn” do đơn vị tự nhập"):
        scene.save("1.1", "agency", numerator=1)
    unit = unit_id(scene.session, "so-mot")
    owed = completeness(scene.session, campaign_id=scene.campaign.id, unit_id=unit, by=COMMAND)
    assert (owed.words, [gap.words for gap in owed.gaps]) == (
        "Còn 1 dòng, 0 thiếu minh chứng.", ["Chưa nhập: Hồ sơ đúng hạn."],
    )  # fmt: skip
    scene.save("1.1", numerator=30)
    version = compute(scene.session, scene.campaign)
    points = {row.name: row.points for row in version.rows}
    assert points["Sở Một"] == 450_000 + 320_000
    said = [item["message"] for item in version.findings if item["unit"] == "Sở Một"]
    assert said == ["1 dòng tính theo tự chấm vì chưa thẩm định."]


def test_an_appraisal_needs_no_more_than_what_it_changes(scene: Scene) -> None:
    scene.upload(line("Sở Một", files="40", reports="10"))
    scene.save("1.1", numerator=40)
    scene.save("1.1", "appraised", numerator=20)
    version = compute(scene.session, scene.campaign)
    [row] = [row for row in version.rows if row.name == "Sở Một"]
    assert (row.points, [f for f in version.findings if f["unit"] == "Sở Một"]) == (700_000, [])


def test_every_line_that_cannot_be_taken_is_named_and_nothing_is_written(scene: Scene) -> None:
    with pytest.raises(Invalid) as refusal:
        scene.upload(
            line("Sở Mười Một", files="1"),
            line("Sở Một", 3, files="1.5"),
            line("Sở Một", 4, files="1"),
            line("Sở Hai", 5, files="1"),
            line("Sở Ba", 6, done="1"),
            line("Xã Một", 7, reports="-1"),
        )
    assert [(p.place, p.reason) for p in refusal.value.problems] == [
        ("Dòng 2", "không có đơn vị “Sở Mười Một” trong kỳ đánh giá. Gần giống: Sở Một."),
        ("Dòng 4", "“Sở Một” đã có ở một dòng trên"),
        ("Dòng 3", "“Hồ sơ tiếp nhận” có quá nhiều số lẻ; hãy sửa trong bảng"),
        (
            "Dòng 5",
            "Không ai thẩm định đơn vị của chính mình. "
            "Hãy chuyển phiếu này cho cơ quan thẩm định thay.",
        ),
        ("Dòng 6", "Tiêu chí 1.1: “Hồ sơ đúng hạn” do đơn vị tự nhập."),
        ("Dòng 7", "“Báo cáo đủ” phải từ 0 đến 1.000.000; hãy nhập lại"),
    ]
    with pytest.raises(Invalid, match="không có dòng số liệu nào"):
        scene.upload()
    with pytest.raises(Invalid, match="không có số liệu"):
        scene.upload(FigureLine("Sở Một", {"9.9/count": Decimal(1)}))
    scene.session.rollback()
    assert scene.stored() == []


def test_who_does_not_appraise_the_criterion_supplies_nothing(scene: Scene) -> None:
    with pytest.raises(Invalid, match=r"Tiêu chí 1\.1 do cơ quan khác thẩm định"):
        scene.upload(line("Sở Một", files="1"), by=person(scene.session, "appraiser", "so-ba"))
    with pytest.raises(NotAllowed, match="nhập số liệu của cơ quan thẩm định"):
        scene.upload(line("Sở Một", files="1"), by=person(scene.session, "officer", "so-mot"))
    assert agency_table(
        scene.session, campaign_id=scene.campaign.id, by=person(scene.session, "appraiser", "so-ba")
    ).units == ("Sở Hai",)
    close_campaign(scene.session, campaign_id=scene.campaign.id, by=COMMAND)
    with pytest.raises(Conflict, match="đã đóng"):
        scene.upload(line("Sở Một", files="1"))


def test_one_audit_row_holds_an_upload(scene: Scene) -> None:
    scene.upload(line("Sở Một", files="40"), line("Xã Một", 3, files="10"))
    event = scene.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "appraisal.figures")
    ).one()
    units = {key: str(unit_id(scene.session, key)) for key in ("so-mot", "xa-mot")}
    assert event.after == {
        "units": {
            units["so-mot"]: {"1.1": {"denominator": 40}},
            units["xa-mot"]: {"1.1": {"denominator": 10}},
        }
    }


def test_the_table_of_an_agency_is_written_filled_in_and_read_back(
    scene: Scene, tmp_path: Path
) -> None:
    table = agency_table(scene.session, campaign_id=scene.campaign.id, by=scene.agency)
    assert table.units == ("Sở Ba", "Sở Một", "Xã Một")
    assert [column.label for column in table.columns] == ["1.1 Hồ sơ tiếp nhận", "1.2 Báo cáo đủ"]
    path = tmp_path / "so-lieu.xlsx"
    path.write_bytes(agency_workbook(table))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        if row[0].value in table.units:
            row[1].value = 40 + table.units.index(row[0].value)
            row[2].value = 7
    book.save(path)
    read = read_figures(path, table.columns)
    scene.upload(*read.lines)
    assert scene.stored() == [
        ("agency", {"denominator": 41}), ("agency", {"count": 7}),
        ("agency", {"denominator": 40}), ("agency", {"count": 7}),
        ("agency", {"denominator": 42}), ("agency", {"count": 7}),
    ]  # fmt: skip


def test_what_sets_ask_by_one_code_stands_in_columns_of_their_own(
    sessions: sessionmaker[Session],
) -> None:
    def asking(item: str, kind: str) -> dict[str, Any]:
        rule = {"kind": "count", "item": item, "each": 4}
        return criteria(
            domains=[domain("1", "Một", leaf("1.1", "Một", 100, rule, supplier="agency"),
                            appraiser="so-hai")],
            declared={}, exemption_groups=[], bonus_cap=0, code=kind, kinds=[kind],
        )  # fmt: skip

    sets = [asking("Báo cáo", "so"), asking("Hồ sơ", "xa")]
    with sessions() as session:
        campaign = open_small(session, small_spec(criteria_sets=sets))
        scene = Scene(session, campaign, person(session, "appraiser", "so-hai"))
        table = agency_table(session, campaign_id=campaign.id, by=scene.agency)
        assert [column.label for column in table.columns] == ["1.1 Báo cáo", "1.1 Hồ sơ"]
        reports, files = (column.key for column in table.columns)
        with pytest.raises(Invalid, match=r"“Xã Một” không có số liệu 1\.1 Báo cáo; hãy để"):
            scene.upload(FigureLine("Xã Một", {reports: Decimal(1)}, line=3))
        scene.upload(
            FigureLine("Sở Một", {reports: Decimal(1)}), FigureLine("Xã Một", {files: Decimal(2)})
        )
        assert scene.stored() == [("agency", {"count": 1}), ("agency", {"count": 2})]


def test_an_agency_prints_what_it_appraised_for_signature(scene: Scene, tmp_path: Path) -> None:
    scene.upload(line("Sở Một", files="40", reports="10"))
    scene.save("1.1", numerator=40)
    unit = unit_id(scene.session, "so-mot")
    save_entry(
        scene.session, campaign_id=scene.campaign.id, unit_id=unit, leaf_code="1.1",
        stage="appraised", inputs={"numerator": 20}, explanation="=Chậm 20 hồ sơ",
        by=scene.agency, at=OPENED_AT,
    )  # fmt: skip
    hai = unit_id(scene.session, "so-hai")
    found = agency_appraisal(
        scene.session, campaign_id=scene.campaign.id, agency_id=hai, by=scene.agency
    )
    [part] = found.domains
    assert [leaf.code for leaf in part.leaves] == ["1.1", "1.2"]
    assert part.leaves[0].lines == (
        AppraisedLine("Sở Ba", None, None, None, ""),
        AppraisedLine("Sở Một", 600_000, 300_000, None, "=Chậm 20 hồ sơ"),
        AppraisedLine("Xã Một", None, None, None, ""),
    )
    assert (found.agency, found.waiting, found.illustrative) == ("Sở Hai", 5, True)
    path = tmp_path / "tham-dinh.xlsx"
    path.write_bytes(appraisal_workbook(found))
    cells = [
        [value for value in row if value is not None]
        for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)
    ]
    assert [row for row in cells if row] == [
        ["SỞ NỘI VỤ TỈNH NHỎ"],
        ["Kết quả thẩm định của Sở Hai"],
        ["Chỉ số cải cách hành chính năm 2025"],
        ["SỐ LIỆU MINH HỌA"],
        ["TT", "Đơn vị", "Điểm tự chấm", "Thẩm định lần 1", "Thẩm định lần 2", "Nhận xét"],
        ["1. Một"],
        ["1.1. Đúng hạn (tối đa 60 điểm)"],
        [1, "Sở Ba"],
        [2, "Sở Một", 60, 30, "=Chậm 20 hồ sơ"],
        [3, "Xã Một"],
        ["1.2. Báo cáo (tối đa 40 điểm)"],
        [1, "Sở Ba"],
        [2, "Sở Một", 40],
        [3, "Xã Một"],
        ["Còn 5 dòng chưa thẩm định."],
        ["THỦ TRƯỞNG CƠ QUAN THẨM ĐỊNH"],
        ["(Ký, ghi rõ họ tên, đóng dấu)"],
    ]
    own = agency_appraisal(
        scene.session, campaign_id=scene.campaign.id, agency_id=unit_id(scene.session, "so-ba"),
        by=COMMAND,
    )  # fmt: skip
    assert [line.unit for d in own.domains for x in d.leaves for line in x.lines] == ["Sở Hai"] * 2


def test_the_page_says_who_supplies_what(scene: Scene) -> None:
    scene.upload(line("Sở Một", files="40"))
    scene.save("1.1", numerator=20)
    unit = unit_id(scene.session, "so-mot")
    page = sheet_page(
        scene.session, campaign_id=scene.campaign.id, unit_id=unit,
        by=person(scene.session, "officer", "so-mot"), at=OPENED_AT,
    )  # fmt: skip
    [first, second] = page.domains[0].rows
    assert {name: str(who) for name, who in first.suppliers.items()} == {
        "numerator": "unit", "denominator": "agency",
    }  # fmt: skip
    assert {stage: cell.inputs for stage, cell in first.cells.items()} == {
        "self": {"numerator": 20}, "agency": {"denominator": 40},
    }  # fmt: skip
    assert first.cells["self"].ticks == 300_000
    assert (second.cells, second.appraiser) == ({}, "Sở Hai")
