"""From headings to roles: which column is the total, which are its parts, what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from thidua.errors import Invalid
from thidua.exchange.tables.cells import Cell
from thidua.exchange.tables.figures import decimal_marks, read_figure, read_rank
from thidua.exchange.tables.headers import CLASSES
from thidua.exchange.tables.layout import FIGURES, Column, Heading

TOTALS = ("total1", "total2", "total3")
INDICES = ("index1", "index2", "index3")
NAMES: dict[str | None, str] = {
    "unit": "tên đơn vị",
    "group": "nhóm",
    "order": "số thứ tự in",
    "maximum": "điểm tối đa",
    "part": "điểm thành phần",
    "total": "điểm tổng",
    "index": "chỉ số",
    "rank": "thứ hạng",
    "overall": "thứ hạng chung",
    "band": "xếp loại",
    "ignore": "không dùng",
    None: "chưa nhận ra",
}
"""Roles in Vietnamese."""

SINGLE = ("unit", "maximum", "total", "index", "rank", "overall", "band")
"""Roles that only one column can have."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A column on its way to a role. ``kind`` as in ``headers.yaml`` until it is a role.

    ``of_part``: the words above say that this is the maximum, share… of one part only.
    """

    heading: Heading
    kind: str | None
    cells: tuple[Cell, ...]
    of_part: bool = False

    @property
    def numeric(self) -> bool:
        """Whether most of what the column holds are figures."""
        marks = decimal_marks(self.cells)
        filled = [cell for cell in self.cells if any(char.isalnum() for char in cell.text)]
        figures = sum(read_figure(cell, marks) is not None for cell in filled)
        return 2 * figures > len(filled)

    @property
    def ranks(self) -> bool:
        """Whether most of what the column holds are whole positive numbers."""
        filled = [cell for cell in self.cells if any(char.isalnum() for char in cell.text)]
        return 2 * sum(read_rank(cell) is not None for cell in filled) > len(filled)


def assign_roles(headings: Sequence[Heading], rows: Sequence[Sequence[Cell]]) -> tuple[Column, ...]:
    """The role of every column with a header, from its words and the ``rows`` below.

    ``Invalid`` with what to add to ``--columns`` where two columns claim one role.
    """
    columns = [_opened(item, rows) for item in headings]
    for step in STEPS:
        columns = step(columns)
    _refuse_doubles(columns)
    return tuple(_closed(item) for item in columns)


def _opened(heading: Heading, rows: Sequence[Sequence[Cell]]) -> _Open:
    cells = tuple(row[heading.place] for row in rows)
    kind, above = heading.said.kind, heading.above.kind
    if kind and kind.startswith("="):
        return _Open(heading, kind.removeprefix("="), cells)
    if above in {"self", "ignore"} and kind not in {"unit", "order"}:
        return _Open(heading, "ignore", cells)
    if above in CLASSES and kind in {*TOTALS, "result"}:
        return _Open(heading, above, cells)
    return _Open(heading, kind, cells, of_part=above in CLASSES)


def _closed(item: _Open) -> Column:
    said = item.heading.said
    role = "part" if item.kind in CLASSES else item.kind
    part = item.kind or "" if item.kind in CLASSES else ""
    return Column(item.heading.place, item.heading.text, role, part, said.stated, said.weight)


def _past_years(columns: list[_Open]) -> list[_Open]:
    """Only the latest year counts where headers name several."""
    years = [item.heading.said.year or item.heading.above.year for item in columns]
    latest = max(years, default=0)
    return [
        replace(item, kind="ignore") if 0 < year < latest and item.kind in FIGURES else item
        for item, year in zip(columns, years, strict=True)
    ]


def _results(columns: list[_Open]) -> list[_Open]:
    """ "Kết quả" is a total when it holds figures, a band when it holds words."""
    return [
        replace(item, kind="total3" if item.numeric else "band") if item.kind == "result" else item
        for item in columns
    ]


def _ranks_and_bands(columns: list[_Open]) -> list[_Open]:
    """ "Xếp hạng" over words is a band, "Xếp loại" over 1, 2, 3… a rank, if there is no other."""
    kinds = {item.kind for item in columns}

    def judged(item: _Open) -> _Open:
        if item.kind == "rank" and "band" not in kinds and not item.ranks and _filled(item):
            return replace(item, kind="band")
        if item.kind == "band" and "rank" not in kinds and item.ranks and _runs_far(item):
            return replace(item, kind="rank")
        return item

    return [judged(item) for item in columns]


def _filled(item: _Open) -> bool:
    return any(cell.text for cell in item.cells)


def _runs_far(item: _Open) -> bool:
    """Whether the numbers go beyond what classes are numbered with."""
    return max((read_rank(cell) or 0 for cell in item.cells), default=0) > 5


def _self(columns: list[_Open]) -> list[_Open]:
    """What units gave themselves is left out, unless there is nothing else."""
    others = {*TOTALS, *INDICES, *CLASSES, "total", "index", "part"}
    alone = not any(item.kind in others for item in columns)
    return _turned(columns, "self", "total3" if alone else "ignore")


def _totals(columns: list[_Open]) -> list[_Open]:
    """The surest total is the total; weaker ones beside it are parts."""
    chosen = _chosen_total([item.kind for item in columns])
    columns = _turned(columns, chosen, "total") if chosen else columns
    for kind in TOTALS:
        columns = _turned(columns, kind, "appraised")
    return columns


def _chosen_total(kinds: Sequence[str | None]) -> str | None:
    """Which kind is the total. Appraised points are, where nothing is to be added to them."""
    for kind in ("total", *TOTALS):
        if kind in kinds:
            return kind
    if "appraised" in kinds and not {"stage", "bonus", "penalty"} & {*kinds}:
        return "appraised"
    alone = not {*CLASSES, *INDICES, "index", "part"} & {*kinds} - {"stage"}
    return "stage" if alone and kinds.count("stage") == 1 else None


def _indices(columns: list[_Open]) -> list[_Open]:
    """ "Chỉ số" before "tỷ lệ"; the share of one part only if there is no other."""
    own = [item for item in columns if item.kind in {*INDICES, "index"} and not item.of_part]
    if own:
        columns = [_without_index(item) if item.of_part else item for item in columns]
    kinds = {item.kind for item in columns}
    chosen = next((kind for kind in ("index", *INDICES) if kind in kinds), None)
    columns = _turned(columns, chosen, "index") if chosen else columns
    return [_without_index(item) for item in columns]


def _without_index(item: _Open) -> _Open:
    return replace(item, kind="ignore") if item.kind in INDICES else item


def _maxima(columns: list[_Open]) -> list[_Open]:
    """The maximum of one part is not the unit's, unless it is the only one."""
    several = sum(item.kind == "maximum" for item in columns) > 1

    def of_part(item: _Open) -> bool:
        return several and item.kind == "maximum" and item.of_part

    return [replace(item, kind="ignore") if of_part(item) else item for item in columns]


def _units(columns: list[_Open]) -> list[_Open]:
    """Of several columns that may name the unit, the one with most different names does.

    Another one is the group if its names repeat, else it is left out.
    """
    named = [item for item in columns if item.kind == "unit"]
    if len(named) < 2:
        return columns
    best = max(named, key=lambda item: (_variety(item), item.heading.said.strength))
    return [
        replace(item, kind="group" if _repeats(item) else "ignore")
        if item.kind == "unit" and item is not best
        else item
        for item in columns
    ]


def _orders(columns: list[_Open]) -> list[_Open]:
    """A second running number is left out."""
    later = [item for item in columns if item.kind == "order"][1:]
    return [replace(item, kind="ignore") if item in later else item for item in columns]


def _variety(item: _Open) -> int:
    return len({cell.text for cell in item.cells if cell.text and cell.value is None})


def _repeats(item: _Open) -> bool:
    return not item.numeric and 0 < _variety(item) < len(item.cells)


def _turned(columns: list[_Open], old: str, new: str) -> list[_Open]:
    return [replace(item, kind=new) if item.kind == old else item for item in columns]


def _refuse_doubles(columns: list[_Open]) -> None:
    for role in SINGLE:
        claims = [item.heading.text for item in columns if item.kind == role]
        if len(claims) > 1:
            quoted = ", ".join(f"“{text}”" for text in claims)
            raise Invalid.one(
                "",
                f"Có {len(claims)} cột cùng có thể là {NAMES[role]}: {quoted}. Hãy chỉ rõ, ví dụ: "
                + option({claims[-1]: role, **dict.fromkeys(claims[:-1], "ignore")}),
            )


STEPS = (
    _past_years,
    _results,
    _ranks_and_bands,
    _self,
    _totals,
    _indices,
    _maxima,
    _units,
    _orders,
)
"""What narrows the kinds down to roles, in this order."""


def option(named: Mapping[str, str]) -> str:
    """The ``--columns`` option that says this."""
    return '--columns "' + ",".join(f"{text}={role}" for text, role in named.items()) + '"'
