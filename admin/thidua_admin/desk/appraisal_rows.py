"""Lines of an appraiser's grid: what stands side by side, what stands out, in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Literal

from flask_babel import gettext, lazy_gettext

from thidua.spec.parts import InputSpec, Supplier
from thidua.store.sheets import EntryStage
from thidua.store.vietnamese import sort_key
from thidua.work.appraisal_desk import CriterionDesk, LineDesk, UnitDesk, accepted
from thidua.work.appraisal_rounds import Round
from thidua.work.cells import Cells
from thidua.work.explanations import Asked
from thidua.work.sheet_page import SheetRow
from thidua.work.typed import as_typed
from thidua_admin.formats import number

State = Literal["waiting", "done", "out", "other", "closed"]
SORTS_BY_POINTS: Mapping[str, EntryStage] = {
    "co-quan": "agency",
    "tu-cham": "self",
    "lan-1": "appraised",
    "lan-2": "reappraised",
}
STAGE_OF: Mapping[str, EntryStage] = {"1": "appraised", "2": "reappraised"}
"""Rounds as addresses name them."""


@dataclass(frozen=True)
class Field:
    """One input to type: its text now, and the text that stands when the line is accepted."""

    spec: InputSpec
    text: str
    accepted: str


@dataclass(frozen=True)
class Row:
    """One line of a unit, in the round that is worked on.

    ``title`` is the unit or the criterion, whichever differs between rows. ``refusal`` says why
    nothing can be entered now, ``unasked`` why nothing can be asked.
    """

    unit_id: int
    code: str
    title: str
    under: str
    kind: str
    inputs: tuple[InputSpec, ...]
    suppliers: Mapping[str, Supplier]
    maximum: int
    cells: Cells
    stage: EntryStage
    share: Fraction | None
    outlier: bool
    evidence: int
    asked: tuple[Asked, ...]
    out: str
    appraiser: str
    may_appraise: bool
    refusal: str
    unasked: str

    @property
    def state(self) -> State:
        """Where the line stands in this round."""
        if self.out:
            return "out"
        if not self.may_appraise:
            return "other"
        if self.stage in self.cells and self.cells[self.stage].inputs:
            return "done"
        return "closed" if self.refusal else "waiting"

    @property
    def enters(self) -> bool:
        """Whether the person may type into it now."""
        return self.may_appraise and not self.refusal and not self.out and self.reachable

    @property
    def reachable(self) -> bool:
        """The second round looks again at what the first has appraised."""
        return self.stage != "reappraised" or "appraised" in self.cells

    @property
    def open_request(self) -> Asked | None:
        """The request that the unit has not answered yet."""
        return next((item for item in self.asked if not item.answer), None)

    @property
    def may_be_asked(self) -> bool:
        """Whether the person may ask the unit to explain it now."""
        return self.may_appraise and not (self.out or self.unasked or self.open_request)

    @property
    def fields(self) -> list[Field]:
        """What is typed in this round."""
        cell, basis = self.cells.get(self.stage), accepted(self.cells, self.stage) or {}
        now = cell.inputs if cell else {}
        return [Field(spec, _typed(spec, now), _typed(spec, basis)) for spec in self.inputs]

    @property
    def version(self) -> int:
        """The version of the line in this round; 0: nothing stands there."""
        cell = self.cells.get(self.stage)
        return cell.version if cell else 0

    @property
    def comment(self) -> str:
        """What the appraiser remarked in this round."""
        cell = self.cells.get(self.stage)
        return cell.text if cell else ""

    @property
    def acceptable(self) -> bool:
        """Whether there is something to accept."""
        return accepted(self.cells, self.stage) is not None

    @property
    def differs(self) -> bool:
        """Whether an appraisal gives other points than the unit itself."""
        own, last = (
            self.cells.get("self"),
            self.cells.get("reappraised", self.cells.get("appraised")),
        )
        return bool(own and last and own.ticks != last.ticks)


def rows_across(desk: CriterionDesk) -> list[Row]:
    """A row for each unit."""
    page = desk.page
    return [
        Row(
            unit_id=row.unit_id, code=page.code, title=row.unit, under=row.group, kind=row.kind,
            inputs=page.inputs, suppliers=page.suppliers, maximum=page.maximum, cells=row.cells,
            stage=desk.round.stage, share=row.share, outlier=row.outlier, evidence=row.evidence,
            asked=row.asked, out=row.out, appraiser=row.appraiser, may_appraise=row.may_appraise,
            refusal=_refusal(desk.round, row.unit_id), unasked=_unasked(desk.round, row.unit_id),
        )
        for row in page.rows
    ]  # fmt: skip


def rows_of_unit(desk: UnitDesk) -> dict[str, list[Row]]:
    """A row for each criterion that is appraised, under its domain's heading."""
    return {
        f"{domain.code}. {domain.name}": [
            _line(row, desk.page.unit_id, desk.round) for row in domain.rows if _appraised(row)
        ]
        for domain in desk.page.domains
        if any(_appraised(row) for row in domain.rows)
    }


def row_of(desk: LineDesk) -> Row:
    """The one line."""
    return _line(desk.row, desk.unit_id, desk.round)


def shown_stages(rows: Sequence[Row]) -> Sequence[EntryStage]:
    """The stages that stand side by side.

    The agency's and the unit's where they enter something; the second round once it is worked on
    or something stands in it.
    """
    suppliers = {whose for row in rows for whose in row.suppliers.values()}
    used = {stage for row in rows for stage in (row.stage, *row.cells)}
    shown: dict[EntryStage, bool] = {
        "agency": Supplier.AGENCY in suppliers,
        "self": Supplier.UNIT in suppliers,
        "appraised": True,
        "reappraised": "reappraised" in used,
    }
    return [stage for stage, here in shown.items() if here]


def columns(
    inputs: Sequence[InputSpec], suppliers: Mapping[str, Supplier], stage: EntryStage
) -> Sequence[InputSpec]:
    """The inputs that may stand at a stage: what the unit or the agency enters, or all."""
    whose = {"self": Supplier.UNIT, "agency": Supplier.AGENCY}.get(stage)
    return [spec for spec in inputs if whose is None or suppliers[spec.name] == whose]


def why(rows: Sequence[Row]) -> dict[int, str]:
    """What makes a row stand out, in a sentence, by unit id."""
    shares = [row.share for row in rows if row.share is not None]
    if not shares:
        return {}
    usual = percent(median(shares))
    return {
        row.unit_id: gettext(
            "Khác biệt lớn: đạt %(share)s điểm tối đa, mức giữa là %(usual)s",
            share=percent(row.share), usual=usual,
        )
        for row in rows
        if row.outlier and row.share is not None
    }  # fmt: skip


def percent(share: Fraction) -> str:
    """A share as people read it, with at most one decimal."""
    tenths = round(share * 1000)
    return (
        f"{number(tenths // 10)}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%".replace(".", ",")
    )


def figure(spec: InputSpec, value: int | None) -> str:
    """A stored input as a table prints it; a choice by its label."""
    if value is None:
        return "–"
    if spec.options:
        return spec.options[value] if 0 <= value < len(spec.options) else str(value)
    return number(value) if spec.scale == 1 else as_typed(spec, value)


def chosen(rows: Sequence[Row], *, state: str = "", group: str = "") -> list[Row]:
    """The rows in this state and group; all where a filter is empty or unknown."""
    holds = STATES.get(state, (None, lambda _row: True))[1]
    known = {row.under for row in rows}
    return [row for row in rows if holds(row) and (group not in known or row.under == group)]


STATES: Mapping[str, tuple[str | None, Callable[[Row], bool]]] = {
    "cho": (lazy_gettext("Chờ thẩm định"), lambda row: row.state == "waiting"),
    "xong": (lazy_gettext("Đã thẩm định"), lambda row: row.state == "done"),
    "noi-bat": (lazy_gettext("Khác biệt lớn"), lambda row: row.outlier),
    "khac": (lazy_gettext("Khác tự chấm"), lambda row: row.differs),
    "hoi": (lazy_gettext("Chờ giải trình"), lambda row: row.open_request is not None),
    "tra-loi": (
        lazy_gettext("Đã giải trình"),
        lambda row: bool(row.asked) and row.open_request is None,
    ),
    "khong-mc": (
        lazy_gettext("Chưa có minh chứng"),
        lambda row: not row.evidence and row.may_appraise,
    ),
}
"""Filters by name: label, and which rows they keep."""


def ordered(rows: Sequence[Row], by: str = "", *, descending: bool = False) -> list[Row]:
    """The rows by a column; those without a figure last. By default what stands out comes first,
    then what waits with figures to look at.

    Units come in Vietnamese order wherever a column does not decide.
    """
    named = sorted(rows, key=lambda row: sort_key(row.title))
    if by == "don-vi":
        return named[::-1] if descending else named
    if by in {"", "noi-bat"}:
        middle = _middle(rows)
        return sorted(
            named, key=lambda row: (-_apart(row, middle), row.state != "waiting", not row.cells)
        )
    values = {id(row): _value(row, by) for row in named}
    there = [row for row in named if values[id(row)] is not None]
    rest = [row for row in named if values[id(row)] is None]
    return sorted(there, key=lambda row: values[id(row)] or 0, reverse=descending) + rest


def _value(row: Row, by: str) -> Fraction | int | None:
    if by in SORTS_BY_POINTS:
        cell = row.cells.get(SORTS_BY_POINTS[by])
        return None if cell is None or cell.missing else cell.ticks
    if by == "minh-chung":
        return row.evidence
    if by == "giai-trinh":
        return 2 if row.open_request else 1 if row.asked else 0
    if by == "trang-thai":
        return ("waiting", "done", "closed", "other", "out").index(row.state)
    return _input(row, by)


def _input(row: Row, by: str) -> int | None:
    """``self.numerator``: an input at a stage."""
    stage, _, name = by.partition(".")
    return next((cell.inputs.get(name) for key, cell in row.cells.items() if key == stage), None)


def _middle(rows: Sequence[Row]) -> Fraction:
    shares = [row.share for row in rows if row.share is not None]
    return median(shares) if shares else Fraction(0)


def _apart(row: Row, middle: Fraction) -> Fraction:
    """How far a row that stands out is from the others; 0 for any other."""
    return abs(row.share - middle) if row.outlier and row.share is not None else Fraction(0)


def _line(row: SheetRow, unit_id: int, around: Round) -> Row:
    return Row(
        unit_id=unit_id, code=row.code, title=row.name, under="", kind="", inputs=row.inputs,
        suppliers=row.suppliers, maximum=row.maximum, cells=row.cells, stage=around.stage,
        share=None, outlier=False, evidence=row.evidence, asked=row.asked, out=row.out,
        appraiser=row.appraiser, may_appraise=row.may_appraise,
        refusal=_refusal(around, unit_id), unasked=_unasked(around, unit_id),
    )  # fmt: skip


def _appraised(row: SheetRow) -> bool:
    """Surveys and indices are nobody's to appraise."""
    return bool({Supplier.UNIT, Supplier.AGENCY} & set(row.suppliers.values()))


def _refusal(around: Round, unit_id: int) -> str:
    return around.closed.get(unit_id, "")


def _unasked(around: Round, unit_id: int) -> str:
    return around.unasked.get(unit_id, "")


def _typed(spec: InputSpec, inputs: Mapping[str, int]) -> str:
    return as_typed(spec, inputs[spec.name]) if spec.name in inputs else ""
