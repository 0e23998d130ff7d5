"""Engines and sessions of the application, and whether a database is fit for them."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine, make_url, text

from thidua.errors import Invalid

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
    """An engine on PostgreSQL through psycopg; ``postgresql://`` and ``postgres://`` will do."""
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), pool_pre_ping=True)


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
