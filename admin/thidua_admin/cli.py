"""The ``thidua`` script: the core's commands, and those that need the web."""

from __future__ import annotations

import click

from thidua.cli import cli
from thidua.runtime import open_database
from thidua.settings import read_settings
from thidua_admin.accounts_cli import account
from thidua_admin.demo import run_demo
from thidua_admin.serving import serve

main = cli
cli.add_command(account)


@cli.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
def demo_command(port: int) -> None:
    """Chạy bản dùng thử: mọi thứ nhúng sẵn, có tài khoản mẫu, tại 127.0.0.1."""
    run_demo(read_settings(database_url=None, owner_url=None, public_results=True), port)


@cli.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--tour", is_flag=True, help="Trang chủ có mục “Nên xem trước”, như bản dùng thử.")
def serve_command(host: str, port: int, tour: bool) -> None:
    """Chạy máy chủ web."""
    settings = read_settings()
    with open_database(settings) as database:
        serve(settings, database, host=host, port=port, tour=tour)
