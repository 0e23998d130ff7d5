"""``thidua backup`` and ``restore``: the whole installation in one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from thidua.cli.base import here
from thidua.errors import Conflict
from thidua.evidence.files import evidence_folder
from thidua.runtime import Database, open_database
from thidua.settings import read_settings
from thidua.store.audit import verify
from thidua.store.backup import Contents, restore_backup, write_backup
from thidua.work.versions import engine_version

FILE = click.argument("file", metavar="TỆP", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@FILE
def backup(file: Path) -> None:
    """Sao lưu cơ sở dữ liệu, tài liệu minh chứng của mọi tỉnh và khóa bí mật vào một tệp."""
    settings = read_settings()
    if file.exists():
        raise Conflict(f"Đã có tệp {file}. Hãy chọn tên khác.")
    folder = evidence_folder(settings)
    with open_database(settings) as database:
        contents = write_backup(
            _owner(database),
            file,
            engine=engine_version(),
            home=settings.home,
            files=folder if folder and folder.exists() else None,
        )
    click.echo(
        f"Đã sao lưu {_words(contents)} vào {file}. Tệp có mật khẩu đã băm cùng khóa bí mật của "
        "máy: chỉ cất ở nơi người quản trị máy chủ đọc được."
    )
    if folder is None:
        click.echo(
            "Tài liệu minh chứng nằm ở kho S3, không có trong tệp này. Hãy sao lưu kho ấy cùng lúc."
        )


@click.command()
@FILE
def restore(file: Path) -> None:
    """Khôi phục một bản sao lưu vào cơ sở dữ liệu trống, rồi soát nhật ký kiểm toán."""
    settings = read_settings()
    with open_database(settings) as database:
        database.migrate()
        folder = evidence_folder(settings)
        contents = restore_backup(_owner(database), file, home=settings.home, files=folder)
    click.echo(f"Đã khôi phục {_words(contents)}, sao lưu lúc {contents.made_at}.")
    if not contents.secrets:
        click.echo(
            f"Bản sao lưu không có khóa bí mật. Hãy chép các tệp *.secret của máy cũ vào "
            f"{settings.home}; không có chúng thì phải cấp lại mật khẩu (thidua account reset)."
        )
    if folder is None:
        click.echo("Tài liệu minh chứng nằm ở kho S3: hãy khôi phục kho ấy từ bản sao lưu của nó.")
    with here() as runtime:
        for code in runtime.province_codes():
            with runtime.in_province(runtime.province_id(code)) as session:
                audit = verify(session)
            state = f"có {len(audit.broken)} dòng bị sửa" if audit.broken else "nguyên vẹn"
            click.echo(f"{code}: nhật ký kiểm toán {state}, {audit.sealed} dòng đã niêm phong.")


def _owner(database: Database) -> str:
    if database.owner_url is None:
        raise Conflict("Hãy đặt THIDUA_OWNER_URL: tài khoản sở hữu cơ sở dữ liệu.")
    return database.owner_url


def _words(contents: Contents) -> str:
    rows = sum(contents.rows.values())
    return (
        f"{rows} dòng của {len(contents.rows)} bảng, {contents.files} tệp và {contents.secrets} "
        "khóa bí mật"
    )
