"""Cách chấm: the rule kinds that data can name. Scoring computes them; here they are only said.

Every kind declares the inputs it needs. Inputs are integers: counts as they are, points and
percentages in ticks (``scale`` 10 000). ``zero_denominator`` and the like are declared by the set,
never assumed (field: facts.md §1.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from thidua.spec.base import TICKS_PER_POINT, Code, Points, Share, Spec, Text
from thidua.spec.formula import Formula as Formula
from thidua.spec.parts import InputSpec as InputSpec
from thidua.spec.parts import Step as Step
from thidua.spec.parts import Supplier as Supplier
from thidua.spec.parts import Worth, ZeroDenominator, refuse_disorder, refuse_doubles
from thidua.spec.surveys import IndicatorRule as IndicatorRule
from thidua.spec.surveys import Officials as Officials
from thidua.spec.surveys import Rating as Rating
from thidua.spec.surveys import Survey as Survey


class Level(Worth):
    """One level of a choice: its points, or its share of the leaf's maximum."""

    label: Text


class YesNo(Spec):
    """Có hoặc không: yes earns the maximum, no earns ``no_points``."""

    kind: Literal["yes_no"]
    no_points: Points = Field(Decimal(0), description="Điểm khi không đạt.")
    not_applicable: bool = Field(
        False, description="Có thêm lựa chọn “Không áp dụng”, đưa tiêu chí ra khỏi điểm tối đa."
    )

    def inputs(self) -> Sequence[InputSpec]:
        """``value``: 1 yes, 0 no, 2 not applicable where the rule knows that."""
        options = ("Không", "Có", *(("Không áp dụng",) if self.not_applicable else ()))
        return (
            InputSpec(name="value", label="Kết quả", maximum=len(options) - 1, options=options),
        )


class Choice(Spec):
    """Chọn một mức: one level out of several, as points or as a share of the maximum."""

    kind: Literal["choice"]
    levels: tuple[Level, ...] = Field(min_length=2, description="Các mức, từ cao xuống thấp.")

    def inputs(self) -> Sequence[InputSpec]:
        """``level``: position of the chosen level, from 0."""
        labels = tuple(level.label for level in self.levels)
        return (InputSpec(name="level", label="Mức", maximum=len(labels) - 1, options=labels),)


class Ratio(Spec):
    """Tỷ lệ b/a × điểm tối đa: numerator over denominator, tested exactly against floor and full.

    Below ``floor`` the leaf earns 0, at ``full`` and above the maximum, between them
    maximum × ratio (÷ ``full``). Nothing is rounded before it is tested.
    """

    kind: Literal["ratio"]
    numerator: Text = Field(description="Nhãn của tử số.")
    denominator: Text = Field(description="Nhãn của mẫu số.")
    floor: Share = Field(Decimal(0), description="Dưới tỷ lệ này: 0 điểm (bằng thì vẫn được tính).")
    full: Annotated[Share, Field(gt=0)] = Field(
        Decimal(1), description="Từ tỷ lệ này trở lên: điểm tối đa."
    )
    zero_denominator: ZeroDenominator | None = Field(
        None, description="Mẫu số bằng 0: full (điểm tối đa), zero (0 điểm), not_applicable."
    )
    largest: int = Field(10**9, gt=0, le=10**18, description="Giá trị lớn nhất được nhập.")

    @model_validator(mode="after")
    def _ordered(self) -> Ratio:
        if self.floor > self.full:
            raise ValueError("floor lớn hơn full")
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """``numerator``, ``denominator``: whole numbers."""
        return (
            InputSpec(name="numerator", label=self.numerator, maximum=self.largest),
            InputSpec(name="denominator", label=self.denominator, maximum=self.largest),
        )


class Bands(Spec):
    """Theo bậc: a value (percent, days…) earns the first step it reaches, else 0 points."""

    kind: Literal["bands"]
    value: Text = Field(description="Nhãn của giá trị nhập, tối đa 4 số lẻ.")
    steps: tuple[Step, ...] = Field(min_length=1, description="Các bậc, từ cao xuống thấp.")
    largest: Points = Field(Decimal(1_000_000), description="Giá trị lớn nhất được nhập.")

    @model_validator(mode="after")
    def _order(self) -> Bands:
        refuse_disorder(self.steps)
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """``value``: in ticks."""
        top = int(self.largest * TICKS_PER_POINT)
        return (InputSpec(name="value", label=self.value, scale=10_000, maximum=top),)


class Count(Spec):
    """Cộng theo số việc, có trần: points for each item, never more than the maximum."""

    kind: Literal["count"]
    item: Text = Field(description="Nhãn của số việc đếm được.")
    each: Points = Field(gt=0, description="Điểm mỗi việc.")
    largest: int = Field(10**6, gt=0, le=10**9, description="Số lớn nhất được nhập.")

    def inputs(self) -> Sequence[InputSpec]:
        """``count``: whole number."""
        return (InputSpec(name="count", label=self.item, maximum=self.largest),)


class Item(Worth):
    """One of the things that a sum adds up."""

    name: Code
    label: Text
    points: Points | None = Field(None, ge=0, description="Điểm khi đạt.")


class Sum(Spec):
    """Cộng từng mục, có trần: each item that is met earns its part, never above the maximum."""

    kind: Literal["sum"]
    items: tuple[Item, ...] = Field(min_length=1, description="Các mục, mỗi mục đạt hoặc không.")

    @model_validator(mode="after")
    def _names(self) -> Sum:
        refuse_doubles([item.name for item in self.items])
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """For each item by its name: 1 met, 0 not."""
        return tuple(
            InputSpec(name=item.name, label=item.label, maximum=1, options=("Không", "Có"))
            for item in self.items
        )


class Fault(Worth):
    """One kind of fault and what each occurrence takes away."""

    name: Code
    label: Text
    points: Points | None = Field(None, ge=0, description="Điểm trừ mỗi lần.")
    share: Share | None = Field(None, description="Hoặc phần của điểm tối đa trừ mỗi lần.")


class Deduction(Spec):
    """Trừ theo lỗi: from the maximum, each fault takes its part, never below ``least``."""

    kind: Literal["deduction"]
    faults: tuple[Fault, ...] = Field(min_length=1, description="Các loại lỗi.")
    least: Points = Field(Decimal(0), le=0, description="Điểm thấp nhất; dưới 0 là bị trừ thêm.")
    largest: int = Field(10**6, gt=0, le=10**9, description="Số lần lớn nhất được nhập.")

    @model_validator(mode="after")
    def _names(self) -> Deduction:
        refuse_doubles([fault.name for fault in self.faults])
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """One whole number for each fault, by its name."""
        return tuple(
            InputSpec(name=fault.name, label=fault.label, maximum=self.largest)
            for fault in self.faults
        )


class Manual(Spec):
    """Chấm trực tiếp: the points themselves are entered, 0 to the maximum."""

    kind: Literal["manual"]

    def inputs(self) -> Sequence[InputSpec]:
        """``points``: in ticks; the leaf's maximum bounds them in scoring."""
        return (InputSpec(name="points", label="Điểm", scale=10_000, maximum=10**10),)


class Custom(Spec):
    """Cách chấm riêng của tỉnh: a rule kind that the plugin registers by ``rule_kinds``."""

    kind: Literal["custom"]
    name: Code = Field(description="Tên cách chấm mà tỉnh đăng ký.")
    takes: tuple[InputSpec, ...] = Field(min_length=1, description="Các số liệu nhập.")
    settings: dict[str, bool | int | str] = Field(
        default_factory=dict, description="Tham số cho cách chấm: số nguyên, chữ, đúng sai."
    )

    @model_validator(mode="after")
    def _names(self) -> Custom:
        refuse_doubles([item.name for item in self.takes])
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """What the set declares under ``takes``."""
        return self.takes


Rule = Annotated[
    YesNo | Choice | Ratio | Bands | Count | Sum | Deduction | Survey | Officials | Rating
    | IndicatorRule | Formula | Manual | Custom,
    Field(discriminator="kind"),
]  # fmt: skip
"""Any rule; ``kind`` says which."""

RULE_CLASSES: tuple[type[Spec], ...] = (
    YesNo, Choice, Ratio, Bands, Count, Sum, Deduction, Survey, Officials, Rating, IndicatorRule,
    Formula, Manual, Custom,
)  # fmt: skip

DEFAULT_SUPPLIERS = {
    "survey": Supplier.SURVEY,
    "officials": Supplier.SURVEY,
    "rating": Supplier.LEADER,
    "indicator": Supplier.INDEX,
}
