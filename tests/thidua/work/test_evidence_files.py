"""Files behind the registers: judged by the scanner, and found when they are not whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from tests.small import person
from tests.thidua.evidence.samples import pdf, upload
from tests.thidua.work.conftest import Opened
from tests.thidua.work.evidence_desk import Desk

from thidua.evidence.files import file_key, open_files
from thidua.settings import Settings
from thidua.work.evidence_files import FileFault, file_faults, file_scanned, waiting_files


@pytest.fixture
def desk(inside: Session, opened: Opened, tmp_path: Path) -> Desk:
    officer = person(inside, "officer", "so-mot")
    return Desk(inside, opened.campaign, officer, open_files(Settings(home=tmp_path)))


def test_a_verdict_holds_for_every_item_that_waits(desk: Desk) -> None:
    first, second = desk.add("Một", file=upload("a.pdf", pdf())), desk.add("Giấy")
    same = desk.add("Ba", file=upload("b.pdf", pdf()))
    other = desk.add("Tư", file=upload("b.pdf", pdf("khác")))
    digest = first.file_hash or ""
    assert waiting_files(desk.session) == [digest, other.file_hash]
    assert file_scanned(desk.session, file_hash=digest, verdict="unknown") == 0
    assert file_scanned(desk.session, file_hash=digest, verdict="found") == 2
    assert file_scanned(desk.session, file_hash=digest, verdict="clean") == 0  # said once
    assert [item.scan for item in (first, second, same, other)] == [
        "infected", None, "infected", "waiting",
    ]  # fmt: skip
    assert waiting_files(desk.session) == [other.file_hash]
    said = ("evidence.scan", {"scan": "waiting"}, {"scan": "infected", "sha256": digest})
    assert desk.acts[-2:] == [said, said]


def test_another_file_waits_again(desk: Desk) -> None:
    item = desk.add(file=upload("a.pdf", pdf()))
    file_scanned(desk.session, file_hash=item.file_hash or "", verdict="found")
    desk.change(item, summary="Báo cáo", file=upload("a.pdf", pdf("sạch")))
    assert (item.scan, waiting_files(desk.session)) == ("waiting", [item.file_hash])


def test_missing_and_altered_files_are_named(desk: Desk, opened: Opened, tmp_path: Path) -> None:
    whole, gone, torn = (
        desk.add(name, file=upload(f"{name}.pdf", pdf(name))) for name in ("lành", "mất", "sửa")
    )
    again = desk.add("Bản nữa", file=upload("mất.pdf", pdf("mất")))
    assert file_faults(desk.session, files=desk.files) == (3, [])
    places = {
        item.summary: tmp_path / "evidence" / file_key(opened.province, item.file_hash or "")
        for item in (whole, gone, torn)
    }
    places["mất"].unlink()
    places["sửa"].write_bytes(b"")
    assert file_faults(desk.session, files=desk.files) == (
        3,
        [
            FileFault(gone.id, "Sở Một", "mất", "mất.pdf", missing=True),
            FileFault(torn.id, "Sở Một", "sửa", "sửa.pdf", missing=False),
            FileFault(again.id, "Sở Một", "Bản nữa", "mất.pdf", missing=True),
        ],
    )
