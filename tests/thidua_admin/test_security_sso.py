"""Single sign-on against a provider in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import select, update
from tests.demo_process import free_port
from tests.thidua_admin import provider
from tests.thidua_admin.conftest import Web, made_web, post, said
from werkzeug.test import TestResponse

from thidua.errors import Invalid
from thidua.settings import Settings
from thidua.store.audit_rows import AuditEvent
from thidua.store.people import User
from thidua_admin.app import create_app

pytestmark = pytest.mark.xdist_group("provider")  # one provider for all

START = "/login/dung-chung"
SECONDS = 20
FAILED = (
    "Chưa đăng nhập được bằng tài khoản dùng chung. Hãy thử lại; nếu vẫn vậy, hãy đăng nhập bằng "
    "mật khẩu hoặc liên hệ quản trị hệ thống."
)
UNKNOWN = (
    "Tài khoản dùng chung này chưa mở được tài khoản nào ở Thi đua. Hãy liên hệ quản trị hệ thống "
    "của Sở Nội vụ."
)


@dataclass(frozen=True)
class Provider:
    """The running provider."""

    address: str

    def coming(self, subject: str, name: str, **more: Any) -> None:
        """Who signs in there next."""
        claims = {"sub": subject, "preferred_username": name, **more.pop("claims", {})}
        requests.post(f"{self.address}/next", json={"claims": claims, **more}, timeout=5)


@pytest.fixture(scope="module")
def provided() -> Iterator[Provider]:
    """A provider on a port of its own; ended by its process."""
    port = free_port()
    running = subprocess.Popen([sys.executable, provider.__file__, str(port)])
    address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            requests.get(f"{address}/jwks", timeout=1)
            break
        except requests.ConnectionError:
            time.sleep(0.05)
    yield Provider(address)
    running.terminate()
    running.wait()


def joined(web: Web, provided: Provider, secret: Path, **more: Any) -> Web:
    """The web with the provider."""
    secret.write_text("khoa\n")
    settings = Settings(
        home=web.runtime.settings.home, two_factor="offered", oidc_issuer=provided.address,
        oidc_client_id="thidua", oidc_secret_file=secret, **more,
    )  # fmt: skip
    runtime = replace(web.runtime, settings=settings)
    return made_web(runtime)


@pytest.fixture
def shared(web: Web, provided: Provider, tmp_path: Path) -> Web:
    """The web with single sign-on, the second step asked for here."""
    return joined(web, provided, tmp_path / "khoa")


def come(client: FlaskClient, path: str = START) -> TestResponse:
    """Go to the provider and back; the answer of the last step here."""
    away = client.get(path)
    there = requests.get(away.headers["Location"], allow_redirects=False, timeout=5)
    return client.get(there.headers["Location"])


def refused(client: FlaskClient, answer: TestResponse) -> list[str]:
    """What is said to somebody who was turned away."""
    assert answer.headers["Location"] == "/login"
    sentences = said(client.get("/login").text)
    assert client.get("/ket-qua").status_code == 302
    return sentences


def person(web: Web, client: FlaskClient) -> str:
    """Who is signed in, by the name in the frame."""
    return client.get("/tai-khoan").text.rpartition('class="person">')[2].partition("<")[0]


def test_button_leads_there_with_state_nonce_and_challenge(
    shared: Web, provided: Provider, web: Web
) -> None:
    client = shared.app.test_client()
    assert "Đăng nhập bằng tài khoản của tỉnh" in client.get("/login").text
    away = urlsplit(client.get(START).headers["Location"])
    asked = parse_qs(away.query)
    assert f"{away.scheme}://{away.netloc}{away.path}" == f"{provided.address}/authorize"
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost/login/dung-chung/ve"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    plain = web.app.test_client()
    assert START not in plain.get("/login").text
    assert plain.get(START).status_code == 404


def test_account_of_the_claimed_name_opens_and_is_tied(shared: Web, provided: Provider) -> None:
    provided.coming("s1", "LEADER")
    client = shared.app.test_client()
    assert come(client, f"{START}?next=/ket-qua").headers["Location"] == "/ket-qua"
    assert person(shared, client) == "Bà leader"
    provided.coming("s1", "được đổi tên")
    again = shared.app.test_client()
    assert come(again).headers["Location"] == "/"
    assert person(shared, again) == "Bà leader"
    provided.coming("s2", "leader")
    other = shared.app.test_client()
    assert refused(other, come(other)) == [UNKNOWN]
    with shared.inside() as session:
        linked = select(AuditEvent.after).where(AuditEvent.action == "user.link_provider")
        assert session.scalars(linked).all() == [{"identity": f"{provided.address} s1"}]


def test_nobody_is_made_or_given_a_right(shared: Web, provided: Provider) -> None:
    before = shared.rows()
    for name in ("khong.co", "", "leader\0"):
        provided.coming("s3", name)
        client = shared.app.test_client()
        assert refused(client, come(client)) == [UNKNOWN]
    assert shared.rows() == before


def test_closed_and_locked_accounts_stay_shut(shared: Web, provided: Provider) -> None:
    for values in ({"active": False}, {"active": True, "locked_until": "2100-01-01"}):
        with shared.runtime.sessions.begin() as session:
            session.execute(update(User).where(User.username == "leader").values(**values))
        provided.coming("s1", "leader")
        client = shared.app.test_client()
        assert refused(client, come(client)) == [UNKNOWN]


def test_bad_answers_of_the_provider_open_nothing(shared: Web, provided: Provider) -> None:
    answers: list[dict[str, Any]] = [
        {"refuse": True},
        {"forged": True},
        {"claims": {"iss": "https://xau.example"}},
        {"claims": {"aud": "khac"}},
        {"claims": {"nonce": "khac"}},
        {"claims": {"exp": 1}},
        {"claims": {"sub": ""}},
    ]
    for answer in answers:
        provided.coming("s1", "leader", **answer)
        client = shared.app.test_client()
        assert refused(client, come(client)) == [FAILED], answer


def test_answer_to_somebody_else_opens_nothing(shared: Web, provided: Provider) -> None:
    provided.coming("s1", "leader")
    theirs, mine = shared.app.test_client(), shared.app.test_client()
    away = theirs.get(START).headers["Location"]
    back = requests.get(away, allow_redirects=False, timeout=5).headers["Location"]
    assert refused(mine, mine.get(back)) == [FAILED]


def test_provider_out_of_reach_is_a_sentence(web: Web, tmp_path: Path) -> None:
    nowhere = Provider(f"http://127.0.0.1:{free_port()}")
    client = joined(web, nowhere, tmp_path / "khoa").app.test_client()
    assert refused(client, client.get(START)) == [FAILED]


def test_unreadable_secret_is_a_sentence_at_the_start(web: Web, tmp_path: Path) -> None:
    settings = Settings(
        home=web.runtime.settings.home, oidc_issuer="https://sso.mau.vn", oidc_client_id="thidua",
        oidc_secret_file=tmp_path,
    )  # fmt: skip
    with pytest.raises(Invalid, match="THIDUA_OIDC_SECRET_FILE: không đọc được tệp"):
        create_app(replace(web.runtime, settings=settings))


def test_way_back_stays_here(shared: Web) -> None:
    client = shared.app.test_client()
    for target in (
        "//xau.example",
        "https://xau.example",
        "/\\xau.example",
        "x",
        "/\t/xau.example",
    ):
        client.get(START, query_string={"next": target})
        with client.session_transaction() as session:
            assert session["sso_next"] == "/", target


def test_second_step_is_here_or_at_the_provider(
    web: Web, provided: Provider, tmp_path: Path
) -> None:
    with web.runtime.sessions.begin() as session:
        session.execute(
            update(User)
            .where(User.username == "leader")
            .values(
                tf_primary_method="authenticator", tf_totp_secret="{}", must_change_password=True
            )
        )
    here = joined(web, provided, tmp_path / "khoa").app.test_client()
    provided.coming("s1", "leader")
    assert come(here).headers["Location"].startswith("/login/ma?next=")
    assert here.get("/ket-qua").status_code == 302
    there = joined(web, provided, tmp_path / "khoa", oidc_two_factor="provider")
    client = there.app.test_client()
    assert come(client).headers["Location"] == "/"
    assert client.get("/ket-qua").status_code == 200, "no slip to be changed either"
    strict = replace(
        there.runtime, settings=there.runtime.settings.model_copy(update={"two_factor": "required"})
    )
    provided.coming("s4", "admin")
    staff = made_web(strict).app.test_client()
    assert come(staff).headers["Location"] == "/"
    assert staff.get("/ket-qua").status_code == 200
    assert staff.get("/login").headers["Location"] == "/"
    assert staff.get("/ket-qua").status_code == 200, "reading the sign-in page changes nothing"
    password = made_web(strict).app.test_client()
    post(password, "/login", username="admin", password="mật khẩu dùng để thử")
    assert password.get("/ket-qua").headers["Location"] == "/tai-khoan/hai-buoc"
