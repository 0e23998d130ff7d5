"""Bring a database to the schema of this program, and say how far one is."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, make_url, text

from thidua.store.engine import make_engine
from thidua.store.grants import grant

_LOCK = 7_446_218  # any number, the same for every version of this program


class SchemaState(StrEnum):
    """How a database stands to this program. Only ``CURRENT`` may be served."""

    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"


def migrate(owner_url: str, app_url: str) -> None:
    """Apply the missing revisions as the owner, then give the role of ``app_url`` its rights.

    One transaction: all or nothing. Harmless when repeated; two at once wait for each other.
    """
    role = make_url(app_url).username or ""
    engine = make_engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            command.upgrade(_config(connection), "head")
            grant(connection, role)
    finally:
        engine.dispose()


def schema_state(engine: Engine) -> SchemaState:
    """Compare the database's revision with the program's."""
    script = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return SchemaState.EMPTY
    if revision == script.get_current_head():
        return SchemaState.CURRENT
    known = {step.revision for step in script.walk_revisions()}
    return SchemaState.BEHIND if revision in known else SchemaState.AHEAD


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
