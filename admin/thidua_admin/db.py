"""Flask-Admin's and Flask-Security's handle on the core's sessions: one session a request."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.orm import Session, sessionmaker


class CoreDB(SQLAlchemy):
    """The one kind of object that Flask-Admin unwraps; the engine and sessions stay the core's."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        super().__init__()
        self._sessions = sessions

    def init_app(self, app: Flask) -> None:  # type: ignore[override]  # Flask alone, no Quart
        """Register without engines of its own; the request's session is closed at its end."""
        app.extensions["sqlalchemy"] = self
        app.teardown_appcontext(_close)

    @property
    def session(self) -> Session:
        """The session of this request, opened when first asked for."""
        session: Session | None = g.get("core_session")
        if session is None:
            session = g.core_session = self._sessions()
        return session


def _close(error: Any) -> None:
    session: Session | None = g.pop("core_session", None)
    if session is not None:
        session.close()
