"""Bộ tiêu chí: a versioned tree of domains, criteria and sub-criteria with its legal basis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from thidua.spec.base import Acknowledged, Code, LegalBasis, Points, Provenance, Sourced, Spec, Text
from thidua.spec.mappings import SetMapping
from thidua.spec.movement import Statement
from thidua.spec.parts import LATE_SUPPLIERS
from thidua.spec.rules import DEFAULT_SUPPLIERS, Officials, Rule, Supplier, Survey

CountsAs = Literal["points", "bonus", "penalty"]


class Declared(Spec):
    """What the source says of a node or a set; the linter compares it with what adds up."""

    domains: int | None = Field(None, description="Số lĩnh vực.")
    criteria: int | None = Field(None, description="Số tiêu chí.")
    sub_criteria: int | None = Field(None, description="Số tiêu chí thành phần.")
    points: Points | None = Field(None, description="Tổng điểm tối đa.")
    survey_points: Points | None = Field(None, description="Trong đó điểm điều tra xã hội học.")


class Node(Sourced):
    """What domain, criterion and sub-criterion share. The node that carries ``rule`` is a leaf."""

    code: Code = Field(description="Mã trong bộ tiêu chí, ví dụ 1.2.3; duy nhất trong bộ.")
    name: Text = Field(description="Tên như bộ tiêu chí ghi.")
    max_points: Points | None = Field(None, ge=0, description="Điểm tối đa; chỉ ghi ở tiêu chí lá.")
    rule: Rule | None = Field(None, description="Cách chấm; có cách chấm thì là tiêu chí lá.")
    counts_as: CountsAs = Field("points", description="points, bonus (thưởng), penalty (trừ).")
    supplier: Supplier | None = Field(None, description="Ai nhập số liệu; mặc định theo cách chấm.")
    input_suppliers: dict[Code, Literal[Supplier.UNIT, Supplier.AGENCY]] = Field(
        default_factory=dict,
        description="Ai nhập từng số liệu, nếu không cùng một nơi: tên số liệu, unit hoặc agency.",
    )
    appraiser: str = Field("", description="Khóa của đơn vị thẩm định, nếu đã giao.")
    guidance: str = Field("", description="Hướng dẫn chấm.")
    evidence: str = Field("", description="Tài liệu minh chứng cần có.")
    declared: Declared | None = Field(None, description="Số liệu nguồn công bố cho nhánh này.")

    @property
    def children(self) -> Sequence[Node]:
        """The nodes below, in printed order."""
        return ()

    @model_validator(mode="after")
    def _leaf_or_branch(self) -> Node:
        if self.rule is None and self.max_points is not None:
            raise ValueError("có max_points mà không có rule: hãy ghi cách chấm")
        if self.rule is not None and self.max_points is None:
            raise ValueError("tiêu chí lá phải có max_points")
        if self.rule is not None and self.children:
            raise ValueError("đã có cách chấm thì không chia nhỏ nữa")
        if self.rule is None and not self.children:
            raise ValueError("chưa có cách chấm và cũng chưa có tiêu chí con")
        return self

    @model_validator(mode="after")
    def _known_inputs(self) -> Node:
        if self.input_suppliers:
            leaf = None if self.rule is None else Leaf(self)
            names = {item.name for item in leaf.inputs} if leaf else set()
            if not leaf or leaf.supplier in LATE_SUPPLIERS or self.input_suppliers.keys() - names:
                raise ValueError("input_suppliers chỉ nêu số liệu do đơn vị hoặc cơ quan nhập")
        return self

    def leaves(self) -> Iterator[Leaf]:
        """All leaves at or below this node, in printed order."""
        if self.rule is not None:
            yield Leaf(self)
        for child in self.children:
            yield from child.leaves()


class SubCriterion(Node):
    """Tiêu chí thành phần."""


class Criterion(Node):
    """Tiêu chí."""

    sub_criteria: tuple[SubCriterion, ...] = Field((), description="Các tiêu chí thành phần.")

    @property
    def children(self) -> Sequence[Node]:
        """Its sub-criteria."""
        return self.sub_criteria


class Domain(Node):
    """Lĩnh vực; may itself be the leaf (the satisfaction domain of fact 003-35 is one)."""

    criteria: tuple[Criterion, ...] = Field((), description="Các tiêu chí.")

    @property
    def children(self) -> Sequence[Node]:
        """Its criteria."""
        return self.criteria


class Leaf:
    """A node seen as a leaf: rule and maximum are certainly there.

    ``survey`` is the code of the survey that the leaf rests on, if it does.
    """

    __slots__ = (
        "code",
        "counts_as",
        "inputs",
        "max_points",
        "name",
        "node",
        "rule",
        "supplier",
        "survey",
    )

    def __init__(self, node: Node) -> None:
        if node.rule is None or node.max_points is None:
            raise TypeError(f"{node.code} is no leaf")
        self.node = node
        self.code = node.code
        self.name = node.name
        self.rule = node.rule
        self.inputs = tuple(node.rule.inputs())
        self.max_points = node.max_points
        self.counts_as: CountsAs = node.counts_as
        self.survey = node.rule.survey if isinstance(node.rule, Survey | Officials) else ""
        self.supplier = node.supplier or DEFAULT_SUPPLIERS.get(node.rule.kind, Supplier.UNIT)

    def supplier_of(self, name: str) -> Supplier:
        """Who enters this input of the leaf."""
        return self.node.input_suppliers.get(name, self.supplier)


class ExemptionGroup(Sourced):
    """Nhóm được giảm tiêu chí: units in it are not assessed on these nodes, for this reason."""

    code: Code
    name: Text
    reason: Text = Field(description="Vì sao không đánh giá.")
    nodes: tuple[Code, ...] = Field(min_length=1, description="Mã các nhánh hoặc tiêu chí lá.")
    units: tuple[Code, ...] = Field((), description="Khóa các đơn vị thuộc nhóm.")


class Unranked(Sourced):
    """Đơn vị đặc thù: scored and banded like the others, but outside the common ranking."""

    units: tuple[Code, ...] = Field(min_length=1, description="Khóa các đơn vị.")
    reason: Text = Field(description="Vì sao không xếp hạng chung.")


class Substitute(Sourced):
    """Cơ quan thẩm định thay: appraises the own sheet of an agency that appraises the others."""

    agency: Code = Field(description="Khóa của cơ quan thẩm định.")
    by: Code = Field(description="Khóa của cơ quan thẩm định phiếu của chính cơ quan ấy.")


class CriteriaSet(Sourced):
    """Bộ tiêu chí của một số loại đơn vị, có phiên bản và văn bản căn cứ."""

    code: Code = Field(description="Mã bộ tiêu chí.")
    version: Text = Field(description="Phiên bản; đổi nội dung thì đổi phiên bản.")
    title: Text = Field(description="Tên bộ tiêu chí.")
    kinds: tuple[Code, ...] = Field(min_length=1, description="Loại đơn vị được chấm bằng bộ này.")
    first_year: int | None = Field(None, description="Năm đánh giá đầu tiên được dùng bộ này.")
    last_year: int | None = Field(None, description="Năm đánh giá cuối cùng được dùng bộ này.")
    grading: Code = Field(description="Mã cách xếp hạng, xếp loại.")
    legal_basis: tuple[LegalBasis, ...] = Field((), description="Văn bản căn cứ.")
    statements: tuple[Statement, ...] = Field(
        (), description="Điều các văn bản ấy nói về việc chấm, từng câu."
    )
    contradictions: tuple[Statement, ...] = Field(
        (), description="Chỗ nguồn mâu thuẫn hoặc thiếu; giữ như nguồn in."
    )
    leaf_decimals: int = Field(4, ge=0, le=4, description="Số lẻ khi làm tròn từng tiêu chí lá.")
    pending: Literal["out_of_maximum", "zero"] = Field(
        description="Điểm điều tra, chỉ số, đánh giá của lãnh đạo chưa có: bỏ khỏi điểm tối đa "
        "hoặc tính 0."
    )
    bonus_cap: Points = Field(Decimal(0), ge=0, description="Tổng điểm thưởng không quá.")
    penalty_cap: Points | None = Field(None, ge=0, description="Tổng điểm trừ không quá.")
    bonus_capped: Literal["before_penalty", "after_penalty"] = Field(
        "before_penalty", description="Áp trần thưởng trước hay sau khi trừ điểm trừ."
    )
    declared: Declared | None = Field(None, description="Số liệu nguồn công bố cho cả bộ.")
    acknowledged: tuple[Acknowledged, ...] = Field((), description="Mâu thuẫn nguồn đã ghi nhận.")
    exemption_groups: tuple[ExemptionGroup, ...] = Field((), description="Nhóm được giảm tiêu chí.")
    unranked: tuple[Unranked, ...] = Field(
        (), description="Đơn vị được chấm điểm nhưng không xếp hạng chung."
    )
    substitutes: tuple[Substitute, ...] = Field(
        (), description="Ai thẩm định phiếu của chính cơ quan thẩm định."
    )
    mappings: tuple[SetMapping, ...] = Field(
        (), description="Đối chiếu với bộ tiêu chí khác: của Bộ, của năm trước."
    )
    domains: tuple[Domain, ...] = Field(min_length=1, description="Các lĩnh vực.")

    @model_validator(mode="after")
    def _codes(self) -> CriteriaSet:
        codes = [node.code for node in self.nodes()]
        doubled = sorted({code for code in codes if codes.count(code) > 1})
        if doubled:
            raise ValueError(f"mã bị trùng: {', '.join(doubled)}")
        unknown = sorted(
            {code for group in self.exemption_groups for code in group.nodes} - set(codes)
        )
        if unknown:
            raise ValueError(f"nhóm được giảm nêu mã không có: {', '.join(unknown)}")
        own = sorted(item.agency for item in self.substitutes if item.agency == item.by)
        if own:
            raise ValueError(f"không ai thẩm định thay cho chính mình: {', '.join(own)}")
        return self

    def nodes(self) -> Iterator[Node]:
        """Every node, parents before children, in printed order."""

        def walk(nodes: Sequence[Node]) -> Iterator[Node]:
            for node in nodes:
                yield node
                yield from walk(node.children)

        return walk(self.domains)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every leaf in printed order; leaf columns everywhere follow this order."""
        return tuple(leaf for domain in self.domains for leaf in domain.leaves())

    @cached_property
    def spans(self) -> dict[str, tuple[int, int]]:
        """The first leaf of every node and the one behind its last, as positions in ``leaves``."""
        rows = {leaf.code: row for row, leaf in enumerate(self.leaves)}
        own = {node.code: [rows[leaf.code] for leaf in node.leaves()] for node in self.nodes()}
        return {code: (found[0], found[-1] + 1) for code, found in own.items()}

    @cached_property
    def appraisers(self) -> dict[str, str]:
        """The key of the unit that appraises each leaf, its own or inherited, if one is named."""
        return dict(_appraisers(self.domains, ""))

    def serves(self, year: int) -> bool:
        """Whether the set is meant for this year of assessment."""
        after = self.first_year is None or self.first_year <= year
        return after and (self.last_year is None or year <= self.last_year)

    @cached_property
    def illustrative(self) -> bool:
        """Whether the set or any node of it is illustrative, so that results must be marked."""
        return Provenance.ILLUSTRATIVE in {self.provenance, *(n.provenance for n in self.nodes())}


def _appraisers(nodes: Sequence[Node], inherited: str) -> Iterator[tuple[str, str]]:
    for node in nodes:
        here = node.appraiser or inherited
        if node.rule is not None and here:
            yield node.code, here
        yield from _appraisers(node.children, here)
