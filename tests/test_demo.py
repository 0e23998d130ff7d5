"""``thidua demo`` from the outside: what it says, whom it lets in, and that it leaves nothing."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.demo_process import DEMO, Demo, browser, free_port, left, read, sign_in, started

from thidua.store.people import ROLES

pytestmark = pytest.mark.xdist_group("demo")  # one home for all

PROVINCES = {"THIDUA_PROVINCES": "tiengiang"}
"""One is enough here; what the others show is seen in ``tests/test_demo_contents.py``."""

TABLE_ROW = re.compile(r"<tr>\s*(<td.*?)</tr>", re.DOTALL)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all tests here: the first start fills it, the others find it filled."""
    return tmp_path_factory.mktemp("demo") / "home"


def refusal(home: Path, port: int) -> tuple[int, str]:
    """Exit status and error output of a demo that does not start."""
    done = subprocess.run(
        [word.format(port=port) for word in DEMO],
        env={**os.environ, "THIDUA_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stderr


def versions(demo: Demo) -> list[str]:
    """The rows of the page of results, as the secretariat sees them."""
    client = browser()
    sign_in(client, demo, "secretariat.tiengiang")
    return TABLE_ROW.findall(read(client, f"{demo.address}/ket-qua"))


def test_demo_says_where_and_how_to_sign_in_and_ends_on_sigterm(home: Path) -> None:
    with started(home, environment=PROVINCES) as demo:
        assert demo.address == f"http://127.0.0.1:{demo.port}"
        names = [name for name, _ in demo.accounts]
        assert [name for name in names if name.endswith(".tiengiang")] == [
            f"{role}.tiengiang" for role in ROLES
        ]
        assert names[-1] == "dieuhanh"
        for name in ("officer.tiengiang", "dieuhanh"):
            assert '<h1 class="page-title">Tỉnh ' in sign_in(browser(), demo, name)
        assert refusal(home, free_port()) == (
            2,
            f"Thư mục {home} đang được một tiến trình Thi đua khác sử dụng. Hãy dừng tiến trình "
            "đó, hoặc đặt biến THIDUA_HOME sang một thư mục khác, rồi chạy lại.\n",
        )
        assert "Đăng nhập" in read(browser(), f"{demo.address}/login")
        assert demo.end(signal.SIGTERM) == 128 + signal.SIGTERM


def test_killed_demo_leaves_no_process_and_all_data_and_ends_on_ctrl_c(home: Path) -> None:
    with started(home, environment=PROVINCES) as demo:
        before = demo.password, demo.accounts, versions(demo)
        assert demo.end(signal.SIGKILL) == -signal.SIGKILL
    with started(home, environment=PROVINCES) as again:
        assert (again.password, again.accounts, versions(again)) == before
        assert len(before[2]) == 3
        assert again.end(signal.SIGINT, group=True) == 128 + signal.SIGINT


def test_make_demo_ends_with_make(home: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    venv.mkdir()
    (venv / "bin").symlink_to(Path(sys.executable).parent)
    for stamp in (".python", ".runtime"):  # installed already
        (venv / stamp).touch()
    command = ("make", "demo", f"VENV={venv}", "PORT={port}")
    with started(home, command, PROVINCES) as demo:
        demo.end(signal.SIGTERM)


def test_port_in_use_is_a_sentence_and_nothing_begins(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refusal(tmp_path / "home", port) == (
            2,
            f"Cổng {port} đang được chương trình khác dùng. Hãy chọn cổng khác, ví dụ "
            f"--port {port + 1} (với make: PORT={port + 1}).\n",
        )
    assert not (tmp_path / "home").exists()
    assert left(tmp_path) == []
