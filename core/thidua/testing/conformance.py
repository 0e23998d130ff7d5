"""The conformance class: what every province promises, as tests that pytest collects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any, ClassVar, get_args, get_type_hints

from thidua.hookspecs import Province
from thidua.registry import DECLARING, LoadedProvince, load_province
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import score_leaf
from thidua.scoring.ticks import to_ticks
from thidua.spec.base import Provenance, Sourced, Spec
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.document import document
from thidua.spec.lint import lint
from thidua.spec.loading import parse
from thidua.spec.movement import PublishedResults
from thidua.spec.province import Unit
from thidua.spec.rules import Custom, InputSpec, Manual
from thidua.testing.facts import facts_of

FACT = re.compile(r"\d{3}-\d{2}")


class ProvinceConformance:
    """The tests of a province; a subclass named ``Test…`` sets ``province`` and inherits them.

    Each test names everything that breaks its promise, not only the first. The tests read the
    province through its hooks alone, as the core does.
    """

    province: ClassVar[Province]
    """The province under test: what its entry point names."""

    @property
    def loaded(self) -> LoadedProvince:
        """The province as the registry loads it; ``ProvinceRefused`` tells what to repair."""
        return load_province(self.province.info().code, self.province)

    def test_registry_accepts_the_province(self) -> None:
        """It keeps the contract, and its parts refer only to what it declares."""
        assert self.loaded.spec.problems() == []

    def test_hooks_answer_with_the_promised_type(self) -> None:
        """Each answer, or each item of it, is of the class that the contract names."""
        wrong = [name for name in (*DECLARING, "rule_kinds") if not _keeps_type(self, name)]
        assert wrong == [], f"wrong type of answer: {wrong}"

    def test_hooks_answer_the_same_at_every_call(self) -> None:
        """Two calls give equal answers in the same order: hooks are pure."""
        first, second = self.loaded, self.loaded
        changed = [
            name for name in DECLARING if getattr(first.spec, name) != getattr(second.spec, name)
        ]
        assert changed == [], f"another answer at the second call: {changed}"
        assert list(first.rule_kinds) == list(second.rule_kinds)

    def test_documents_give_back_equal_objects(self) -> None:
        """What is stored of an object gives the object back."""
        changed = [repr(item) for item in _parts(self) if _reread(item) != item]
        assert changed == [], f"not given back by its document: {changed}"

    def test_criteria_sets_have_no_open_error(self) -> None:
        """The linter finds no error that the set does not acknowledge."""
        spec = self.loaded.spec
        found = [
            f"{item.code}, {finding.place}: {finding.message}. {finding.remedy}"
            for item in spec.criteria_sets
            for finding in lint(item, spec.grading_of(item.grading))
            if finding.blocks
        ]
        assert found == [], "\n".join(found)

    def test_leaves_score_within_their_maximum(self) -> None:
        """At the ends of all inputs a leaf earns no more than its maximum, bonus aside.

        Below zero only where the rule itself declares negative points.
        """
        loaded = self.loaded
        wrong = [
            problem
            for criteria in loaded.spec.criteria_sets
            for leaf in criteria.leaves
            for inputs in extremes(leaf)
            for problem in _score_problems(criteria, leaf, inputs, loaded.rule_kinds)
        ]
        assert wrong == [], "\n".join(wrong)

    def test_leaves_without_a_source_are_illustrative(self) -> None:
        """A leaf rests on a fact, a source or a numbered decision, or is marked illustrative."""
        unmarked = [
            f"{criteria.code} {leaf.code}"
            for criteria in self.loaded.spec.criteria_sets
            for leaf in criteria.leaves
            if not _rests_on_something(leaf.node, criteria)
        ]
        assert unmarked == [], f"neither sourced nor illustrative: {unmarked}"

    def test_published_results_name_units_that_existed(self) -> None:
        """Every unit of a published table exists on the day it was published."""
        spec = self.loaded.spec
        missing = [
            f"{table.year}: {key}"
            for table in spec.published_results
            for key in _units_of(table)
            if not any(unit.key == key and _exists(unit, _day(table)) for unit in spec.units)
        ]
        assert missing == [], f"not there on that day: {missing}"

    def test_facts_are_written_as_fact_ids(self) -> None:
        """A reference to a fact is three digits, a hyphen, two digits."""
        odd = [fact for fact in facts_of(self.loaded.spec) if not FACT.fullmatch(fact)]
        assert odd == [], f"not like 002-01: {odd}"


def extremes(leaf: Leaf) -> Iterator[Mapping[str, int]]:
    """Every combination of the lowest and highest value of each input, in stored units."""
    specs = leaf.inputs
    ends = [sorted({spec.minimum, _top(leaf, spec)}) for spec in specs]
    for values in product(*ends):
        yield dict(zip((spec.name for spec in specs), values, strict=True))


def _top(leaf: Leaf, spec: InputSpec) -> int:
    return to_ticks(leaf.max_points) if isinstance(leaf.rule, Manual) else spec.maximum


def _score_problems(
    criteria: CriteriaSet, leaf: Leaf, inputs: Mapping[str, int], kinds: Mapping[str, RuleKind]
) -> Iterator[str]:
    where = f"{criteria.code} {leaf.code} {dict(inputs)}"
    ticks = score_leaf(leaf, inputs, criteria=criteria, kinds=kinds).ticks
    if leaf.counts_as != "bonus" and ticks > to_ticks(leaf.max_points):
        yield f"{where}: {ticks} ticks, more than the maximum"
    if isinstance(leaf.rule, Custom):
        yield from _custom_problems(where, leaf, leaf.rule, inputs, kinds[leaf.rule.name])
    elif ticks < 0 and not _declares_negative(leaf.rule):
        yield f"{where}: {ticks} ticks, below zero"


def _custom_problems(
    where: str, leaf: Leaf, rule: Custom, inputs: Mapping[str, int], kind: RuleKind
) -> Iterator[str]:
    """The province's own function before the engine bounds and rounds what it gives."""
    maximum = to_ticks(leaf.max_points)
    ticks, branch = kind.score(rule.settings, maximum, inputs)
    if isinstance(ticks, float):
        yield f"{where}: a float; give an int or a Fraction"
    if leaf.counts_as != "bonus" and ticks > maximum:
        yield f"{where}: {kind.name} gives {ticks} ticks, more than {maximum}"
    if branch not in kind.sentences:
        yield f"{where}: {kind.name} has no sentence for its branch {branch!r}"


def _declares_negative(value: object) -> bool:
    """Whether a rule's data holds a number below zero."""
    if isinstance(value, Spec):
        return any(_declares_negative(getattr(value, name)) for name in type(value).model_fields)
    if isinstance(value, tuple):
        return any(map(_declares_negative, value))
    return not isinstance(value, str | bool | dict | None) and value < 0  # type: ignore[operator]


def _rests_on_something(node: Sourced, criteria: CriteriaSet) -> bool:
    decided = any(basis.number for basis in criteria.legal_basis)
    illustrative = Provenance.ILLUSTRATIVE in {node.provenance, criteria.provenance}
    return illustrative or bool(node.facts or node.source or decided)


def _units_of(table: PublishedResults) -> Iterator[str]:
    return (row.unit for group in table.groups for row in group.rows)


def _day(table: PublishedResults) -> date:
    return table.published_on or date(table.year, 12, 31)


def _exists(unit: Unit, day: date) -> bool:
    begun = unit.valid_from is None or unit.valid_from <= day
    return begun and (unit.valid_to is None or day <= unit.valid_to)


def _parts(case: ProvinceConformance) -> Iterator[Spec]:
    spec = case.loaded.spec
    for name in DECLARING:
        answer = getattr(spec, name)
        yield from answer if isinstance(answer, tuple) else (answer,)


def _reread(item: Spec) -> Spec:
    return parse(type(item), document(item))


def _keeps_type(case: ProvinceConformance, name: str) -> bool:
    """Whether the hook's answer is of its declared return type: a class or a sequence of it."""
    promised: Any = get_type_hints(getattr(Province, name))["return"]
    answer = getattr(case.province, name)()
    if isinstance(promised, type):
        return isinstance(answer, promised)
    return isinstance(answer, Sequence) and all(
        isinstance(item, get_args(promised)[0]) for item in answer
    )
