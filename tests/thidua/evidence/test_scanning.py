"""What the virus scanner answers, and what is made of its silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from obstore.store import MemoryStore
from tests.thidua.evidence import clamd
from tests.thidua.evidence.samples import pdf, upload

from thidua.evidence.files import EvidenceFiles
from thidua.evidence.scanning import scan


@pytest.mark.parametrize("socket", ["", "clamd.sock"])
def test_a_scanner_is_asked_by_port_or_by_socket(tmp_path: Path, socket: str) -> None:
    with clamd.running(socket and str(tmp_path / socket)) as address:
        assert scan(address, [b"s", b"ach"]) == "clean"
        assert scan(address, [b"VIR", b"US"]) == "found"
        assert scan(address, [b"-" * clamd.LIMIT, b"VIRUS"]) == "unknown"
    assert scan(address, [b"sach"]) == "unknown"


def test_a_kept_file_is_scanned() -> None:
    with clamd.running() as address:
        files = EvidenceFiles(MemoryStore(), clamd=address)
        good, bad = (files.keep(7, upload("a.pdf", pdf(text))) for text in ("sạch", "VIRUS"))
        assert (files.scans, files.scan(7, good.hash), files.scan(7, bad.hash)) == (
            True, "clean", "found",
        )  # fmt: skip


def test_without_a_scanner_nothing_is_known() -> None:
    files = EvidenceFiles(MemoryStore())
    kept = files.keep(7, upload("a.pdf", pdf()))
    assert (files.scans, files.scan(7, kept.hash)) == (False, "unknown")
