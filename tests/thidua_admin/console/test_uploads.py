"""The name under which a file that was handed in is kept for a moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from thidua_admin.console.uploads import kept_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Phụ lục 2026.xlsx", "Phụ lục 2026.xlsx"),
        ("C:\\Hồ sơ\\don-vi.csv", "don-vi.csv"),
        ("../../etc/passwd", "passwd"),
        ("..", "tep"),
        ("/", "tep"),
        ("a\0.csv", "a.csv"),
        ("ắ" * 300 + ".xlsx", "ắ" * 75 + ".xlsx"),
    ],
)
def test_file_can_be_kept_under_any_name_that_is_given(
    tmp_path: Path, given: str, kept: str
) -> None:
    assert kept_name(given) == kept
    (tmp_path / kept).write_bytes(b"")
