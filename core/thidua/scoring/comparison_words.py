"""Comparisons in Vietnamese lines, as an office writes them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from thidua.scoring.comparison import LeafChange, LeafGap, LeafSide, UnitChange, UnitSide
from thidua.scoring.figures import number, point_words
from thidua.scoring.set_comparison import Beside
from thidua.scoring.ticks import round_percent, to_points, written
from thidua.scoring.years import PairChange, Part, YearChange

REASONS = {
    "added": "tiêu chí mới có",
    "removed": "tiêu chí không còn",
    "inputs": "số liệu thay đổi",
    "rule": "số liệu giữ nguyên; cách tính, bộ tiêu chí hoặc diện đánh giá thay đổi",
}
NOTHING = "không có"


def signed(value: Decimal) -> str:
    """A change with its sign: ``+1,5``, ``−0,25``, ``0``."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{written(abs(value))}"


def signed_points(ticks: int) -> str:
    """A change of points in ticks: ``+1,5 điểm``."""
    return f"{signed(to_points(ticks))} điểm"


def places_words(places: int) -> str:
    """Places risen: ``tăng 2 bậc``, ``giảm 1 bậc``, ``giữ nguyên hạng``."""
    if not places:
        return "giữ nguyên hạng"
    return f"{'tăng' if places > 0 else 'giảm'} {abs(places)} bậc"


def unit_change_words(change: UnitChange) -> tuple[str, ...]:
    """What changed for one unit: first its figures, then leaf by leaf, then the caps."""
    if change.first is None:
        return (f"Bản sau có thêm đơn vị này: {_standing(change.either)}.",)
    if change.second is None:
        return (f"Bản sau không còn đơn vị này; bản trước: {_standing(change.either)}.",)
    return (
        *_figure_words(change, change.first, change.second),
        *map(leaf_change_words, change.leaves),
        *_cap_words(change),
    )


def leaf_change_words(change: LeafChange) -> str:
    """One leaf: by how much, why, and how it came about on both sides."""
    before, after = (_ticks(side) for side in (change.first, change.second))
    head = f"{change.either.code} {change.either.name}: {before} → {after}"
    sides = [
        f"{when}: {side.words}"
        for when, side in (("trước", change.first), ("sau", change.second))
        if side and side.words
    ]
    more = f". {_capital('; '.join(sides))}" if sides else ""
    return f"{head} ({signed_points(change.ticks)}), {REASONS[change.reason]}{more}."


def leaf_gap_words(gap: LeafGap, units: int) -> str:
    """One leaf over so many units: ``2.1 Tên: chênh lệch 3 điểm ở 5/12 đơn vị…``."""
    return (
        f"{gap.code} {gap.name}: chênh lệch {point_words(gap.distance)} ở {gap.units}/{units} đơn "
        f"vị, cộng lại {signed_points(gap.ticks)}."
    )


def year_change_words(change: YearChange, first_year: int, second_year: int) -> tuple[str, ...]:
    """One unit in two years: by index, by rank where that says something, by mapped criteria."""
    first, second = change.first, change.second
    if first is None:
        assert second is not None
        return (
            f"Năm {second_year}: {_standing(second)}. Năm {first_year} không có đơn vị tương ứng "
            "để so sánh.",
        )
    if second is None:
        return (
            f"Năm {first_year}: {_standing(first)}. Năm {second_year} không có đơn vị tương ứng "
            "để so sánh.",
        )
    words = [
        f"Năm {first_year}: {_standing(first)}; năm {second_year}: {_standing(second)}"
        f"{_moved(change)}."
    ]
    if not change.whole:
        words.append(_kinship(first, change.share))
    return (*words, *_mapped_words(change))


def beside_words(row: Beside) -> str:
    """One mapped node: own sub-index, the other's, the difference."""
    own = f"{row.code} {row.name}: {_percent(row.own)}"
    codes = ", ".join(row.codes)
    if row.other is None:
        return f"{own}; bên đối chiếu chưa có số liệu của {codes}."
    words = f"{own}; bên đối chiếu ({codes}): {_percent(row.other)}"
    return f"{words}{_percentage_points(row.percent)}."


def _figure_words(change: UnitChange, first: UnitSide, second: UnitSide) -> Iterator[str]:
    if first.points != second.points:
        by = "" if change.points is None else f" ({signed_points(change.points)})"
        yield f"Điểm: {_points(first.points)} → {_points(second.points)}{by}."
    if first.maximum != second.maximum:
        yield f"Điểm tối đa: {_points(first.maximum)} → {_points(second.maximum)}."
    if first.index != second.index:
        by = "" if change.index is None else f" ({signed(change.index)} điểm phần trăm)"
        yield f"Chỉ số: {_index(first.index)} → {_index(second.index)}{by}."
    if first.rank != second.rank:
        by = "" if change.places is None else f" ({places_words(change.places)})"
        yield f"Hạng: {first.rank or NOTHING} → {second.rank or NOTHING}{by}."
    if first.band != second.band:
        yield f"Xếp loại: {first.band or NOTHING} → {second.band or NOTHING}."


def _cap_words(change: UnitChange) -> Iterator[str]:
    if change.caps:
        yield f"Trần điểm thưởng, điểm trừ: {signed_points(change.caps)}."


def _moved(change: YearChange) -> str:
    parts = [] if change.index is None else [f"{signed(change.index)} điểm phần trăm"]
    if change.places is not None:
        parts.append(places_words(change.places))
    return f" ({', '.join(parts)})" if parts else ""


def _kinship(first: UnitSide, share: Fraction) -> str:
    part = "toàn bộ" if share == 1 else f"{written(round_percent(share, 2))}%"
    return (
        f"Không so sánh một với một: đơn vị này tiếp nhận {part} {first.name}; chênh lệch chỉ để "
        "tham khảo."
    )


def _mapped_words(change: YearChange) -> Iterator[str]:
    if change.mapped is None:
        yield "Hai năm chưa có bảng đối chiếu tiêu chí nên chỉ so sánh được theo chỉ số."
        return
    yield f"Theo các tiêu chí đối chiếu được: {_pair(change.mapped)}."
    for pair in change.pairs:
        if pair.percent:
            yield f"{pair.title}: {_pair(pair)}."


def _pair(pair: PairChange) -> str:
    return f"{_percent(pair.first)} → {_percent(pair.second)}{_percentage_points(pair.percent)}"


def _percentage_points(change: Fraction | None) -> str:
    return "" if change is None else f" ({signed(round_percent(change / 100, 2))} điểm phần trăm)"


def _percent(part: Part) -> str:
    return NOTHING if part.percent is None else _index(round_percent(part.percent / 100, 2))


def _standing(side: UnitSide) -> str:
    figure = _index(side.index) if side.index is not None else f"{_points(side.points)} điểm"
    rank = f", hạng {side.rank}" if side.rank else ""
    return f"{figure}{rank}{f', loại {side.band}' if side.band else ''}"


def _index(percent: Decimal | None) -> str:
    return NOTHING if percent is None else f"{written(percent)}%"


def _points(ticks: int | None) -> str:
    return NOTHING if ticks is None else number(ticks)


def _ticks(side: LeafSide | None) -> str:
    return NOTHING if side is None else number(side.ticks)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
