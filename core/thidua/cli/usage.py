"""What is wrong with a command line, in words."""

from __future__ import annotations

from datetime import datetime

import click

_SAMPLE = datetime(2026, 11, 30, 17)  # noqa: DTZ001 (only its digits are shown)


def usage_sentence(error: click.UsageError) -> str:
    """One Vietnamese sentence for a command line that does not fit, and where to read on."""
    where = f"\nXem cách dùng: {error.ctx.command_path} --help" if error.ctx else ""
    return f"{_words(error)}.{where}"


def _words(error: click.UsageError) -> str:
    match error:
        case click.MissingParameter():
            return f"Thiếu {_name(error)}"
        case click.NoSuchOption():
            return f"Không có tùy chọn {error.option_name}"
        case click.NoSuchCommand():
            return f"Không có lệnh “{error.command_name}”"
        case click.BadOptionUsage():
            return f"Tùy chọn {error.option_name} chưa đúng cách dùng"
        case click.BadParameter():
            return f"{_name(error)} {_expected(error)}"
        case _:
            return "Câu lệnh có thừa tham số"


def _name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Argument):
        return str(error.param.metavar or error.param.name)
    return error.param.opts[-1] if error.param else str(error.param_hint)


def _expected(error: click.BadParameter) -> str:
    match error.param and error.param.type:
        case click.IntRange() as given:
            return f"phải là số nguyên từ {given.min} đến {given.max}"
        case click.Choice() as given:
            return f"chỉ nhận {', '.join(map(str, given.choices))}"
        case click.DateTime() as given:
            return f"phải là ngày, giờ như {_SAMPLE.strftime(given.formats[0])}"
        case click.Tuple():
            return "phải viết như ví dụ trong cách dùng"
        case click.Path():
            return "phải là tên một tệp đọc, ghi được"
        case None:
            return error.message
        case _:
            return "phải là số nguyên"
