"""The linter of criteria sets: what contradicts itself, cannot be reached, or is left open.

Pure over the spec. An ``error`` keeps a campaign from opening unless the set acknowledges it;
a ``warning`` is for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from thidua.spec.base import Acknowledged
from thidua.spec.criteria import CriteriaSet, Criterion, Declared, Domain, Leaf, Node, SubCriterion
from thidua.spec.grading import Grading
from thidua.spec.lint_rules import rule_findings
from thidua.spec.rules import Supplier

Severity = Literal["error", "warning"]

FIELDS: Mapping[str, str] = {
    "survey-undeclared": "declared.survey_points",
    "bonus-cap": "bonus_cap",
    "exempt-all": "exemption_groups.nodes",
    "mapping-unknown": "mappings.pairs.node",
    "mapping-twice": "mappings.pairs.to",
    "too-fine": "leaf_decimals, max_points",
    "no-appraiser": "appraiser",
    "zero-denominator": "zero_denominator: full, zero, not_applicable",
    "step-unreachable": "steps.from, largest, scale",
    "knot-unreachable": "between.at, scale",
    "above-maximum": "max_points",
    "minimum-one": "groups.minimum",
    "fault-nothing": "faults.points, faults.share",
    "may-exceed": "expression: min(max_points, …)",
    "may-be-negative": "least; expression: max(0, …)",
}
"""Where the author of a set mends a finding in its file, by the finding's code."""


@dataclass(frozen=True)
class Finding:
    """One thing the linter found: where, how bad, what to do; and whether it is acknowledged."""

    code: str
    place: str
    severity: Severity
    message: str
    remedy: str
    acknowledged: Acknowledged | None = None

    @property
    def field(self) -> str:
        """Where it is mended in the file of a set; empty where the words say it all."""
        declared = "declared, acknowledged" if self.code.startswith("declared-") else ""
        return FIELDS.get(self.code, declared)

    @property
    def blocks(self) -> bool:
        """Whether a campaign may not open with it."""
        return self.severity == "error" and self.acknowledged is None


def lint(criteria: CriteriaSet, grading: Grading | None = None) -> tuple[Finding, ...]:
    """Every finding in printed order; acknowledged ones carry the acknowledgement.

    An acknowledgement names a finding's code, or code and place as ``declared-criteria.8``.
    """
    known = {item.finding: item for item in criteria.acknowledged}
    found = [*_set_findings(criteria), *_node_findings(criteria), *_grading_findings(grading)]
    return tuple(
        replace(item, acknowledged=known.get(f"{item.code}.{item.place}", known.get(item.code)))
        for item in found
    )


def _set_findings(criteria: CriteriaSet) -> Iterator[Finding]:
    yield from _declared_findings("bộ tiêu chí", criteria.declared, criteria.domains)
    survey = _points(leaf for leaf in criteria.leaves if leaf.survey)
    declared = criteria.declared
    if survey and (declared is None or declared.survey_points is None):
        yield Finding(
            "survey-undeclared", "bộ tiêu chí", "warning",
            f"có {_vi(survey)} điểm điều tra xã hội học mà thang điểm không nói tới",
            "Ghi điểm điều tra xã hội học vào thang điểm, theo văn bản ban hành.",
        )  # fmt: skip
    if any(leaf.counts_as == "bonus" for leaf in criteria.leaves) and not criteria.bonus_cap:
        yield Finding(
            "bonus-cap", "bộ tiêu chí", "error",
            "có điểm thưởng nhưng trần điểm thưởng bằng 0 nên không bao giờ được cộng",
            "Ghi điểm thưởng nhiều nhất mà bộ cho phép.",
        )  # fmt: skip
    for group in criteria.exemption_groups:
        if not _points(leaf for leaf in criteria.leaves if not _under(criteria, leaf, group.nodes)):
            yield Finding(
                "exempt-all", group.code, "error",
                "nhóm được giảm hết mọi tiêu chí nên không còn điểm tối đa",
                "Bớt các tiêu chí mà nhóm được giảm.",
            )  # fmt: skip
    yield from _mapping_findings(criteria)


def _mapping_findings(criteria: CriteriaSet) -> Iterator[Finding]:
    """A mapping names nodes of the set, and no leaf of it twice."""
    under = {node.code: [leaf.code for leaf in node.leaves()] for node in criteria.nodes()}
    for mapping in criteria.mappings:
        nodes = [pair.node for pair in mapping.pairs]
        for code in sorted(set(nodes) - under.keys()):
            yield Finding(
                "mapping-unknown", code, "error",
                f"đối chiếu “{mapping.title}” nêu mã mà bộ tiêu chí không có",
                "Sửa bảng đối chiếu: chọn mã có trong bộ.",
            )  # fmt: skip
        leaves = [leaf for code in nodes for leaf in under.get(code, ())]
        for code in sorted({leaf for leaf in leaves if leaves.count(leaf) > 1}):
            yield Finding(
                "mapping-twice", code, "error",
                f"đối chiếu “{mapping.title}” tính tiêu chí này hai lần",
                "Mỗi tiêu chí chấm điểm chỉ nằm trong một cặp; ghép các mã tương ứng vào cặp ấy.",
            )  # fmt: skip


def _node_findings(criteria: CriteriaSet) -> Iterator[Finding]:
    for node in criteria.nodes():
        if node.declared:
            yield from _declared_findings(node.code, node.declared, [node])
        if node.rule is None:
            continue
        leaf = Leaf(node)
        for severity, code, message, remedy in rule_findings(leaf):
            yield Finding(code, leaf.code, severity, message, remedy)
        if leaf.max_points != round(leaf.max_points, criteria.leaf_decimals):
            yield Finding(
                "too-fine",
                leaf.code,
                "error",
                f"điểm tối đa {_vi(leaf.max_points)} có nhiều số lẻ hơn khi làm tròn "
                f"({criteria.leaf_decimals})",
                "Làm tròn đến nhiều số lẻ hơn, hoặc sửa điểm tối đa.",
            )
        if leaf.supplier is Supplier.UNIT and leaf.code not in criteria.appraisers:
            yield Finding(
                "no-appraiser", leaf.code, "warning",
                "đơn vị tự chấm mà chưa giao cơ quan nào thẩm định",
                "Giao cơ quan thẩm định cho tiêu chí này hoặc cho lĩnh vực chứa nó.",
            )  # fmt: skip


def _declared_findings(
    place: str, declared: Declared | None, nodes: Sequence[Node]
) -> Iterator[Finding]:
    if declared is None:
        return
    below = [node for top in nodes for node in _walk(top)]
    leaves = [leaf for top in nodes for leaf in top.leaves()]
    computed: dict[str, tuple[str, Decimal]] = {
        "domains": ("lĩnh vực", Decimal(sum(isinstance(node, Domain) for node in below))),
        "criteria": ("tiêu chí", Decimal(sum(isinstance(node, Criterion) for node in below))),
        "sub_criteria": (
            "tiêu chí thành phần",
            Decimal(sum(isinstance(node, SubCriterion) for node in below)),
        ),
        "points": ("điểm", _points(leaf for leaf in leaves if leaf.counts_as == "points")),
        "survey_points": (
            "điểm điều tra xã hội học",
            _points(leaf for leaf in leaves if leaf.survey),
        ),
    }
    for name, (words, value) in computed.items():
        said = getattr(declared, name)
        if said is not None and said != value:
            yield Finding(
                f"declared-{name.replace('_', '-')}", place, "error",
                f"nguồn ghi {_vi(Decimal(said))} {words}, cộng trong bộ được {_vi(value)}",
                "Sửa bộ tiêu chí cho khớp; nếu nguồn in như vậy thì ghi nhận kèm nguồn.",
            )  # fmt: skip


def _grading_findings(grading: Grading | None) -> Iterator[Finding]:
    if grading is None or not grading.bands:
        return
    lowest = grading.bands[-1]
    if lowest.from_ is not None and lowest.from_ > 0:
        yield Finding(
            "band-gap", lowest.label, "warning",
            f"chỉ số dưới {_vi(lowest.from_)} không thuộc loại nào",
            "Bỏ ngưỡng của loại thấp nhất, hoặc thêm một loại.",
        )  # fmt: skip
    for band in grading.bands:
        if band.from_ is not None and (
            band.from_ > 100 or (band.from_ == 100 and not band.inclusive)
        ):
            yield Finding(
                "band-unreachable", band.label, "warning",
                f"cần chỉ số trên {_vi(band.from_)} %, chỉ đạt được nhờ điểm thưởng",
                "Xem lại ngưỡng của loại này.",
            )  # fmt: skip


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _under(criteria: CriteriaSet, leaf: Leaf, codes: Sequence[str]) -> bool:
    return any(
        below.code == leaf.code
        for node in criteria.nodes()
        if node.code in codes
        for below in node.leaves()
    )


def _points(leaves: Iterator[Leaf]) -> Decimal:
    return sum((leaf.max_points for leaf in leaves), Decimal(0))


def _vi(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
