"""Opening, computing, closing and publishing from the console."""

from __future__ import annotations

import re
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import func, select
from tests.thidua_admin.conftest import COMMAND, MAU, OTHER, Web, post, said

from thidua.store.appraisal import Assignment
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.criteria import Leaf, StoredCriteriaSet
from thidua.store.people import User
from thidua.store.results import ResultVersion
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.work.provinces import store_set
from thidua.work.sets import parsed
from thidua.work.units import register_unit

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


NEW = f"{LIST}new/"


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def mark(client: FlaskClient, year: int) -> str:
    """What the last step would open, as its form carries it."""
    page = client.get(f"{NEW}?year={year}&buoc=6").text
    return "".join(re.findall(r'name="seen" value="([^"]+)"', page))


def test_steps_show_what_would_be_frozen_and_the_last_one_opens(web: Web) -> None:
    client, before = web.client("secretariat"), web.rows()
    shown = [plain(client.get(f"{NEW}?year=2027&title=Kỳ+2027&buoc={n}").text) for n in range(1, 7)]
    for text, words in zip(
        shown,
        (
            "Năm đánh giá Tên kỳ",
            f"Sở, ban, ngành Bộ {MAU} 1 3 ",
            "UBND xã, phường, đặc khu / Cụm đặc khu 1 UBND xã, phường, đặc khu 1 Tổng cộng 7",
            "Miễn giảm Theo nhóm được giảm tiêu chí",
            "Năm này chưa có kế hoạch. Lập kỳ đang chuẩn bị",
            "Tên kỳ Kỳ 2027 Đơn vị tham gia",
        ),
        strict=True,
    ):
        assert words in text
    assert web.rows() == before
    stale = mark(client, 2027)
    with web.inside() as session:
        register_unit(
            session, name="Xã Mới Lập", kind="xa", cluster="xa-phuong", official_code="",
            valid_from=date(2025, 7, 1), valid_to=None, by=COMMAND,
        )  # fmt: skip
    assert submit(client, NEW, year="2027", title="Kỳ 2027", seen=stale)[1] == [
        "Bộ tiêu chí, đơn vị hoặc thời hạn đã thay đổi từ lúc bạn xem. "
        "Hãy xem lại các bước rồi mở kỳ."
    ]
    seen = mark(client, 2027)
    where, sentences = submit(client, NEW, year="2027", title="  Kỳ  2027 ", seen=seen)
    assert sentences == ["Đã mở kỳ đánh giá năm 2027."]
    number, stage = campaigns(web)["Kỳ 2027"]
    assert (stage, where) == ("open", f"{LIST}details/?id={number}")
    page = plain(client.get(where).text)
    for words in (
        f"Sở, ban, ngành Bộ {MAU} 1 3 ",
        "mỗi tiêu chí 4 số lẻ, chỉ số 2 số lẻ; nửa đơn vị làm tròn lên",
        "Xếp hạng Xếp hạng, xếp loại theo chỉ số đã làm tròn",
        "UBND xã, phường, đặc khu / Cụm đặc khu 1 "
        "UBND xã, phường, đặc khu / Cụm xã và phường 3 Tổng cộng 8",
        "SỐ LIỆU MINH HỌA",
        "Chưa đặt thời hạn: các bước mở suốt kỳ.",
    ):
        assert words in page
    assert web.count_queries(lambda: client.get(where)) <= 20


def test_refusal_of_a_campaign_is_its_sentence(web: Web) -> None:
    client = web.client("secretariat")
    before = web.rows()
    seen = re.findall(r"Kỳ đánh giá năm 2026 đang mở", client.get(f"{NEW}?year=2026&buoc=6").text)
    assert (len(seen), mark(client, 2026)) == (1, "")
    assert web.rows() == before
    neighbour = web.client("tg")
    assert (
        "Tỉnh Tiền Giang đã kết thúc ngày 30/06/2025 và được Đồng Tháp kế tục: dữ liệu chỉ để xem"
        in plain(neighbour.get(f"{NEW}?year=2026&buoc=6").text).replace("; ", ": ")
    )
    for year in ("", "hai nghìn", "1999", "2101", "9" * 30):
        page = client.get(f"{NEW}?year={year}&buoc=6").text
        assert 'aria-current="step"' in page
        assert 'name="seen"' not in page
        assert post(client, NEW, year=year, title="", seen="x").status_code == 200
    assert web.rows() == before


def test_draft_is_made_and_its_appraisers_are_named(web: Web) -> None:
    client = web.client("secretariat")
    where, sentences = submit(client, f"{LIST}chuan-bi/", year="2027", title=" Kỳ  2027 ")
    assert (where, sentences) == (
        f"{NEW}?year=2027&buoc=5", ["Đã lập kỳ đang chuẩn bị năm 2027."],
    )  # fmt: skip
    number, stage = campaigns(web)["Kỳ 2027"]
    assert stage == "draft"
    assert "Phân công thẩm định" in client.get(where).text
    address = f"{LIST}phan-cong/?id={number}"
    page = client.get(address).text
    headings = re.findall(r'<h2 id="set-\d">([^<]+)</h2>', page)
    assert headings == [f"Bộ {MAU}", "Bộ tiêu chí của UBND xã, phường, đặc khu năm 2026"]
    assert "Người được giao" not in page
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    units = dict(re.findall(r'<option value="(\d+)">(Sở[^<]+)</option>', page))
    one, two = list(units)[:2]
    node = re.findall(r"giao/\?id=\d+&amp;set=kin&amp;node=([^\"]+)", page)[-1]
    given, form = f"{LIST}phan-cong/giao/", {"id": number, "seen": seen}
    with web.inside() as session:
        leader = session.scalars(select(User.id).where(User.username == "leader")).one()
    wrong = post(client, given, **form, set="kin", node=node, agency=one, people=[leader])
    assert said(wrong.text)[0].startswith("Người thẩm định: Có người không phải cán bộ thẩm định")
    assert submit(client, given, **form, set="kin", node=node, agency=one) == (
        address, ["Đã giao thẩm định."],
    )  # fmt: skip
    with web.inside() as session:
        rows = session.scalars(select(Assignment).where(Assignment.campaign_id == number)).all()
        assert [(row.set_code, row.node, str(row.agency_id)) for row in rows] == [
            ("kin", node, one)
        ]
    before = web.rows()
    assert submit(client, f"{LIST}phan-cong/thay/", **form, agency=one, by=two)[1] == [
        "Phân công vừa được người khác sửa. Hãy xem lại rồi giao lại."
    ]
    assert web.rows() == before
    seen = re.findall(r'name="seen" value="([^"]+)"', client.get(address).text)[0]
    form = {"id": number, "seen": seen}
    submit(client, f"{LIST}phan-cong/thay/", **form, agency=one, by=two)
    assert f"{units[one]} {units[two]}" in plain(client.get(address).text)


def test_a_set_issued_anew_is_looked_through_and_replaces(web: Web) -> None:
    client = web.client("secretariat")
    number, _ = campaigns(web)[f"Kỳ {MAU}"]
    with web.inside() as session:
        used = session.scalars(
            select(StoredCriteriaSet).where(StoredCriteriaSet.code == "kin")
        ).one()
        new = store_set(session, criteria=parsed(used).model_copy(update={"version": "2"}))
        new_id, leaves = new.id, [leaf.code for leaf in parsed(used).leaves]
        sheet = session.scalars(
            select(ScoreSheet.id)
            .join(
                CampaignUnit,
                (CampaignUnit.campaign_id == ScoreSheet.campaign_id)
                & (CampaignUnit.unit_id == ScoreSheet.unit_id),
            )
            .where(ScoreSheet.campaign_id == number, CampaignUnit.kind == "so")
            .limit(1)
        ).one()
        leaf = session.scalars(
            select(Leaf.id).where(Leaf.set_id == used.id, Leaf.code == leaves[0])
        ).one()
        inputs = {item.name: 1 for item in parsed(used).leaves[0].inputs}
        session.add(ScoreEntry(sheet_id=sheet, leaf_id=leaf, stage="self", inputs=inputs))
    address = f"{LIST}thay-bo/?id={number}&kind=so&set={new_id}"
    page = client.get(address).text
    fields = dict(re.findall(r'name="(tc-[^"]+)" value="([^"]*)"', page))
    assert fields == {f"tc-{code}": code for code in leaves}
    form = {"id": number, "kind": "so", "set": new_id, "legal_basis": "QĐ 9", "reason": "Sửa"}
    before = web.rows()
    refused = post(client, address, **{**form, **fields, "reason": " "}).text
    assert "Lý do: Hãy ghi rõ; việc thay bộ tiêu chí được lưu cùng nội dung này." in refused
    lost = post(client, address, **form, **{**fields, f"tc-{leaves[0]}": ""}).text
    assert "1 dòng số liệu, được giữ lại để tra cứu và báo cho đơn vị" in lost
    assert "bộ mới không có tiêu chí tương ứng" in lost
    looked = post(client, address, **form, **fields).text
    marks = re.findall(r'name="marks" value="([^"]+)"', looked)[0]
    assert web.rows() == before
    done = f"{LIST}thay-bo/ghi/"
    assert submit(client, done, **form, **fields, marks="cũ")[1] == [
        "Bộ tiêu chí hoặc số liệu sẽ mất đã thay đổi từ lúc bạn xem. Hãy xem lại bên dưới."
    ]
    where, sentences = submit(client, done, **form, **fields, marks=marks)
    assert (where, sentences) == (
        f"{LIST}details/?id={number}",
        ["Đã thay bộ tiêu chí: 1 dòng chuyển sang bộ mới."],
    )
    assert "Sở, ban, ngành: theo QĐ 9. Lý do: Sửa Bộ cũ" in plain(client.get(where).text)


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
