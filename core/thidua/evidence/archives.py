"""Zip files and office files, which are zip files: bombs, macros, locks, and what they are."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Literal

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from thidua.errors import Invalid

MAX_ENTRIES = 5_000
"""Files in an archive, those in its office files among them."""

MAX_INFLATED = 400 << 20
"""Bytes of all of them together, inflated."""

MAX_RATIO = 200
"""How many times its packed size an entry of more than ``SMALL`` bytes may be."""

SMALL = 1 << 20
TORN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""What reading a broken archive may raise."""

_END = b"PK\x05\x06"
_END64 = b"PK\x06\x07"
_LONGEST_ENTRY = 1_000  # of the table of contents, in bytes: 46 and the name
_LOCKED = 0x1
_TYPES = "[content_types].xml"
_MAIN: dict[str, Literal["docx", "xlsx"]] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_PROGRAMS = ("vbaproject", "macroenabled", "activex", "macrosheet", "intlmacrosheet")
"""What names a part that holds a program, in its content type or its own name."""


@dataclass
class Budget:
    """What may still be inflated, over an archive and all that lies in it."""

    entries: int = field(default_factory=lambda: MAX_ENTRIES)
    inflated: int = field(default_factory=lambda: MAX_INFLATED)

    def take(self, name: str, book: zipfile.ZipFile) -> None:
        """Count the contents of an archive; ``Invalid`` when it is too much."""
        infos = book.infolist()
        self.entries -= len(infos)
        self.inflated -= sum(info.file_size for info in infos)
        packed_hard = any(
            info.file_size > SMALL and info.file_size > MAX_RATIO * info.compress_size
            for info in infos
        )
        if self.entries < 0 or self.inflated < 0 or packed_hard:
            raise Invalid.one(
                name,
                f"giải nén ra quá lớn (tối đa {MAX_ENTRIES} tệp, {MAX_INFLATED >> 20} MB). "
                "Hãy chia nhỏ.",
            )


def refuse_unfit(file: IO[bytes], name: str, budget: Budget) -> None:
    """``Invalid`` when an archive is crowded, locked, or would write outside its folder.

    The size of its table of contents is looked at before Python reads that table into memory.
    """
    _refuse_crowded(file, name)
    with zipfile.ZipFile(file) as book:
        budget.take(name, book)
        infos = book.infolist()
        if any(info.flag_bits & _LOCKED for info in infos):
            raise Invalid.one(name, "có đặt mật khẩu. Hãy lưu lại không mật khẩu.")
        names = [info.filename for info in infos]
        if len(set(names)) < len(names) or any(map(_leaves_its_folder, names)):
            raise Invalid.one(
                name, "có tên tệp trùng nhau hoặc không hợp lệ bên trong. Hãy nén lại."
            )


def entries(book: zipfile.ZipFile) -> Sequence[zipfile.ZipInfo]:
    """The files of an archive, without folders."""
    return [info for info in book.infolist() if not info.is_dir()]


def is_office(book: zipfile.ZipFile) -> bool:
    """Whether an archive is an office document of any sort."""
    return any(name.lower() == _TYPES for name in book.namelist())


def office_kind(book: zipfile.ZipFile, name: str) -> Literal["docx", "xlsx"]:
    """What an office document is by its own list of contents; every part must be whole.

    ``Invalid`` when it holds macros, or is neither a text nor a workbook.
    """
    types = _content_types(book)
    said = [*types, *(part.lower() for part in book.namelist())]
    if any(program in word for program in _PROGRAMS for word in said):
        raise Invalid.one(name, "có macro. Hãy lưu lại thành tệp không macro hoặc PDF.")
    kinds = {_MAIN[found] for found in types if found in _MAIN}
    if len(kinds) != 1:
        raise Invalid.one(
            name, "không phải là văn bản Word hay bảng tính Excel. Hãy lưu thành PDF."
        )
    if book.testzip() is not None:
        raise zipfile.BadZipFile
    return kinds.pop()


def _content_types(book: zipfile.ZipFile) -> list[str]:
    """The content types that the document declares, in small letters but the main ones'."""
    part = next(info for info in book.infolist() if info.filename.lower() == _TYPES)
    if part.file_size > SMALL:
        raise zipfile.BadZipFile
    try:
        root = fromstring(book.read(part))
    except (ParseError, DefusedXmlException) as error:
        raise zipfile.BadZipFile from error
    declared = [element.get("ContentType", "") for element in root.iter()]
    return [text if text in _MAIN else text.lower() for text in declared]


def _refuse_crowded(file: IO[bytes], name: str) -> None:
    file.seek(0, 2)
    file.seek(max(0, file.tell() - (1 << 16) - 22))
    tail = file.read()
    sizes, at = [0], tail.find(_END)
    while 0 <= at <= len(tail) - 22:
        sizes.append(int.from_bytes(tail[at + 12 : at + 16], "little"))
        at = tail.find(_END, at + 1)
    if _END64 in tail or max(sizes) > MAX_ENTRIES * _LONGEST_ENTRY:
        raise Invalid.one(name, f"có quá nhiều tệp bên trong (tối đa {MAX_ENTRIES}). Hãy chia nhỏ.")


def _leaves_its_folder(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or ":" in parts[0]
