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
    assert read_settings().model_dump() == {
        "database_url": "postgresql://app@db/thidua",
        "owner_url": "postgresql+psycopg://owner@db/thidua",
        "home": Path("/srv/thidua"),
        "evidence_url": "s3://kho/tai-lieu",
        "clamd": "127.0.0.1:3310",
        "provinces": ("tiengiang", "angiang"),
        "language": "en",
        "timezone": "Asia/Ho_Chi_Minh",
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
