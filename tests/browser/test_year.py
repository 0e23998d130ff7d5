"""A whole year of scoring through the pages, at an office's screens and once more on phones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect
from tests.browser.acts import (
    NOW,
    accept,
    accept_all,
    answer,
    ask,
    current,
    describe,
    explain_line,
    fill,
    look_at_evidence,
    open_sheet,
    paper_of,
    prove,
    ranks,
    row,
    say,
    sign,
    to_grid,
)  # fmt: skip
from tests.browser.person import Person, at_screen
from tests.browser.small_year import BUILDING, FINANCE, FULL, HEALTH, PEOPLE, SHORT, served

from thidua.store.embedded import Server

pytestmark = pytest.mark.browser

YEAR = NOW.year
TITLE = f"Chỉ số cải cách hành chính năm {YEAR}"
STEPS = {
    "following": (-200, -21), "self": (-20, -1), "appraisal_1": (-10, 7), "explanation": (-5, 10),
    "appraisal_2": (-1, 14), "adoption": (-1, 20), "petitions": (-1, 30),
}  # fmt: skip
"""Days from today. The self-assessment is over when the year opens late: it has to be extended,
and closes when the extension is taken back. The steps after it overlap."""

EVERYBODY = {*PEOPLE, "official", "anybody"}
AWAY = {"office": {"official"}, "phone": EVERYBODY}
"""Who has a phone only."""

RANKS = [["1", FINANCE, "Tốt"], ["2", HEALTH, "Tốt"], ["3", BUILDING, "Tốt"]]


def clock(days: int, at: str = "17:00") -> str:
    """A time as it is typed into a form."""
    return f"{at} {NOW + timedelta(days=days):%d/%m/%Y}"


@dataclass
class Year:
    """The people of the year at their screens, and where its campaign is."""

    people: Mapping[str, Person]
    campaign: int = 0

    def __getattr__(self, name: str) -> Person:
        return self.people[name]


@pytest.fixture(params=AWAY)
def year(
    request: pytest.FixtureRequest, chromium: Browser, server: Server, tmp_path: Path
) -> Iterator[Year]:
    """Everybody at work."""
    away = AWAY[request.param]
    with served(server, tmp_path) as site, ExitStack() as screens:
        yield Year(
            {
                name: screens.enter_context(at_screen(chromium, site, phone=name in away))
                for name in sorted(EVERYBODY)
            }
        )


def test_year_goes_from_plan_to_correction(year: Year) -> None:
    come_in(year)
    plan(year)
    assess(year)
    appraise(year)
    explain(year)
    look_again(year)
    publish_provisionally(year)
    ask_officials(year)
    bring_index(year)
    publish(year)
    correct(year)
    read(year)


def come_in(year: Year) -> None:
    """All sign in."""
    year.thuongtruc.open("/login")
    year.thuongtruc.picture("sign-in")
    for name in PEOPLE:
        year.people[name].open("/login")
        year.people[name].sign_in(name)
        expect(year.people[name].page).to_have_title("Tỉnh Mẫu · Thi đua")


def plan(year: Year) -> None:
    """The secretariat plans the year, looks at the check, and opens it."""
    desk = year.thuongtruc
    desk.go("Thường trực")
    desk.look("Thường trực")
    desk.page.get_by_role("link", name="Lập kế hoạch năm mới").first.click()
    desk.look("Lập kế hoạch kỳ đánh giá")
    desk.type(year=str(YEAR))
    for step, (begin, end) in STEPS.items():
        desk.page.locator(f"[name={step}-opens]").fill(clock(begin, "08:00"))
        desk.page.locator(f"[name={step}-closes]").fill(clock(end))
    desk.picture("plan")
    desk.press("Lập kế hoạch")
    desk.look(TITLE)
    desk.told(f"Đã lập kế hoạch năm {YEAR}.")
    year.campaign = int(desk.page.url.rpartition("/")[2])
    desk.picture("check", desk.page.locator("#check"))
    desk.agree("Mở kỳ đánh giá")
    desk.told(f"Đã mở kỳ đánh giá năm {YEAR}.")
    desk.picture("open")


def assess(year: Year) -> None:
    """The term is over: one unit gets more time and signs, then the others; then it is over."""
    first, second = year.taichinh, year.yte
    open_sheet(first, FINANCE)
    expect(first.page.locator(".sheet-note-warn")).to_contain_text("Đã hết hạn tự đánh giá")
    extend(year, FINANCE)
    first.page.reload()
    fill(first, FULL)
    first.picture("sheet", first.page.get_by_role("heading", level=1))
    say(first, "2.1", "Hai mươi hồ sơ liên thông chờ kết quả của cơ quan khác.")
    for code, name in (("1.1", "Kế hoạch năm.pdf"), ("1.2", "Báo cáo năm.pdf")):
        prove(first, code, paper_of(year.anybody.page, name))
    first.picture("prove", row(first, "1.1"))
    first.paper_at("Bản in", "sheet")
    describe(first, FINANCE)
    sign(first)
    first.picture("signed")
    be_late(year)
    extend(year, HEALTH)
    extend(year, BUILDING)
    open_sheet(second, HEALTH)
    fill(second, SHORT)
    sign(second, reason="Tài liệu đang trình ký")
    assess_third(year)
    close(year)
    expect(second.page.locator("details.unfold", has_text="Rút xác nhận")).to_have_count(1)
    second.page.reload()
    expect(second.page.locator("details.unfold", has_text="Rút xác nhận")).to_have_count(0)


def assess_third(year: Year) -> None:
    """The third unit, with everything on one document."""
    unit = year.xaydung
    open_sheet(unit, BUILDING)
    fill(unit, SHORT)
    unit.picture("sheet", unit.page.get_by_role("heading", level=1))
    say(unit, "2.1", "Một trăm hồ sơ trễ do chờ ý kiến của cơ quan khác.")
    prove(unit, "2.1", paper_of(year.anybody.page, "Báo cáo năm.pdf"))
    describe(unit, BUILDING)
    sign(unit, reason="Tài liệu đang trình ký")


def be_late(year: Year) -> None:
    """The secretariat sees who is late, and writes to them."""
    desk = year.thuongtruc
    desk.open(f"/thuong-truc/{year.campaign}")
    late = desk.page.locator(".late-step").first
    expect(late.locator(".row-title")).to_have_text([BUILDING, HEALTH])
    desk.picture("late", desk.page.locator("#progress"))
    desk.follow("Văn bản đôn đốc Tự đánh giá")
    desk.look("Đôn đốc")
    desk.picture("reminder")
    desk.paper("reminder")


def extend(year: Year, unit: str) -> None:
    """More time for a unit's self-assessment, until tomorrow."""
    desk = year.thuongtruc
    desk.open(f"/thuong-truc/{year.campaign}/gia-han?step=self")
    desk.page.locator("#whom").select_option(label=unit)
    desk.type(until=clock(1), reason="Đơn vị đề nghị, văn bản số 15/SMH-VP")
    desk.agree("Gia hạn")
    desk.told("Đã gia hạn.")


def close(year: Year) -> None:
    """All have signed: the extensions are taken back, the self-assessment is over at once."""
    desk = year.thuongtruc
    while (given := desk.page.locator(".timeline-more details.unfold")).count():
        given.first.locator("summary").click()
        given.first.get_by_label("Lý do").fill("Mọi phiếu đã ký xác nhận")
        desk.agree_in(given.first, "Rút lại gia hạn")
        desk.told("Đã rút lại gia hạn")


def appraise(year: Year) -> None:
    """One agency accepts, changes and asks; the other accepts and asks."""
    first, second = year.noivu, year.vanphong
    to_grid(first, "Hoàn thành nhiệm vụ trong kế hoạch")
    first.picture("appraise-criterion")
    look_at_evidence(first, FINANCE)
    for unit in (FINANCE, BUILDING):
        accept(first, unit)
    line = current(first, HEALTH)
    line.locator("[data-input=numerator]").fill("10")
    line.locator("[data-explanation]").fill("Tám nhiệm vụ chưa có sản phẩm được công nhận.")
    line.locator("[data-input=numerator]").press("Enter")
    expect(line).to_have_attribute("data-standing", "done")
    expect(line.locator("[data-points]")).to_have_text("15")
    ask(first, HEALTH, "Tám nhiệm vụ còn lại có sản phẩm ở đâu?")
    first.picture("appraised")
    for name in ("Ban hành kế hoạch năm đúng hạn", "Có cách làm mới được nhân rộng"):
        accept_all(first, name)
    to_grid(second, "Trả hồ sơ đúng hạn")
    look_at_evidence(second, BUILDING)
    for unit in (FINANCE, HEALTH, BUILDING):
        accept(second, unit)
    ask(second, BUILDING, "Một trăm hồ sơ nào trễ hạn?")
    accept_all(second, "Hồ sơ nộp trực tuyến")
    first.go("Thẩm định")
    first.paper_at("Bảng kết quả để ký", "appraisal")


def explain(year: Year) -> None:
    """The units answer, one with a document more."""
    unit = year.yte
    open_sheet(unit, HEALTH)
    prove(unit, "1.2", paper_of(year.anybody.page, "Báo cáo bổ sung.pdf"))
    explain_line(unit, "1.2", "Năm nhiệm vụ có sản phẩm trong báo cáo bổ sung vừa nộp.")
    open_sheet(year.xaydung, BUILDING)
    explain_line(year.xaydung, "2.1", "Danh sách kèm trong báo cáo năm.")


def look_again(year: Year, tasks: str = "15") -> None:
    """The second round of the line that was explained."""
    appraiser = year.noivu
    to_grid(appraiser, "Hoàn thành nhiệm vụ trong kế hoạch")
    appraiser.follow("Thẩm định lần 2")
    line = current(appraiser, HEALTH)
    line.locator("[data-input=numerator]").fill(tasks)
    line.locator("[data-input=numerator]").press("Enter")
    expect(line.locator(".line-state")).to_contain_text("Đã lưu")
    appraiser.picture("second-round")


def compute(year: Year) -> None:
    """What stands now, as a version."""
    desk = year.thuongtruc
    desk.open(f"/thuong-truc/{year.campaign}/ket-qua")
    desk.press("Tính kết quả")
    desk.told("Đã tính bản kết quả số")


def announce(year: Year, kind: str, reason: str = "") -> None:
    """Publish the version that is looked at."""
    desk = year.thuongtruc
    form = desk.unfold("Công bố bản này")
    if reason:
        form.locator("#publish-reason").fill(reason)
    desk.agree_in(form, "Công bố")
    desk.told(f"Đã công bố: {kind}.")


def adopt(year: Year, number: str, picture: str = "") -> None:
    """The board's minutes."""
    desk = year.thuongtruc
    form = desk.unfold("Ghi biên bản thông qua")
    desk.type(
        number=number, held_on=f"{NOW:%d/%m/%Y}",
        members="Bà Mẫu Sáu, Chủ tịch Hội đồng\nÔng Mẫu Bảy, Thư ký",
    )  # fmt: skip
    if picture:
        desk.picture(picture, desk.page.locator("#adoption"))
    form.get_by_role("button", name="Ghi việc thông qua").click()
    desk.told("Đã ghi việc Hội đồng thông qua.")


def publish_provisionally(year: Year) -> None:
    """Before survey and index have come; nobody outside sees it."""
    compute(year)
    announce(year, "kết quả tạm tính")
    year.anybody.open("/cong-bo")
    year.anybody.look("Tỉnh Mẫu")
    expect(year.anybody.page.get_by_text("Chưa công bố kết quả nào")).to_be_visible()


def ask_officials(year: Year) -> None:
    """A form, codes on paper, answers on a phone, the end."""
    desk, official = year.thuongtruc, year.official
    desk.open(f"/thuong-truc/{year.campaign}/so-lieu")
    desk.follow("Công chức đánh giá lãnh đạo điều hành")
    desk.type(about_cc="all")
    desk.press("Mở phiếu khảo sát")
    desk.look("Khảo sát công chức")
    desk.page.get_by_label("Số mã").fill("2")
    with desk.page.expect_popup() as waiting:
        desk.page.get_by_role("button", name="Phát mã và in").click()
    slip = waiting.value
    codes = slip.locator("code").all_inner_texts()
    slip.close()
    path = desk.page.get_by_role("link", name="/khao-sat/").inner_text()
    for code in codes:
        answer(official, f"{path}#{code}")
    desk.agree_in(desk.unfold("Kết thúc khảo sát"), "Kết thúc")
    desk.picture("survey-closed")


def bring_index(year: Year) -> None:
    """The table of an index, looked at before it is taken."""
    desk = year.thuongtruc
    desk.open(f"/thuong-truc/{year.campaign}/so-lieu")
    desk.follow("Mức độ hài lòng của người dân")
    lines = ["Tên đơn vị;Mức độ hài lòng (%)", f"{FINANCE};92,4", f"{HEALTH};88,15"]
    table = "\n".join([*lines, f"{BUILDING};84"]).encode()
    file = FilePayload(name="sipas.csv", mimeType="text/csv", buffer=table)
    desk.page.locator("#file").set_input_files(file)
    desk.type(source="Báo cáo số 30/BC-SMH (minh họa)")
    desk.press("Xem trước")
    desk.look("Xem trước: sipas.csv")
    desk.picture("figures")
    desk.press("Ghi số liệu này")
    desk.told("Đã nhập lần 1: 3 đơn vị thay đổi.")


def publish(year: Year) -> None:
    """The final result, adopted, with what differs from the provisional one."""
    compute(year)
    adopt(year, "12/BB-HĐTĐ", picture="adoption")
    desk = year.thuongtruc
    expect(desk.page.locator("#diff")).to_contain_text("Khác")
    expect(desk.page.locator(".change-unit")).to_have_count(3)
    desk.picture("publication", desk.page.locator("#diff"))
    announce(year, "kết quả chính thức")


def correct(year: Year) -> None:
    """A petition is granted, the line looked at again, the result corrected, the year closed."""
    unit, desk = year.yte, year.thuongtruc
    year.xaydung.go("Kiến nghị")
    unit.go("Kiến nghị")
    unit.look("Kiến nghị")
    unit.page.locator("#unit").select_option(label=HEALTH)
    unit.page.locator("#leaf").select_option("1.2")
    unit.type(text="Ba nhiệm vụ nữa có sản phẩm được công nhận ngày cuối năm.")
    unit.press("Gửi kiến nghị")
    unit.told("Đã gửi kiến nghị.")
    desk.go("Kiến nghị")
    form = desk.unfold("Trả lời")
    form.locator("select").select_option("yes")
    form.locator("textarea").fill("Công nhận ba nhiệm vụ theo tài liệu đã kiểm tra.")
    desk.picture("petition")
    desk.agree_in(form, "Gửi trả lời")
    desk.told("Đã trả lời kiến nghị.")
    look_again(year, "18")
    compute(year)
    adopt(year, "15/BB-HĐTĐ")
    desk.picture("correction")
    announce(year, "kết quả điều chỉnh", "Theo kiến nghị được tiếp thu của Sở Y tế")
    desk.open(f"/thuong-truc/{year.campaign}")
    desk.agree_in(desk.unfold("Đóng kỳ đánh giá"), "Đóng kỳ")
    desk.told("Đã đóng kỳ đánh giá.")
    desk.picture("closed")


def read(year: Year) -> None:
    """Everybody reads the corrected result; the unit reads why."""
    anybody, unit = year.anybody, year.yte
    anybody.page.reload()
    anybody.follow(TITLE)
    anybody.look(TITLE)
    anybody.picture("public")
    assert ranks(anybody) == RANKS
    for reader in (year.xaydung, unit):
        reader.go("Kết quả")
        reader.look("Kết quả chỉ số")
        reader.page.locator("main tbody a").first.click()
        reader.look(TITLE)
        assert ranks(reader) == RANKS
    unit.picture("result")
    unit.follow(HEALTH)
    unit.look(HEALTH)
    unit.page.locator(".branch summary").first.click()
    unit.picture("result-explained")
    unit.paper("result")
    expect(unit.page.locator(".branches")).to_contain_text("18")
