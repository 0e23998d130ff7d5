"""Lines of a table of figures from outside: whose they are, and what each leaf gets of them.

Pure. A unit is known by its official code or its name as of a day; nothing is guessed from
abbreviations. Every problem names its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches

from thidua.errors import Invalid, Problem
from thidua.scoring.rules import check_inputs
from thidua.scoring.ticks import written
from thidua.spec.criteria import Leaf
from thidua.spec.rules import Officials
from thidua.spec.surveys import IndicatorRule
from thidua.store.vietnamese import nfc, search_text

ARTICLES = ("ubnd ", "uy ban nhan dan ")
"""What tables put before a locality's name, or leave out."""

Figures = Mapping[str, int]
"""Stored units by input name, or by ``leaf/input`` for one leaf alone."""


@dataclass(frozen=True)
class FigureLine:
    """One line as printed: values by key (see ``FigureColumn``), in per cent, points or counts."""

    unit: str
    values: Mapping[str, Decimal]
    code: str = ""
    line: int = 0


@dataclass(frozen=True)
class FigureColumn:
    """A column that a table may have. ``names`` are the headings by which it is known.

    Of a choice the cells say one of the ``options``, whose place is the value.
    """

    key: str
    label: str
    scale: int
    names: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownUnit:
    """A unit of the campaign on its first day: what it is called and which leaves want figures."""

    id: int
    name: str
    names: frozenset[str] = frozenset()
    code: str = ""
    leaves: tuple[Leaf, ...] = ()


@dataclass
class Taken:
    """What was made of the lines: figures by unit id, in the order of the lines."""

    figures: dict[int, dict[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def names_of(leaf: Leaf) -> str:
    """The code of the survey or index that the leaf rests on; empty if it does on none."""
    return leaf.rule.indicator if isinstance(leaf.rule, IndicatorRule) else leaf.survey


def columns_of(leaves: Sequence[Leaf], what: str) -> tuple[FigureColumn, ...]:
    """The columns that a table of ``what`` may have: each input once for all leaves, and by leaf.

    Those for all leaves come first, so that a heading that fits both means all.
    """
    found: dict[str, FigureColumn] = {}
    for leaf in leaves:
        for spec in leaf.inputs:
            alone = (what, f"Chỉ số {what}", f"Hạng {what}") if len(leaf.inputs) == 1 else ()
            names = (spec.label, spec.name, *alone)
            found.setdefault(spec.name, FigureColumn(spec.name, spec.label, spec.scale, names))
    for leaf in leaves:
        for spec in leaf.inputs:
            key = f"{leaf.code}/{spec.name}"
            heads = (leaf.code, leaf.name, f"{leaf.code} {leaf.name}")
            names = tuple(f"{head} {tail}" for head in heads for tail in (spec.label, spec.name))
            names += heads if len(leaf.inputs) == 1 else ()
            label = f"{leaf.code} {spec.label}"
            found.setdefault(key, FigureColumn(key, label, spec.scale, names))
    return tuple(found.values())


def inputs_of(leaf: Leaf, figures: Figures) -> dict[str, int]:
    """The inputs of a leaf that the figures hold."""
    keyed = {
        spec.name: figures.get(f"{leaf.code}/{spec.name}", figures.get(spec.name))
        for spec in leaf.inputs
    }
    return {name: value for name, value in keyed.items() if value is not None}


def take_lines(
    lines: Sequence[FigureLine],
    *,
    units: Sequence[KnownUnit],
    columns: Sequence[FigureColumn],
    what: str,
) -> dict[int, dict[str, int]]:
    """The figures of every line by unit id; ``Invalid`` with every problem of every line."""
    taken, lines_of = Taken(), dict[int, int]()
    by_key = {column.key: column for column in columns}
    for line in lines:
        unit = unit_of_line(line, units, taken.problems)
        if unit is None:
            continue
        if unit.id in lines_of:
            reason = f"“{unit.name}” đã có ở dòng {lines_of[unit.id]}; hãy giữ một dòng"
            taken.problems.append(Problem(place_of_line(line), reason))
            continue
        lines_of[unit.id] = line.line
        taken.figures[unit.id] = _figures(line, unit, by_key, what, taken.problems)
    taken.problems += _shares(lines, by_key)
    if not lines:
        taken.problems.append(Problem("", "Bảng không có dòng số liệu nào. Hãy xem lại tệp."))
    if taken.problems:
        raise Invalid(taken.problems)
    return taken.figures


def change_words(
    before: Sequence[Mapping[str, object]],
    after: Sequence[Mapping[str, object]],
    columns: Sequence[FigureColumn],
) -> tuple[str, ...]:
    """What differs between the rows of two imports, a sentence for a unit, in Vietnamese."""
    old, new = ({row["unit_id"]: row for row in rows} for rows in (before, after))
    by_key = {column.key: column for column in columns}
    found = []
    for unit_id in {**old, **new}:
        row = new.get(unit_id) or old[unit_id]
        if unit_id not in old or unit_id not in new:
            found.append(f"{row['unit']}: {'thêm' if unit_id in new else 'bỏ'} số liệu.")
            continue
        changed = "; ".join(_changes(old[unit_id], new[unit_id], by_key))
        if changed:
            found.append(f"{row['unit']}: {changed}.")
    return tuple(found)


def _changes(
    old: Mapping[str, object], new: Mapping[str, object], columns: Mapping[str, FigureColumn]
) -> Iterator[str]:
    before, after = _held(old), _held(new)
    for key in {**before, **after}:
        if before.get(key) != after.get(key):
            label = columns[key].label if key in columns else key
            scale = columns[key].scale if key in columns else 1
            yield f"{label} {_shown(before.get(key), scale)} → {_shown(after.get(key), scale)}"


def _held(row: Mapping[str, object]) -> dict[str, int]:
    figures = row["figures"]
    assert isinstance(figures, dict)
    return figures


def _shown(value: int | None, scale: int) -> str:
    return "không có" if value is None else written(Decimal(value) / scale)


def unit_of_line(
    line: FigureLine, units: Sequence[KnownUnit], problems: list[Problem]
) -> KnownUnit | None:
    """The unit of a line, by its official code if there is one, and then also by its name.

    None where that is not one unit; why goes to ``problems``.
    """
    named = _by_name(line.unit, units)
    found = [unit for unit in units if unit.code and unit.code == line.code]
    if line.code and not found:
        reason = f"không có đơn vị mang mã “{line.code}”; hãy sửa mã hoặc bỏ trống"
    elif line.code and line.unit and found[0] not in named:
        reason = f"mã {line.code} là của “{found[0].name}”, không phải “{line.unit}”"
    elif len(found := found or named) > 1:
        reason = f"có {len(found)} đơn vị tên “{line.unit}”; hãy ghi thêm mã hành chính"
    elif not found:
        reason = f"không có đơn vị “{line.unit}” trong kỳ đánh giá.{_nearest(line.unit, units)}"
    else:
        return found[0]
    problems.append(Problem(place_of_line(line), reason))
    return None


def _by_name(name: str, units: Sequence[KnownUnit]) -> list[KnownUnit]:
    """As written; only where nobody is called so, without accents and articles."""
    exact = [unit for unit in units if nfc(name) in unit.names]
    return exact or [
        unit for unit in units if _folded(name) in {_folded(other) for other in unit.names}
    ]


def _folded(name: str) -> str:
    text = search_text(name)
    for article in ARTICLES:
        text = text.removeprefix(article)
    return text


def _nearest(name: str, units: Sequence[KnownUnit]) -> str:
    known = {_folded(unit.name): unit.name for unit in units}
    near = [known[text] for text in get_close_matches(_folded(name), known, n=3)]
    return f" Gần giống: {', '.join(near)}." if near else ""


def _figures(
    line: FigureLine,
    unit: KnownUnit,
    columns: Mapping[str, FigureColumn],
    what: str,
    problems: list[Problem],
) -> dict[str, int]:
    """The line's figures in stored units; what is wrong with them goes to ``problems``."""
    reasons = [] if unit.leaves else [f"bộ tiêu chí của “{unit.name}” không dùng {what}"]
    figures: dict[str, int] = {}
    for key, value in line.values.items():
        stored = value * columns[key].scale
        if stored != int(stored):
            places = "có quá 4 số lẻ" if columns[key].scale > 1 else "không phải số nguyên"
            reasons.append(f"“{columns[key].label}” {places}; hãy sửa trong bảng")
        figures[key] = int(stored)
    for leaf in unit.leaves:
        given = inputs_of(leaf, figures)
        lacking = [spec.label for spec in leaf.inputs if spec.name not in given]
        if lacking:
            zero = "; không có thì ghi 0" if isinstance(leaf.rule, Officials) else ""
            reasons.append(f"thiếu {', '.join(f'“{label}”' for label in lacking)}{zero}")
        reasons += [problem.reason for problem in check_inputs(leaf, given)]
    problems += [Problem(place_of_line(line), reason) for reason in dict.fromkeys(reasons)]
    return figures


def _shares(lines: Sequence[FigureLine], columns: Mapping[str, FigureColumn]) -> Iterator[Problem]:
    """Per cents that are all 1 or less are shares of 1."""
    for key, column in columns.items():
        values = [line.values[key] for line in lines if key in line.values]
        if key.endswith("percent") and any(values) and max(values) <= 1:
            yield Problem(
                f"Cột “{column.label}”",
                "mọi giá trị đều không quá 1; hãy ghi theo phần trăm, ví dụ 85,5",
            )


def place_of_line(line: FigureLine) -> str:
    """How a problem names a line: by its number, else by its unit."""
    return f"Dòng {line.line}" if line.line else f"“{line.unit}”"
