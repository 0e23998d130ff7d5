"""Asking the virus scanner: ClamAV's daemon, by its INSTREAM command."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Literal

Verdict = Literal["clean", "found", "unknown"]
"""Sạch, có vi-rút, or not known: the scanner is down, busy, or refused the file."""

_TIMEOUT = 60.0


def scan(address: str, pieces: Iterable[bytes]) -> Verdict:
    """What clamd at ``address`` (``host:port`` or the path of a socket) says of these bytes."""
    try:
        with _connected(address) as clamd:
            clamd.sendall(b"zINSTREAM\0")
            for piece in pieces:
                clamd.sendall(len(piece).to_bytes(4, "big") + piece)
            clamd.sendall(bytes(4))
            with clamd.makefile("rb") as reply:
                answer = reply.read(4096).rstrip(b"\0\n")
    except OSError:
        return "unknown"
    if answer.endswith(b" FOUND"):
        return "found"
    return "clean" if answer == b"stream: OK" else "unknown"


def _connected(address: str) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        return socket.create_connection((host, int(port)), timeout=_TIMEOUT)
    clamd = socket.socket(socket.AF_UNIX)
    clamd.settimeout(_TIMEOUT)
    try:
        clamd.connect(address)
    except OSError:
        clamd.close()
        raise
    return clamd
