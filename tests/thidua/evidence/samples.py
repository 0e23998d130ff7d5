"""Files as they come, good and bad. In ``data``: what Chromium and LibreOffice wrote."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from thidua.evidence.files import Upload

DATA = Path(__file__).with_name("data")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20 + b"\xff\xd9"


def sample(name: str) -> bytes:
    """A file of ``data``."""
    return (DATA / name).read_bytes()


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """An archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in files.items():
            book.writestr(name, content)
    return out.getvalue()


def docx(more: Mapping[str, bytes | str] | None = None, *, main: str = WORD) -> bytes:
    """A Word document of the smallest kind, with more parts."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    parts = {"[Content_Types].xml": types, "word/document.xml": "<document>Báo cáo</document>"}
    return zipped({**parts, **(more or {})})


def pdf(text: str = "", *, padding: int = 0) -> bytes:
    """A file that a reader takes for a PDF, each ``text`` another one."""
    return b"%PDF-1.4\n%" + text.encode() + b"\n" + b" " * padding + b"\ntrailer\n%%EOF\n"


def upload(name: str, content: bytes, *, size: int | None = None) -> Upload:
    """A file as a person sends it."""
    return Upload(name, io.BytesIO(content), size)
