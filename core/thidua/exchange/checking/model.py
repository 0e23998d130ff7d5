"""What a check of a published table gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
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


def too_good_to_be_rounded(fits: Sequence[tuple[Fit, bool]]) -> bool:
    """Whether the figures of a table are evidently not rounded for print.

    ``fits`` says of each row how it fits, and whether rounding could have shown at all. Rounded
    figures miss the exact result in a quarter of such rows or more; where six or more agree for
    each that does not, the printed figures are the true ones, and what misses them is wrong.
    """
    exact = sum(kind is Fit.EXACT and telling for kind, telling in fits)
    missed = sum(kind is Fit.ROUNDING for kind, _ in fits)
    return exact >= 6 * missed


def vietnamese(value: Fraction, decimals: int) -> str:
    """A figure as an office writes it: ``98,60``."""
    return format(rounded(value, decimals), "f").replace(".", ",")
