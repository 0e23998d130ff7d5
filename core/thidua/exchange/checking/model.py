"""What a check of a published table gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from math import log
from typing import Literal

from thidua.exchange.tables import Table
from thidua.exchange.tables.figures import Figure, rounded

Kind = Literal["ratio", "order", "rank", "tie", "band", "sum", "range", "mean"]
"""``ratio``: index is not points ÷ maximum; ``order``: the list is not in the order of its
figures; ``rank``: printed rank contradicts them; ``tie``: equal figures, different ranks;
``band``: outside its cut-offs; ``sum``: total is not the sum of its parts; ``range``: a value
that cannot be; ``mean``: a printed mean is not the mean."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One inconsistency: its kind, the unit (or the label of a mean row), a sentence, its row."""

    kind: Kind
    unit: str
    message: str
    line: int


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One unit recomputed. Points as printed, ``index`` in per cent; absent ones are None.

    ``published`` holds what the table printed, by role; parts by their headers.
    """

    unit: str
    group: str
    maximum: Decimal | None
    points: Decimal | None
    index: Decimal | None
    rank: int | None
    band: str | None
    published: Mapping[str, str | int | Mapping[str, str | None] | None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A table with its recomputed rows, its findings in printed order, and notes on the way."""

    table: Table
    rows: tuple[CheckedRow, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


SELDOM = 0.75
"""The chance that rounded figures give exactly what is printed, where rounding can just show."""

MISPRINTS = 0.0445
"""The share of misprints to reckon with."""


class Fit(IntEnum):
    """How a printed figure agrees with what the others give.

    ``EXACT``: it is their result, rounded half away from zero. ``ROUNDING``: not that, but there
    are true values that print as the others do and give it. ``OFF``: there are none.
    """

    EXACT = 0
    ROUNDING = 1
    OFF = 2


@dataclass(slots=True)
class Doubt:
    """Units whose figures are already named as wrong, and what they might be instead.

    ``repairs`` maps row number → column (role, or ``part 0``…) → the value that would agree.
    A unit in doubt is not named again for what follows from the wrong figure. The figures of
    ``confirmed`` rows agree with each other: what contradicts them is wrong, not they.
    """

    repairs: dict[int, dict[str, Fraction]] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)

    def add(self, number: int, **repairs: Fraction) -> None:
        """Row ``number`` is in doubt; each repair alone would mend it."""
        known = self.repairs.setdefault(number, {})
        for role, value in repairs.items():
            known.setdefault(role, value)

    def __contains__(self, number: int) -> bool:
        return number in self.repairs


def fit(value: Fraction, low: Fraction, high: Fraction, printed: Figure) -> Fit:
    """How ``printed`` agrees with ``value``, which may truly be anywhere in [low, high)."""
    shown = Fraction(rounded(printed.exact, printed.places))
    half = Fraction(1, 2 * 10**printed.places)
    if Fraction(rounded(value, printed.places)) == shown:
        return Fit.EXACT
    if low == high:
        return Fit.OFF
    return Fit.ROUNDING if low < shown + half and shown - half < high else Fit.OFF


def too_good_to_be_rounded(fits: Sequence[tuple[Fit, float]]) -> bool:
    """Whether the figures of a table are evidently not rounded for print.

    ``fits`` says of each row how it fits, and by what chance rounded figures would fit exactly (1:
    the row tells nothing). With a chance of ¾, six rows that agree outweigh one that does not;
    then the printed figures are the true ones, and what misses them is wrong.
    """
    exact = sum(-log(chance) for kind, chance in fits if kind is Fit.EXACT)
    missed = sum(log((1 - chance) / MISPRINTS) for kind, chance in fits if kind is Fit.ROUNDING)
    return exact >= missed


def are_whole(figures: Sequence[Figure | None]) -> bool:
    """Whether the figures of a column were evidently given in steps, and not rounded for print.

    They are if they end in 0 or 5 (60,25; 59,50), all of them or all but a sixth: of rounded
    figures one in five does.
    """
    there = [item for item in figures if item and item.places]
    steps = sum(item.exact * 10**item.places % 5 == 0 for item in there)
    return len(there) >= 3 and steps >= len(there) - len(there) // 6


def vietnamese(value: Fraction, decimals: int) -> str:
    """A figure as an office writes it: ``98,60``."""
    return format(rounded(value, decimals), "f").replace(".", ",")
