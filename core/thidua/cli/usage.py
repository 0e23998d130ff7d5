"""What was wrong with the words of a command, as a Vietnamese sentence."""

from __future__ import annotations

import click


def usage_sentence(error: click.ClickException) -> str:
    """One sentence for a command line that click refused, and where to read on."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "thidua"
    return f"{_fault(error)} Xem cách dùng: {path} --help"


def _fault(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return f"Không có tùy chọn {error.option_name}."
        case click.MissingParameter():
            return f"Thiếu {_name(error)}."
        case click.BadOptionUsage():
            return f"Tùy chọn {error.option_name} cần một giá trị."
        case click.BadParameter():
            return f"Giá trị của {_name(error)} không dùng được: {_value(error)}."
        case click.UsageError() if "No such command" in error.message:
            return f"Không có lệnh {error.message.split()[-1].strip(chr(39) + '.')}."
        case click.UsageError() if "unexpected extra argument" in error.message:
            return f"Thừa từ: {error.message.split('(', 2)[-1].rstrip(')')}."
        case _:
            return error.format_message()


def _name(error: click.BadParameter) -> str:
    param = error.param
    if param is None:
        return str(error.param_hint or "tham số")
    return (
        param.make_metavar(error.ctx)
        if isinstance(param, click.Argument) and error.ctx
        else (param.opts[-1])
    )


def _value(error: click.BadParameter) -> str:
    match error.param.type if error.param else None:
        case click.IntRange() as span:
            return f"phải là số nguyên từ {span.min} đến {span.max}"
        case click.types.IntParamType():
            return "phải là số nguyên"
        case click.Choice() as choice:
            return f"chỉ nhận {', '.join(map(str, choice.choices))}"
        case _:
            return error.message.rstrip(".")
