"""The ``thidua`` script: the core's commands, and those that need the web."""

from __future__ import annotations

import click

from thidua.cli import cli
from thidua.cli.base import here, operator
from thidua.errors import Invalid
from thidua.runtime import open_database
from thidua.settings import read_settings
from thidua.store.people import ROLES, Role
from thidua.work.accounts import FOR_A_UNIT, create_user, grant_membership
from thidua_admin.app import create_app
from thidua_admin.demo import run_demo
from thidua_admin.security import password_hash
from thidua_admin.serving import serve

MIN_PASSWORD = 10
WITHOUT_UNIT = [role for role in ROLES if role not in FOR_A_UNIT]

main = cli


@cli.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
def demo_command(port: int) -> None:
    """Chạy bản dùng thử: mọi thứ nhúng sẵn, có tài khoản mẫu, tại 127.0.0.1."""
    run_demo(read_settings(database_url=None, owner_url=None), port)


@cli.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--tour", is_flag=True, help="Trang chủ có mục “Xem gì trước”, như bản dùng thử.")
def serve_command(host: str, port: int, tour: bool) -> None:
    """Chạy máy chủ web."""
    settings = read_settings()
    with open_database(settings) as database:
        serve(settings, database, host=host, port=port, tour=tour)


@cli.command("account")
@click.argument("province", metavar="TỈNH")
@click.argument("username", metavar="TÊN-ĐĂNG-NHẬP")
@click.argument("name", metavar="HỌ-TÊN")
@click.option("--role", type=click.Choice(WITHOUT_UNIT), default="admin", show_default=True)
@click.password_option("--password", prompt="Mật khẩu", confirmation_prompt="Nhập lại mật khẩu")
def account_command(province: str, username: str, name: str, role: Role, password: str) -> None:
    """Lập tài khoản đầu tiên của một tỉnh; các tài khoản sau lập ở bàn quản trị."""
    if len(password) < MIN_PASSWORD:
        raise Invalid.one("Mật khẩu", f"phải có ít nhất {MIN_PASSWORD} ký tự.")
    with here() as runtime, create_app(runtime).app_context():
        hashed = password_hash(password)
        with runtime.in_province(runtime.province_id(province)) as session:
            user = create_user(
                session, username=username, name=name, password_hash=hashed, by=operator()
            )
            grant_membership(session, user_id=user.id, role=role, by=operator())
            made = user.username
    click.echo(f"Đã lập tài khoản {made}.")
