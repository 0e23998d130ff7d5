"""``thidua audit``: is the audit whole, and where does its chain end today?"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from thidua.cli.base import echo_json, here, json_option
from thidua.store.audit import head, position_of, verify
from thidua.work.sealed import head_words


@click.group()
def audit() -> None:
    """Nhật ký kiểm toán."""


@audit.command("verify")
@click.option("--kept", metavar="MÃ", multiple=True, help="Mã niêm phong cuối đã in, lưu riêng.")
@json_option
def verify_command(kept: tuple[str, ...], as_json: bool) -> None:
    """Kiểm chuỗi niêm phong của mọi tỉnh; mã thoát 1 khi có dòng bị sửa hoặc chuỗi bị viết lại."""
    found, places = {}, dict.fromkeys(kept, "")
    for code, session in _provinces(None):
        found[code] = verify(session)
        for one in kept:
            position = position_of(session, one)
            places[one] = places[one] if position is None else f"{code}, dòng niêm phong {position}"
    if as_json:
        echo_json(
            {
                code: {
                    "sealed": item.sealed,
                    "unsealed": item.unsealed,
                    "broken": list(item.broken),
                    "head": item.head,
                }
                for code, item in found.items()
            }
        )
    else:
        for code, item in found.items():
            click.echo(
                f"{code}: {item.sealed} dòng đã niêm phong, {item.unsealed} dòng chưa niêm phong."
            )
            for event in item.broken:
                click.echo(f"  DÒNG {event} ĐÃ BỊ SỬA HOẶC MẤT")
        for one, place in places.items():
            click.echo(f"{one}: {place or 'KHÔNG CÒN TRONG CHUỖI, CHUỖI ĐÃ BỊ VIẾT LẠI'}")
    whole = all(places.values()) and not any(item.broken for item in found.values())
    sys.exit(0 if whole else 1)


@audit.command("head")
@click.argument("code", metavar="TỈNH", required=False)
@json_option
def head_command(code: str | None, as_json: bool) -> None:
    """In mã niêm phong cuối của một tỉnh hoặc mọi tỉnh, để lưu hằng ngày ở nơi khác."""
    found = {code: head(session) for code, session in _provinces(code)}
    if as_json:
        echo_json(
            {
                code: {
                    "sealed": item.sealed,
                    "head": item.hash,
                    "sealed_at": item.sealed_at and item.sealed_at.isoformat(),
                }
                for code, item in found.items()
            }
        )
        return
    for code, item in found.items():
        click.echo(f"{code}: {head_words(item)}")


def _provinces(code: str | None) -> Iterator[tuple[str, Session]]:
    """A session in the province, or in each."""
    with here() as runtime:
        for one in (code,) if code else runtime.province_codes():
            with runtime.in_province(runtime.province_id(one)) as session:
                yield one, session
