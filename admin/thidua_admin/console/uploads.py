"""Files that people hand in on a console page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from flask import request
from flask_babel import gettext

from thidua.errors import Invalid

T = TypeVar("T")
LONGEST_NAME = 80
"""Signs of a file's name that are kept, its ending among them."""


def read_upload(name: str, read: Callable[[Path], T]) -> T:
    """What ``read`` makes of the file of the form; ``Invalid`` when none was chosen."""
    file = request.files.get(name)
    if file is None or not file.filename:
        raise Invalid.one(gettext("Tệp"), gettext("Hãy chọn tệp .xlsx hoặc .csv."))
    with TemporaryDirectory() as folder:
        path = Path(folder) / kept_name(file.filename)
        file.save(path)
        return read(path)


def kept_name(given: str) -> str:
    """The name that a file may have on our side: no folder in it, and not too long."""
    last = given.replace("\\", "/").rpartition("/")[2].replace("\0", "")
    return last.lstrip(".")[-LONGEST_NAME:] or "tep"
