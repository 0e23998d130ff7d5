"""What a row with a file keeps of it; the content lies in the store of files, by its hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from thidua.evidence.inside import FileType

Scan = Literal["waiting", "clean", "infected"]
"""What the virus scanner found in a file; waiting: it was not asked, or did not answer yet."""


@dataclass(frozen=True)
class StoredFile:
    """The file of a row: its content's SHA-256, by which it is kept, name, bytes and type."""

    hash: str
    name: str
    size: int
    type: FileType
    scan: Scan


class Filed:
    """A row that may have a file: five columns, filled together. See ``file_checks``."""

    file_hash: Mapped[str | None]
    file_name: Mapped[str | None]
    file_size: Mapped[int | None]
    file_type: Mapped[FileType | None] = mapped_column(Text)
    scan: Mapped[Scan | None] = mapped_column(Text)

    @property
    def file(self) -> StoredFile | None:
        """Its file, if it has one."""
        name, size, kind = self.file_name, self.file_size, self.file_type
        if self.file_hash is None or name is None or size is None or not kind or not self.scan:
            return None
        return StoredFile(self.file_hash, name, size, kind, self.scan)


def file_checks() -> tuple[CheckConstraint, CheckConstraint]:
    """What every table of ``Filed`` rows checks."""
    five = "file_hash, file_name, file_size, file_type, scan"
    return (
        CheckConstraint("scan IN ('waiting', 'clean', 'infected')", name="scan"),
        CheckConstraint(f"num_nulls({five}) IN (0, 5)", name="file"),
    )
