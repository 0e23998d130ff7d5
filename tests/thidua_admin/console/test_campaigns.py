"""Opening, computing, closing and publishing from the console."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import func, select
from tests.thidua_admin.conftest import MAU, OTHER, Web, post, said

from thidua.store.campaigns import Campaign
from thidua.store.results import ResultVersion

LIST = "/quan-tri/ky-danh-gia/"
RESULTS = "/quan-tri/ban-ket-qua/"


def submit(client: FlaskClient, path: str, **fields: object) -> tuple[str, list[str]]:
    """Where a form leads, and what is said there."""
    answer = post(client, path, **fields)
    if answer.status_code == 302:
        page = client.get(answer.headers["Location"])
        return answer.headers["Location"], said(page.text)
    return path, said(answer.text)


def campaigns(web: Web) -> dict[str, tuple[int, str]]:
    with web.inside() as session:
        return {row.title: (row.id, row.stage) for row in session.scalars(select(Campaign))}


def test_opening_a_campaign_freezes_what_it_shows(web: Web) -> None:
    client = web.client("secretariat")
    assert submit(client, f"{LIST}new/", year="2027", title="  Kỳ  2027 ")[1] == ["Đã thêm."]
    number, stage = campaigns(web)["Kỳ 2027"]
    assert stage == "open"
    page = client.get(f"{LIST}details/?id={number}").text
    cells = re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]+)", page)
    assert cells == [
        "Sở, ban, ngành", f"Bộ {MAU}", "1",
        "UBND xã, phường, đặc khu", "Bộ tiêu chí của UBND xã, phường, đặc khu năm 2026", "1",
        "Sở, ban, ngành", "3",
        "UBND xã, phường, đặc khu", "1",
        "UBND xã, phường, đặc khu / Cụm đặc khu", "1",
        "UBND xã, phường, đặc khu / Cụm xã và phường", "2",
    ]  # fmt: skip
    assert "SỐ LIỆU MINH HỌA" in page


def test_refusal_of_a_campaign_is_its_sentence(web: Web) -> None:
    client = web.client("secretariat")
    before = web.rows()
    assert submit(client, f"{LIST}new/", year="2026", title="")[1] == [
        "Kỳ đánh giá năm 2026 đang mở. Hãy đóng kỳ đó trước khi mở kỳ mới."
    ]
    assert web.rows() == before
    before = web.rows("tiengiang")
    assert submit(web.client("tg"), f"{LIST}new/", year="2026", title="")[1] == [
        "Tỉnh Tiền Giang đã kết thúc ngày 30/06/2025 và được Đồng Tháp kế tục; dữ liệu chỉ để "
        "xem, không mở được kỳ đánh giá mới."
    ]
    assert web.rows("tiengiang") == before


def test_year_of_a_campaign_is_a_year(web: Web) -> None:
    client = web.client("secretariat")
    before = web.rows()
    for year in ("", "hai nghìn", "1999", "2101", "9" * 30):
        answer = post(client, f"{LIST}new/", year=year, title="")
        assert (answer.status_code, "field-errors" in answer.text) == (200, True), year
    assert web.rows() == before


def test_computing_leads_to_the_new_table(web: Web) -> None:
    client = web.client("secretariat")
    number, _ = campaigns(web)[f"Kỳ {MAU}"]
    where, sentences = submit(client, f"{LIST}tinh/", id=number)
    assert re.fullmatch(r"/ket-qua/\d+", where)
    assert sentences == ["Đã tính bản kết quả số 2."]
    with web.inside() as session:
        version = session.get_one(ResultVersion, int(where.rsplit("/", 1)[1]))
        assert (version.campaign_id, version.kind, version.published_at) == (
            number, "provisional", None,
        )  # fmt: skip


def test_closing_asks_first_and_is_done_once(web: Web) -> None:
    client = web.client("admin")
    number, _ = campaigns(web)[f"Kỳ {MAU}"]
    question = "Đóng kỳ này? Sau khi đóng không nhập, không thẩm định được nữa."
    for page in (LIST, f"{LIST}details/?id={number}"):
        assert client.get(page).text.count(f'data-confirm="{question}"') == 1
    assert submit(client, f"{LIST}dong/", id=number)[1] == ["Đã đóng kỳ đánh giá."]
    assert campaigns(web)[f"Kỳ {MAU}"] == (number, "closed")
    assert submit(client, f"{LIST}dong/", id=number)[1] == ["Kỳ đánh giá năm 2026 đã đóng."]
    assert f'data-confirm="{question}"' not in client.get(LIST).text


def provisional(web: Web) -> int:
    with web.inside() as session:
        query = select(ResultVersion.id).where(ResultVersion.title == f"Kỳ {MAU}")
        return session.scalars(query).one()


def test_publishing_says_what_it_means_and_is_done_once(web: Web) -> None:
    client = web.client("secretariat")
    number = provisional(web)
    address = f"{RESULTS}cong-bo/?id={number}"
    page = client.get(RESULTS).text
    assert f'<a class="row-link" href="/ket-qua/{number}">Kỳ {MAU}</a>' in page
    assert re.findall(r'href="([^"]*cong-bo/\?id=\d+)', page) == [address]
    before = web.rows()
    asked = client.get(address).text
    assert "mọi người trong tỉnh xem được; không sửa, không xóa được." in asked
    assert "Công bố bản số 1</button>" in asked
    assert web.rows() == before
    assert submit(client, address, reason="")[1] == ["Đã công bố kết quả."]
    assert "cong-bo/?id=" not in client.get(RESULTS).text
    assert submit(client, address, reason="")[1] == ["Bản kết quả số 1 năm 2026 đã công bố rồi."]
    with web.inside() as session:
        assert session.get_one(ResultVersion, number).published_at is not None


def test_correction_of_an_official_result_asks_for_the_reason(web: Web) -> None:
    client = web.client("secretariat")
    number = provisional(web)
    with web.inside() as session:
        first = session.get_one(ResultVersion, number)
        first.kind, first.findings = "final", []
        first.published_at = func.now()
        campaign = first.campaign_id
    where, _ = submit(client, f"{LIST}tinh/", id=campaign)
    with web.inside() as session:
        session.get_one(ResultVersion, int(where.rsplit("/", 1)[1])).findings = []
    address = f"{RESULTS}cong-bo/?id={where.rsplit('/', 1)[1]}"
    assert submit(client, address, reason=" ")[1] == [
        "Lý do: Năm này đã có kết quả chính thức; hãy ghi lý do điều chỉnh."
    ]
    assert submit(client, address, reason="Kiến nghị số 5")[1] == ["Đã công bố kết quả."]
    with web.inside() as session:
        corrected = session.get_one(ResultVersion, int(where.rsplit("/", 1)[1]))
        assert (corrected.kind, corrected.reason) == ("corrected", "Kiến nghị số 5")


def test_details_of_a_version_say_what_computed_it(web: Web) -> None:
    client = web.client("admin")
    number = provisional(web)
    page = client.get(f"{RESULTS}details/?id={number}").text
    terms = re.findall(r"<dt>([^<]+)</dt><dd>(?:<[^>]+>)?([^<]+)", page)
    assert terms[:5] == [
        ("Tên kết quả", f"Kỳ {MAU}"), ("Năm", "2026"), ("Bản số", "1"),
        ("Loại", "Kết quả tạm tính"), ("Công bố", "Chưa công bố"),
    ]  # fmt: skip
    assert [label for label, _ in terms[-3:]] == [
        "Phiên bản chương trình", "Phiên bản quy tắc", "Phiên bản dữ liệu tỉnh",
    ]  # fmt: skip
    answer = client.get(f"{RESULTS}bang/?id={number}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/ket-qua/{number}")


def test_search_finds_titles_without_marks(web: Web) -> None:
    client = web.client("tg")
    assert f"Kết quả {OTHER}" in client.get(f"{RESULTS}?search=KET+QUA+kin+tien").text
    assert f"Kỳ {OTHER}" in client.get(f"{LIST}?search=ky+kin").text
    assert f"Kỳ {OTHER}" not in client.get(f"{LIST}?search=mau").text
