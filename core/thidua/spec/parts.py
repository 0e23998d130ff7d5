"""What the rule kinds are made of: who supplies an input, the input itself, what a part earns."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from thidua.spec.base import Code, Points, Share, Spec, Text


class Supplier(StrEnum):
    """Nguồn cung cấp: who enters an input."""

    UNIT = "unit"
    AGENCY = "agency"
    SURVEY = "survey"
    INDEX = "index"
    LEADER = "leader"


LATE_SUPPLIERS = frozenset({Supplier.SURVEY, Supplier.INDEX, Supplier.LEADER})
"""What they bring is never self-assessed or appraised; until it comes the leaf is pending."""


ZeroDenominator = Literal["full", "zero", "not_applicable"]
"""What a division by zero earns: the maximum, nothing, or the leaf leaves the maximum."""


class InputSpec(Spec):
    """One declared input of a leaf: name, label, scale and inclusive bounds in stored units."""

    name: Code
    label: Text
    scale: Literal[1, 10_000] = Field(1, description="1: số nguyên; 10000: số có 4 thập phân.")
    minimum: int = 0
    maximum: int = 10**9
    options: tuple[str, ...] = Field((), description="Nhãn của giá trị 0, 1, 2… khi là lựa chọn.")


class Worth(Spec):
    """What one part of a rule earns: points, or a share of the leaf's maximum."""

    points: Points | None = Field(None, description="Số điểm.")
    share: Share | None = Field(None, description="Hoặc phần của điểm tối đa, 0 đến 1.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Worth:
        if (self.points is None) == (self.share is None):
            raise ValueError("ghi hoặc points hoặc share, đúng một trong hai")
        return self


class Step(Worth):
    """One step of a staircase: values from here on earn this much."""

    from_: Points = Field(alias="from", description="Từ giá trị này (đơn vị của số nhập).")
    inclusive: bool = Field(True, description="Bằng đúng giá trị này thì đã thuộc bậc.")


def refuse_disorder(steps: Sequence[Step]) -> None:
    """``ValueError`` unless the steps go down."""
    if any(a.from_ <= b.from_ for a, b in pairwise(steps)):
        raise ValueError("các bậc phải xếp từ cao xuống thấp, không trùng nhau")


def refuse_doubles(names: Sequence[str]) -> None:
    """``ValueError`` when two parts of a rule have the same name."""
    if len(set(names)) != len(names):
        raise ValueError("hai mục trùng tên (name)")
