"""``thidua backup`` and ``restore``: from one home to another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.factories import Database
from tests.thidua.cli.conftest import Shell


@pytest.fixture
def owned(opened: Shell, database: Database, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The commands with the owner's address, on a filled database."""
    monkeypatch.setenv("THIDUA_OWNER_URL", database.owner_url)
    return opened


def test_a_backup_is_not_restored_over_what_is_there(owned: Shell, tmp_path: Path) -> None:
    file = tmp_path / "sao-luu.zip"
    (said,) = owned.says("backup", str(file))
    assert re.fullmatch(
        rf"Đã sao lưu \d+ dòng của \d+ bảng, 0 tệp và 0 khóa bí mật vào {re.escape(str(file))}\. "
        r"Tệp có mật khẩu đã băm cùng khóa bí mật của máy: chỉ cất ở nơi người quản trị máy chủ "
        r"đọc được\.",
        said,
    )
    assert owned.refuses("backup", str(file)) == f"Đã có tệp {file}. Hãy chọn tên khác."
    assert owned.refuses("restore", str(file)) == (
        "Cơ sở dữ liệu đã có dữ liệu. Chỉ khôi phục vào cơ sở dữ liệu trống."
    )


def test_a_backup_is_restored_into_an_empty_home(
    owned: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = tmp_path / "nha" / "evidence" / "a"
    evidence.mkdir(parents=True)
    (evidence / "b").write_bytes(b"minh chung")
    (tmp_path / "nha" / "password.secret").write_text("muoi")
    file = tmp_path / "sao-luu.zip"
    owned.says("backup", str(file))
    monkeypatch.setenv("THIDUA_HOME", str(tmp_path / "nha-moi"))
    monkeypatch.delenv("THIDUA_DATABASE_URL")
    monkeypatch.delenv("THIDUA_OWNER_URL")
    first, *audits = owned.says("restore", str(file))
    assert first.startswith("Đã khôi phục ")
    assert audits == ["nho: nhật ký kiểm toán nguyên vẹn, 0 dòng đã niêm phong."]
    assert (tmp_path / "nha-moi" / "evidence" / "a" / "b").read_bytes() == b"minh chung"
    assert (tmp_path / "nha-moi" / "password.secret").read_text() == "muoi"
    assert owned.json("campaign", "list", "nho")[0]["year"] == 2025


def test_files_in_an_s3_store_have_a_backup_of_their_own(
    owned: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THIDUA_EVIDENCE_URL", "s3://kho/tai-lieu")
    file = tmp_path / "sao-luu.zip"
    assert owned.says("backup", str(file))[1:] == [
        "Tài liệu minh chứng nằm ở kho S3, không có trong tệp này. Hãy sao lưu kho ấy cùng lúc."
    ]
    monkeypatch.setenv("THIDUA_HOME", str(tmp_path / "nha-moi"))
    monkeypatch.delenv("THIDUA_DATABASE_URL")
    monkeypatch.delenv("THIDUA_OWNER_URL")
    assert owned.says("restore", str(file))[1:3] == [
        "Bản sao lưu không có khóa bí mật. Hãy chép các tệp *.secret của máy cũ vào "
        f"{tmp_path / 'nha-moi'}; không có chúng thì phải cấp lại mật khẩu (thidua account reset).",
        "Tài liệu minh chứng nằm ở kho S3: hãy khôi phục kho ấy từ bản sao lưu của nó.",
    ]
