"""Many sheets of one set at once, in columns over units: the same results as ``sheet``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.columns import score_column
from thidua.scoring.ints import KNOWN, LIMIT, Ints, Scored, peak
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import absent_branch, maximum_of, score_leaf
from thidua.scoring.sheet import exempt_leaves
from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet, Leaf

Mask = NDArray[np.bool_]


class Column(NamedTuple):
    """One input over all units, in stored units; ``values`` means nothing where not ``present``."""

    values: Ints
    present: Mask


Columns = Mapping[tuple[str, str], Column]
"""Inputs by (leaf code, input name)."""


@dataclass(frozen=True, slots=True)
class BatchScore:
    """Results of many units in ticks, as ``SheetScore`` has them; leaves in printed order.

    ``ticks``, ``branch`` (a position in ``branches``) and ``maximum`` are [leaf, unit]; the others
    are per unit, ``maximum_total`` being the unit's own maximum.
    """

    branches: tuple[str, ...]
    ticks: NDArray[np.int64]
    branch: NDArray[np.int16]
    maximum: NDArray[np.int64]
    earned: NDArray[np.int64]
    bonus: NDArray[np.int64]
    penalty: NDArray[np.int64]
    total: NDArray[np.int64]
    maximum_total: NDArray[np.int64]


def score_batch(
    criteria: CriteriaSet,
    units: Sequence[Mapping[str, Mapping[str, int]]],
    *,
    exempt: Sequence[Collection[str]],
    not_held: Collection[str] = (),
    kinds: Mapping[str, RuleKind] = {},
) -> BatchScore:
    """Score units given as dictionaries (see ``score_sheet``); ``exempt`` has one entry a unit."""
    columns = {
        (leaf.code, spec.name): _column([unit.get(leaf.code, {}).get(spec.name) for unit in units])
        for leaf in criteria.leaves
        for spec in leaf.inputs
    }
    mask = np.zeros((len(criteria.leaves), len(units)), dtype=np.bool_)
    for unit, codes in zip(range(len(units)), exempt, strict=True):
        out = exempt_leaves(criteria, codes)
        mask[:, unit] = [leaf.code in out for leaf in criteria.leaves]
    return score_columns(criteria, columns, exempt=mask, not_held=not_held, kinds=kinds)


def score_columns(
    criteria: CriteriaSet,
    columns: Columns,
    *,
    exempt: Mask,
    not_held: Collection[str] = (),
    kinds: Mapping[str, RuleKind] = {},
) -> BatchScore:
    """Score dense columns; ``exempt`` is [leaf, unit], ``not_held`` as in ``score_sheet``.

    A column that is not there is an input that every unit lacks. ``OverflowError`` where a result
    does not fit 64 bits; ``Invalid`` as in ``score_leaf``.
    """
    names = list(KNOWN)
    ticks = np.zeros(exempt.shape, dtype=np.int64)
    branch = np.zeros(exempt.shape, dtype=np.int16)
    maximum = np.zeros(exempt.shape, dtype=np.int64)
    for row, leaf in enumerate(criteria.leaves):
        if leaf.survey in not_held:
            branch[row] = np.where(exempt[row], names.index("exempt"), names.index("not_held"))
        else:
            ticks[row], branch[row] = _leaf(leaf, columns, exempt[row], criteria, kinds, names)
        own = np.array([maximum_of(leaf, name, criteria) for name in names], dtype=np.int64)
        maximum[row] = own[branch[row]]
    return _totals(criteria, tuple(names), ticks, branch, maximum)


def _column(values: Sequence[int | None]) -> Column:
    present = np.array([value is not None for value in values], dtype=np.bool_)
    filled = [0 if value is None else value for value in values]
    wide = any(abs(value) >= LIMIT for value in filled)
    return Column(np.array(filled, dtype=object if wide else np.int64), present)


def _totals(
    criteria: CriteriaSet,
    names: tuple[str, ...],
    ticks: NDArray[np.int64],
    branch: NDArray[np.int16],
    maximum: NDArray[np.int64],
) -> BatchScore:
    if peak(ticks) * len(ticks) >= LIMIT:
        raise OverflowError(f"{criteria.code}: totals beyond 64 bits")
    earned, bonus, penalty = (
        ticks[[leaf.counts_as == what for leaf in criteria.leaves]].sum(axis=0)
        for what in ("points", "bonus", "penalty")
    )
    if criteria.penalty_cap is not None:
        penalty = np.minimum(penalty, to_ticks(criteria.penalty_cap))
    after = penalty if criteria.bonus_capped == "after_penalty" else 0
    bonus = np.minimum(bonus, to_ticks(criteria.bonus_cap) + after)
    return BatchScore(
        branches=names,
        ticks=ticks,
        branch=branch,
        maximum=maximum,
        earned=earned,
        bonus=bonus,
        penalty=penalty,
        total=earned + bonus - penalty,
        maximum_total=maximum.sum(axis=0),
    )


def _leaf(
    leaf: Leaf,
    columns: Columns,
    exempt: Mask,
    criteria: CriteriaSet,
    kinds: Mapping[str, RuleKind],
    names: list[str],
) -> Scored:
    """Ticks and branches of one leaf; ``names`` grows by the branches of a custom kind."""
    nothing = np.zeros(len(exempt), dtype=np.int64)
    absent = Column(nothing, nothing.astype(np.bool_))
    given = {s.name: columns.get((leaf.code, s.name), absent) for s in leaf.inputs}
    live = np.logical_and.reduce([~exempt, *(column.present for column in given.values())])
    if leaf.rule.kind == "custom":
        ticks, branch = _custom(leaf, given, live, criteria, kinds, names)
    else:
        # what is absent or exempt is computed on zeros and thrown away
        values = {name: np.where(live, column.values, 0) for name, column in given.items()}
        ticks, branch = score_column(leaf, values, criteria.leaf_decimals)
    unlike = np.where(exempt, names.index("exempt"), names.index(absent_branch(leaf)))
    return np.where(live, ticks, 0), np.where(live, branch, unlike)


def _custom(
    leaf: Leaf,
    given: Mapping[str, Column],
    live: Mask,
    criteria: CriteriaSet,
    kinds: Mapping[str, RuleKind],
    names: list[str],
) -> Scored:
    """A province's own kind, cell by cell."""
    ticks, branch = np.zeros((2, len(live)), dtype=np.int64)
    for unit in np.flatnonzero(live):
        inputs = {name: int(column.values[unit]) for name, column in given.items()}
        score = score_leaf(leaf, inputs, criteria=criteria, kinds=kinds)
        if score.branch not in names:
            names.append(score.branch)
        ticks[unit], branch[unit] = score.ticks, names.index(score.branch)
    return ticks, branch
