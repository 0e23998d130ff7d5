"""Độ bất định giả định: how far appraised points could be off, as an analyst assumes.

An assumption, not law: it never changes a result, only says how far its ranking can be trusted.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from thidua.spec.base import Code, Points, Provenance, Share, Sourced, Spec, Text
from thidua.spec.criteria import CriteriaSet, Leaf

Spread = Annotated[Points, Field(gt=0, le=1_000)]
"""Points by which a leaf may be off to either side."""


class LeafUncertainty(Spec):
    """Some leaves and how far their points may be off, up and down alike.

    Without ``nodes`` and ``kinds`` it is every leaf; with both, a leaf must fit both.
    """

    nodes: tuple[Code, ...] = Field((), description="Mã các nhánh, tiêu chí lá; trống: mọi mã.")
    kinds: tuple[Code, ...] = Field((), description="Các cách chấm (kind); trống: mọi cách chấm.")
    points: Spread | None = Field(None, description="Biên độ mỗi phía, tính bằng điểm.")
    share: Share | None = Field(None, description="Hoặc bằng phần của điểm tối đa, 0 đến 1.")
    shape: Literal["uniform", "triangular"] = Field(
        "uniform", description="uniform: mọi mức như nhau; triangular: càng xa càng hiếm."
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> LeafUncertainty:
        if (self.points is None) == (self.share is None):
            raise ValueError("ghi hoặc points hoặc share, đúng một trong hai")
        return self


class Uncertainty(Sourced):
    """Giả định của người phân tích về sai số của điểm thẩm định."""

    provenance: Provenance = Field(
        Provenance.INFERRED, description="Mặc định là giả định, không phải quy định."
    )
    title: Text = Field(description="Giả định này là gì, ai đặt ra.")
    leaves: tuple[LeafUncertainty, ...] = Field(
        (), description="Tiêu chí lá theo mục đầu tiên phù hợp; không mục nào thì coi là chắc chắn."
    )
    weights: Share = Field(
        Decimal(0),
        description="Trọng số dao động mỗi phía bao nhiêu phần; 0: giữ đúng văn bản.",
    )
    coverage: Annotated[Share, Field(gt=0)] = Field(
        Decimal("0.9"), description="Khoảng hạng phải chứa ít nhất phần này của các lần thử."
    )
    line_ties: Literal["inside", "outside"] = Field(
        "inside",
        description="Đồng hạng ngay vạch suất: inside, đều tính trong; outside, đều tính ngoài "
        "khi không đủ suất cho tất cả.",
    )

    @model_validator(mode="after")
    def _something(self) -> Uncertainty:
        if not self.leaves and not self.weights:
            raise ValueError("chưa nêu tiêu chí nào (leaves) hay trọng số (weights) dao động")
        if self.weights >= 1:
            raise ValueError("weights phải nhỏ hơn 1")
        return self


def uncertainty_of(
    uncertainty: Uncertainty, criteria: CriteriaSet
) -> dict[str, tuple[Leaf, LeafUncertainty]]:
    """The uncertain leaves of a set by code, each with the first entry that it fits."""
    found: dict[str, tuple[Leaf, LeafUncertainty]] = {}
    for item in uncertainty.leaves:
        under = {leaf.code for node in criteria.nodes() if node.code in item.nodes
                 for leaf in node.leaves()}  # fmt: skip
        for leaf in criteria.leaves:
            fits = not item.nodes or leaf.code in under
            if fits and (not item.kinds or leaf.rule.kind in item.kinds):
                found.setdefault(leaf.code, (leaf, item))
    return found
