"""Is a self-assessment complete: what the unit still owes before its head signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from thidua.scoring.kinds import RuleKind
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import LATE_SUPPLIERS
from thidua.store.actor import Actor
from thidua.work.cells import Cell, Cells, cells_of, out_of, own_part, rules_of
from thidua.work.evidence_counts import evidence_counts
from thidua.work.viewing import require_whole_sheet
from thidua.work.writing import Place, place_to_read

NOT_ENTERED: Cells = {}

GapKind = Literal["input", "explanation", "evidence", "survey"]


class Gap(NamedTuple):
    """What one line lacks, in a sentence; a gap that ``blocks`` keeps the sheet from sign-off."""

    leaf: str
    name: str
    kind: GapKind
    words: str
    blocks: bool


@dataclass(frozen=True)
class Completeness:
    """The lines that a unit fills in itself: how many, how many are left, what they lack."""

    lines: int
    gaps: tuple[Gap, ...]

    @property
    def left(self) -> int:
        """Lines not entered yet."""
        return sum(gap.kind == "input" for gap in self.gaps)

    @property
    def unevidenced(self) -> int:
        """Lines that lack evidence."""
        return sum(gap.kind == "evidence" for gap in self.gaps)

    @property
    def blocking(self) -> tuple[Gap, ...]:
        """What keeps the sheet from being signed off without a reason."""
        return tuple(gap for gap in self.gaps if gap.blocks)

    @property
    def words(self) -> str:
        """Where the unit stands, short."""
        if not self.left and not self.unevidenced:
            return f"Đã nhập đủ {self.lines} dòng."
        if not self.left:
            return f"Đã nhập đủ các dòng; {self.unevidenced} dòng thiếu minh chứng."
        return f"Còn {self.left} dòng, {self.unevidenced} thiếu minh chứng."


def completeness(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    by: Actor,
    kinds: Mapping[str, RuleKind] = {},
) -> Completeness:
    """What the self-assessment of a unit lacks, for the unit and those who see its whole sheet."""
    place = place_to_read(session, campaign_id, unit_id)
    require_whole_sheet(session, place, by)
    return completeness_of(session, place, kinds)


def completeness_of(session: Session, place: Place, kinds: Mapping[str, RuleKind]) -> Completeness:
    """The same, for a use case that has asked for the right."""
    rules, unit_id = rules_of(session, place.campaign, place.criteria, kinds), place.unit.unit_id
    codes = [leaf.code for leaf in place.criteria.leaves]
    cells = cells_of(session, place.campaign, rules, units=[unit_id], codes=codes)
    return complete(
        place.criteria,
        {code: cells[unit_id, code] for code in codes if (unit_id, code) in cells},
        out_of(session, place.campaign, rules, unit_id),
        {code: n for (_, code), n in evidence_counts(session, place.campaign, [unit_id]).items()},
    )


def complete(
    criteria: CriteriaSet,
    cells: Mapping[str, Cells],
    out: Mapping[str, str],
    evidence: Mapping[str, int],
) -> Completeness:
    """What the lines lack: by leaf code what stands there, what is out, how much evidence."""
    gaps: list[Gap] = []
    lines = 0
    for leaf in criteria.leaves:
        if leaf.code in out:
            continue
        cell = cells.get(leaf.code, NOT_ENTERED).get("self")
        if _owed(leaf, cell):
            lines += 1
            gaps += _gaps(leaf, cell, evidence.get(leaf.code, 0))
        elif leaf.supplier in LATE_SUPPLIERS:
            words = "Lấy từ điều tra, chỉ số, đánh giá của lãnh đạo; đơn vị không tự chấm."
            gaps.append(Gap(leaf.code, leaf.name, "survey", words, blocks=False))
    return Completeness(lines, tuple(gaps))


def line_gaps(leaf: Leaf, cell: Cell | None, evidence: int) -> tuple[Gap, ...]:
    """What one line that counts for the unit lacks; nothing of one that it does not fill in."""
    return tuple(_gaps(leaf, cell, evidence)) if _owed(leaf, cell) else ()


def _owed(leaf: Leaf, cell: Cell | None) -> bool:
    """Whether the unit fills the line in; bonus and penalty only where it has begun."""
    return bool(own_part(leaf)) and (leaf.counts_as == "points" or bool(cell and cell.inputs))


def _gaps(leaf: Leaf, cell: Cell | None, evidence: int) -> Iterator[Gap]:
    given = cell.inputs if cell else {}
    owed = own_part(leaf) - given.keys()
    lacking = [item.label for item in leaf.inputs if item.name in owed] if owed else []
    if cell is None or lacking:
        yield Gap(leaf.code, leaf.name, "input", f"Chưa nhập: {', '.join(lacking)}.", blocks=True)
        return
    if leaf.node.evidence and not evidence:
        words = "Chưa có tài liệu minh chứng; không có thì hãy giải trình."
        yield Gap(leaf.code, leaf.name, "evidence", words, blocks=not cell.text)
    short = leaf.counts_as == "points" and not cell.missing and cell.ticks < cell.maximum
    if short and not cell.text and (cell.ticks <= 0 or not evidence):
        words = "Chưa đạt điểm tối đa mà chưa giải trình. Hãy ghi giải trình."
        yield Gap(leaf.code, leaf.name, "explanation", words, blocks=True)
