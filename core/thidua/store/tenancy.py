"""Sessions that see one province: ``enter_province`` is the only way in."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.session import SessionTransaction

from thidua.errors import NotFound
from thidua.store.driving import begun, driven, driven_on

_KEY = "province_id"
_REPEAT = "SELECT set_config('app.province_id', CAST(%(province)s AS text), true)"
_ENTER = f"{_REPEAT} FROM province WHERE id = CAST(%(province)s AS int)"


def make_sessionmaker(engine: Engine) -> sessionmaker[Session]:
    """Sessions on the engine that stay in the province they entered, over their transactions."""
    maker = sessionmaker(engine)
    event.listen(maker, "after_begin", begun)
    event.listen(maker, "after_begin", _repeat)
    return maker


def enter_province(session: Session, province: int) -> None:
    """Let the session see and write this province's rows from now on, and no other's.

    It holds for the transaction that is open and for later ones. Before it, each statement on a
    province's table is a database error, never an empty page. A session stays in one province
    for life: entering another raises ``RuntimeError``. An unknown province is ``NotFound``.
    """
    if session.info.get(_KEY, province) != province:
        raise RuntimeError("a session belongs to one province; open another session")
    if not driven(session, _ENTER, {"province": province}):
        raise NotFound("Không có tỉnh này trong hệ thống. Hãy chọn lại tỉnh.")
    session.info[_KEY] = province


def province_of(session: Session) -> int:
    """The province that the session entered."""
    province: int = session.info[_KEY]
    return province


def _repeat(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    if _KEY in session.info:
        driven_on(connection, _REPEAT, {"province": session.info[_KEY]})
