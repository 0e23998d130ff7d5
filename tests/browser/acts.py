"""What people of a small year do on single pages: a unit, an appraiser, an official, a reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import FilePayload, Locator, Page, expect
from tests.browser.person import Person
from tests.browser.small_year import Figures
from tests.browser.visitor import PICTURES, cells

NOW = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))


def open_sheet(person: Person, unit: str) -> None:
    """From the list of one's sheets."""
    person.go("Phiếu tự chấm")
    person.look("Phiếu tự chấm")
    person.follow(unit)
    person.look(unit)


def row(person: Person, code: str) -> Locator:
    """A line of the sheet."""
    return person.page.locator(f'[id="dong-{code}"]')


def fill(person: Person, figures: Figures) -> None:
    """Type or choose what the unit supplies, line by line; each is saved by itself."""
    for code, values in figures.items():
        enter(row(person, code), values)
    for code in figures:
        expect(row(person, code)).to_have_attribute("data-state", "saved")


def enter(line: Locator, values: Sequence[str]) -> None:
    """Into the fields of a line, of whatever sort they are."""
    if line.locator("select[data-input]").count():
        line.locator("select[data-input]").select_option(label=values[0])
    elif line.locator("input[type=radio]").count():
        line.locator(".radios label", has_text=values[0]).click()
    else:
        for field, value in zip(line.locator("input[data-input]").all(), values, strict=True):
            field.fill(value)
            field.press("Enter")


def say(person: Person, code: str, text: str) -> None:
    """Why a line has not all its points."""
    line = row(person, code)
    line.locator(".line-text summary").click()
    line.locator("[data-explanation]").fill(text)
    line.locator("[data-explanation]").blur()
    expect(line).to_have_attribute("data-state", "saved")


def prove(person: Person, code: str, file: FilePayload) -> None:
    """Drop a file on a line."""
    line = row(person, code)
    line.locator("[data-evidence] summary").click()
    line.locator("[data-files]").set_input_files(file)
    expect(line.locator("[data-evidence-count]")).to_have_text("1")


def describe(person: Person, unit: str) -> None:
    """Number, day and issuer of a document, in the unit's register."""
    person.follow("Sổ minh chứng")
    person.follow("Báo cáo năm")
    person.look("Báo cáo năm")
    person.type(
        **{"sua-reference": "45/BC-STC", "sua-issuer": unit,
           "sua-issued_on": f"{NOW - timedelta(days=3):%d/%m/%Y}"}
    )  # fmt: skip
    person.press("Lưu")
    person.follow("Sổ minh chứng")
    person.look(f"Sổ minh chứng – {unit}")
    person.picture("evidence")
    person.paper_at("In danh mục", "evidence-list")
    person.follow("Phiếu tự chấm")


def sign(person: Person, reason: str = "") -> None:
    """By a click of the unit's head, where something is lacking with a reason."""
    person.follow("Ký xác nhận")
    person.look("Ký xác nhận phiếu tự chấm")
    if reason:
        person.page.locator("#ky-ly-do").fill(reason)
    person.agree("Tôi ký xác nhận")
    person.told("Đã ký xác nhận phiếu tự chấm.")


def to_grid(person: Person, name: str) -> None:
    """One criterion across the units."""
    person.go("Thẩm định")
    person.look("Thẩm định")
    person.follow(name)


def of_unit(person: Person, unit: str) -> Locator:
    """A unit's line in the grid."""
    return person.page.locator(f'[data-row][data-title="{unit}"]')


def current(person: Person, unit: str) -> Locator:
    """The same, opened."""
    line = of_unit(person, unit)
    line.locator(".state-cell").click()
    return line


def accept(person: Person, unit: str) -> None:
    """A unit's line as it was supplied."""
    current(person, unit).locator("[data-accept]").click()
    expect(of_unit(person, unit)).to_have_attribute("data-standing", "done")


def ask(person: Person, unit: str, text: str) -> None:
    """Something that a unit has to explain."""
    current(person, unit).locator("[data-ask]").click()
    person.page.locator("#ask-text").fill(text)
    person.press("Gửi yêu cầu")
    person.told("Đã gửi yêu cầu giải trình.")


def explain_line(person: Person, code: str, text: str) -> None:
    """The unit's answer."""
    row(person, code).locator("[name=answer]").fill(text)
    person.picture("explanation", row(person, code))
    person.press("Gửi giải trình")
    person.told(f"Đã ghi giải trình cho tiêu chí {code}.")


def look_at_evidence(person: Person, unit: str) -> None:
    """One line beside its document, and back."""
    person.follow(unit)
    person.look(unit)
    expect(person.page.locator(".viewer-head")).to_contain_text("Báo cáo năm.pdf")
    if PICTURES and not person.phone:
        person.page.wait_for_timeout(1500)  # the viewer of PDFs does not say when it has drawn
    person.picture("appraise-entry")
    person.follow("Trở lại bảng")


def accept_all(person: Person, name: str) -> None:
    """All units at once, after a look at what would be written."""
    to_grid(person, name)
    person.page.get_by_label("Chọn mọi đơn vị đang hiện").locator("visible=true").check()
    person.press("Xem lại rồi ghi")
    person.look("Thẩm định 3 đơn vị cùng lúc")
    person.press("Ghi cho 3 đơn vị")
    person.told("Đã thẩm định 3 đơn vị.")


def answer(official: Person, address: str) -> None:
    """What the QR code of a slip leads to, answered and sent."""
    official.page.goto("about:blank")
    official.page.goto(address)
    for question in official.page.get_by_role("group").all():
        question.get_by_text("Khá").tap()
    official.look()
    official.picture("survey")
    official.press("Gửi phiếu")
    official.look("Đã nhận phiếu. Cảm ơn bạn.")


def ranks(person: Person) -> list[list[str]]:
    """Rank, unit and band as the table says."""
    found = cells(person.page.locator(".result-table tbody tr"))
    return [[line[0], line[1].partition("\n")[0], line[-1]] for line in found]


def paper_of(page: Page, name: str) -> FilePayload:
    """A document of invented text as a PDF of this name, made on somebody's page."""
    title = name.removesuffix(".pdf").upper()
    lines = [title, "Tài liệu minh họa, không phải của cơ quan nào."]
    text = "".join(f"<p>{line}</p>" for line in [*lines, *["Kết quả thực hiện kế hoạch."] * 9])
    page.set_content(f'<body style="font:14pt serif;margin:2cm">{text}</body>')
    return FilePayload(name=name, mimeType="application/pdf", buffer=page.pdf(format="A4"))
