"""``thidua account``: the first account of a province, many at once, help when nobody else can."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from thidua.cli.base import here, operator
from thidua.exchange.accounts import AccountSlip, read_accounts, slips_of, slips_page
from thidua.runtime import Runtime
from thidua.store.people import ROLES, Role, User
from thidua.work.access import ROLE_NAMES
from thidua.work.account_import import PlannedAccount, import_accounts, plan_accounts
from thidua.work.accounts import FOR_A_UNIT, create_user, grant_membership, user_by_name
from thidua.work.passwords import one_time_password, refuse_weak
from thidua.work.sign_in import reset_password, reset_two_factor, unlink_provider
from thidua_admin.app import create_app
from thidua_admin.security import one_time_hash, password_hash

WITHOUT_UNIT = [role for role in ROLES if role not in FOR_A_UNIT]


@click.group()
def account() -> None:
    """Tài khoản đăng nhập."""


@account.command("create")
@click.argument("province", metavar="TỈNH")
@click.argument("username", metavar="TÊN-ĐĂNG-NHẬP")
@click.argument("name", metavar="HỌ-TÊN")
@click.option("--role", type=click.Choice(WITHOUT_UNIT), default="admin", show_default=True)
@click.password_option("--password", prompt="Mật khẩu", confirmation_prompt="Nhập lại mật khẩu")
def create_command(province: str, username: str, name: str, role: Role, password: str) -> None:
    """Lập tài khoản đầu tiên của một tỉnh; các tài khoản sau lập ở bàn quản trị."""
    refuse_weak(password, username=username, name=name, place="Mật khẩu")
    with here() as runtime:
        with create_app(runtime).app_context():
            hashed = password_hash(password)
        with runtime.in_province(runtime.province_id(province)) as session:
            user = create_user(
                session, username=username, name=name, password_hash=hashed, by=operator()
            )
            grant_membership(session, user_id=user.id, role=role, by=operator())
            made = user.username
    click.echo(f"Đã lập tài khoản {made}.")


@account.command("import")
@click.argument("province", metavar="TỈNH")
@click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--slips",
    metavar="TỆP.html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Nơi ghi phiếu tài khoản để in; cần có khi lập thật.",
)
@click.option("--preview", is_flag=True, help="Chỉ xem sẽ làm gì, không ghi.")
def import_command(province: str, file: Path, slips: Path | None, preview: bool) -> None:
    """Lập tài khoản từ tệp .xlsx hoặc .csv; có lỗi thì không lập tài khoản nào."""
    if slips is None and not preview:
        raise click.UsageError("Hãy thêm --slips TỆP.html: mật khẩu chỉ có trên các phiếu đó.")
    lines = read_accounts(file)
    with here() as runtime:
        day = datetime.now(runtime.timezone).date()
        with runtime.in_province(runtime.province_id(province)) as session:
            planned = plan_accounts(session, lines=lines, day=day, by=operator())
            made = []
            if slips is not None and not preview:
                new = {item.username for item in planned if not item.known}
                passwords = {name: one_time_password() for name in sorted(new)}
                users = import_accounts(
                    session, planned=planned, hashes=hashes(runtime, passwords), by=operator()
                )
                made = slips_of(users, passwords, planned)
                _write(runtime, slips, made)
    _print(planned, preview)


@account.command("reset")
@click.argument("province", metavar="TỈNH")
@click.argument("username", metavar="TÊN-ĐĂNG-NHẬP")
@click.option("--two-factor", is_flag=True, help="Bỏ cả đăng nhập hai bước (mất điện thoại).")
@click.option("--unlink", is_flag=True, help="Bỏ cả việc gắn với tài khoản dùng chung.")
def reset_command(province: str, username: str, two_factor: bool, unlink: bool) -> None:
    """Cấp lại mật khẩu dùng một lần, mở khóa; khi không còn quản trị nào làm được ở trang web."""
    password = one_time_password()
    with here() as runtime:
        hashed = hashes(runtime, {username: password})[username]
        with runtime.in_province(runtime.province_id(province)) as session:
            user: User = user_by_name(session, username=username, by=operator())
            reset_password(session, user_id=user.id, password_hash=hashed, by=operator())
            if two_factor:
                reset_two_factor(session, user_id=user.id, by=operator())
            if unlink:
                unlink_provider(session, user_id=user.id, by=operator())
            said = user.username
    click.echo(f"Mật khẩu dùng một lần của {said}: {password}")


def hashes(runtime: Runtime, passwords: dict[str, str]) -> dict[str, str]:
    """The hash of each one-time password, as sign-in compares them."""
    with create_app(runtime).app_context():
        return {name: one_time_hash(password) for name, password in passwords.items()}


def _write(runtime: Runtime, file: Path, slips: list[AccountSlip]) -> None:
    """The slips, readable by whoever runs the command alone."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_bytes(slips_page(slips, address=runtime.settings.address or ""))


def _print(planned: tuple[PlannedAccount, ...], preview: bool) -> None:
    will = "Sẽ" if preview else "Đã"
    for item in planned:
        if not item.held:
            what = "giao thêm vai trò" if item.known else "lập tài khoản"
            where = f", {item.unit}" if item.unit else ""
            click.echo(f"{will} {what}: {item.username} ({ROLE_NAMES[item.role]}{where})")
    held = sum(item.held for item in planned)
    click.echo(f"{will} ghi {len(planned) - held} dòng, giữ nguyên {held} dòng.")
