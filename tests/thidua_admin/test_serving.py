"""Where the server may listen."""

from __future__ import annotations

import socket

import pytest
from tests.demo_process import free_port

from thidua.errors import Conflict
from thidua_admin.serving import refuse_taken


def test_free_port_is_taken_without_a_word() -> None:
    refuse_taken("127.0.0.1", free_port())


def test_port_in_use_is_refused_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Conflict) as refused:
            refuse_taken("127.0.0.1", port)
    assert str(refused.value) == (
        f"Cổng {port} đang được chương trình khác dùng. Hãy chọn cổng khác, ví dụ "
        f"--port {port + 1} (với make: PORT={port + 1})."
    )


def test_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Conflict) as refused:
        refuse_taken("192.0.2.1", 80)
    assert str(refused.value) == (
        "Cổng 80 không mở được. Hãy chọn cổng khác, ví dụ --port 8001 (với make: PORT=8001)."
    )
