"""What a workbook shows for a number: its format decides decimals and per cent."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction

from thidua.exchange.tables.cells import Cell
from thidua.exchange.tables.figures import rounded, written

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_HELD = Context(prec=12)
"""Binary noise (0.1 + 0.2) lies behind the twelfth digit."""


def shown(number: int | float, number_format: str) -> Cell:
    """``number`` as a cell with this format shows it; all its digits are kept in ``value``."""
    value = _HELD.create_decimal(repr(number)).normalize()
    section = _LITERAL.sub("", number_format.split(";")[0])
    percent = "%" in section
    value = value.scaleb(2) if percent else value
    decimals = _decimals(section, value)
    text = written(Fraction(value), decimals) + ("%" if percent else "")
    return Cell(text=text, value=_whole(value), decimals=decimals, percent=percent)


def _decimals(section: str, value: Decimal) -> int:
    held = max(-int(value.as_tuple().exponent), 0)
    if not re.search(r"[0#?]", section):
        return held
    _, _, tail = section.partition(".")
    places = re.match(r"[0#?]*", tail)
    slots = places[0] if places else ""
    fixed = slots.rstrip("#?")
    return max(len(fixed), min(len(slots), held))


def _whole(value: Decimal) -> Decimal:
    """Without a positive exponent: 1E+2 is 100."""
    return value if int(value.as_tuple().exponent) <= 0 else rounded(Fraction(value), 0)
