"""What every desk has from the application: provinces, published results, errors, queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import func, select, update
from tests.factories import make_result, make_unit
from tests.thidua_admin.conftest import MAU, NOW, OTHER, Web, post, said, words

from thidua import errors
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.documents import StoredMovement
from thidua.store.people import Membership, Role, User
from thidua.store.results import ResultRow, ResultVersion
from thidua_admin.security import db_session

HIDDEN = f"Kết quả {MAU}"
"""A result of the entered province that nobody has published."""

FIRST_PAGES = ("/", "/ket-qua", "/phong-trao", "/khen-thuong", "/tinh")


def result_pages(web: Web, code: str) -> list[str]:
    """The pages of that province's hidden result."""
    with web.inside(code) as session:
        version = session.scalars(select(ResultVersion).where(ResultVersion.number == 7)).one()
        shown = f"/ket-qua/{version.id}"
        return [shown, f"{shown}.xlsx", f"/ket-qua/dong/{version.rows[0].id}"]


def line(unit_id: int) -> ResultRow:
    """One more row of the first result."""
    return ResultRow(version_id=1, unit_id=unit_id, name=f"Sở {unit_id}", kind="so", points=1)


@pytest.mark.parametrize("role", ["officer", "council", "appraiser"])
def test_role_sees_results_once_they_are_published(web: Web, role: Role) -> None:
    client = web.client(role)
    about_result = result_pages(web, "mau")
    for address in about_result:
        assert client.get(address).status_code == 404, address
    with web.inside() as session:
        session.scalars(
            select(ResultVersion).where(ResultVersion.number == 7)
        ).one().published_at = NOW
    for address in about_result:
        answer = client.get(address)
        assert (answer.status_code, HIDDEN in words(answer)) == (200, True), address


def test_rows_of_another_province_are_a_page_that_says_not_found(web: Web) -> None:
    client = web.client("hai")
    with web.inside("tiengiang") as session:
        movement = session.scalars(select(StoredMovement.code)).first()
    for address in (*result_pages(web, "tiengiang"), f"/phong-trao/{movement}"):
        answer = client.get(address)
        assert (answer.status_code, OTHER in answer.text) == (404, False), address
        assert "<h1>Không tìm thấy trang này</h1>" in answer.text
        assert web.client("tg").get(address).status_code == 200, address


def test_account_without_a_role_is_signed_out_with_a_sentence(web: Web) -> None:
    for address in ("/ket-qua", "/quan-tri/don-vi/"):
        client = web.client("ngoai")
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
        page = client.get("/login").text
        assert (MAU in page, OTHER in page) == (False, False)
        assert said(page) == ["Tài khoản chưa được giao vai trò ở tỉnh nào. Hãy liên hệ quản trị."]


def test_first_page_leads_each_role_to_its_work_in_the_campaigns(web: Web) -> None:
    with web.inside() as session:
        found = select(Campaign).order_by(Campaign.year.desc(), Campaign.id.desc()).limit(3)
        titles = {campaign.id: campaign.title for campaign in session.scalars(found)}
    for role, address in (
        ("leader", "/thuong-truc/{id}"),
        ("officer", "/phieu"),
        ("appraiser", "/tham-dinh"),
        ("council", None),
    ):
        page = web.client(role).get("/").text
        links = {
            title: href for href, title in re.findall(r'row-link" href="([^"]+)">([^<]+)', page)
        }
        told = {title: links.get(title) for title in titles.values()}
        assert told == {
            title: address and address.format(id=id_) for id_, title in titles.items()
        }, role


def test_form_without_its_token_says_so(web: Web) -> None:
    client = web.client("hai")
    answer = client.post("/tinh", data={"code": "tiengiang"})
    assert answer.status_code == 400
    assert "<h1>Chưa nhận được yêu cầu</h1>" in answer.text
    assert '<h1 class="page-title">Tỉnh Mẫu</h1>' in client.get("/").text


def test_switching_province_is_audited_there_and_changes_every_page(web: Web) -> None:
    client = web.client("hai")
    answer = post(client, "/tinh", code="tiengiang")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    for address in (*FIRST_PAGES, *result_pages(web, "tiengiang")):
        answer = client.get(address)
        assert (answer.status_code, MAU in words(answer)) == (200, False), address
    with web.inside("tiengiang") as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert last is not None
        assert (last.action, last.actor_name) == ("session.enter", "Ông Hai")


@pytest.mark.parametrize("code", ["tiengiang", "khong-co", ""])
def test_nobody_switches_to_a_province_without_a_role_there(web: Web, code: str) -> None:
    client = web.client("secretariat")
    answer = post(client, "/tinh", code=code)
    assert (answer.status_code, "Bạn không có vai trò nào trong tỉnh này." in answer.text) == (
        404,
        True,
    )
    with client.session_transaction() as cookie:
        cookie["province"] = code
    assert '<h1 class="page-title">Tỉnh Mẫu</h1>' in client.get("/").text


ERRORS: Mapping[errors.ThiduaError, int] = {
    errors.NotFound("Không có hồ sơ này."): 404,
    errors.NotAllowed("Bạn không có quyền xem hồ sơ này."): 403,
    errors.Conflict("Hồ sơ đã khóa."): 409,
    errors.Invalid.one("Điểm", "phải là số."): 400,
    errors.ProvinceRefused("mau", "thiếu units()"): 409,
}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_refusal_of_a_use_case_is_a_page_with_its_sentence(
    web: Web, error: errors.ThiduaError
) -> None:
    def refused() -> str:
        db_session().execute(update(User).values(name="Đổi rồi"))
        raise error

    web.app.add_url_rule("/thu", "thu", refused)
    answer = web.client("leader").get("/thu")
    assert (answer.status_code, str(error) in answer.text) == (
        ERRORS[error],
        True,
    )
    with web.inside() as session:
        assert session.scalar(select(func.count()).where(User.name == "Đổi rồi")) == 0


def test_error_of_ours_says_nothing_of_its_cause(web: Web) -> None:
    def broken() -> str:
        raise RuntimeError(f"bí mật {OTHER}")

    web.app.add_url_rule("/thu", "thu", broken)
    web.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = web.client("leader").get("/thu")
    assert (answer.status_code, "bí mật" in answer.text) == (500, False)


def test_lists_ask_the_database_as_often_for_many_rows_as_for_one(web: Web) -> None:
    client = web.client("leader")
    pages: list[Callable[[], object]] = [
        lambda path=path: client.get(path)  # type: ignore[misc]
        for path in ("/", "/ket-qua", "/phong-trao", "/ket-qua/1")
    ]
    before = [web.count_queries(page) for page in pages]
    with web.inside() as session:
        for number in range(30):
            unit = make_unit(session, f"Sở {number}", kind="thu")
            make_result(session, unit, number=100 + number)
            session.add(line(unit.id))
    assert [web.count_queries(page) for page in pages] == before
    assert client.get("/ket-qua/1").text.count('class="row-link"') == 31


def test_accounts_of_a_unit_see_their_line_marked(web: Web) -> None:
    with web.inside() as session:
        unit_id = session.scalars(
            select(Membership.unit_id).join(User).where(User.username == "officer")
        ).one()
        assert unit_id is not None
        session.add(line(unit_id))
        session.flush()
        session.get_one(ResultVersion, 1).published_at = NOW
    for role, marks in (("appraiser", 1), ("leader", 0)):
        assert web.client(role).get("/ket-qua/1").text.count('<tr class="mine">') == marks
