"""What a file really is, and whether it is fit to be kept: its content decides, not its name."""

from __future__ import annotations

import mmap
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Literal

from thidua.errors import Invalid
from thidua.evidence.archives import TORN, Budget, entries, is_office, office_kind, refuse_unfit

FileType = Literal["pdf", "docx", "xlsx", "png", "jpg", "zip"]

MEDIA_TYPES: Mapping[FileType, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "zip": "application/zip",
}
"""What is accepted, and how it is served."""

ACCEPTED = "PDF, DOCX, XLSX, PNG, JPG, hoặc ZIP gồm các tệp ấy"

_ENDINGS: Mapping[str, FileType] = {**{name: name for name in MEDIA_TYPES}, "jpeg": "jpg"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How .doc and .xls begin, and office files with a password."""

_STARTS: Mapping[bytes, FileType] = {
    b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"PK\x03\x04": "zip",
}  # fmt: skip
_LOCKED_PDF = re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)")
_ENDS: Mapping[FileType, tuple[bytes, int]] = {"pdf": (b"%%EOF", 2048), "png": (b"IEND", 64)}
"""What stands within so many bytes of the end, unless the file was cut off."""

_CHUNK = 1 << 20


def look_inside(file: IO[bytes], name: str) -> FileType:
    """The type of a file on disk that is called ``name``; where it is read from does not matter.

    ``Invalid`` in a sentence when the type is none of the accepted, name and content disagree, the
    file is cut off, locked with a password, holds macros, or is an archive that holds anything
    else than accepted files, too much of it, or another archive.
    """
    return _look(file, name, Budget(), nested=False)


def _look(file: IO[bytes], name: str, budget: Budget, *, nested: bool) -> FileType:
    found = _sniffed(file, name)
    if found == "zip":
        with _opened(file, name, budget) as book:
            if is_office(book):
                found = office_kind(book, name)
            elif nested:
                raise Invalid.one(name, "là tệp nén trong tệp nén. Hãy giải nén rồi nén một lần.")
            else:
                _look_at_all(book, budget)
    if _ENDINGS.get(name.rpartition(".")[2].lower()) != found:
        raise Invalid.one(
            name, f"nội dung là {found.upper()} nên tên tệp phải kết thúc bằng .{found}."
        )
    return found


def _sniffed(file: IO[bytes], name: str) -> FileType:
    """The type by the first bytes; a PDF or PNG must also have its end and no lock."""
    file.seek(0)
    start = file.read(8)
    if not start:
        raise Invalid.one(name, "tệp rỗng. Hãy chọn lại tệp.")
    if start == _OLD_OFFICE:
        raise Invalid.one(
            name,
            "là tệp Word, Excel đời cũ hoặc có mật khẩu. Hãy lưu lại thành .docx, .xlsx hay PDF "
            "không mật khẩu.",
        )
    found = next((kind for begin, kind in _STARTS.items() if start.startswith(begin)), None)
    if found is None:
        raise Invalid.one(name, f"nội dung không phải là {ACCEPTED}. Hãy lưu lại thành dạng ấy.")
    if found in _ENDS:
        _refuse_cut_or_locked(file, name, found)
    return found


def _refuse_cut_or_locked(file: IO[bytes], name: str, found: FileType) -> None:
    mark, within = _ENDS[found]
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.rfind(mark, max(0, len(content) - within)) < 0:
            raise Invalid.one(name, "bị đứt, thiếu phần cuối. Hãy mở thử rồi tải lên lại.")
        if found == "pdf" and _LOCKED_PDF.search(content):
            raise Invalid.one(
                name, "là PDF có khóa. Hãy lưu lại không đặt mật khẩu, không khóa quyền."
            )


@contextmanager
def _opened(file: IO[bytes], name: str, budget: Budget) -> Iterator[zipfile.ZipFile]:
    """The archive, once its table of contents is fit; whatever is torn becomes a sentence."""
    try:
        refuse_unfit(file, name, budget)
        with zipfile.ZipFile(file) as book:
            yield book
    except TORN as error:
        raise Invalid.one(name, "là tệp nén hỏng hoặc bị đứt. Hãy tải lên lại.") from error


def _look_at_all(book: zipfile.ZipFile, budget: Budget) -> None:
    """Every file in an archive as if it had been given by itself."""
    for entry in entries(book):
        with tempfile.TemporaryFile() as copy, book.open(entry) as source:
            copy_all(source.read, copy.write)
            copy.flush()
            _look(copy, entry.filename.rpartition("/")[2], budget, nested=True)


def copy_all(read: Callable[[int], bytes], write: Callable[[bytes], object]) -> None:
    """Everything from one to the other, a piece at a time."""
    while piece := read(_CHUNK):
        write(piece)
