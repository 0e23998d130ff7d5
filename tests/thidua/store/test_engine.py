"""What holds for every connection of the application."""

from __future__ import annotations

from sqlalchemy import Engine, text


def test_server_looks_whether_the_machine_at_the_other_end_is_gone(engine: Engine) -> None:
    names = ("idle", "interval", "count")
    asked = ", ".join(f"current_setting('tcp_keepalives_{name}')" for name in names)
    with engine.connect() as connection:
        connection.rollback()
        assert tuple(connection.execute(text(f"SELECT {asked}")).one()) == ("10", "5", "3")
