"""Files that commands write: never over another by mistake, never half."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from thidua.errors import Conflict


def check_target(file: Path, *, force: bool) -> None:
    """Refuse a name that is no workbook's, or (``Conflict``) of a file that is there already."""
    if file.suffix.lower() != ".xlsx":
        raise click.BadParameter("phải kết thúc bằng .xlsx", param_hint="TỆP.xlsx")
    check_new(file, force=force)


def check_new(file: Path, *, force: bool) -> None:
    """Refuse (``Conflict``) the name of a file that is there already."""
    if file.exists() and not force:
        raise Conflict(
            f"Tệp {click.format_filename(file)} đã có. "
            "Hãy chọn tên khác hoặc thêm --force để ghi đè."
        )


def write_whole(file: Path, content: bytes) -> None:
    """The whole content or, if that fails (``Conflict``), what was there before."""
    half = file.with_name(f"{file.name}.dang-ghi")
    try:
        half.write_bytes(content)
        half.replace(file)
    except OSError as error:
        with suppress(OSError):
            half.unlink()
        raise Conflict(
            f"Không ghi được {click.format_filename(file)}: {error.strerror}. "
            "Hãy chọn thư mục khác, hoặc xem lại quyền ghi và chỗ trống."
        ) from error
