"""What an annex prints as a sum, compared with what stands below it. Contradictions are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from thidua.exchange.annex_rows import AnnexLine, AnnexProblem
from thidua.scoring.ticks import written


def sum_problems(
    lines: Sequence[AnnexLine], total: tuple[int, Decimal] | None
) -> Iterator[AnnexProblem]:
    """A problem, not fatal, for each branch and for the total whose points are not the sum.

    Bonus and penalty points do not belong to a sum of points.
    """
    for at, line in enumerate(lines):
        children = [lines[place] for place in _children(lines, at)]
        below = [child for child in children if child.counts_as == line.counts_as]
        known = [child.points for child in below if child.points is not None]
        if line.points is None or not below or len(known) < len(below):
            continue
        if sum(known) != line.points:
            yield _problem(line.line, line.points, sum(known, Decimal(0)), below, "mục bên dưới")
    tops = [at for at, line in enumerate(lines) if line.level == 1 and line.counts_as == "points"]
    added = sum((_sum(lines, at) for at in tops), Decimal(0))
    if total is not None and added != total[1]:
        yield _problem(total[0], total[1], added, [lines[at] for at in tops], "lĩnh vực")


def _children(lines: Sequence[AnnexLine], at: int) -> Iterator[int]:
    """The places of the lines right below the one at ``at``."""
    for place in range(at + 1, len(lines)):
        if lines[place].level <= lines[at].level:
            return
        if lines[place].level == lines[at].level + 1:
            yield place


def _sum(lines: Sequence[AnnexLine], at: int) -> Decimal:
    """The points printed for a line, else the sum of what stands below it."""
    points = lines[at].points
    if points is not None:
        return points
    below = _children(lines, at)
    alike = [place for place in below if lines[place].counts_as == lines[at].counts_as]
    return sum((_sum(lines, place) for place in alike), Decimal(0))


def _problem(
    line: int, printed: Decimal, added: Decimal, parts: Sequence[AnnexLine], what: str
) -> AnnexProblem:
    lines = dict.fromkeys(part.line for part in (parts[0], parts[-1])) if parts else ()
    where = "–".join(map(str, lines)) or "không có dòng nào"
    reason = (
        f"ghi {written(printed)} điểm, {len(parts)} {what} (dòng {where}) cộng lại được "
        f"{written(added.normalize() + 0)}"
    )
    return AnnexProblem(line, reason, fatal=False)
