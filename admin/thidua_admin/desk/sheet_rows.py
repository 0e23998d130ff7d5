"""The rows of a unit's sheet as its page shows them: fields, what is lacking, who supplies what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from flask_babel import gettext
from markupsafe import Markup, escape

from thidua.scoring.sheet import counted
from thidua.scoring.ticks import TICKS, to_points, written
from thidua.spec.criteria import CriteriaSet
from thidua.spec.parts import InputSpec, Supplier
from thidua.store.sheets import EntryStage
from thidua.work.cells import NOTHING, Cell
from thidua.work.completeness import Gap
from thidua.work.sheet_page import SheetDomain, SheetPage, SheetRow
from thidua.work.terms import Term
from thidua.work.typed import as_typed
from thidua_admin.console.rule_words import SUPPLIERS
from thidua_admin.desk.sheet_skeleton import Skeleton, Skeletons, skeletons
from thidua_admin.formats import ticks
from thidua_admin.shell import language

SHORT_LABEL = 24
FEW_OPTIONS = 3
"""So many options with short labels stand side by side; others fold into a list."""

NARROW_BOUND = 1000
"""Bounds up to here are said beside the field; wider ones only when they are passed."""

ROUNDS: tuple[EntryStage, ...] = ("appraised", "reappraised")


@dataclass(frozen=True)
class Field:
    """One input with what stands in it, to be read."""

    name: str
    label: str
    shown: str
    supplier: str


@dataclass(frozen=True)
class Appraisal:
    """What one round says of the row beside what stood there; ``change`` of it in ticks."""

    label: str
    cell: Cell
    fields: Sequence[Field]
    change: int | None

    @property
    def differs(self) -> bool:
        """Whether it gives other points, or nothing stood there."""
        return self.change != 0


@dataclass(frozen=True)
class Frame:
    """What the rows of one page share: where they are sent, whether the unit may type now.

    ``said`` is the word before an explanation.
    """

    base: str
    register: str
    edits: bool
    explaining: Term
    vietnamese: bool
    said: str
    skeletons: Skeletons

    def points(self, value: int) -> str:
        """Ticks as points, as ``formats.ticks`` writes them, without asking for the language."""
        return _points(value, self.vietnamese)

    def shown(self, spec: InputSpec, value: int | None) -> str:
        """An input to be read."""
        if value is None:
            return "–"
        if spec.options and 0 <= value < len(spec.options):
            return spec.options[value]
        return self.points(value if spec.scale != 1 else value * TICKS)


class RowView(NamedTuple):
    """One row. ``gaps``: what the unit still lacks there; ``cell``: what stands there for it."""

    row: SheetRow
    frame: Frame
    gaps: Sequence[Gap]
    cell: Cell | None

    @property
    def edits(self) -> bool:
        """Whether the reader may type into it now."""
        return self.frame.edits and self.row.may_enter and any(map(self._is_own, self.row.inputs))

    @property
    def own(self) -> Sequence[Field]:
        """What the unit gives."""
        return self._to_read(filter(self._is_own, self.row.inputs), self._inputs("self"))

    @property
    def given(self) -> Sequence[Field]:
        """What others give."""
        theirs = (spec for spec in self.row.inputs if not self._is_own(spec))
        return self._to_read(theirs, self._inputs("agency") or self._inputs("survey"))

    @property
    def text(self) -> str:
        """The unit's explanation."""
        return self.row.cells["self"].text if "self" in self.row.cells else ""

    @property
    def counts(self) -> bool:
        """Whether it has points to show."""
        return self.cell is not None and not self.cell.missing and not self.row.out

    @property
    def appraisals(self) -> Sequence[Appraisal]:
        """What the rounds say, where the reader may see it."""
        labels = (gettext("Thẩm định lần 1"), gettext("Thẩm định lần 2"))
        return [
            Appraisal(
                label, cell, self._to_read(self.row.inputs, cell.inputs),
                change=cell.ticks - self.cell.ticks if self.cell else None,
            )
            for stage, label in zip(ROUNDS, labels, strict=True)
            if (cell := self.row.cells.get(stage))
        ]  # fmt: skip

    @property
    def waits(self) -> bool:
        """Whether the unit is asked to explain and has not answered."""
        return any(not item.answer for item in self.row.asked)

    @property
    def discussed(self) -> bool:
        """Whether an appraiser has said or asked something that the reader may see."""
        return bool(self.row.asked or self.row.cells.keys() & ROUNDS)

    def html(self, discussion: str = "") -> str:
        """The row, with what was said and asked about it."""
        edits = self.edits
        values = {**self._values(), **self._figures(edits), "discussion": discussion}
        return self._skeleton(edits).fill(values)

    def _skeleton(self, edits: bool) -> Skeleton:
        row = self.row
        key = row.code, edits, not row.out, bool(row.appraiser)
        if key not in self.frame.skeletons:
            own = [spec for spec in row.inputs if self._is_own(spec)]
            self.frame.skeletons[key] = Skeleton.render(
                "desk/sheet_row.html",
                row=row,
                own=own,
                given=[spec for spec in row.inputs if spec not in own],
                edits=edits,
                kind=lambda spec: kind_of(spec.options),
                hint={spec.name: hint_of(spec, row.maximum) for spec in own},
                supplier=SUPPLIERS,
                suppliers=row.suppliers,
            )
        return self.frame.skeletons[key]

    def _values(self) -> dict[str, str]:
        """What stands in the holes, besides the figures; escaped."""
        row, cell, frame, text = self.row, self.cell, self.frame, self.text
        values = {
            "base": frame.base,
            "register": frame.register,
            "version": str(row.cells["self"].version) if "self" in row.cells else "0",
            "evidence": str(row.evidence),
            "points": "–",
        }
        if self.gaps:
            values["gaps"] = " ".join([gap.kind for gap in self.gaps])
            values["lacks"] = _escaped(" ".join([gap.words for gap in self.gaps]))
        if cell and row.counts_as == "points" and not row.out:
            values["earned"] = str(cell.ticks)
        if cell and self.counts:
            values["points"], values["words"] = frame.points(cell.ticks), _escaped(cell.words)
        if text:
            values["text"], values["open"] = escape(text), " open"
            values["said"] = escape(frame.said + text)
        if row.asked and self.waits:
            values["asked"] = " data-asked"
        if row.out:
            values["out"] = escape(row.out)
        if row.appraiser:
            values["appraiser"] = _escaped(row.appraiser)
        return values

    def _figures(self, edits: bool) -> dict[str, str]:
        """The inputs, in fields where the reader ``edits``, else to be read."""
        own, given = self._inputs("self"), self._inputs("agency") or self._inputs("survey")
        values = {}
        for spec in self.row.inputs:
            mine, name = self._is_own(spec), spec.name
            value = (own if mine else given).get(name)
            if not (mine and edits):
                values[f"shown {name}"] = _escaped(self.frame.shown(spec, value))
            elif value is not None:
                values[f"typed {name}"] = text = as_typed(spec, value)
                if spec.options:
                    chosen = " checked" if kind_of(spec.options) == "radio" else " selected"
                    values[f"{name} is {text}"] = chosen
        return values

    def _to_read(self, specs: Iterable[InputSpec], inputs: Mapping[str, int]) -> list[Field]:
        return [
            Field(
                spec.name, spec.label,
                self.frame.shown(spec, inputs.get(spec.name)),
                SUPPLIERS[self.row.suppliers[spec.name]],
            )
            for spec in specs
        ]  # fmt: skip

    def _inputs(self, stage: EntryStage) -> Mapping[str, int]:
        cell = self.row.cells.get(stage)
        return cell.inputs if cell else NOTHING

    def _is_own(self, spec: InputSpec) -> bool:
        return self.row.suppliers[spec.name] is Supplier.UNIT


@dataclass(frozen=True)
class DomainView:
    """The rows of one domain; ``left``: how many are not entered yet; points in ticks."""

    code: str
    name: str
    rows: Sequence[RowView]
    left: int
    points: int
    maximum: int

    def html(self, discussion: Callable[[RowView], str]) -> Markup:
        """Its rows, each with its ``discussion`` where there is one."""
        rows = (view.html(discussion(view) if view.discussed else "") for view in self.rows)
        return Markup("".join(rows))  # noqa: S704 (see sheet_skeleton: the values are escaped)


@dataclass(frozen=True)
class Total:
    """What all domains come to, in ticks; ``bonus`` and ``penalty`` with their caps."""

    points: int
    maximum: int
    bonus: int
    penalty: int

    @property
    def ticks(self) -> int:
        """What the unit gave itself in all."""
        return self.points + self.bonus - self.penalty


def total_of(criteria: CriteriaSet, domains: Sequence[DomainView]) -> Total:
    """The total of a sheet as it stands; what is not entered yet counts nothing."""
    rows = [view for domain in domains for view in domain.rows if not view.row.out]
    added = {
        kind: sum(view.cell.ticks for view in rows if view.cell and view.row.counts_as == kind)
        for kind in ("bonus", "penalty")
    }
    bonus, penalty = counted(criteria, added["bonus"], added["penalty"])
    points = sum(domain.points for domain in domains)
    return Total(points, sum(domain.maximum for domain in domains), bonus, penalty)


def domain_views(page: SheetPage, *, base: str = "", register: str = "") -> list[DomainView]:
    """The rows by domain, as the reader may see and change them now."""
    gaps: dict[str, list[Gap]] = {}
    for gap in page.progress.gaps if page.progress else ():
        if gap.kind != "survey":
            gaps.setdefault(gap.leaf, []).append(gap)
    frame = Frame(
        base=base,
        register=register,
        edits=page.entering.open and page.signed is None,
        explaining=page.explaining,
        vietnamese=language() == "vi",
        said=gettext("Giải trình: "),
        skeletons=skeletons(page.criteria),
    )
    return [_domain(domain, gaps, frame) for domain in page.domains]


@lru_cache(maxsize=1024)
def kind_of(options: tuple[str, ...]) -> str:
    """How an input is typed: ``number``, or one of its options by ``radio`` or ``select``."""
    if not options:
        return "number"
    short = all(len(label) <= SHORT_LABEL for label in options)
    return "radio" if short and len(options) <= FEW_OPTIONS else "select"


@lru_cache(maxsize=4096)
def _escaped(said: str) -> str:
    """What is said of many rows again and again, to be put into HTML."""
    return str(escape(said))


@lru_cache(maxsize=4096)
def _points(value: int, vietnamese: bool) -> str:
    return written(to_points(value)) if vietnamese else f"{to_points(value):,f}"


def hint_of(spec: InputSpec, top: int) -> str:
    """The bounds of a number, where they are narrow; ``top`` is the row's maximum in ticks."""
    most = min(spec.maximum, top) if spec.name == "points" else spec.maximum
    if spec.options or most > NARROW_BOUND * spec.scale:
        return ""
    scale = TICKS // spec.scale
    low, high = ticks(spec.minimum * scale), ticks(most * scale)
    return str(gettext("từ %(low)s đến %(high)s", low=low, high=high))


def _domain(domain: SheetDomain, gaps: Mapping[str, Sequence[Gap]], frame: Frame) -> DomainView:
    rows = [RowView(row, frame, gaps.get(row.code, ()), _standing(row)) for row in domain.rows]
    within = [view for view in rows if view.row.counts_as == "points" and not view.row.out]
    return DomainView(
        code=domain.code,
        name=domain.name,
        rows=rows,
        left=sum(gap.kind == "input" for view in rows for gap in view.gaps),
        points=sum(view.cell.ticks for view in within if view.cell),
        maximum=sum(view.row.maximum for view in within),
    )


def _standing(row: SheetRow) -> Cell | None:
    """What stands there before anybody appraises: the unit's own, or what others supplied."""
    cells = row.cells
    return cells.get("self") or cells.get("agency") or cells.get("survey")
