"""The store of files: by province and content, in a folder or an S3-compatible store.

A key is made of the province and the hash of the content, so that nothing can be overwritten and
no province can find out by a hash what another has. Nothing is ever deleted here.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from thidua.errors import Conflict, Invalid, NotFound
from thidua.evidence.inside import FileType, look_inside
from thidua.evidence.scanning import Verdict, scan
from thidua.settings import Settings

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import ClientConfig, RetryConfig

MAX_BYTES = 50 << 20
"""The largest file that is taken."""

_CHUNK = 1 << 20
_PROBE = "probe"
_LONGEST_NAME = 200
_CLIENT: ClientConfig = {"allow_http": True, "connect_timeout": "5s", "timeout": "120s"}
_RETRY: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}
"""A request waits for a store that is down, but not for minutes."""


@dataclass(frozen=True)
class Upload:
    """A file as it comes: the name the person's machine gives it, and its bytes, read once.

    ``size`` is what the sender said it would send, where that is known.
    """

    name: str
    stream: IO[bytes]
    size: int | None = None


@dataclass(frozen=True)
class Kept:
    """A file that is in the store: SHA-256 in hex, its name without any path, bytes and type."""

    hash: str
    name: str
    size: int
    type: FileType


class EvidenceFiles:
    """The files of an installation. Open it with ``open_files``, once in each process.

    ``folder`` is where a local store lies; ``clamd`` the address of the virus scanner, if any.
    """

    def __init__(
        self, store: ObjectStore, *, folder: Path | None = None, clamd: str | None = None
    ) -> None:
        self._opened, self._folder, self._clamd = store, folder, clamd
        self._process = _first_process()

    @property
    def _store(self) -> ObjectStore:
        if self._process != os.getpid():
            raise RuntimeError("files of evidence were opened before this process was forked")
        return self._opened

    @property
    def scans(self) -> bool:
        """Whether a virus scanner is configured."""
        return self._clamd is not None

    def keep(self, province: int, upload: Upload, *, limit: int = MAX_BYTES) -> Kept:
        """Take a file in, after a look inside; it is on the disk when this returns.

        The same content again is the same file. ``Invalid`` says what is wrong with it; then
        nothing was kept. Memory does not grow with the file.
        """
        name = plain_name(upload.name)
        with tempfile.TemporaryFile() as copy:
            digest, size = _received(upload, name, copy, limit)
            kind = look_inside(copy, name)
            self._put(file_key(province, digest), digest, copy)
        return Kept(digest, name, size, kind)

    def read(self, province: int, digest: str, start: int = 0, end: int | None = None) -> Pieces:
        """The bytes of a file from ``start`` up to, not including, ``end``, a piece at a time."""
        return self._pieces(file_key(province, digest), start, end)

    def altered(self, province: int, digest: str) -> bool | None:
        """Whether the stored bytes are other than they were; None when there are none."""
        try:
            return self._digest(file_key(province, digest)) != digest
        except NotFound:
            return None

    def scan(self, province: int, digest: str) -> Verdict:
        """What the virus scanner says of a file; ``unknown`` when it does not answer."""
        return scan(self._clamd, self.read(province, digest)) if self._clamd else "unknown"

    def probe(self) -> None:
        """``Conflict`` unless the store answers, and refuses to write over what is there."""
        try:
            for _ in range(2):
                obstore.put(self._store, _PROBE, b"thidua", mode="create", use_multipart=False)
        except AlreadyExistsError:
            return
        except (BaseError, OSError) as error:
            raise _unreachable() from error
        raise Conflict(
            "Kho tệp ở THIDUA_EVIDENCE_URL cho ghi đè tệp đã có (không theo If-None-Match), nên "
            "không dùng được. Hãy nâng cấp kho hoặc chọn kho khác."
        )

    def _put(self, key: str, digest: str, file: IO[bytes]) -> None:
        """Write the file unless it is there. Mapped into memory, it is not read into it.

        The mapping is not closed here: the store may still hold it, and lets go by itself.
        """
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            obstore.put(self._store, key, content, mode="create", use_multipart=False)
        except AlreadyExistsError:
            if self._digest(key) != digest:
                raise Conflict(
                    "Bản đã lưu của tệp này bị hỏng. Hãy báo người quản trị máy chủ chạy: "
                    "thidua evidence check"
                ) from None
        except (BaseError, OSError) as error:
            raise _unreachable() from error
        if self._folder is not None:
            _settle(self._folder, key)

    def _digest(self, key: str) -> str:
        digest = hashlib.sha256()
        for piece in self._pieces(key, 0, None):
            digest.update(piece)
        return digest.hexdigest()

    def _pieces(self, key: str, start: int, end: int | None) -> Pieces:
        options: GetOptions = {"range": {"offset": start} if end is None else (start, end)}
        with _reachable():
            found = obstore.get(self._store, key, options=options if start or end else None)
        return _each(found.stream(_CHUNK))


Pieces = Iterator[bytes]


@cache
def _first_process() -> int:
    """The process that first opened files: in a fork of it the store's threads do not run."""
    return os.getpid()


def open_files(settings: Settings) -> EvidenceFiles:
    """The store of these settings, found fit; ``Conflict`` says what is wrong with it.

    Not before a process forks: what reads and writes has threads of its own, without which it
    would wait for ever. A fork is refused by ``RuntimeError``.
    """
    folder = evidence_folder(settings)
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return EvidenceFiles(LocalStore(folder), folder=folder, clamd=settings.clamd)
    assert settings.evidence_url is not None
    store = S3Store.from_url(settings.evidence_url, client_options=_CLIENT, retry_config=_RETRY)
    files = EvidenceFiles(store, clamd=settings.clamd)
    files.probe()
    return files


def evidence_folder(settings: Settings) -> Path | None:
    """Where the files lie, when they lie in a folder."""
    return None if settings.evidence_url else settings.home.absolute() / "evidence"


def file_key(province: int, digest: str) -> str:
    """Where a file of a province is kept."""
    return f"{province}/sha256/{digest[:2]}/{digest[2:4]}/{digest}"


def plain_name(given: str) -> str:
    """The name of a file without any path, composed, and without marks that do not show."""
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable()).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{ending[:8]}" or "tệp"


def _received(upload: Upload, name: str, copy: IO[bytes], limit: int) -> tuple[str, int]:
    """Everything that comes, into ``copy``: hash and size. ``Invalid`` past the limit."""
    digest, size = hashlib.sha256(), 0
    while piece := upload.stream.read(_CHUNK):
        size += len(piece)
        if size > limit:
            raise Invalid.one(name, f"lớn hơn {limit >> 20} MB. Hãy nén hoặc chia nhỏ tệp.")
        digest.update(piece)
        copy.write(piece)
    if upload.size is not None and size != upload.size:
        raise Invalid.one(name, "bị đứt khi tải lên. Hãy tải lên lại.")
    copy.flush()
    return digest.hexdigest(), size


def _settle(folder: Path, key: str) -> None:
    """Let the file and its folders outlast a power cut before anybody is told that it is kept."""
    path = folder / key
    for place in (path, *path.parents):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if place == folder:
            return


def _each(stream: Iterator[bytes]) -> Pieces:
    with _reachable():
        for piece in stream:
            yield bytes(piece)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(
            "Không thấy tệp trong kho tài liệu. Hãy báo người quản trị máy chủ chạy: "
            "thidua evidence check"
        ) from error
    except (BaseError, OSError) as error:
        raise _unreachable() from error


def _unreachable() -> Conflict:
    return Conflict(
        "Kho tệp không trả lời, tệp chưa được đọc hay ghi. Hãy thử lại; nếu vẫn vậy, báo người "
        "quản trị máy chủ xem THIDUA_EVIDENCE_URL và đĩa."
    )
