"""Stages, stacks and blocks: what is scored side by side is what is scored one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring.strategies import law
from tests.thidua.scoring.test_vector import KINDS, Unit, batches, of_batch, of_sheet

from thidua.scoring import cells
from thidua.scoring.cells import Override
from thidua.scoring.rules import LeafScore, absent_branch, score_leaf
from thidua.scoring.sheet import SheetScore, score_sheet
from thidua.scoring.vector import Stages, column_of, exempt_mask, score_batch, score_stages
from thidua.spec.criteria import CriteriaSet
from thidua.spec.parts import LATE_SUPPLIERS

Inputs = dict[str, dict[str, int]]


def own_only(criteria: CriteriaSet) -> CriteriaSet | None:
    """The set without what comes late; None where nothing is left."""
    document = criteria.model_dump(mode="json", by_alias=True)
    late = {leaf.code for leaf in criteria.leaves if leaf.supplier in LATE_SUPPLIERS}
    domains = []
    for domain in document["domains"]:
        domain["criteria"] = [c for c in domain["criteria"] if c["code"] not in late]
        if domain["code"] not in late and (domain["rule"] or domain["criteria"]):
            domains.append(domain)
    return CriteriaSet.model_validate({**document, "domains": domains}) if domains else None


def columns_of(criteria: CriteriaSet, units: list[Inputs]) -> Any:
    return {
        (leaf.code, spec.name): column_of(
            [unit.get(leaf.code, {}).get(spec.name) for unit in units]
        )
        for leaf in criteria.leaves
        for spec in leaf.inputs
    }


def overrides(criteria: CriteriaSet, units: list[Inputs]) -> dict[str, Override]:
    """What these units, by position, were appraised with."""
    found = {}
    for leaf in criteria.leaves:
        rows = [(at, unit[leaf.code]) for at, unit in enumerate(units) if leaf.code in unit]
        if rows and leaf.supplier not in LATE_SUPPLIERS:
            names = [spec.name for spec in leaf.inputs]
            given_ = {name: column_of([row.get(name) for _, row in rows]) for name in names}
            found[leaf.code] = Override(
                units=np.array([at for at, _ in rows], np.intp),
                values={name: column.values for name, column in given_.items()},
                present=np.array([{*names} == row.keys() for _, row in rows]),
            )
    return found


def stage_seen(stages: Stages, stage: str, unit: int) -> tuple[int, int]:
    totals = getattr(stages, stage)
    return int(totals.total[unit]), int(totals.maximum_total[unit])


def total(criteria: CriteriaSet | None, inputs: Inputs, exempt: list[str]) -> tuple[int, int]:
    """Total and maximum of what is self-assessed."""
    if criteria is None:
        return 0, 0
    codes = {node.code for node in criteria.nodes()}
    sheet = score_sheet(criteria, inputs, exempt=codes & {*exempt}, kinds=KINDS)
    return sheet.total, sheet.maximum


@law(usual=40, soak=2_000)
@given(batches(), st.data())
def test_each_stage_is_what_its_sheets_say(case: Any, data: st.DataObject) -> None:
    criteria, units, exempt = case
    _, others, _ = data.draw(st.just(case) | st.just((criteria, units[::-1], exempt)))
    changed = [
        {code: leaf for code, leaf in other.items() if data.draw(st.booleans())} for other in others
    ]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cells, "MANY", data.draw(st.sampled_from([1, 2, cells.MANY])))
        stages = score_stages(
            criteria,
            columns_of(criteria, units),
            overrides(criteria, changed),
            exempt=exempt_mask(criteria, exempt),
            kinds=KINDS,
        )
    own = own_only(criteria)
    late = {leaf.code for leaf in criteria.leaves if leaf.supplier in LATE_SUPPLIERS}
    for unit, (before, change, out) in enumerate(zip(units, changed, exempt, strict=True)):
        after = {**before, **{code: row for code, row in change.items() if code not in late}}
        assert of_batch(stages.final, criteria, unit) == of_sheet(criteria, after, out)
        assert stage_seen(stages, "claimed", unit) == total(own, before, out)
        assert stage_seen(stages, "appraised", unit) == total(own, after, out)


@law(usual=40, soak=2_000)
@given(batches(), st.integers(1, 5))
def test_blocks_make_no_difference(case: Any, size: int) -> None:
    criteria, units, exempt = case
    many = units * 3
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cells, "MANY", size)
        batch = score_batch(criteria, many, exempt=exempt * 3, kinds=KINDS)
    got = [of_batch(batch, criteria, unit) for unit in range(len(many))]
    once: list[Unit] = [of_sheet(criteria, *pair) for pair in zip(units, exempt, strict=True)]
    assert got == once * 3


def nodes_seen(sheet: SheetScore) -> dict[str, tuple[int, int]]:
    return {code: (node.ticks, node.maximum) for code, node in sheet.nodes.items()}


@law(usual=40, soak=2_000)
@given(batches())
def test_every_node_is_added_up(case: Any) -> None:
    criteria, units, exempt = case
    batch = score_batch(criteria, units, exempt=exempt, kinds=KINDS)
    for unit, (inputs, out) in enumerate(zip(units, exempt, strict=True)):
        got = {
            node.code: tuple(int(column[unit]) for column in batch.node(node.code))
            for node in criteria.nodes()
        }
        assert got == nodes_seen(score_sheet(criteria, inputs, exempt=out, kinds=KINDS))


def test_a_replaced_claim_is_kept_beside_what_counts() -> None:
    leaves = [
        {"code": code, "name": "lá", "max_points": "2", "rule": {"kind": "manual"}}
        for code in ("1", "2")
    ]
    criteria = CriteriaSet.model_validate(
        {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "g",
         "pending": "zero", "domains": leaves}
    )  # fmt: skip
    units: list[Inputs] = [{"1": {"points": 7}, "2": {"points": 8}}, {"1": {"points": 9}}]
    change = {
        "1": Override(np.array([1]), {"points": np.array([4])}),
        "2": Override(np.array([0, 1]), {"points": np.array([5, 6])}, np.array([False, True])),
    }
    exempt = np.zeros((2, 2), np.bool_)
    stages = score_stages(criteria, columns_of(criteria, units), change, exempt=exempt)
    assert stages.final.ticks.tolist() == [[7, 4], [0, 6]]
    branches = [
        (int(leaf), int(unit), int(ticks), stages.final.branches[branch])
        for leaf, unit, ticks, branch in zip(*stages.replaced, strict=True)
    ]
    assert branches == [(0, 1, 9, "entered"), (1, 0, 8, "entered"), (1, 1, 0, "missing")]
    assert stages.claimed.total.tolist() == [15, 9]
    assert stages.appraised.total.tolist() == [7, 10]
    assert stages.claimed.domains.tolist() == [[7, 9], [8, 0]]
    missing = score_leaf(criteria.leaves[1], {}, criteria=criteria)
    assert missing == LeafScore("2", 0, 20_000, absent_branch(criteria.leaves[1]), "points")
