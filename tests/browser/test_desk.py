"""The desk as people see it: results, movements, provinces."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from tests.browser.visitor import (
    PHONE,
    TITLE_2020,
    TITLE_2023,
    TITLE_OF_MOVEMENT,
    Visitor,
    cells,
)

pytestmark = pytest.mark.browser

PUBLISHED = Path(__file__).parent.parent / "data" / "tables" / "tiengiang_2020.csv"
MARK = "SỐ LIỆU MINH HỌA"
CONTRADICTED = "Sở Nông nghiệp và Phát triển nông thôn"
WARNING = (
    "In ở vị trí 7 với 96,60 điểm, trái với thứ tự giảm dần của bảng; theo điểm đã in, đơn vị "
    "đứng hạng 12 trong nhóm “các sở, ban, ngành tỉnh”."
)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def amount(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def printed() -> dict[str, list[list[str]]]:
    """The printed table by group as it must be shown: rank, name, points, band."""
    with open(PUBLISHED, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    groups: dict[str, list[list[str]]] = {capital(row["group"]): [] for row in rows}
    for row in sorted(rows, key=lambda row: -amount(row["Điểm"])):
        group = groups[capital(row["group"])]
        band = "Xuất sắc" if amount(row["Điểm"]) >= 90 else "Tốt"
        group.append([str(len(group) + 1), capital(row["Tên đơn vị"]), row["Điểm"], band])
    return groups


def shown(visitor: Visitor) -> dict[str, list[list[str]]]:
    """The groups of the result page on the screen."""
    sections = visitor.page.locator(".result-group").all()
    return {
        section.get_by_role("heading").inner_text().rpartition(" ")[0]: cells(
            section.locator("tbody tr")
        )
        for section in sections
    }


def downloaded(visitor: Visitor, path: Path) -> list[list[object]]:
    """The rows of the workbook behind the button."""
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("link", name="Tải bảng tính").click()
    waiting.value.save_as(path)
    sheet = load_workbook(path).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_index_of_2020_is_ranked_and_graded_with_its_contradiction(leader: Visitor) -> None:
    leader.follow(TITLE_2020)
    expected = printed()
    department = expected["Các sở, ban, ngành tỉnh"][11]
    assert (department[1], department[2]) == (CONTRADICTED, "96,60")
    department[1] += f"\n{WARNING}"
    assert shown(leader) == expected
    assert leader.page.locator(".finding-box li").all_inner_texts() == [
        f"{CONTRADICTED}: {WARNING}"
    ]
    assert leader.page.get_by_text("Số liệu thật, tỉnh đã công bố").count() == 1
    assert leader.page.get_by_text(MARK).count() == 0


def test_bars_are_drawn_in_proportion_to_the_highest_total(leader: Visitor) -> None:
    leader.follow(TITLE_2020)
    points = [amount(row[2]) for group in printed().values() for row in group]
    groups = [row for group in shown(leader).values() for row in group]
    assert max(points) == Decimal("102.50")
    widths = leader.page.locator(".bar-value").evaluate_all(
        "bars => bars.map(bar => bar.getAttribute('width'))"
    )
    assert widths == [f"{amount(row[2]) * 100 / max(points):.2f}%" for row in groups]


def test_workbook_says_what_the_screen_says(leader: Visitor, tmp_path: Path) -> None:
    leader.follow(TITLE_2020)
    on_screen = [row for group in printed().values() for row in group]
    rows = downloaded(leader, tmp_path / "2020.xlsx")
    in_book = [row for row in rows if isinstance(row[0], int)]
    assert [[row[0], row[1], Decimal(str(row[2])), row[3]] for row in in_book] == [
        [int(rank), name, amount(points), band] for rank, name, points, band in on_screen
    ]
    assert [row[1] for row in in_book if row[4]] == [CONTRADICTED]
    assert [row for row in rows if MARK in row] == []


def test_invented_figures_are_marked_on_screen_and_in_the_workbook(
    leader: Visitor, tmp_path: Path
) -> None:
    leader.follow(TITLE_2023)
    assert leader.page.get_by_role("note").inner_text().startswith(MARK)
    on_screen = [row for group in shown(leader).values() for row in group]
    rows = downloaded(leader, tmp_path / "2023.xlsx")
    assert [row[0] for row in rows if row[0] == MARK] == [MARK]
    in_book = [row for row in rows if isinstance(row[0], int)]
    assert [[Decimal(str(row[n])) for n in (2, 3, 4)] for row in in_book] == [
        [amount(text) for text in row[2:5]] for row in on_screen
    ]


def test_leaves_of_a_unit_add_up_to_its_points(leader: Visitor) -> None:
    leader.follow(TITLE_2023)
    first = shown(leader)["Các sở, ban, ngành tỉnh"][0]
    leader.follow(first[1])
    for domain in leader.page.locator("details.branch > summary").all():
        domain.press("Enter")
    leaves = cells(leader.page.locator(".leaf-table tbody tr:not(.group)"))
    assert sum(amount(row[2]) for row in leaves) == amount(first[2])
    assert [row for row in leaves if not row[4]] == []
    total = leader.page.locator(".branch-total").inner_text().split("\n")
    assert total[:3] == ["Tổng điểm", first[2], first[3]]


def test_movement_is_shown_with_its_plan(leader: Visitor) -> None:
    leader.go("Phong trào thi đua")
    leader.follow(TITLE_OF_MOVEMENT)
    headings = leader.page.get_by_role("main").get_by_role("heading", level=2)
    assert headings.all_inner_texts() == [
        "Căn cứ", "Nguyên tắc, yêu cầu", "Mục tiêu", "Đối tượng thi đua",
        "Nội dung thi đua", "Báo cáo, hồ sơ", "Nhiệm vụ", "Khen thưởng", "Các đợt xét khen",
        "Nội dung nguồn còn mâu thuẫn hoặc thiếu",
    ]  # fmt: skip
    assert "số 55/KH-CCHC, ngày 24/02/2023" in leader.page.get_by_role("main").inner_text()


def test_operator_switches_province_and_sees_that_one_alone(visitor: Visitor) -> None:
    visitor.sign_in("dieuhanh")
    for province in ("Mẫu", "Tiền Giang"):
        visitor.page.locator(".province-menu summary").click()
        visitor.press(province)
        assert visitor.title == f"Tỉnh {province}"
        visitor.go("Kết quả")
        assert (TITLE_2020 in visitor.page.content()) == (province == "Tiền Giang")


def test_others_have_no_province_to_switch_to(leader: Visitor) -> None:
    assert leader.page.locator(".province").inner_text() == "Tiền Giang"
    assert leader.page.locator(".province-menu").count() == 0


def test_escape_gives_the_keys_back_to_what_was_opened(leader: Visitor) -> None:
    page = leader.page
    focused = page.locator(":focus")
    menu = page.locator(".person-menu summary")
    menu.click()
    page.keyboard.press("Tab")
    expect(focused).to_have_text("Tài khoản của tôi")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.set_viewport_size(PHONE)
    opener = page.get_by_role("button", name="Thu gọn hoặc mở điều hướng")
    opener.click()
    expect(focused).to_have_attribute("class", "brand")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
