"""The desk's walls: every address, for everybody, with ids of this province and of the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from tests.factories import make_result, make_unit
from tests.thidua_admin.conftest import MAU, NOW, OTHER, Web, post, said, words
from werkzeug.routing import Rule

from thidua import errors
from thidua.store.audit_rows import AuditEvent
from thidua.store.awards import AwardRound
from thidua.store.documents import StoredMovement
from thidua.store.people import Membership, Role, User
from thidua.store.results import ResultRow, ResultVersion
from thidua_admin.security import db_session

BEFORE_PUBLICATION: tuple[Role, ...] = ("secretariat", "appraiser", "leader", "auditor", "admin")
AFTER_PUBLICATION: tuple[Role, ...] = ("officer", "council")
HIDDEN = f"Kết quả {MAU}"
"""A result of the entered province that nobody has published."""


def desk_rules(app: Flask, method: str = "GET") -> list[Rule]:
    """Every address of the app that takes the method, but the console's and files."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    outside = [rule for rule in rules if not rule.rule.startswith("/quan-tri")]
    return [rule for rule in outside if not rule.endpoint.endswith("static")]


def known(web: Web, code: str) -> dict[str, Any]:
    """What stands for each variable of an address: something of that province."""
    with web.inside(code) as session:
        version = session.scalars(select(ResultVersion).where(ResultVersion.number == 7)).one()
        return {
            "version_id": version.id,
            "row_id": version.rows[0].id,
            "code": session.scalar(select(StoredMovement.code)) or "khong-co",
            "round_id": session.scalars(select(AwardRound.id)).one(),
        }


def addresses(web: Web, code: str, method: str = "GET", *, signing: bool = False) -> list[str]:
    """Every address of the desk, about that province; with those of signing in and out or not."""
    values = known(web, code)
    found = []
    with web.app.test_request_context():
        for rule in desk_rules(web.app, method):
            if signing or not rule.endpoint.startswith("security."):
                given: dict[str, Any] = {name: values[name] for name in rule.arguments}
                found.append(web.app.url_for(rule.endpoint, **given))
    return found


def denied(username: str, address: str) -> bool:
    """Whether awards are none of this account's business."""
    return username == "appraiser" and address.startswith("/khen-thuong")


def line(unit_id: int) -> ResultRow:
    """One more row of the first result."""
    return ResultRow(version_id=1, unit_id=unit_id, name=f"Sở {unit_id}", kind="so", points=1)


def test_the_walk_knows_every_address(web: Web) -> None:
    assert {rule.endpoint for rule in desk_rules(web.app)} == {
        "desk.home", "desk.about", "desk.results", "desk.result_table_page", "desk.result_workbook",
        "desk.result_row_page", "desk.movements", "desk.movement_page",
        "desk.rounds", "desk.round_shown", "desk.round_workbook",
        "security.login", "security.verify",
    }  # fmt: skip
    assert {rule.endpoint for rule in desk_rules(web.app, "POST")} == {
        "desk.switch", "desk.dismiss_tour", "desk.round_open", "desk.round_collective",
        "desk.round_person", "desk.round_withdraw", "desk.round_answer", "desk.round_propose",
        "security.login", "security.logout", "security.verify",
    }  # fmt: skip


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(web: Web) -> None:
    client = web.app.test_client()
    for address in addresses(web, "mau"):
        answer = client.get(address)
        assert (answer.status_code, MAU in answer.text) == (302, False)
        path = "%2F".join(address.split("/"))
        assert answer.headers["Location"] in (f"/login?next={path}", f"/login?next={address}")
        assert "Đăng nhập" in client.get(address, follow_redirects=True).text


@pytest.mark.parametrize("role", BEFORE_PUBLICATION)
def test_role_sees_all_of_its_province_and_nothing_of_the_other(web: Web, role: Role) -> None:
    client = web.client(role)
    for address in addresses(web, "mau"):
        answer = client.get(address)
        expected = 404 if address.startswith("/phong-trao/") else 200  # it has no movement
        if denied(role, address):
            expected = 403
        assert (answer.status_code, OTHER in words(answer)) == (expected, False), address
    assert HIDDEN in client.get("/ket-qua").text
    assert HIDDEN in client.get(f"/ket-qua/{known(web, 'mau')['version_id']}").text


@pytest.mark.parametrize("role", AFTER_PUBLICATION)
def test_role_sees_results_once_they_are_published(web: Web, role: Role) -> None:
    client = web.client(role)
    about_result = [address for address in addresses(web, "mau") if address.startswith("/ket-qua/")]
    assert len(about_result) == 3
    for address in addresses(web, "mau"):
        answer = client.get(address)
        hidden = address.startswith(("/ket-qua/", "/phong-trao/"))
        assert answer.status_code == (404 if hidden else 200), address
        assert HIDDEN not in words(answer)
    with web.inside() as session:
        session.get_one(ResultVersion, known(web, "mau")["version_id"]).published_at = NOW
    for address in about_result:
        answer = client.get(address)
        assert (answer.status_code, HIDDEN in words(answer)) == (200, True), address


@pytest.mark.parametrize("username", [*BEFORE_PUBLICATION, *AFTER_PUBLICATION, "hai"])
def test_ids_of_another_province_are_a_page_that_says_not_found(web: Web, username: str) -> None:
    client = web.client(username)
    for address in addresses(web, "tiengiang"):
        if address.count("/") > 1:
            answer = client.get(address)
            expected, heading = 404, "<h1>Không tìm thấy trang này</h1>"
            if denied(username, address):
                expected, heading = 403, "<h1>Bạn không có quyền xem trang này</h1>"
            assert (answer.status_code, OTHER in answer.text) == (expected, False), address
            assert heading in answer.text


def test_member_of_the_other_province_sees_that_one(web: Web) -> None:
    client = web.client("tg")
    for address in addresses(web, "tiengiang"):
        answer = client.get(address)
        assert (answer.status_code, MAU in words(answer)) == (200, False), address
    for address in addresses(web, "mau"):
        assert MAU not in words(client.get(address))


def test_account_without_a_role_is_signed_out_with_a_sentence(web: Web) -> None:
    for address in addresses(web, "mau"):
        client = web.client("ngoai")
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
        page = client.get("/login").text
        assert (MAU in page, OTHER in page) == (False, False)
        assert said(page) == ["Tài khoản chưa được giao vai trò ở tỉnh nào. Hãy liên hệ quản trị."]


def test_no_form_is_taken_without_its_token(web: Web) -> None:
    client = web.client("hai")
    posts = addresses(web, "mau", "POST", signing=True)
    assert len(posts) == 11
    for path in posts:
        answer = client.post(path, data={"code": "tiengiang"})
        assert answer.status_code == 400, path
        assert "<h1>Chưa nhận được yêu cầu</h1>" in answer.text
    assert '<h1 class="page-title">Tỉnh Mẫu</h1>' in client.get("/").text


def test_switching_province_is_audited_there_and_changes_every_page(web: Web) -> None:
    client = web.client("hai")
    answer = post(client, "/tinh", code="tiengiang")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    for address in addresses(web, "tiengiang"):
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
    for role, marks in (("appraiser", 1), ("leader", 0)):
        assert web.client(role).get("/ket-qua/1").text.count('<tr class="mine">') == marks
