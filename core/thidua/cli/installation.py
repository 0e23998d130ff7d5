"""``thidua migrate``, ``status``, ``worker``: the installation as a whole."""

from __future__ import annotations

import logging

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.cli.base import echo_json, here, json_option
from thidua.jobs import work
from thidua.runtime import Database, connected, open_database, open_runtime
from thidua.settings import Settings, read_settings
from thidua.store.audit import verify
from thidua.store.migrate import SchemaState, schema_state
from thidua.store.results import ResultVersion
from thidua.store.units import Unit

SCHEMA_WORDS = {
    SchemaState.EMPTY: "trống, hãy chạy thidua migrate",
    SchemaState.BEHIND: "cũ, hãy chạy thidua migrate",
    SchemaState.CURRENT: "đúng phiên bản",
    SchemaState.AHEAD: "mới hơn chương trình",
}


@click.command()
def migrate() -> None:
    """Lập hoặc nâng cấp cơ sở dữ liệu."""
    with open_database(read_settings()) as database:
        database.migrate()
    click.echo("Cơ sở dữ liệu đã đúng phiên bản.")


@click.command()
@json_option
def status(as_json: bool) -> None:
    """Cho biết cơ sở dữ liệu, các tỉnh và nhật ký kiểm toán đang ra sao."""
    settings = read_settings()
    with open_database(settings) as database:
        state = _schema(database)
        provinces = _provinces(settings, database) if state is SchemaState.CURRENT else []
    if as_json:
        echo_json({"embedded": database.embedded, "schema": state, "provinces": provinces})
        return
    where = "nhúng, chỉ để dùng thử" if database.embedded else "PostgreSQL của cơ quan"
    click.echo(f"Cơ sở dữ liệu: {where}; {SCHEMA_WORDS[state]}")
    for item in provinces:
        click.echo(
            f"{item['code']}: {item['units']} đơn vị, {item['versions']} bản kết quả, "
            f"kiểm toán {item['sealed']} dòng đã niêm phong, "
            f"{item['unsealed']} dòng chưa niêm phong"
        )


def _schema(database: Database) -> SchemaState:
    with connected(database.app_url, "THIDUA_DATABASE_URL") as engine:
        return schema_state(engine)


def _provinces(settings: Settings, database: Database) -> list[dict[str, str | int]]:
    with open_runtime(settings, database) as runtime:
        rows: list[dict[str, str | int]] = []
        for code in runtime.province_codes():
            with runtime.in_province(runtime.province_id(code)) as session:
                rows.append({"code": code, **_figures(session)})
        return rows


def _figures(session: Session) -> dict[str, int]:
    audit = verify(session)
    return {
        "units": session.scalar(select(func.count()).select_from(Unit)) or 0,
        "versions": session.scalar(select(func.count()).select_from(ResultVersion)) or 0,
        "sealed": audit.sealed,
        "unsealed": audit.unsealed,
    }


@click.command()
def worker() -> None:
    """Chạy việc nền: niêm phong nhật ký kiểm toán, quét tệp minh chứng, báo tỉnh khi công bố."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    with here() as runtime:
        work(runtime)
