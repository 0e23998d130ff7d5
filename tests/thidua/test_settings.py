from __future__ import annotations

import os
from pathlib import Path

import pytest

from thidua.errors import Invalid, Problem
from thidua.settings import PREFIX, Settings, read_settings

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


def _shown(default: object) -> str:
    return f" `{default}` " if default else "  "


def test_document_lists_every_setting_with_its_default_and_meaning() -> None:
    expected = [
        f"| `{PREFIX}{name.upper()}` |{_shown(field.default)}| {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("| `THIDUA_")] == expected


def test_nothing_set_means_the_embedded_database_and_all_provinces() -> None:
    assert read_settings().model_dump() == {
        "database_url": None,
        "owner_url": None,
        "home": Path(".thidua"),
        "evidence_url": None,
        "clamd": None,
        "provinces": (),
        "language": "vi",
        "timezone": "Asia/Ho_Chi_Minh",
        "public_results": False,
        "address": None,
        "proxies": 0,
        "two_factor": "required",
        "oidc_issuer": None,
        "oidc_client_id": None,
        "oidc_secret_file": None,
        "oidc_claim": "preferred_username",
        "oidc_label": "Đăng nhập bằng tài khoản của tỉnh",
        "oidc_two_factor": "here",
    }


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_DATABASE_URL", "postgresql://app@db/thidua")
    monkeypatch.setenv("THIDUA_OWNER_URL", "postgresql+psycopg://owner@db/thidua")
    monkeypatch.setenv("THIDUA_HOME", "/srv/thidua")
    monkeypatch.setenv("THIDUA_EVIDENCE_URL", "s3://kho/tai-lieu")
    monkeypatch.setenv("THIDUA_CLAMD", "127.0.0.1:3310")
    monkeypatch.setenv("THIDUA_PROVINCES", " tiengiang, angiang,")
    monkeypatch.setenv("THIDUA_LANGUAGE", "en")
    monkeypatch.setenv("THIDUA_TIMEZONE", "")
    monkeypatch.setenv("THIDUA_ADDRESS", "https://thidua.mau.vn/")
    monkeypatch.setenv("THIDUA_PROXIES", "1")
    monkeypatch.setenv("THIDUA_TWO_FACTOR", "offered")
    monkeypatch.setenv("THIDUA_OIDC_ISSUER", "http://127.0.0.1:9000")
    monkeypatch.setenv("THIDUA_OIDC_CLIENT_ID", "thidua")
    monkeypatch.setenv("THIDUA_OIDC_SECRET_FILE", "/etc/thidua/oidc")
    monkeypatch.setenv("THIDUA_OIDC_CLAIM", "email")
    monkeypatch.setenv("THIDUA_OIDC_LABEL", "Vào")
    monkeypatch.setenv("THIDUA_OIDC_TWO_FACTOR", "provider")
    assert read_settings().model_dump() == {
        "database_url": "postgresql://app@db/thidua",
        "owner_url": "postgresql+psycopg://owner@db/thidua",
        "home": Path("/srv/thidua"),
        "evidence_url": "s3://kho/tai-lieu",
        "clamd": "127.0.0.1:3310",
        "provinces": ("tiengiang", "angiang"),
        "language": "en",
        "timezone": "Asia/Ho_Chi_Minh",
        "public_results": False,
        "address": "https://thidua.mau.vn",
        "proxies": 1,
        "two_factor": "offered",
        "oidc_issuer": "http://127.0.0.1:9000",
        "oidc_client_id": "thidua",
        "oidc_secret_file": Path("/etc/thidua/oidc"),
        "oidc_claim": "email",
        "oidc_label": "Vào",
        "oidc_two_factor": "provider",
    }


def test_given_settings_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_PROVINCES", "angiang")
    assert read_settings(provinces=("tiengiang",)).provinces == ("tiengiang",)


def test_every_problem_is_reported_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_DATABSE_URL", "postgresql://app@db/thidua")
    monkeypatch.setenv("THIDUA_DATABASE_URL", "mysql://app@db/thidua")
    monkeypatch.setenv("THIDUA_LANGUAGE", "fr")
    monkeypatch.setenv("THIDUA_TIMEZONE", "Asia/Hanoi")
    with pytest.raises(Invalid) as caught:
        read_settings()
    assert caught.value.problems == (
        Problem(
            "THIDUA_DATABSE_URL",
            "không có biến này. Hãy sửa lại tên theo docs/settings.md, hoặc bỏ đi.",
        ),
        Problem(
            "THIDUA_DATABASE_URL",
            "phải là địa chỉ PostgreSQL dạng postgresql://tài-khoản:mật-khẩu@máy-chủ/csdl",
        ),
        Problem("THIDUA_LANGUAGE", "phải là vi hoặc en, không phải “fr”"),
        Problem(
            "THIDUA_TIMEZONE",
            "phải là tên múi giờ, ví dụ Asia/Ho_Chi_Minh, không phải “Asia/Hanoi”",
        ),
    )


def test_settings_of_sign_in_say_what_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_ADDRESS", "thidua.mau.vn")
    monkeypatch.setenv("THIDUA_PROXIES", "-1")
    monkeypatch.setenv("THIDUA_TWO_FACTOR", "khong")
    monkeypatch.setenv("THIDUA_OIDC_ISSUER", "http://sso.mau.vn")
    with pytest.raises(Invalid) as caught:
        read_settings()
    assert [str(problem) for problem in caught.value.problems] == [
        "THIDUA_ADDRESS: phải có dạng https://tên-máy-chủ, như người dùng gõ vào trình duyệt",
        "THIDUA_PROXIES: không được nhỏ hơn 0",
        "THIDUA_TWO_FACTOR: phải là required hoặc offered",
        "THIDUA_OIDC_ISSUER: phải là địa chỉ https:// của nơi cấp tài khoản",
    ]
    monkeypatch.setenv("THIDUA_OIDC_ISSUER", "https://sso.mau.vn")
    with pytest.raises(Invalid, match="THIDUA_OIDC_CLIENT_ID: phải có khi đã đặt"):
        read_settings()
