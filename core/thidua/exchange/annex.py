"""Phụ lục bộ tiêu chí: an office's own table read line by line, and made into a criteria set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from thidua.errors import Invalid, Problem
from thidua.exchange.annex_columns import TITLES, columns_of
from thidua.exchange.annex_data import Kept, read_data
from thidua.exchange.annex_file import DATA_SHEET, Sheet, annex_sheets
from thidua.exchange.annex_rows import AnnexLine, AnnexProblem, Read, read_rows
from thidua.exchange.annex_rules import proposed_rule
from thidua.exchange.annex_sums import sum_problems
from thidua.exchange.tables.cells import plain
from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse

PROPOSED = "Cách chấm do phần mềm đề xuất từ câu chữ ở cột “Cách chấm”; hãy xem lại."
"""The note of a leaf whose rule nobody has confirmed yet."""

_OF_LEAF = frozenset(("rule", "supplier", "input_suppliers"))
_CHILDREN = ("criteria", "sub_criteria")


@dataclass(frozen=True)
class Annex:
    """An annex as read: its lines in order, what is wrong with it, its total if one is printed.

    A fatal problem keeps a set from being made of it; others are for a person to look at.
    ``kept``: what an export of ``annex_workbook`` keeps beside the annex; None in any other file.
    """

    file: str
    sheet: str
    lines: tuple[AnnexLine, ...]
    problems: tuple[AnnexProblem, ...]
    total: Decimal | None = None
    kept: Kept | None = None

    @property
    def fatal(self) -> tuple[AnnexProblem, ...]:
        """The problems that keep a set from being made."""
        return tuple(problem for problem in self.problems if problem.fatal)


def read_annex(path: Path) -> Annex:
    """The annex in a workbook or CSV, with every problem and its line, and proposals for rules.

    ``Invalid`` only when the file holds no table with a column of names and one of points, or when
    the data that an export keeps beside it cannot be read.
    """
    sheets = list(annex_sheets(path))
    data = next((sheet for sheet in sheets if sheet.name == DATA_SHEET), None)
    kept = read_data(data, path.name) if data else None
    found = next(_tables([sheet for sheet in sheets if sheet is not data], kept), None)
    if found is None:
        names = f"“{TITLES['name']}” và “{TITLES['points']}”"
        raise Invalid.one(path.name, f"không có hàng tiêu đề với hai cột {names}; hãy thêm vào.")
    sheet, (lines, problems, total) = found
    sums = sum_problems(lines, total)
    return Annex(
        file=path.name,
        sheet=sheet.name,
        lines=tuple(_proposed(line) for line in lines),
        problems=tuple(sorted((*problems, *sums), key=lambda problem: problem.line)),
        total=total[1] if total else None,
        kept=kept,
    )


def annex_set(
    annex: Annex, *, agencies: Mapping[str, str] = MappingProxyType({}), **header: Any
) -> CriteriaSet:
    """The criteria set of an annex, with the fields of ``CriteriaSet`` that no annex says.

    An export says them itself; ``header`` then only changes some. Untouched it gives the same set.
    ``agencies``: keys of units by name, for the column "cơ quan thẩm định"; a name that is not
    there is left in the note. Leaves without a proposed rule are ``manual``. Points printed for a
    branch are kept as declared, so that the linter compares them. ``Invalid`` with every fatal
    problem by its line, or with what is wrong in ``header``.
    """
    problems = [
        Problem(file=annex.file, place=f"dòng {item.line}", reason=item.reason)
        for item in annex.fatal
    ]
    if problems:
        raise Invalid(problems)
    keys = _keys(annex, agencies)
    domains = [_node(lines, keys) for lines in _blocks(annex.lines, 1)]
    own = annex.kept.header if annex.kept else None
    said = {**(own or {}), **_declared(own, annex.total), **header}
    whole = {**said, "domains": domains}
    try:
        return parse(CriteriaSet, whole, file=annex.file)
    except Invalid as refusal:
        raise Invalid([_at_code(problem, whole) for problem in refusal.problems]) from refusal


def unknown_agencies(annex: Annex, agencies: Mapping[str, str]) -> tuple[str, ...]:
    """The agencies that the annex names and ``agencies`` does not have, each once."""
    known = _keys(annex, agencies)
    names = dict.fromkeys(line.agency for line in annex.lines if line.agency)
    return tuple(name for name in names if plain(name) not in known)


def _tables(sheets: Sequence[Sheet], kept: Kept | None) -> Iterator[tuple[Sheet, Read]]:
    """Each sheet that is headed as an annex, read; those with lines first."""
    empty = []
    for sheet in sheets:
        columns = columns_of(sheet)
        if columns is not None:
            read = read_rows(columns, kept.nodes if kept else {})
            if read[0]:
                yield sheet, read
            empty.append((sheet, read))
    yield from empty


def _keys(annex: Annex, agencies: Mapping[str, str]) -> dict[str, str]:
    """Keys of agencies by the plain form of their names, now and as an export printed them."""
    printed = annex.kept.agencies if annex.kept else {}
    return {plain(name): key for name, key in {**agencies, **printed}.items()}


def _declared(kept: Mapping[str, Any] | None, points: Decimal | None) -> dict[str, Any]:
    """What a set or a branch declares, with the printed points.

    ``kept`` is what an export says of it: where it declares no points, the printed are a sum.
    """
    declared = (kept or {}).get("declared", {})
    if points is None or not isinstance(declared, Mapping):  # what is none is refused as it stands
        return {}
    if kept is not None and "points" not in declared:
        return {}
    return {"declared": {**declared, "points": str(points)}}


def _at_code(problem: Problem, whole: Mapping[str, Any]) -> Problem:
    """The problem by the code of its node, not by the way down the tree."""
    here, parts = whole, problem.place.split(".")
    while len(parts) > 1 and parts[0] in ("domains", *_CHILDREN) and parts[1].isdecimal():
        here, parts = here[parts[0]][int(parts[1])], parts[2:]
    return problem if here is whole else replace(problem, place=f"{here['code']} {'.'.join(parts)}")


def _proposed(line: AnnexLine) -> AnnexLine:
    if not line.is_leaf or line.points is None or "rule" in (line.kept or {}):
        return line
    return replace(line, rule=proposed_rule(line.guidance, line.name, line.points))


def _blocks(lines: Sequence[AnnexLine], level: int) -> list[list[AnnexLine]]:
    """The lines cut before each one of this level."""
    blocks: list[list[AnnexLine]] = []
    for line in lines:
        if line.level == level:
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _node(lines: Sequence[AnnexLine], keys: Mapping[str, str]) -> dict[str, Any]:
    """The document of the node that the first line opens."""
    first, below = lines[0], lines[1:]
    found: dict[str, Any] = {
        **(first.kept or {}),
        "code": first.code,
        "name": first.name,
        "guidance": first.guidance,
        "evidence": first.evidence,
        "note": first.note,
        "counts_as": first.counts_as,
        **_agency(first, keys),
    }
    if below:
        found[_CHILDREN[first.level - 1]] = [
            _node(block, keys) for block in _blocks(below, first.level + 1)
        ]
        if first.kept is not None or first.counts_as == "points":
            found.update(_declared(first.kept, first.points))
        return {name: value for name, value in found.items() if name not in _OF_LEAF}
    found["max_points"] = str(first.points)
    found.setdefault("rule", first.rule or {"kind": "manual"})
    if first.rule and PROPOSED not in first.note:
        found["note"] = " ".join(filter(None, (first.note, PROPOSED)))
    return found


def _agency(line: AnnexLine, keys: Mapping[str, str]) -> dict[str, str]:
    if not line.agency:
        return {}
    key = keys.get(plain(line.agency))
    if key:
        return {"appraiser": key}
    said = f"Cơ quan thẩm định: {' '.join(line.agency.split())}."
    return {"note": line.note if said in line.note else f"{line.note} {said}".strip()}
