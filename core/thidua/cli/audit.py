"""``thidua audit verify``: is the audit whole?"""

from __future__ import annotations

import sys

import click

from thidua.cli.base import echo_json, here, json_option
from thidua.store.audit import verify


@click.group()
def audit() -> None:
    """Nhật ký kiểm toán."""


@audit.command("verify")
@json_option
def verify_command(as_json: bool) -> None:
    """Kiểm chuỗi niêm của mọi tỉnh; mã thoát 1 khi có dòng bị sửa."""
    with here() as runtime:
        found = {}
        for code in runtime.province_codes():
            with runtime.in_province(runtime.province_id(code)) as session:
                found[code] = verify(session)
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
            click.echo(f"{code}: {item.sealed} dòng đã niêm, {item.unsealed} dòng chưa niêm.")
            for event in item.broken:
                click.echo(f"  DÒNG {event} ĐÃ BỊ SỬA HOẶC MẤT")
    sys.exit(1 if any(item.broken for item in found.values()) else 0)
