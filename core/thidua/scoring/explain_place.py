"""Why an index, a band and a rank are what they are, beside those that are ranked with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thidua.scoring.explanation import Explanation
from thidua.scoring.figures import (
    exact_words,
    number,
    percent_words,
    point_text,
    rounding_words,
)
from thidua.scoring.grading import Graded, Order, Standing, order_of
from thidua.scoring.ticks import TICKS, written
from thidua.spec.document import document
from thidua.spec.grading import Band, Grading

NAMED = 3
"""At most so many neighbours on one place are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Table:
    """Units graded together: what ``grade`` took and gave, and their names by key."""

    standings: Sequence[Standing]
    graded: Sequence[Graded]
    grading: Grading
    names: Mapping[str, str]

    def standing(self, key: str) -> Standing:
        """The unit as it came to be graded; ``KeyError`` for one that is not there."""
        return {item.key: item for item in self.standings}[key]

    def place(self, key: str) -> Graded:
        """What grading gave it."""
        return {item.key: item for item in self.graded}[key]


def explain_index(table: Table, key: str, total: Explanation | None = None) -> Explanation:
    """The unit's index: points ÷ its own maximum; ``total`` explains the points."""
    item, graded, grading = table.standing(key), table.place(key), table.grading
    exact = None
    if item.points is not None and item.maximum:
        exact = Fraction(100 * item.points, item.maximum)
    return Explanation(
        subject="index",
        code="",
        title="Chỉ số",
        value=graded.index,
        words=tuple(_index_words(item, graded, grading)),
        data={
            "points": None if item.points is None else point_text(item.points),
            "maximum": None if item.maximum is None else point_text(item.maximum),
            "exact": None if exact is None else str(exact),
            "decimals": grading.index_decimals,
        },
        parts=() if total is None else (total,),
    )


def explain_band(table: Table, key: str) -> Explanation:
    """The band that the unit reached, and the cut-offs of all."""
    item, graded, grading = table.standing(key), table.place(key), table.grading
    order = order_of(item, grading)
    words = [f"Xếp loại {graded.band}" if graded.band else "Không xếp loại"]
    if order is not None and grading.bands:
        reached = next((band for band in grading.bands if band.label == graded.band), None)
        words[0] += _why_band(order[0], reached, item)
        words.append("; ".join(band_words(band) for band in grading.bands))
        words.append(_decided(item, grading))
    elif not grading.bands:
        words[0] += ": tỉnh không quy định các loại"
    return Explanation(
        subject="band",
        code="",
        title="Xếp loại",
        value=graded.band,
        words=tuple(words),
        data={
            "bands": [document(band) for band in grading.bands],
            "decide_on": grading.decide_on,
            "figure": None if order is None else str(order[0]),
        },
    )


def explain_rank(table: Table, key: str) -> Explanation:
    """The unit's rank, who stands just above and below, and how ties were broken."""
    item, graded = table.standing(key), table.place(key)
    members = _members(table, item)
    if graded.rank is None:
        words: tuple[str, ...] = (_unranked(item, table.grading),)
    else:
        words = tuple(_rank_words(table, item, graded, members))
    above, below, level = _neighbours(members, graded)
    return Explanation(
        subject="rank",
        code="",
        title="Hạng",
        value=graded.rank,
        words=words,
        data={
            "group": item.group,
            "ranked": len(members),
            "above": [_neighbour(table, other) for other in above],
            "level": [_neighbour(table, other) for other in level if other.key != key],
            "below": [_neighbour(table, other) for other in below],
            "rule": document(table.grading.rank),
            "decide_on": table.grading.decide_on,
            "ties": [str(tie) for tie in item.ties],
        },
    )


def band_words(band: Band) -> str:
    """A band and its cut-off: ``Tốt từ 80``, ``Khá trên 65``, ``Trung bình phần còn lại``."""
    if band.from_ is None:
        return f"{band.label} phần còn lại"
    return f"{band.label} {'từ' if band.inclusive else 'trên'} {written(band.from_)}"


def _index_words(item: Standing, graded: Graded, grading: Grading) -> Iterator[str]:
    if graded.index is None:
        printed = item.points is not None and item.maximum is None
        no_maximum = "Không có điểm tối đa nên không có chỉ số"
        yield "Bảng đã công bố không in chỉ số" if printed else no_maximum
    elif item.points is None or item.maximum is None:
        yield f"{written(graded.index)}%, như bảng đã công bố"
    else:
        yield f"Điểm ÷ điểm tối đa của đơn vị: {percent_words(item.points, item.maximum)}"
        exact = Fraction(100 * item.points, item.maximum)
        change = rounding_words(exact, graded.index, grading.index_decimals, "%")
        if change:
            yield change


def _why_band(value: Fraction, band: Band | None, item: Standing) -> str:
    shown = _figure(value, item)
    if band is None:
        return f": {shown} chưa tới loại nào"
    if band.from_ is None:
        return f": {shown} chưa tới ngưỡng của loại trên"
    on_it = " (bằng đúng ngưỡng)" if value == Fraction(band.from_) else ""
    side = "từ" if band.inclusive else "trên"
    return f": {shown} đạt ngưỡng {side} {written(band.from_)}{on_it}"


def _rank_words(
    table: Table, item: Standing, graded: Graded, members: Sequence[Graded]
) -> Iterator[str]:
    above, below, level = _neighbours(members, graded)
    group = f" của nhóm “{item.group}”" if item.group else ""
    yield f"Hạng {graded.rank} trong {len(members)} đơn vị được xếp hạng{group}"
    if len(level) > 1:
        others = [other for other in level if other.key != item.key]
        chain = table.grading.rank.ties
        still = f", so lần lượt các mã {', '.join(chain)} vẫn bằng nhau" if chain else ""
        yield f"Đồng hạng với {_named(table, others)}{still}"
    yield f"Ngay trên: {_named(table, above)}" if above else "Không đơn vị nào đứng trên"
    yield from _tie_words(table, item, above)
    yield f"Ngay dưới: {_named(table, below)}" if below else "Không đơn vị nào đứng dưới"
    yield from _tie_words(table, item, below)
    yield _decided(item, table.grading)


def _tie_words(table: Table, item: Standing, others: Sequence[Graded]) -> Iterator[str]:
    """Against each neighbour that is equal in what is ranked: which tie-break decided, and how."""
    mine = _order(table, item)
    for other in others[:NAMED]:
        theirs = _order(table, table.standing(other.key))
        if mine[0] != theirs[0]:
            continue
        at = next(at for at, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b)
        more = mine[at] > theirs[at]
        yield (
            f"Bằng {table.names[other.key]} về {_measure(item)}; so mã "
            f"{', rồi '.join(table.grading.rank.ties[:at])}: {exact_words(mine[at], 6)}% "
            f"{'hơn' if more else 'kém'} {exact_words(theirs[at], 6)}% nên đứng "
            f"{'trên' if more else 'dưới'}"
        )


def _neighbours(
    members: Sequence[Graded], graded: Graded
) -> tuple[list[Graded], list[Graded], list[Graded]]:
    """Those on the next place above, on the next below, and on the unit's own place."""
    if graded.rank is None:
        return [], [], []
    ranks = {other.rank for other in members if other.rank is not None}
    above = max((rank for rank in ranks if rank < graded.rank), default=None)
    below = min((rank for rank in ranks if rank > graded.rank), default=None)
    on = {
        rank: [other for other in members if other.rank == rank]
        for rank in (above, below, graded.rank)
    }
    return (
        on[above] if above is not None else [],
        on[below] if below is not None else [],
        on[graded.rank],
    )


def _members(table: Table, item: Standing) -> list[Graded]:
    groups = {other.key: other.group for other in table.standings}
    return [
        other
        for other in table.graded
        if other.rank is not None and groups[other.key] == item.group
    ]


def _named(table: Table, others: Sequence[Graded]) -> str:
    names = ", ".join(table.names[other.key] for other in others[:NAMED])
    more = f" và {len(others) - NAMED} đơn vị khác" if len(others) > NAMED else ""
    first = others[0]
    return f"{names}{more} (hạng {first.rank}, {_shown(table, first)})"


def _shown(table: Table, other: Graded) -> str:
    """The published index, or the points where points are ranked."""
    if other.index is not None:
        return f"{written(other.index)}%"
    points = table.standing(other.key).points
    assert points is not None  # ranked units have one of the two
    return f"{number(points)} điểm"


def _neighbour(table: Table, other: Graded) -> dict[str, Any]:
    points = table.standing(other.key).points
    return {
        "unit": table.names[other.key],
        "rank": other.rank,
        "index": None if other.index is None else str(other.index),
        "points": None if points is None else point_text(points),
    }


def _unranked(item: Standing, grading: Grading) -> str:
    if order_of(item, grading) is None:
        return "Không có điểm tối đa nên không xếp hạng"
    return "Được chấm điểm và xếp loại nhưng không xếp hạng chung"


def _decided(item: Standing, grading: Grading) -> str:
    if item.points is None:
        return "Xếp theo chỉ số đã in"
    if item.maximum is None:
        return "Xếp theo điểm đã công bố"
    published = grading.decide_on == "published"
    return f"Xếp theo chỉ số {'đã làm tròn để công bố' if published else 'chưa làm tròn'}"


def _measure(item: Standing) -> str:
    return "điểm" if item.points is not None and item.maximum is None else "chỉ số"


def _figure(value: Fraction, item: Standing) -> str:
    if _measure(item) == "điểm":
        return f"{number(int(value * TICKS))} điểm"
    return f"chỉ số {exact_words(value, 5)}%"


def _order(table: Table, item: Standing) -> Order:
    order = order_of(item, table.grading)
    assert order is not None  # neighbours are ranked
    return order
