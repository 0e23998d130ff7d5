"""A criteria set as a tree to read: each node with its words and what the linter says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext
from sqlalchemy import select

from thidua.scoring.ticks import to_ticks
from thidua.spec.base import Provenance
from thidua.spec.criteria import CriteriaSet, Leaf, Node
from thidua.spec.lint import Finding
from thidua.store.units import Unit
from thidua.work.rule_words import rule_words
from thidua_admin.console.lookups import once, unit_names
from thidua_admin.console.rule_words import SUPPLIERS
from thidua_admin.security import db_session

COUNTS_AS = {"bonus": lazy_gettext("Điểm thưởng"), "penalty": lazy_gettext("Điểm trừ")}


@dataclass(frozen=True)
class LeafShown:
    """How a leaf is scored, in words; ``suppliers``: (input, who enters it) where they differ."""

    counts_as: str
    rule: str
    supplier: str
    suppliers: Sequence[tuple[str, str]]
    appraiser: str
    evidence: str
    guidance: str
    guidable: bool


@dataclass(frozen=True)
class TreeNode:
    """One node; ``points`` are ticks, ``leaf`` is there where it is scored.

    ``blocking`` and ``told`` count the findings at or below it: that keep a campaign from opening,
    and all.
    """

    code: str
    name: str
    points: int
    note: str
    illustrative: bool
    findings: Sequence[Finding]
    leaf: LeafShown | None
    children: Sequence[TreeNode]

    @property
    def leaves(self) -> int:
        """How many nodes at or below it are scored."""
        return 1 if self.leaf else sum(child.leaves for child in self.children)

    @property
    def blocking(self) -> int:
        """How many findings at or below it keep a campaign from opening."""
        return sum(item.blocks for item in self.all_findings())

    @property
    def told(self) -> int:
        """How many findings there are at or below it, the acknowledged ones left out."""
        return sum(item.acknowledged is None for item in self.all_findings())

    def all_findings(self) -> Iterator[Finding]:
        """Its findings and those below."""
        yield from self.findings
        for child in self.children:
            yield from child.all_findings()


def tree(
    criteria: CriteriaSet,
    findings: Iterable[Finding],
    units: Mapping[str, str],
    guidable: Collection[str] = (),
) -> list[TreeNode]:
    """The domains of a set; ``units`` are names by key, ``guidable`` leaves may be given guidance.

    An acknowledged finding of a node stands beside it as well.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.place].append(finding)

    def made(node: Node) -> TreeNode:
        leaf = None if node.rule is None else Leaf(node)
        agency = criteria.appraisers.get(node.code, "")
        return TreeNode(
            code=node.code,
            name=node.name,
            points=to_ticks(leaf.max_points) if leaf else maximum(node.leaves()),
            note=node.note,
            illustrative=node.provenance is Provenance.ILLUSTRATIVE,
            findings=tuple(found[node.code]),
            leaf=_shown(leaf, units.get(agency, agency), node.code in guidable) if leaf else None,
            children=tuple(map(made, node.children)),
        )

    return list(map(made, criteria.domains))


def agency_names() -> Mapping[str, str]:
    """The names of the province's units by key, in Vietnamese order."""
    keys = select(Unit.id, Unit.key)
    known = once("agency_keys", lambda: {row.id: row.key for row in db_session().execute(keys)})
    return {known[unit]: name for unit, name in unit_names().items()}


def maximum(leaves: Iterable[Leaf]) -> int:
    """What the leaves that earn points can earn, in ticks."""
    return sum(to_ticks(leaf.max_points) for leaf in leaves if leaf.counts_as == "points")


def _shown(leaf: Leaf, appraiser: str, guidable: bool) -> LeafShown:
    named = leaf.node.input_suppliers
    inputs = [(item.label, SUPPLIERS[leaf.supplier_of(item.name)]) for item in leaf.inputs]
    return LeafShown(
        counts_as=str(COUNTS_AS.get(leaf.counts_as, "")),
        rule=rule_words(leaf),
        supplier=SUPPLIERS[leaf.supplier],
        suppliers=tuple(inputs) if named else (),
        appraiser=appraiser,
        evidence=leaf.node.evidence,
        guidance=leaf.node.guidance,
        guidable=guidable,
    )
