"""The one migration history: revisions in ``versions``, their statements in ``sql``."""

from __future__ import annotations

from pathlib import Path

from alembic import op

SQL = Path(__file__).parent / "sql"


def run(name: str) -> None:
    """Execute a file of ``sql`` as it stands, all its statements at once."""
    statements = (SQL / name).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(statements)
