"""The second step of sign-in, the password of one's own, and the end of sessions."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from tests.thidua_admin.conftest import PASSWORD, Web, made_web, post, said
from werkzeug.test import TestResponse

from thidua.settings import Settings
from thidua.store.audit_rows import AuditEvent
from thidua.store.people import User
from thidua_admin.security.second_step import codes

OWN = "thuyền bến gạo nâu"
CODE_PAGE, RECOVERY = "/login/ma?next=/", "/login/ma-khoi-phuc"
TWO_FACTOR, PASSWORD_PAGE = "/tai-khoan/hai-buoc", "/tai-khoan/mat-khau"


@pytest.fixture
def strict(web: Web) -> Web:
    """The web of an installation that requires the second step."""
    settings = Settings(home=web.runtime.settings.home)
    runtime = replace(web.runtime, settings=settings)
    return made_web(runtime)


def user(web: Web, username: str) -> User:
    with web.runtime.sessions() as session:
        return session.scalars(select(User).where(User.username == username)).one()


def change(web: Web, username: str, **values: object) -> None:
    with web.runtime.sessions.begin() as session:
        session.execute(update(User).where(User.username == username).values(**values))


def acts(web: Web) -> list[str]:
    """What was done to accounts, in order."""
    query = select(AuditEvent.action).where(AuditEvent.action.startswith("user."))
    with web.inside() as session:
        found = session.scalars(query.order_by(AuditEvent.id)).all()
    return [action for action in found if action != "user.create"]


def code(web: Web, username: str) -> str:
    """What the app on the telephone shows now; each is taken once, so the last is forgotten."""
    secret = user(web, username).tf_totp_secret
    assert secret is not None
    change(web, username, tf_last_counter=None)
    with web.app.app_context():
        return codes().generate_totp_password(secret)


def key(page: str) -> str:
    """The key that a set-up page shows, as an app would show its code."""
    (found,) = re.findall(r'account-key">([A-Z0-9-]+)<', page)
    return str(found)


def code_of_key(web: Web, typed: str) -> str:
    with web.app.app_context():
        factory = codes()._totp
        return str(factory(key=typed.replace("-", ""), format="base32").generate().token)


def set_up(web: Web, client: FlaskClient, **more: str) -> list[str]:
    """The recovery codes that setting up shows."""
    shown = client.get(TWO_FACTOR).text
    answer = post(client, TWO_FACTOR, code=code_of_key(web, key(shown)), **more)
    return re.findall(r"<li><code>(.*?)</code></li>", answer.text)


def sign_in(web: Web, username: str) -> tuple[FlaskClient, TestResponse]:
    client = web.app.test_client()
    fields = {"username": username, "password": PASSWORD, "next": "/"}
    return client, post(client, "/login", **fields)


def type_code(client: FlaskClient, typed: str, path: str = "/login/ma") -> TestResponse:
    """The answer to a code; the page's own token, since the sign-in page begins anew."""
    (token,) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    return client.post(path, query_string={"next": "/"}, data={"csrf_token": token, "code": typed})


def is_in(client: FlaskClient) -> bool:
    return client.get("/ket-qua").status_code == 200


@pytest.mark.parametrize("username", ["admin", "secretariat"])
def test_staff_do_nothing_before_the_second_step_is_set_up(strict: Web, username: str) -> None:
    client, answer = sign_in(strict, username)
    assert answer.headers["Location"] == "/"
    for path in ("/", "/ket-qua", "/quan-tri/", "/tai-khoan", PASSWORD_PAGE):
        assert client.get(path).headers["Location"] == TWO_FACTOR
    page = client.get(TWO_FACTOR).text
    assert page.count("<svg") == 1
    assert 'style="' not in page
    (wrong,) = said(post(client, TWO_FACTOR, code="000000").text)
    assert wrong.startswith("Mã chưa đúng hoặc đã hết hạn.")
    recovery = set_up(strict, client)
    assert len(set(recovery)) == 8
    assert is_in(client)
    assert acts(strict) == ["user.set_two_factor"]
    stored = user(strict, username)
    assert not set(recovery) & set(stored.mf_recovery_codes), "kept as hashes"
    assert key(page).replace("-", "") not in str(stored.tf_totp_secret), "kept encrypted"


def test_others_may_and_need_not(strict: Web) -> None:
    for username in ("leader", "officer", "appraiser", "council", "auditor"):
        assert is_in(sign_in(strict, username)[0]), username
    change(strict, "leader", is_operator=True)
    assert not is_in(sign_in(strict, "leader")[0])


def test_role_given_meanwhile_asks_for_the_second_step(strict: Web) -> None:
    client, _ = sign_in(strict, "leader")
    assert is_in(client)
    change(strict, "leader", is_operator=True)
    assert client.get("/ket-qua").headers["Location"] == TWO_FACTOR


def test_where_it_is_offered_nobody_must(web: Web) -> None:
    assert is_in(web.client("admin"))
    client = web.client("leader")
    assert len(set_up(web, client)) == 8
    assert sign_in(web, "leader")[1].headers["Location"] == CODE_PAGE


def test_sign_in_asks_for_a_code_that_is_taken_once(web: Web) -> None:
    set_up(web, web.client("leader"))
    client, answer = sign_in(web, "leader")
    assert answer.headers["Location"] == CODE_PAGE
    assert client.get("/ket-qua").headers["Location"].startswith("/login"), "half-way is not in"
    now = code(web, "leader")
    assert type_code(client, now).headers["Location"] == "/"
    assert is_in(client)
    again, _ = sign_in(web, "leader")
    refused = type_code(again, now)
    assert "Mã chưa đúng hoặc đã dùng rồi." in refused.text
    assert not is_in(again)


def test_code_page_without_a_password_leads_to_sign_in(web: Web) -> None:
    for path in ("/login/ma", "/login/ma-khoi-phuc"):
        assert web.app.test_client().get(path).headers["Location"] == "/login"


def test_wrong_codes_lock_the_account_like_wrong_passwords(web: Web) -> None:
    set_up(web, web.client("leader"))
    client, _ = sign_in(web, "leader")
    for attempt in ("000000", "abc", "", "111111", "222222"):
        type_code(client, attempt)
    type_code(client, "0000-0000-0000", RECOVERY)
    assert user(web, "leader").locked_until is not None
    assert type_code(client, code(web, "leader")).status_code == 200
    assert not is_in(client)


def test_recovery_code_opens_once(web: Web) -> None:
    first, second, *_ = set_up(web, web.client("leader"))
    client, _ = sign_in(web, "leader")
    typed = f" {first.upper().replace('-', ' ')} "
    assert type_code(client, typed, RECOVERY).headers["Location"] == "/"
    assert is_in(client)
    again, _ = sign_in(web, "leader")
    assert type_code(again, first, RECOVERY).status_code == 200
    change(web, "leader", failed_count=5, locked_until=user(web, "leader").created_at)
    assert type_code(again, second, RECOVERY).headers["Location"] == "/"
    assert "Còn 6 mã khôi phục chưa dùng." in again.get("/tai-khoan").text


def test_new_telephone_and_new_codes_ask_for_the_password(web: Web) -> None:
    client = web.client("leader")
    old = set_up(web, client)
    before = user(web, "leader")
    assert set_up(web, client, current="sai") == []
    assert set_up(web, client) == []
    refused = post(client, "/tai-khoan/ma-khoi-phuc", current="sai")
    assert refused.headers["Location"] == "/tai-khoan"
    assert user(web, "leader").tf_totp_secret == before.tf_totp_secret
    change(web, "leader", tf_last_counter=None)
    new = set_up(web, client, current=PASSWORD)
    assert len(new) == 8
    assert user(web, "leader").tf_totp_secret != before.tf_totp_secret
    shown = post(client, "/tai-khoan/ma-khoi-phuc", current=PASSWORD).text
    newest = re.findall(r"<li><code>(.*?)</code></li>", shown)
    assert len({*old, *new, *newest}) == 24
    assert acts(web) == ["user.set_two_factor"] * 2 + ["user.renew_recovery_codes"]


def test_own_password_is_changed_and_other_machines_are_out(web: Web) -> None:
    here, elsewhere = web.client("leader"), web.client("leader")
    asked = {"password": OWN, "repeated": OWN}
    for fields, sentence in (
        ({**asked, "repeated": "khác"}, "Hai lần nhập mật khẩu mới chưa giống nhau."),
        ({**asked, "current": "sai"}, "Mật khẩu hiện tại chưa đúng."),
        (asked, "Mật khẩu hiện tại chưa đúng."),
        (
            {"password": "leader 2026", "repeated": "leader 2026", "current": PASSWORD},
            "Mật khẩu mới: Không được chứa tên đăng nhập",
        ),
    ):
        (found,) = said(post(here, PASSWORD_PAGE, **fields).text)
        assert found.startswith(sentence)
    done = post(here, PASSWORD_PAGE, **asked, current=PASSWORD)
    assert done.headers["Location"] == "/tai-khoan"
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert post(web.app.test_client(), "/login", username="leader", password=OWN).status_code == 302
    assert acts(web) == ["user.change_password"]


def test_password_of_others_must_be_changed_first(web: Web) -> None:
    change(web, "leader", must_change_password=True)
    client, _ = sign_in(web, "leader")
    for path in ("/", "/ket-qua", "/tai-khoan", TWO_FACTOR):
        assert client.get(path).headers["Location"] == PASSWORD_PAGE
    assert 'name="current"' not in client.get(PASSWORD_PAGE).text
    done = post(client, PASSWORD_PAGE, password=OWN, repeated=OWN)
    assert done.headers["Location"] == "/"
    assert is_in(client)


def test_signing_out_elsewhere_keeps_this_session(web: Web) -> None:
    here, elsewhere = web.client("leader"), web.client("leader")
    answer = post(here, "/tai-khoan/dang-xuat-noi-khac")
    assert answer.headers["Location"] == "/tai-khoan"
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert acts(web) == ["user.end_sessions"]


def test_sessions_end_after_twelve_hours(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    client = web.client("leader")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 11.9 * 3600)
    assert is_in(client)
    monkeypatch.setattr(time, "time", lambda: now + 24.1 * 3600)
    assert not is_in(client)


@pytest.mark.parametrize(
    "path", ["/tf-setup", "/tf-rescue", "/tf-select", "/mf-recovery-codes", "/change", "/verify"]
)
def test_pages_of_the_library_that_we_replace_are_not_there(web: Web, path: str) -> None:
    client = web.client("leader")
    assert client.get(path).status_code == 404
    assert post(client, path).status_code in (404, 405)


def test_no_address_of_sign_in_signs_one_out_by_being_read(web: Web) -> None:
    client = web.client("leader")
    rules = [rule for rule in web.app.url_map.iter_rules() if rule.endpoint.startswith("security.")]
    read = [rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments]
    assert {CODE_PAGE.partition("?")[0], RECOVERY, "/login", "/tf-setup"} <= set(read)
    for path in read:
        client.get(path)
        assert is_in(client), path
    assert client.get(CODE_PAGE).headers["Location"] == "/"
    assert client.get(RECOVERY).headers["Location"] == "/"


def test_remembered_sign_in_does_not_spare_staff_the_second_step(strict: Web) -> None:
    for username, spared in (("leader", True), ("secretariat", False)):
        change(strict, username, must_change_password=False)
        client = strict.app.test_client()
        post(client, "/login", username=username, password=PASSWORD, remember="y")
        set_up(strict, client)
        client.delete_cookie("session")
        answer = client.get("/ket-qua")
        assert (answer.status_code == 200) == spared, username
        assert is_in(client) == spared, username
    (sentence,) = said(client.get(answer.headers["Location"]).text)
    assert sentence.startswith("Vai trò của bạn cần nhập mã xác thực mỗi lần đăng nhập.")
    assert answer.headers["Location"] == "/login?next=/ket-qua"
    assert client.get_cookie("remember_token") is None


def test_role_given_meanwhile_ends_a_remembered_sign_in(strict: Web) -> None:
    client = strict.app.test_client()
    post(client, "/login", username="leader", password=PASSWORD, remember="y")
    set_up(strict, client)
    client.delete_cookie("session")
    assert is_in(client)
    change(strict, "leader", is_operator=True)
    assert client.get("/ket-qua").headers["Location"] == "/login?next=/ket-qua"
