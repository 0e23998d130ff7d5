"""One unit's sheet across all criteria: each line at every stage, last year's line beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy.orm import Session

from thidua.errors import NotAllowed, NotFound
from thidua.scoring.kinds import RuleKind
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import InputSpec, Supplier
from thidua.store.actor import Actor
from thidua.store.sheets import EntryStage, SignOff
from thidua.work.cells import (
    APPRAISALS,
    REMEMBERED,
    Cell,
    Cells,
    Rules,
    cells_in,
    out_in,
    rules_of,
)
from thidua.work.completeness import Completeness, complete
from thidua.work.explanations import Asked
from thidua.work.last_year import LastYear, last_year
from thidua.work.sheet_reading import SheetRead, read_sheet
from thidua.work.terms import Term, term_of
from thidua.work.viewing import View, require_whole_sheet, view_of
from thidua.work.writing import Place, place_to_read

NONE: Cells = {}


class SheetRow(NamedTuple):
    """One line. ``cells`` are by stage, those that the reader may see.

    ``maximum`` in ticks. ``out`` says why the line does not count for the unit; ``may_enter`` and
    ``may_appraise`` what the reader may do with it at all, not whether the term is open.
    """

    code: str
    name: str
    guidance: str
    proof: str
    maximum: int
    counts_as: str
    inputs: tuple[InputSpec, ...]
    suppliers: Mapping[str, Supplier]
    out: str
    cells: Mapping[EntryStage, Cell]
    evidence: int
    asked: tuple[Asked, ...]
    last_year: LastYear | None
    appraiser: str
    may_enter: bool
    may_appraise: bool


@dataclass(frozen=True)
class SheetDomain:
    """The lines of one domain, in printed order."""

    code: str
    name: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class SheetPage:
    """A sheet as one reader sees it.

    ``progress`` and ``signed`` are only for those who see the whole sheet. ``entering`` and
    ``explaining`` are the unit's terms. Last year's lines are in no row: see ``lines_before``.
    """

    campaign_id: int
    year: int
    title: str
    unit_id: int
    unit: str
    illustrative: bool
    criteria: CriteriaSet
    domains: tuple[SheetDomain, ...]
    progress: Completeness | None
    signed: SignOff | None
    entering: Term
    explaining: Term


def sheet_page(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    by: Actor,
    at: datetime,
    kinds: Mapping[str, RuleKind] = {},
) -> SheetPage:
    """The sheet of a unit as it stands, as far as the actor may see it (see ``viewing``)."""
    place = place_to_read(session, campaign_id, unit_id)
    leaves, spans = place.criteria.leaves, place.criteria.spans
    read = read_sheet(session, place, by)
    view = view_of(place, read, by, at)
    lines = _Lines(place, view, read, kinds)
    return SheetPage(
        campaign_id=place.campaign.id,
        year=place.campaign.year,
        title=place.campaign.title,
        unit_id=unit_id,
        unit=place.unit.name,
        illustrative=place.criteria.illustrative,
        criteria=place.criteria,
        domains=tuple(
            SheetDomain(domain.code, domain.name, rows)
            for domain in place.criteria.domains
            if (rows := lines.rows(leaves[slice(*spans[domain.code])]))
        ),
        progress=lines.progress() if view.whole else None,
        signed=read.signed if view.whole else None,
        entering=term_of(read.schedule, place.campaign, place.unit, "self", at),
        explaining=term_of(read.schedule, place.campaign, place.unit, "explanation", at),
    )


def sheet_line(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    leaf_code: str,
    by: Actor,
    at: datetime,
    kinds: Mapping[str, RuleKind] = {},
) -> SheetRow:
    """One line of a sheet alone, as far as the actor may see it.

    ``NotFound`` for a leaf that the set does not have, ``NotAllowed`` for one that others see.
    """
    place = place_to_read(session, campaign_id, unit_id)
    leaf = next((leaf for leaf in place.criteria.leaves if leaf.code == leaf_code), None)
    if leaf is None:
        raise NotFound(f"Bộ tiêu chí không có mã {leaf_code}.")
    read = read_sheet(session, place, by, leaf_code)
    view = view_of(place, read, by, at)
    if leaf_code not in view.lines:
        raise NotAllowed(f"Tiêu chí {leaf_code} do cơ quan khác thẩm định.")
    lines = _Lines(place, view, read, kinds)
    before = last_year(session, place, lines.rules).get(leaf_code)
    return lines.row(leaf)._replace(last_year=before)


def lines_before(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    by: Actor,
    kinds: Mapping[str, RuleKind] = {},
) -> Mapping[str, LastYear]:
    """Last year's lines by this year's leaf code, for those who see the whole sheet."""
    place = place_to_read(session, campaign_id, unit_id)
    require_whole_sheet(session, place, by)
    return last_year(session, place, rules_of(session, place.campaign, place.criteria, kinds))


class _Lines:
    """All that the rows of one sheet are made of."""

    def __init__(
        self, place: Place, view: View, read: SheetRead, kinds: Mapping[str, RuleKind]
    ) -> None:
        self.unit, self.criteria, self.view, self.read = (
            place.unit.unit_id,
            place.criteria,
            view,
            read,
        )
        self.rules = Rules(place.criteria, kinds, read.not_held)
        self.cells = {
            code: found for (_, code), found in cells_in(self.rules, read.entries).items()
        }
        self.out = out_in(self.rules, read.exempt)
        self.asked: dict[str, tuple[Asked, ...]] = {}
        for item in read.asked:
            self.asked[item.leaf] = (*self.asked.get(item.leaf, ()), item)

    def progress(self) -> Completeness:
        return complete(self.criteria, self.cells, self.out, self.read.evidence)

    def rows(self, leaves: Sequence[Leaf]) -> tuple[SheetRow, ...]:
        """Those of the leaves that the reader may see."""
        return tuple(self.row(leaf) for leaf in leaves if leaf.code in self.view.lines)

    def row(self, leaf: Leaf) -> SheetRow:
        code, view, read = leaf.code, self.view, self.read
        asked, out = self.asked.get(code, ()), self.out.get(code, "")
        cells = self.cells.get(code, NONE)
        if not (view.appraisals or asked):
            cells = {stage: cell for stage, cell in cells.items() if stage not in APPRAISALS}
        return SheetRow(
            code=code,
            name=leaf.name,
            guidance=leaf.node.guidance,
            proof=leaf.node.evidence,
            maximum=_maximum(leaf),
            counts_as=leaf.counts_as,
            inputs=leaf.inputs,
            suppliers=_suppliers(leaf),
            out=out,
            cells=cells,
            evidence=read.evidence.get(code, 0),
            asked=asked,
            last_year=None,
            appraiser=read.duties.named(code, self.unit, read.names),
            may_enter=view.enters and code not in self.out,
            may_appraise=code in view.appraises and code not in self.out,
        )


@lru_cache(maxsize=REMEMBERED)
def _maximum(leaf: Leaf) -> int:
    return to_ticks(leaf.max_points)


@lru_cache(maxsize=REMEMBERED)
def _suppliers(leaf: Leaf) -> Mapping[str, Supplier]:
    return {item.name: leaf.supplier_of(item.name) for item in leaf.inputs}
