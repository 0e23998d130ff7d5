"""One unit's sheet across all criteria: each line at every stage, last year's line beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from thidua.errors import NotAllowed, NotFound
from thidua.scoring.kinds import RuleKind
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import InputSpec, Supplier
from thidua.store.actor import Actor
from thidua.store.sheets import EntryStage, SignOff
from thidua.work.cells import APPRAISALS, Cell, Rules, cells_of, out_of, rules_of
from thidua.work.completeness import Completeness, complete
from thidua.work.duties import unit_names
from thidua.work.evidence_counts import evidence_counts
from thidua.work.explanations import Asked, asked_of
from thidua.work.last_year import LastYear, last_year
from thidua.work.signoff import standing
from thidua.work.terms import Term, term_of
from thidua.work.viewing import View, require_whole_sheet, view_of
from thidua.work.writing import Place, place_to_read


@dataclass(frozen=True)
class SheetRow:
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
    view = view_of(session, place, by, at)
    rules = rules_of(session, place.campaign, place.criteria, kinds)
    lines = _Lines(session, place, view, rules, [leaf.code for leaf in place.criteria.leaves])
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
            if (rows := tuple(lines.row(x) for x in domain.leaves() if x.code in view.lines))
        ),
        progress=lines.progress() if view.whole else None,
        signed=standing(session, place.sheet_id) if view.whole else None,
        entering=term_of(view.schedule, place.campaign, place.unit, "self", at),
        explaining=term_of(view.schedule, place.campaign, place.unit, "explanation", at),
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
    view = view_of(session, place, by, at)
    if leaf_code not in view.lines:
        raise NotAllowed(f"Tiêu chí {leaf_code} do cơ quan khác thẩm định.")
    rules = rules_of(session, place.campaign, place.criteria, kinds)
    before = last_year(session, place, rules).get(leaf_code)
    return replace(_Lines(session, place, view, rules, [leaf_code]).row(leaf), last_year=before)


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
    """All that the rows of one sheet are made of, read at once."""

    def __init__(
        self,
        session: Session,
        place: Place,
        view: View,
        rules: Rules,
        codes: Sequence[str],
    ) -> None:
        unit = place.unit.unit_id
        self.place, self.view = place, view
        found = cells_of(session, place.campaign, rules, units=[unit], codes=codes)
        self.cells = {code: found.get((unit, code), {}) for code in codes}
        self.out = out_of(session, place.campaign, rules, unit)
        counts = evidence_counts(session, place.campaign, [unit])
        self.evidence = {code: number for (_, code), number in counts.items()}
        self.asked = asked_of(session, [place.sheet_id])
        duties = view.duties
        agencies = {*duties.agencies.values(), *duties.substitutes.values()}
        self.names = unit_names(session, place.campaign, agencies)

    def progress(self) -> Completeness:
        return complete(self.place.criteria, self.cells, self.out, self.evidence)

    def row(self, leaf: Leaf) -> SheetRow:
        asked = tuple(item for item in self.asked if item.leaf == leaf.code)
        told = self.view.appraisals or bool(asked)
        shown = {
            stage: cell
            for stage, cell in self.cells[leaf.code].items()
            if told or stage not in APPRAISALS
        }
        return SheetRow(
            code=leaf.code,
            name=leaf.name,
            guidance=leaf.node.guidance,
            proof=leaf.node.evidence,
            maximum=to_ticks(leaf.max_points),
            counts_as=leaf.counts_as,
            inputs=leaf.inputs,
            suppliers={item.name: leaf.supplier_of(item.name) for item in leaf.inputs},
            out=self.out.get(leaf.code, ""),
            cells=shown,
            evidence=self.evidence.get(leaf.code, 0),
            asked=asked,
            last_year=None,
            appraiser=self.view.duties.named(leaf.code, self.place.unit.unit_id, self.names),
            may_enter=self.view.enters and leaf.code not in self.out,
            may_appraise=leaf.code in self.view.appraises and leaf.code not in self.out,
        )
