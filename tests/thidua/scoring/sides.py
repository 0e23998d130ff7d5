"""Units as they are compared, small and made up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from thidua.scoring.comparison import LeafSide, UnitSide
from thidua.scoring.ticks import round_percent


def leaf(code: str, ticks: int, maximum: int = 100_000, **more: Any) -> LeafSide:
    return LeafSide(
        code=code, name=f"Tiêu chí {code}", ticks=ticks, maximum=maximum,
        branch=more.pop("branch", "entered"), inputs=more.pop("inputs", {"points": ticks}),
        words=more.pop("words", ""),
    )  # fmt: skip


def unit(key: str, *leaves: LeafSide, caps: int = 0, **more: Any) -> UnitSide:
    """A unit whose points are those of its leaves and ``caps``."""
    points = sum(one.ticks for one in leaves) + caps
    maximum = sum(one.maximum for one in leaves)
    given: dict[str, Any] = {
        "key": key,
        "name": f"Sở {key}",
        "points": points,
        "maximum": maximum,
        "index": round_percent(Fraction(points, maximum), 2) if maximum else None,
        "rank": 1,
        "band": "Tốt",
        "set": "bo 1",
        "leaves": {one.code: one for one in leaves},
    }
    return UnitSide(**{**given, **more})


def printed(key: str, index: str, rank: int, **more: Any) -> UnitSide:
    """A unit of a published table: no leaves."""
    given = {"name": f"Sở {key}", "points": None, "maximum": None, "band": None}
    return UnitSide(key=key, index=Decimal(index), rank=rank, **{**given, **more})


@st.composite
def leaves(draw: st.DrawFn) -> LeafSide:
    code = draw(st.sampled_from(["1.1", "1.2", "2.1", "2.2"]))
    maximum = draw(st.sampled_from([0, 50_000, 100_000]))
    ticks = draw(st.integers(-3, maximum))
    more: Mapping[str, Any] = {
        "branch": draw(st.sampled_from(["entered", "share"])),
        "inputs": draw(st.sampled_from([{"a": 1}, {"a": 2}])),
    }
    return leaf(code, ticks, maximum, **more)


@st.composite
def results(draw: st.DrawFn) -> list[UnitSide]:
    """A few units of one result, with or without leaves."""
    found = []
    for key in draw(st.lists(st.sampled_from("abcd"), unique=True)):
        if draw(st.integers(0, 4)):
            own = draw(st.lists(leaves(), unique_by=lambda one: one.code, max_size=4))
            rank = draw(st.sampled_from([None, 1, 2]))
            found.append(unit(key, *own, caps=draw(st.sampled_from([0, 0, -5])), rank=rank))
        else:
            found.append(printed(key, draw(st.sampled_from(["80.00", "81.5"])), 1))
    return found
