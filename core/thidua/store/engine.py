"""Engines and sessions of the application, and whether a database is fit for them."""

from __future__ import annotations

from select import POLLIN, poll
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InvalidatePoolError

from thidua.errors import Invalid

LONGEST = 300
"""Seconds after which a connection is opened anew: before a firewall forgets one that rests."""

TIMES: dict[str, Any] = {
    "connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
}  # fmt: skip
"""For libpq: a server whose machine is gone without a word is given up within 15 seconds."""

_LOOK = (
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
)
"""The server, too, ends the session of a machine that is gone: others wait for its transaction."""

_UNSAFE = text(
    """
    SELECT rolsuper, rolbypassrls,
           EXISTS (SELECT FROM pg_class
                   WHERE relnamespace = current_schema()::regnamespace
                     AND relkind IN ('r', 'p') AND pg_has_role(relowner, 'MEMBER'))
    FROM pg_roles WHERE rolname = current_user
    """
)
_REASONS = (
    "là siêu quản trị (superuser)",
    "được bỏ qua phân quyền theo dòng (BYPASSRLS)",
    "sở hữu các bảng dữ liệu",
)


def make_engine(url: str) -> Engine:
    """An engine on PostgreSQL through psycopg; ``postgresql://`` and ``postgres://`` will do.

    A connection that the server has ended is not handed out again. When the machine at one end
    vanishes, the other end gives up within half a minute.
    Errors do not repeat the values of a statement: a log is no place for ballots and names.
    """
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), pool_recycle=LONGEST,
        connect_args=TIMES, hide_parameters=True,
    )  # fmt: skip
    event.listen(engine, "connect", _have_server_look)
    event.listen(engine, "checkout", _refuse_ended)
    return engine


def _have_server_look(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute(_LOOK)
    connection.autocommit = False


def _refuse_ended(connection: Any, _record: Any, _handle: Any) -> None:
    """Have all of the pool replaced when this connection has ended while it rested.

    Who asks nothing is told nothing: on a connection at rest the only thing to read is its end.
    To look costs nothing, while a question with each use would cost a save a tenth of its time.
    """
    rest = poll()
    rest.register(connection.fileno(), POLLIN)
    if rest.poll(0):
        raise InvalidatePoolError("the server has ended a connection at rest")


def refuse_unsafe_role(engine: Engine) -> None:
    """Raise ``Invalid`` when row-level security would not bind the connected role."""
    with engine.connect() as connection:
        unsafe = connection.execute(_UNSAFE).one()
    reasons = [reason for reason, true in zip(_REASONS, unsafe, strict=True) if true]
    if reasons:
        raise Invalid.one(
            "THIDUA_DATABASE_URL",
            f"tài khoản “{engine.url.username}” {', '.join(reasons)}, nên dữ liệu giữa các tỉnh "
            "không được ngăn cách. Hãy dùng một tài khoản thường; tài khoản sở hữu bảng chỉ đặt "
            "ở THIDUA_OWNER_URL.",
        )
