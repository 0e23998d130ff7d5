"""Keeping files: by content, each province apart, never overwritten, whatever store is behind."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from obstore.store import MemoryStore
from tests.thidua.evidence import s3
from tests.thidua.evidence.samples import sample, upload

from thidua.errors import Conflict, Invalid, NotFound
from thidua.evidence.files import (
    EvidenceFiles,
    Kept,
    Upload,
    file_key,
    open_files,
    plain_name,
)
from thidua.settings import Settings

PDF = sample("bao-cao.pdf")
HASH = hashlib.sha256(PDF).hexdigest()
GONE = (
    "Không thấy tệp trong kho tài liệu. Hãy báo người quản trị máy chủ chạy: thidua evidence check"
)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[s3.Bucket]:
    """An S3 server that the environment names."""
    with s3.running() as found:
        given = {
            "AWS_ENDPOINT_URL": found.address, "AWS_REGION": "vn-1",
            "AWS_ACCESS_KEY_ID": "ma", "AWS_SECRET_ACCESS_KEY": "khoa",
        }  # fmt: skip
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture(params=["folder", "memory", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceFiles:
    """Each kind of store."""
    if request.param == "memory":
        return EvidenceFiles(MemoryStore())
    if request.param == "folder":
        return open_files(Settings(home=tmp_path))
    request.getfixturevalue("bucket")
    return open_files(Settings(home=tmp_path, evidence_url="s3://kho/tai-lieu"))


def test_what_was_kept_is_read_back(files: EvidenceFiles) -> None:
    kept = files.keep(7, upload("báo cáo.pdf", PDF, size=len(PDF)))
    assert kept == Kept(HASH, "báo cáo.pdf", len(PDF), "pdf")
    assert b"".join(files.read(7, HASH)) == PDF
    assert b"".join(files.read(7, HASH, 5)) == PDF[5:]
    assert b"".join(files.read(7, HASH, 5, 10)) == PDF[5:10]
    assert files.altered(7, HASH) is False


def test_the_same_content_again_is_the_same_file(files: EvidenceFiles) -> None:
    first = files.keep(7, upload("một.pdf", PDF))
    second = files.keep(7, upload("hai.pdf", PDF))
    assert (first.hash, second) == (HASH, Kept(HASH, "hai.pdf", len(PDF), "pdf"))
    assert b"".join(files.read(7, HASH)) == PDF


def test_a_province_does_not_reach_the_files_of_another(files: EvidenceFiles) -> None:
    files.keep(7, upload("mật.pdf", PDF))
    with pytest.raises(NotFound) as caught:
        files.read(8, HASH)
    assert (str(caught.value), files.altered(8, HASH)) == (GONE, None)


def test_two_uploads_of_the_same_content_at_once(files: EvidenceFiles) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = set(pool.map(lambda _: files.keep(7, upload("a.pdf", PDF)), range(16)))
    assert kept == {Kept(HASH, "a.pdf", len(PDF), "pdf")}
    assert b"".join(files.read(7, HASH)) == PDF


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (upload("a.pdf", PDF, size=len(PDF) + 1), "a.pdf: bị đứt khi tải lên. Hãy tải lên lại."),
        (upload("a.pdf", PDF[:9]), "a.pdf: bị đứt, thiếu phần cuối. Hãy mở thử rồi tải lên lại."),
        (upload("to.pdf", PDF * 70), "to.pdf: lớn hơn 1 MB. Hãy nén hoặc chia nhỏ tệp."),
    ],
)  # fmt: skip
def test_nothing_is_kept_of_what_is_refused(tmp_path: Path, given: Upload, sentence: str) -> None:
    files = open_files(Settings(home=tmp_path))
    with pytest.raises(Invalid) as caught:
        files.keep(7, given, limit=1 << 20)
    assert (str(caught.value), list((tmp_path / "evidence").rglob("*"))) == (sentence, [])


class _Lost(io.BytesIO):
    """A connection that is lost after the first piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise ConnectionResetError
        return super().read(size)


def test_a_lost_connection_leaves_nothing(tmp_path: Path) -> None:
    files = open_files(Settings(home=tmp_path))
    with pytest.raises(ConnectionResetError):
        files.keep(7, Upload("a.pdf", _Lost(PDF)))
    assert list((tmp_path / "evidence").rglob("*")) == []


def test_a_folder_holds_one_file_for_itself_alone(tmp_path: Path) -> None:
    open_files(Settings(home=tmp_path)).keep(7, upload("../../đ.pdf", PDF))
    folder = tmp_path / "evidence"
    assert [path for path in folder.rglob("*") if path.is_file()] == [
        folder / "7" / "sha256" / HASH[:2] / HASH[2:4] / HASH
    ]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_an_altered_file_is_found_and_not_taken_for_the_same(tmp_path: Path) -> None:
    files = open_files(Settings(home=tmp_path))
    files.keep(7, upload("a.pdf", PDF))
    (tmp_path / "evidence" / file_key(7, HASH)).write_bytes(PDF[:100])
    assert files.altered(7, HASH) is True
    with pytest.raises(Conflict) as caught:
        files.keep(7, upload("a.pdf", PDF))
    assert str(caught.value) == (
        "Bản đã lưu của tệp này bị hỏng. Hãy báo người quản trị máy chủ chạy: thidua evidence check"
    )
    (tmp_path / "evidence" / file_key(7, HASH)).unlink()
    assert files.altered(7, HASH) is None
    files.keep(7, upload("a.pdf", PDF))
    assert files.altered(7, HASH) is False


def test_a_store_that_writes_over_what_is_there_is_refused(
    bucket: s3.Bucket, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, evidence_url="s3://kho/tai-lieu")
    bucket.conditional = False
    with pytest.raises(Conflict) as caught:
        open_files(settings)
    assert str(caught.value) == (
        "Kho tệp ở THIDUA_EVIDENCE_URL cho ghi đè tệp đã có (không theo If-None-Match), nên không "
        "dùng được. Hãy nâng cấp kho hoặc chọn kho khác."
    )
    bucket.conditional = True
    open_files(settings).keep(7, upload("a.pdf", PDF))
    assert bucket.objects == {
        "/kho/tai-lieu/probe": b"thidua",
        f"/kho/tai-lieu/{file_key(7, HASH)}": PDF,
    }


def test_a_store_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bucket: s3.Bucket
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(Conflict) as caught:
        open_files(Settings(home=tmp_path, evidence_url="s3://kho/tai-lieu"))
    assert str(caught.value) == (
        "Kho tệp không trả lời, tệp chưa được đọc hay ghi. Hãy thử lại; nếu vẫn vậy, báo người "
        "quản trị máy chủ xem THIDUA_EVIDENCE_URL và đĩa."
    )


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("đề án.pdf", "đề án.pdf"),
        ("Đề án.pdf", "Đề án.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\báo cáo.pdf", "báo cáo.pdf"),
        ("hóa\u202efdp.exe", "hóafdp.exe"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
        (f"{'đ' * 300}.pdf", f"{'đ' * 200}.pdf"),
        ("..", "tệp"),
        ("", "tệp"),
    ],
)
def test_a_name_is_composed_and_has_no_path(given: str, name: str) -> None:
    assert plain_name(given) == name


FLAT = """
import io, sys, threading
from pathlib import Path
from thidua.evidence.files import Upload, open_files
from thidua.settings import Settings

class Long:
    pieces = [b"%PDF-1.4".ljust(1 << 20), *[b"x" * (1 << 20)] * 48, b"%%EOF".rjust(1 << 20)]

    def read(self, size):
        return self.pieces.pop(0) if self.pieces else b""

def own_memory():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) >> 10

def watch():
    global most
    while not over.wait(0.002):
        most = max(most, own_memory())

files = open_files(Settings(home=Path(sys.argv[1])))
files.keep(7, Upload("nho.pdf", io.BytesIO(b"%PDF-1.4 %%EOF")))
most = before = own_memory()
over = threading.Event()
watcher = threading.Thread(target=watch)
watcher.start()
kept = files.keep(7, Upload("lon.pdf", Long()))
read = sum(map(len, files.read(7, kept.hash)))
over.set()
watcher.join()
print(kept.size, read, most - before)
"""


def test_fifty_megabytes_pass_through_little_memory(tmp_path: Path) -> None:
    """What the process takes for itself grows by less than half of the file, in and out."""
    done = subprocess.run(
        [sys.executable, "-c", FLAT, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    size, read, grown = map(int, done.stdout.split())
    assert (size, read) == (50 << 20, 50 << 20)
    assert grown < 25


FORKED = """
import io, os, sys
from pathlib import Path
from thidua.evidence.files import Upload, open_files
from thidua.settings import Settings

settings = Settings(home=Path(sys.argv[1]))
files = open_files(settings)
kept = files.keep(7, Upload("a.pdf", io.BytesIO(b"%PDF-1.4 %%EOF")))
if os.fork() == 0:
    for again in (files, open_files(settings)):
        try:
            again.read(7, kept.hash)
        except RuntimeError as error:
            print(error, flush=True)
    os._exit(0)
os.wait()
"""


def test_a_fork_is_refused_instead_of_waiting_for_ever(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    sentence = "files of evidence were opened before this process was forked\n"
    assert (done.stdout, done.stderr) == (sentence * 2, "")
