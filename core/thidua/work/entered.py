"""What was entered in a campaign, read at once: by set, leaf and stage, in lists over units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.scoring.cells import Column, Override
from thidua.scoring.ints import LIMIT, Ints
from thidua.spec.criteria import Leaf as SpecLeaf
from thidua.spec.parts import LATE_SUPPLIERS
from thidua.store.campaigns import Campaign
from thidua.store.criteria import Leaf
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.work.detail import Source


@dataclass(frozen=True)
class EnteredLeaf:
    """What was entered for one leaf, by stage and unit id; what is emptied is not entered."""

    stages: Mapping[str, dict[int, Source]] = field(default_factory=dict)

    def at(self, stage: str) -> dict[int, Source]:
        """By unit id."""
        return self.stages.get(stage, {})

    def own(self) -> dict[int, Source]:
        """What stands before any appraisal: the units' own, and what an agency supplies alone."""
        return {**self.at("agency"), **self.at("self")}

    def counted(self) -> dict[int, Source]:
        """What counts: the last appraisal before the unit's own, a survey before both."""
        return {**self.own(), **self.at("appraised"), **self.at("survey")}


Entered = Mapping[tuple[int, str], EnteredLeaf]
"""By id of the set and leaf code."""


def entries_of(session: Session, campaign: Campaign) -> Entered:
    """All entries of a campaign, in one query that sends a row for each leaf and stage."""
    query = (
        select(
            Leaf.set_id,
            Leaf.code,
            ScoreEntry.stage,
            func.array_agg(ScoreSheet.unit_id),
            func.array_agg(ScoreEntry.updated_by),
            func.json_agg(ScoreEntry.inputs),
        )
        .join(ScoreEntry, ScoreEntry.leaf_id == Leaf.id)
        .join(ScoreSheet, ScoreSheet.id == ScoreEntry.sheet_id)
        .where(ScoreSheet.campaign_id == campaign.id, ScoreEntry.inputs != {})
        .group_by(Leaf.set_id, Leaf.code, ScoreEntry.stage)
    )
    found: dict[tuple[int, str], dict[str, dict[int, Source]]] = {}
    for set_id, code, stage, units, users, inputs in session.execute(query):
        found.setdefault((set_id, code), {})[stage] = {
            unit: Source(stage, by, given)
            for unit, by, given in zip(units, users, inputs, strict=True)
        }
    return {key: EnteredLeaf(_folded(stages)) for key, stages in found.items()}


def _folded(stages: dict[str, dict[int, Source]]) -> dict[str, dict[int, Source]]:
    """The second round over the first; beneath each entry the figures that an agency supplies."""
    supplied, second = stages.get("agency", {}), stages.get("reappraised", {})
    folded = {**stages, "appraised": {**stages.get("appraised", {}), **second}}
    for stage in ("self", "appraised"):
        folded[stage] = {
            unit: source._replace(inputs={**supplied[unit].inputs, **source.inputs})
            if unit in supplied
            else source
            for unit, source in folded.get(stage, {}).items()
        }
    return folded


def base_of(leaf: SpecLeaf, entered: EnteredLeaf) -> dict[int, Source]:
    """What a leaf's columns hold: the units' own assessment, or what came late."""
    return entered.counted() if leaf.supplier in LATE_SUPPLIERS else entered.own()


def columns_of(
    leaf: SpecLeaf, base: Mapping[int, Source], places: Mapping[int, int]
) -> dict[tuple[str, str], Column]:
    """The columns of a leaf; ``places`` are the positions of the units by id."""
    here = {unit: source.inputs for unit, source in base.items() if unit in places}
    rows = np.array([places[unit] for unit in here], np.intp)
    columns = {}
    for spec in leaf.inputs:
        given = [inputs.get(spec.name) for inputs in here.values()]
        present = np.zeros(len(places), np.bool_)
        present[rows] = [value is not None for value in given]
        found = _ints(given)
        values = np.zeros(len(places), found.dtype)
        values[rows] = found
        columns[leaf.code, spec.name] = Column(values, None if present.all() else present)
    return columns


def override_of(
    leaf: SpecLeaf,
    base: Mapping[int, Source],
    counted: Mapping[int, Source],
    places: Mapping[int, int],
) -> Override | None:
    """What counts of a leaf where that differs from ``base``; None if nowhere."""
    changed = {
        unit: counted[unit].inputs
        for unit in sorted(counted.keys() & places.keys(), key=places.__getitem__)
        if unit not in base or counted[unit].inputs != base[unit].inputs
    }
    if not changed:
        return None
    names = [spec.name for spec in leaf.inputs]
    given = {name: [inputs.get(name) for inputs in changed.values()] for name in names}
    return Override(
        units=np.array([places[unit] for unit in changed], np.intp),
        values={name: _ints(values) for name, values in given.items()},
        present=np.array([None not in row for row in zip(*given.values(), strict=True)]),
    )


def _ints(values: list[int | None]) -> Ints:
    """Whole numbers in the narrowest type that holds them; 0 where there is none."""
    filled = [value or 0 for value in values]
    most = max(map(abs, filled), default=0)
    kind = np.int32 if most < 2**31 else np.int64 if most < LIMIT else object
    return np.array(filled, dtype=kind)
