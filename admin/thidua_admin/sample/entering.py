"""A sample campaign at work: who enters what at which moment, with invented figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from thidua.evidence.files import EvidenceFiles
from thidua.registry import LoadedProvince
from thidua.scoring.sheet import exempt_leaves
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import Supplier
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.schedules import Step
from thidua.store.sheets import EntryStage
from thidua.work.campaigns import ScoringSet
from thidua.work.entries import SURVEYED, save_entries, save_entry
from thidua.work.figure_lines import FigureLine, names_of
from thidua.work.figures import Source, import_figures
from thidua.work.windows import Window
from thidua_admin.sample.actor import DEMO
from thidua_admin.sample.figures import Figures, Inputs

DURING: Mapping[EntryStage, Step] = {
    "self": "self", "agency": "self", "appraised": "appraisal_1", "reappraised": "appraisal_2",
    "survey": "appraisal_1",
}  # fmt: skip
"""The step in which a stage is entered."""

SOURCE = "Báo cáo kết quả điều tra, chỉ số (số liệu minh họa)"


@dataclass(frozen=True)
class Work:
    """One campaign being filled in; ``exempt`` are nodes by unit id."""

    session: Session
    province: LoadedProvince
    campaign: Campaign
    sets: Mapping[str, ScoringSet]
    windows: Mapping[Step, Window]
    now: datetime
    files: EvidenceFiles
    exempt: Mapping[int, Sequence[str]]
    officer: int | None
    """The unit of the sample officer."""
    twins: Mapping[str, str]
    """Units with the very figures of another one, by name, so that ties are seen."""

    @property
    def units(self) -> Sequence[CampaignUnit]:
        """Who takes part."""
        return self.campaign.units

    def at(self, step: Step) -> datetime:
        """When what belongs to a step happened: in its middle, but never after now."""
        window = self.windows[step]
        return min(self.now, window.opens_at + (window.closes_at - window.opens_at) / 2)

    def criteria(self, unit: CampaignUnit) -> CriteriaSet:
        """The set that scores a unit."""
        return self.sets[unit.kind].criteria

    def figures(self, unit: CampaignUnit) -> Figures:
        """The inventor of figures for the set that scores this unit."""
        return Figures(self.criteria(unit), self.province.rule_kinds)

    def leaves(self, unit: CampaignUnit, stage: EntryStage) -> list[Leaf]:
        """The leaves that count for the unit and are entered at this stage, in printed order."""
        criteria = self.criteria(unit)
        out = exempt_leaves(criteria, self.exempt.get(unit.unit_id, ()))
        wanted = "self" if stage in ("appraised", "reappraised") else stage
        return [leaf for leaf in criteria.leaves if leaf.code not in out and _of(leaf) == wanted]

    def inputs(self, unit: CampaignUnit, stage: EntryStage, leaf: Leaf) -> Inputs:
        """What the unit says of itself; the appraisers agree with seven leaves of eight."""
        year, name = str(self.campaign.year), self.twins.get(unit.name, unit.name)
        seed = f"{year}:thẩm định" if stage == "appraised" and self._doubted(unit, leaf) else year
        return self.figures(unit).of(leaf, name, seed)

    def marked_down(self, unit: CampaignUnit) -> list[Leaf]:
        """The lines of which the appraisers think less than the unit does."""
        figures = self.figures(unit)
        return [
            leaf
            for leaf in self.leaves(unit, "appraised")
            if self._doubted(unit, leaf)
            and figures.share(leaf, self.inputs(unit, "appraised", leaf))
            < figures.share(leaf, self.inputs(unit, "self", leaf))
        ]

    def save(self, unit: CampaignUnit, stage: EntryStage, leaves: Sequence[Leaf]) -> None:
        """Many lines of a unit at once, if there are any."""
        if leaves:
            save_entries(
                self.session, campaign_id=self.campaign.id, unit_id=unit.unit_id, stage=stage,
                inputs={leaf.code: self.inputs(unit, stage, leaf) for leaf in leaves},
                by=DEMO, at=self.at(DURING[stage]),
            )  # fmt: skip

    def say(
        self,
        unit: CampaignUnit,
        stage: EntryStage,
        leaf: Leaf,
        text: str,
        at: datetime | None = None,
    ) -> None:
        """One line with an explanation or comment; what is appraised anew is as the unit says."""
        save_entry(
            self.session, campaign_id=self.campaign.id, unit_id=unit.unit_id, leaf_code=leaf.code,
            stage=stage, inputs=self.inputs(unit, stage, leaf), explanation=text, by=DEMO,
            at=at or self.at(DURING[stage]),
        )  # fmt: skip

    def bring_figures(self) -> None:
        """Every survey and index arrives in a table of its own; leaders rate in the sheets."""
        rows: dict[str, list[FigureLine]] = {}
        for unit in self.units:
            late = [leaf for leaf in self.criteria(unit).leaves if _of(leaf) == "survey"]
            for what in dict.fromkeys(map(names_of, late)):
                named = [leaf for leaf in late if names_of(leaf) == what]
                if what:
                    rows.setdefault(what, []).append(self._line(unit, named))
                else:
                    self.save(unit, "survey", named)
        for what, lines in rows.items():
            import_figures(
                self.session, campaign_id=self.campaign.id, what=what, rows=lines,
                source=Source(SOURCE), by=DEMO, at=self.at("appraisal_1"),
            )  # fmt: skip

    def _line(self, unit: CampaignUnit, leaves: Sequence[Leaf]) -> FigureLine:
        scales = {(leaf.code, spec.name): spec.scale for leaf in leaves for spec in leaf.inputs}
        return FigureLine(
            unit.name,
            {
                f"{leaf.code}/{name}": Decimal(value) / scales[leaf.code, name]
                for leaf in leaves
                for name, value in self.inputs(unit, "survey", leaf).items()
            },
        )

    def _doubted(self, unit: CampaignUnit, leaf: Leaf) -> bool:
        name = self.twins.get(unit.name, unit.name)
        return sum(f"{name}{leaf.code}{self.campaign.year}".encode()) % 8 == 0


def _of(leaf: Leaf) -> EntryStage:
    """At which stage the figures of a leaf come in."""
    if leaf.supplier in SURVEYED:
        return "survey"
    return "agency" if leaf.supplier is Supplier.AGENCY else "self"
