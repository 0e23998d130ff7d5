"""What becomes of an entry when its leaf is replaced: rules over two leaves, no database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from thidua.errors import Problem
from thidua.scoring.rules import check_inputs
from thidua.scoring.ticks import to_points, written
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import InputSpec
from thidua.work.set_matching import match_nodes

NO_LEAF = "bộ mới không có tiêu chí tương ứng"
OTHER_INPUTS = "tiêu chí tương ứng cần số liệu khác hoặc do nơi khác nhập"


def mapping_problems(
    old: CriteriaSet, new: CriteriaSet, mapping: Mapping[str, str]
) -> Iterator[Problem]:
    """What is wrong with a mapping of leaves: unknown codes, two leaves that become one."""
    olds, news = ({leaf.code for leaf in item.leaves} for item in (old, new))
    for code in sorted(mapping.keys() - olds):
        yield Problem(place=code, reason="bộ cũ không có tiêu chí chấm điểm mang mã này.")
    for code in sorted(set(mapping.values()) - news):
        yield Problem(place=code, reason="bộ mới không có tiêu chí chấm điểm mang mã này.")
    targets = list(mapping.values())
    for code in sorted({target for target in targets if targets.count(target) > 1}):
        reason = "nhận số liệu của nhiều tiêu chí cũ; mỗi tiêu chí mới chỉ ứng với một."
        yield Problem(place=code, reason=reason)


def refusal(old: Leaf, new: Leaf | None, inputs: Mapping[str, int]) -> str:
    """Why inputs of ``old`` cannot be those of ``new``; empty when they can.

    They can where both leaves take the same inputs, of the same scale, bounds and choices, from
    the same suppliers, and the new leaf's own bounds hold.
    """
    if new is None:
        return NO_LEAF
    if _shape(old) != _shape(new):
        return OTHER_INPUTS
    return "; ".join(problem.reason for problem in check_inputs(new, inputs))


def sure_mapping(old: CriteriaSet, new: CriteriaSet) -> dict[str, str]:
    """New leaf by old leaf, where code and name or the name alone are the same."""
    leaves = {leaf.code for leaf in old.leaves}
    return {
        match.old.code: match.new.code
        for match in match_nodes(old, new)
        if match.old.code in leaves and match.how != "alike"
    }


def node_map(old: CriteriaSet, new: CriteriaSet, mapping: Mapping[str, str]) -> dict[str, str]:
    """New node by old node: leaves as mapped, branches where code or name is surely the same."""
    leaves = {leaf.code for leaf in old.leaves}
    branches = {
        match.old.code: match.new.code
        for match in match_nodes(old, new)
        if match.old.code not in leaves and match.how != "alike"
    }
    return {**branches, **mapping}


def inputs_in_words(leaf: Leaf, inputs: Mapping[str, int]) -> str:
    """Inputs as a form would show them: "Số báo cáo: 3; Mức: Đạt"."""
    specs = {spec.name: spec for spec in leaf.inputs}
    return "; ".join(
        f"{specs[name].label if name in specs else name}: {_value(specs.get(name), value)}"
        for name, value in inputs.items()
    )


def _shape(leaf: Leaf) -> Collection[object]:
    return tuple(
        (spec.name, spec.scale, spec.minimum, spec.maximum, spec.options, supplier)
        for spec in leaf.inputs
        for supplier in (leaf.supplier_of(spec.name),)
    )


def _value(spec: InputSpec | None, value: int) -> str:
    if spec is None:
        return str(value)
    if spec.options and 0 <= value < len(spec.options):
        return spec.options[value]
    return written(value if spec.scale == 1 else to_points(value))
