"""Who gets in, who is kept out, and what a browser is told to keep."""

from __future__ import annotations

import re
import stat
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from tests.thidua_admin.conftest import COMMAND, PASSWORD, Web, post
from werkzeug.test import TestResponse

from thidua.store.people import Membership, User
from thidua.work.accounts import create_user, grant_membership
from thidua_admin.security import TRIES, password_hash, secret

Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")
REFUSED = (
    f"Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy nhập lại; sai {TRIES} lần liên tiếp thì tài khoản "
    "tạm khóa 15 phút."
)


def try_in(web: Web, username: str, password: str, **fields: str) -> TestResponse:
    """The answer to one attempt from a fresh browser."""
    answer = post(web.app.test_client(), "/login", username=username, password=password, **fields)
    assert isinstance(answer, TestResponse)
    return answer


def gets_in(web: Web, username: str, password: str = PASSWORD) -> bool:
    """Whether the attempt succeeds; if not, it was told the sentence for every failure."""
    answer = try_in(web, username, password)
    if answer.status_code == 302:
        return True
    assert REFUSED in answer.text
    return False


def user(web: Web, username: str) -> User:
    """The account as it is in the database now."""
    with web.runtime.sessions() as session:
        return session.scalars(select(User).where(User.username == username)).one()


def change(web: Web, username: str, **values: object) -> None:
    """Set columns of an account."""
    with web.runtime.sessions.begin() as session:
        session.execute(update(User).where(User.username == username).values(**values))


def test_fifth_wrong_password_locks_for_fifteen_minutes(web: Web) -> None:
    before = datetime.now(UTC)
    assert [gets_in(web, "leader", "sai") for _ in range(TRIES)] == [False] * TRIES
    assert not gets_in(web, "leader")
    locked = user(web, "leader").locked_until
    assert locked is not None
    assert timedelta(minutes=15) <= locked - before < timedelta(minutes=16)


def test_attempts_while_locked_neither_count_nor_prolong(web: Web) -> None:
    until = datetime.now(UTC) + timedelta(minutes=1)
    change(web, "leader", failed_count=TRIES, locked_until=until)
    assert [gets_in(web, "leader", "sai"), gets_in(web, "leader")] == [False, False]
    assert (user(web, "leader").failed_count, user(web, "leader").locked_until) == (TRIES, until)


def test_lock_ends_by_itself_and_counting_begins_anew(web: Web) -> None:
    change(web, "leader", failed_count=TRIES, locked_until=datetime.now(UTC) - timedelta(seconds=1))
    assert not gets_in(web, "leader", "sai")
    assert (user(web, "leader").failed_count, user(web, "leader").locked_until) == (1, None)
    assert gets_in(web, "leader")
    assert user(web, "leader").failed_count == 0


def test_right_password_forgets_the_wrong_ones_before_it(web: Web) -> None:
    attempts = [*["sai"] * (TRIES - 1), PASSWORD] * 2
    assert [gets_in(web, "leader", word) for word in attempts] == [
        word == PASSWORD for word in attempts
    ]


def test_guesses_at_the_same_time_all_count(web: Web) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: gets_in(web, "leader", "sai"), range(4)))
    assert answers == [False] * 4
    assert user(web, "leader").failed_count == 4


def test_unknown_name_gets_the_same_answer(web: Web) -> None:
    assert not gets_in(web, "khong.co.ai")
    assert not gets_in(web, "leader", "sai")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("stored", FORMS)
def test_vietnamese_name_and_password_work_however_they_are_typed(
    web: Web, stored: Form, form: Form
) -> None:
    password = "Cải cách hành chính ở xã"
    with web.app.app_context():
        hashed = password_hash(unicodedata.normalize(stored, password))
    with web.inside() as session:
        username = unicodedata.normalize(stored, "Nguyễn.Thị.Ở")
        made = create_user(
            session, username=username, name="Bà Ở", password_hash=hashed, by=COMMAND
        )
        grant_membership(session, user_id=made.id, role="leader", by=COMMAND)
    typed = unicodedata.normalize(form, " NGUYỄN.thị.ở ")
    assert gets_in(web, typed, unicodedata.normalize(form, password))
    assert not gets_in(web, typed, password.lower())


@pytest.mark.parametrize(
    "target",
    [
        "https://xau.example/",
        "//xau.example/",
        "///xau.example",
        r"\\xau.example",
        r"/\xau.example",
        "/\t/xau.example",
        "https:xau.example",
        "javascript:alert(1)",
        "%2F%2Fxau.example",
        "http://localhost@xau.example",
    ],
)
def test_signing_in_never_leads_to_another_host(web: Web, target: str) -> None:
    in_form = try_in(web, "leader", PASSWORD, next=target)
    client = web.app.test_client()
    page = client.get("/login", query_string={"next": target})
    assert page.status_code == 200
    fields = {"username": "leader", "password": PASSWORD}
    in_address = client.post(
        "/login", query_string={"next": target}, data={**fields, "csrf_token": token_of(page.text)}
    )
    for answer in (in_form, in_address):
        location = answer.headers.get("Location", "")
        assert urlsplit(urljoin("http://localhost/login", location)).netloc == "localhost"
        assert not set(location) & set("\\\t\n")


def token_of(page: str) -> str:
    """The token of the form on a page."""
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def cookies(answer: TestResponse) -> dict[str, set[str]]:
    """The attributes of each cookie that the answer sets."""
    parts = [line.split("; ") for line in answer.headers.getlist("Set-Cookie")]
    return {first.partition("=")[0]: set(rest) for first, *rest in parts}


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(web: Web) -> None:
    plain = cookies(try_in(web, "leader", PASSWORD))
    assert plain == {"session": {"HttpOnly", "Path=/", "SameSite=Lax"}}
    kept = cookies(try_in(web, "leader", PASSWORD, remember="y"))
    assert kept["session"] == {"HttpOnly", "Path=/", "SameSite=Lax"}
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= kept["remember_token"]


def goes_to_sign_in(client: FlaskClient) -> bool:
    answer = client.get("/ket-qua")
    return answer.headers.get("Location", "").startswith("/login?next=")


def test_signing_out_ends_the_session_and_the_remembered_one(web: Web) -> None:
    client = web.app.test_client()
    post(client, "/login", username="leader", password=PASSWORD, remember="y")
    assert not goes_to_sign_in(client)
    assert client.get("/logout").status_code == 405
    token = token_of(client.get("/").text)
    assert client.post("/logout", data={"csrf_token": token}).headers["Location"] == "/login"
    assert goes_to_sign_in(client)
    assert client.get_cookie("remember_token") is None


def test_account_that_is_closed_or_loses_its_role_is_out_at_once(web: Web) -> None:
    closed, without = web.client("leader"), web.client("auditor")
    change(web, "leader", active=False)
    with web.inside() as session:
        who = select(User.id).where(User.username == "auditor").scalar_subquery()
        session.execute(delete(Membership).where(Membership.user_id == who))
    assert goes_to_sign_in(closed)
    assert not gets_in(web, "leader")
    assert without.get("/ket-qua").headers["Location"] == "/login"


def test_typing_begins_where_something_is_to_be_typed(web: Web) -> None:
    focus = re.compile(r'(autofocus[^ >]*) [^>]*name="(\w+)"')
    first, refused = web.app.test_client().get("/login").text, try_in(web, "leader", "sai").text
    assert focus.findall(first) == [("autofocus", "username")]
    assert focus.findall(refused) == [("autofocus", "password")]


def test_pages_are_not_kept_by_the_browser(web: Web) -> None:
    client = web.client("leader")
    for path in ("/", "/ket-qua", "/ket-qua/1", "/khong-co", "/login"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
    assert "public" not in client.get("/ket-qua/1.xlsx").headers["Cache-Control"]


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = {name: secret(home, name) for name in ("web", "password", "demo")}
    assert len(set(made.values())) == 3
    assert all(len(value) == 64 for value in made.values())
    assert {name: secret(home, name) for name in made} == made
    assert [stat.S_IMODE(file.stat().st_mode) for file in sorted(home.iterdir())] == [0o600] * 3


def test_apps_of_one_home_share_their_secrets(web: Web) -> None:
    home = web.runtime.settings.home
    assert web.app.config["SECRET_KEY"] == secret(home, "web")
    assert web.app.config["SECURITY_PASSWORD_SALT"] == secret(home, "password")
