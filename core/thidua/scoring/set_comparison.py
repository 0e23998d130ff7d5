"""The province's set beside another's, domain by mapped domain: where both see the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thidua.scoring.comparison import UnitSide
from thidua.scoring.years import Part
from thidua.spec.criteria import CriteriaSet
from thidua.spec.mappings import SetMapping


@dataclass(frozen=True, slots=True)
class Beside:
    """One mapped node and what the other set's figures say of the same.

    ``other`` is None where figures of one of ``codes`` are missing.
    """

    code: str
    name: str
    own: Part
    codes: tuple[str, ...]
    other: Part | None

    @property
    def percent(self) -> Fraction | None:
        """Own sub-index less the other's, exactly; None where either is missing."""
        own, other = self.own.percent, self.other.percent if self.other else None
        return None if own is None or other is None else own - other


@dataclass(frozen=True, slots=True)
class SetComparison:
    """All mapped nodes, and the codes on both sides that nothing is said of."""

    title: str
    rows: tuple[Beside, ...]
    unmapped: tuple[str, ...]
    unused: tuple[str, ...]


def compare_sets(
    criteria: CriteriaSet,
    mapping: SetMapping,
    units: Sequence[UnitSide],
    other: Mapping[str, Part],
) -> SetComparison:
    """Units of ``criteria`` together beside the other set's figures, by that set's codes.

    Own figures add up points and maxima over all units. ``unmapped`` are own domains that no pair
    touches, ``unused`` codes of ``other`` that no pair names.
    """
    leaves = {node.code: frozenset(x.code for x in node.leaves()) for node in criteria.nodes()}
    names = {node.code: node.name for node in criteria.nodes()}
    rows = tuple(
        Beside(
            code=pair.node,
            name=names[pair.node],
            own=_own(units, leaves[pair.node]),
            codes=pair.to,
            other=_other(other, pair.to),
        )
        for pair in mapping.pairs
    )
    touched = frozenset().union(*(leaves[pair.node] for pair in mapping.pairs))
    used = {code for pair in mapping.pairs for code in pair.to}
    return SetComparison(
        title=mapping.title,
        rows=rows,
        unmapped=tuple(d.code for d in criteria.domains if not leaves[d.code] & touched),
        unused=tuple(code for code in other if code not in used),
    )


def _own(units: Sequence[UnitSide], codes: frozenset[str]) -> Part:
    found = [leaf for unit in units for code, leaf in unit.leaves.items() if code in codes]
    return Part(sum(leaf.ticks for leaf in found), sum(leaf.maximum for leaf in found))


def _other(figures: Mapping[str, Part], codes: Sequence[str]) -> Part | None:
    if not all(code in figures for code in codes):
        return None
    return Part(sum(figures[c].ticks for c in codes), sum(figures[c].maximum for c in codes))
