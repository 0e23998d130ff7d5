"""Behind a proxy: who the visitor is, and what a browser keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request
from flask.testing import FlaskClient
from tests.thidua_admin.conftest import PASSWORD, Web, made_web, post
from tests.thidua_admin.test_security import cookies

from thidua.settings import Settings

HTTPS = "https://thidua.mau.vn"
THROUGH = {"X-Forwarded-For": "10.1.1.1, 10.9.9.9", "X-Forwarded-Host": "thidua.mau.vn"}


def installed(web: Web, **settings: Any) -> Web:
    """The web with these settings."""
    home = web.runtime.settings.home
    made = Settings(home=home, two_factor="offered", **settings)
    runtime = replace(web.runtime, settings=made)
    return made_web(runtime)


def refused(client: FlaskClient, address: str) -> bool:
    """Whether one more try from this address is not even looked at."""
    headers = {"X-Forwarded-For": address}
    return client.post("/login", data={"username": ""}, headers=headers).status_code == 429


def test_cookies_and_headers_of_an_https_address(web: Web) -> None:
    office = installed(web, address=HTTPS, proxies=1)
    client = office.app.test_client()
    page = client.get("/login", base_url=HTTPS)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Secure" in cookies(page)["session"]
    plain = installed(web).app.test_client().get("/login")
    assert "Strict-Transport-Security" not in plain.headers
    assert "Secure" not in cookies(plain)["session"]


def test_forwarded_headers_count_only_from_as_many_proxies(web: Web) -> None:
    found: dict[int, tuple[str | None, str]] = {}
    for count in (0, 1):
        app = installed(web, proxies=count).app
        with app.test_client() as client:
            client.get("/login", headers=THROUGH, environ_base={"REMOTE_ADDR": "127.0.0.1"})
            found[count] = (request.remote_addr, request.host)
    assert found == {0: ("127.0.0.1", "localhost"), 1: ("10.9.9.9", "thidua.mau.vn")}


def test_limit_on_tries_is_by_the_address_of_the_visitor(web: Web) -> None:
    app = installed(web, proxies=1).app
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    tries = (refused(client, "10.1.1.1") for _ in range(241))  # a minute may begin meanwhile
    assert any(tries)
    assert not refused(client, "10.3.3.3")


def test_slips_name_the_address_that_people_open(web: Web) -> None:
    office = installed(web, address=HTTPS)
    client = office.app.test_client()
    form = {"username": "admin", "password": PASSWORD}
    page = client.get("/login", base_url=HTTPS).text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    sent = {"headers": {"Referer": f"{HTTPS}/login"}, "base_url": HTTPS}
    client.post("/login", data={**form, "csrf_token": token}, **sent)
    new = {"username": "moi", "name": "Bà Mới", "role": "leader", "unit": "", "csrf_token": token}
    made = client.post("/quan-tri/tai-khoan/new/", data=new, **sent)
    assert f"<p>Địa chỉ: {HTTPS}</p>" in made.text


def test_no_file_of_evidence_is_opened_before_the_processes_part(web: Web) -> None:
    assert post(web.app.test_client(), "/login").status_code == 200
    assert "files" not in vars(web.runtime)
