"""The rows of a unit's sheet as its page shows them: fields, what is lacking, who supplies what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from thidua.spec.parts import InputSpec, Supplier
from thidua.store.sheets import EntryStage
from thidua.work.cells import Cell
from thidua.work.completeness import Gap
from thidua.work.sheet_page import SheetDomain, SheetPage, SheetRow
from thidua.work.typed import as_typed
from thidua_admin.console.rule_words import SUPPLIERS
from thidua_admin.formats import ticks

SHORT_LABEL = 24
FEW_OPTIONS = 3
"""So many options with short labels stand side by side; others fold into a list."""

NARROW_BOUND = 1000
"""Bounds up to here are said beside the field; wider ones only when they are passed."""


@dataclass(frozen=True)
class Field:
    """One input. ``text`` is what stands in the field, ``shown`` the same to be read."""

    name: str
    label: str
    kind: str
    options: Sequence[tuple[str, str]]
    text: str
    shown: str
    hint: str
    supplier: str


@dataclass(frozen=True)
class Appraisal:
    """What one round says of the row beside the self-assessment."""

    label: str
    cell: Cell
    fields: Sequence[Field]
    differs: bool


@dataclass(frozen=True)
class RowView:
    """One row. ``own`` are the fields to type into or to read, ``given`` those others supply.

    ``edits``: whether the reader may type into it now. ``gaps``: what it lacks.
    """

    row: SheetRow
    own: Sequence[Field]
    given: Sequence[Field]
    cell: Cell | None
    version: int
    edits: bool
    gaps: Sequence[Gap]
    appraisals: Sequence[Appraisal]

    @property
    def kinds(self) -> str:
        """The kinds of what it lacks, for the filter."""
        return " ".join(gap.kind for gap in self.gaps)

    @property
    def lacks(self) -> str:
        """What it lacks, in words."""
        return " ".join(gap.words for gap in self.gaps)

    @property
    def waits(self) -> bool:
        """Whether the unit was asked to explain and has not answered."""
        return any(not item.answer for item in self.row.asked)

    @property
    def text(self) -> str:
        """The unit's explanation."""
        return self.row.cells["self"].text if "self" in self.row.cells else ""


@dataclass(frozen=True)
class DomainView:
    """The rows of one domain; ``left``: how many are not entered yet; points in ticks."""

    code: str
    name: str
    rows: Sequence[RowView]
    left: int
    points: int
    maximum: int


def domain_views(page: SheetPage) -> list[DomainView]:
    """The rows by domain, as the reader may see and change them now."""
    gaps: dict[str, list[Gap]] = {}
    for gap in page.progress.gaps if page.progress else ():
        gaps.setdefault(gap.leaf, []).append(gap)
    edits = page.entering.open and page.signed is None
    return [_domain(domain, gaps, edits=edits) for domain in page.domains]


def field_of(spec: InputSpec, inputs: Mapping[str, int], supplier: Supplier, top: int) -> Field:
    """One input with what stands in it; ``top`` is the row's maximum in ticks."""
    value = inputs.get(spec.name)
    text = "" if value is None else as_typed(spec, value)
    options = [(str(place), label) for place, label in enumerate(spec.options)]
    return Field(
        name=spec.name,
        label=spec.label,
        kind=_kind(spec),
        options=options,
        text=text,
        shown=_shown(spec, value),
        hint="" if options else _hint(spec, top),
        supplier=str(SUPPLIERS[supplier]),
    )


def _domain(domain: SheetDomain, gaps: Mapping[str, Sequence[Gap]], *, edits: bool) -> DomainView:
    rows = [_row(row, gaps.get(row.code, ()), edits=edits) for row in domain.rows]
    counted = [view for view in rows if view.row.counts_as == "points" and not view.row.out]
    return DomainView(
        code=domain.code,
        name=domain.name,
        rows=rows,
        left=sum(gap.kind == "input" for view in rows for gap in view.gaps),
        points=sum(view.cell.ticks for view in counted if view.cell),
        maximum=sum(view.row.maximum for view in counted),
    )


def _row(row: SheetRow, gaps: Sequence[Gap], *, edits: bool) -> RowView:
    self_, agency = row.cells.get("self"), row.cells.get("agency")
    mine = {name for name, who in row.suppliers.items() if who is Supplier.UNIT}
    late = row.cells.get("survey")
    given = (agency or late).inputs if agency or late else {}  # type: ignore[union-attr]
    return RowView(
        row=row,
        own=_fields(row, (i for i in row.inputs if i.name in mine), self_.inputs if self_ else {}),
        given=_fields(row, (i for i in row.inputs if i.name not in mine), given),
        cell=self_ or agency or late,
        version=self_.version if self_ else 0,
        edits=edits and row.may_enter and bool(mine),
        gaps=[gap for gap in gaps if gap.kind != "survey"],
        appraisals=_appraisals(row, self_ or agency),
    )


def _appraisals(row: SheetRow, own: Cell | None) -> list[Appraisal]:
    labels: Mapping[EntryStage, str] = {
        "appraised": gettext("Thẩm định lần 1"),
        "reappraised": gettext("Thẩm định lần 2"),
    }
    return [
        Appraisal(label, cell, _fields(row, row.inputs, cell.inputs),
                  differs=own is None or own.ticks != cell.ticks)
        for stage, label in labels.items()
        if (cell := row.cells.get(stage))
    ]  # fmt: skip


def _fields(row: SheetRow, specs: Iterable[InputSpec], inputs: Mapping[str, int]) -> list[Field]:
    return [field_of(spec, inputs, row.suppliers[spec.name], row.maximum) for spec in specs]


def _kind(spec: InputSpec) -> str:
    if not spec.options:
        return "number"
    short = all(len(label) <= SHORT_LABEL for label in spec.options)
    return "radio" if short and len(spec.options) <= FEW_OPTIONS else "select"


def _shown(spec: InputSpec, value: int | None) -> str:
    if value is None:
        return "–"
    if spec.options and 0 <= value < len(spec.options):
        return spec.options[value]
    return ticks(value) if spec.scale != 1 else ticks(value * 10_000)


def _hint(spec: InputSpec, top: int) -> str:
    most = min(spec.maximum, top) if spec.name == "points" else spec.maximum
    if most > NARROW_BOUND * spec.scale:
        return ""
    scale = 10_000 // spec.scale
    low, high = ticks(spec.minimum * scale), ticks(most * scale)
    return str(gettext("từ %(low)s đến %(high)s", low=low, high=high))
