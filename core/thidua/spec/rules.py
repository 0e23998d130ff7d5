"""Cách chấm: the rule kinds that data can name. Scoring computes them; here they are only said.

Every kind declares the inputs it needs. Inputs are integers: counts as they are, points and
percentages in ticks (``scale`` 10 000). ``zero_denominator`` and the like are declared by the set,
never assumed (field: facts.md §1.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from thidua.spec.base import TICKS_PER_POINT, Code, Points, Share, Spec, Text


class Supplier(StrEnum):
    """Nguồn cung cấp: who enters an input."""

    UNIT = "unit"
    AGENCY = "agency"
    SURVEY = "survey"
    INDEX = "index"


class InputSpec(Spec):
    """One declared input of a leaf: name, label, scale and inclusive bounds in stored units."""

    name: Code
    label: Text
    scale: Literal[1, 10_000] = Field(1, description="1: số nguyên; 10000: số có 4 thập phân.")
    minimum: int = 0
    maximum: int = 10**9
    options: tuple[str, ...] = Field((), description="Nhãn của giá trị 0, 1, 2… khi là lựa chọn.")


def _different(names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise ValueError("hai mục trùng tên (name)")


class Level(Spec):
    """One level of a choice: its points, or its share of the leaf's maximum."""

    label: Text
    points: Points | None = Field(None, description="Điểm của mức này.")
    share: Share | None = Field(None, description="Hoặc phần của điểm tối đa, 0 đến 1.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Level:
        if (self.points is None) == (self.share is None):
            raise ValueError("ghi hoặc points hoặc share, đúng một trong hai")
        return self


class YesNo(Spec):
    """Có hoặc không: yes earns the maximum, no earns ``no_points``."""

    kind: Literal["yes_no"]
    no_points: Points = Field(Decimal(0), description="Điểm khi không đạt.")

    def inputs(self) -> Sequence[InputSpec]:
        """``value``: 1 yes, 0 no."""
        return (InputSpec(name="value", label="Kết quả", maximum=1, options=("Không", "Có")),)


class Choice(Spec):
    """Chọn một mức: one level out of several, as points or as a share of the maximum."""

    kind: Literal["choice"]
    levels: tuple[Level, ...] = Field(min_length=2, description="Các mức, từ cao xuống thấp.")

    def inputs(self) -> Sequence[InputSpec]:
        """``level``: position of the chosen level, from 0."""
        labels = tuple(level.label for level in self.levels)
        return (InputSpec(name="level", label="Mức", maximum=len(labels) - 1, options=labels),)


ZeroDenominator = Literal["full", "zero", "not_applicable"]


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


class Step(Spec):
    """One step of a staircase: values from here on earn this much."""

    from_: Points = Field(alias="from", description="Từ giá trị này (đơn vị của số nhập).")
    inclusive: bool = Field(True, description="Bằng đúng giá trị này thì đã thuộc bậc.")
    points: Points | None = Field(None, description="Điểm của bậc.")
    share: Share | None = Field(None, description="Hoặc phần của điểm tối đa.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Step:
        if (self.points is None) == (self.share is None):
            raise ValueError("ghi hoặc points hoặc share, đúng một trong hai")
        return self


def _descending(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if any(a.from_ <= b.from_ for a, b in pairwise(steps)):
        raise ValueError("các bậc phải xếp từ cao xuống thấp, không trùng nhau")
    return steps


class Bands(Spec):
    """Theo bậc: a value (percent, days…) earns the first step it reaches, else 0 points."""

    kind: Literal["bands"]
    value: Text = Field(description="Nhãn của giá trị nhập, tối đa 4 số lẻ.")
    steps: tuple[Step, ...] = Field(min_length=1, description="Các bậc, từ cao xuống thấp.")
    largest: Points = Field(Decimal(1_000_000), description="Giá trị lớn nhất được nhập.")

    @model_validator(mode="after")
    def _order(self) -> Bands:
        _descending(self.steps)
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


class Fault(Spec):
    """One kind of fault and what each occurrence takes away."""

    name: Code
    label: Text
    points: Points | None = Field(None, ge=0, description="Điểm trừ mỗi lần.")
    share: Share | None = Field(None, description="Hoặc phần của điểm tối đa trừ mỗi lần.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Fault:
        if (self.points is None) == (self.share is None):
            raise ValueError("ghi hoặc points hoặc share, đúng một trong hai")
        return self


class Deduction(Spec):
    """Trừ theo lỗi: from the maximum, each fault takes its part, never below ``least``."""

    kind: Literal["deduction"]
    faults: tuple[Fault, ...] = Field(min_length=1, description="Các loại lỗi.")
    least: Points = Field(Decimal(0), le=0, description="Điểm thấp nhất; dưới 0 là bị trừ thêm.")
    largest: int = Field(10**6, gt=0, le=10**9, description="Số lần lớn nhất được nhập.")

    @model_validator(mode="after")
    def _names(self) -> Deduction:
        _different([fault.name for fault in self.faults])
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """One whole number for each fault, by its name."""
        return tuple(
            InputSpec(name=fault.name, label=fault.label, maximum=self.largest)
            for fault in self.faults
        )


class Survey(Spec):
    """Điều tra xã hội học: a share in per cent × the maximum. Never self-assessed."""

    kind: Literal["survey"]
    survey: Code = Field(description="Mã cuộc điều tra, ví dụ sipas.")

    def inputs(self) -> Sequence[InputSpec]:
        """``percent``: 0 to 100, in ticks."""
        top = 100 * TICKS_PER_POINT
        return (InputSpec(name="percent", label="Mức độ hài lòng (%)", scale=10_000, maximum=top),)


class IndicatorRule(Spec):
    """Chỉ số bên ngoài: the published value of an indicator ÷ its scale × the maximum."""

    kind: Literal["indicator"]
    indicator: Code = Field(description="Mã chỉ số, ví dụ ddci.")
    scale: Points = Field(Decimal(100), gt=0, description="Giá trị cao nhất của chỉ số.")

    def inputs(self) -> Sequence[InputSpec]:
        """``value``: in ticks, 0 to ``scale``."""
        top = int(self.scale * TICKS_PER_POINT)
        return (InputSpec(name="value", label="Giá trị chỉ số", scale=10_000, maximum=top),)


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
        _different([item.name for item in self.takes])
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """What the set declares under ``takes``."""
        return self.takes


Rule = Annotated[
    YesNo | Choice | Ratio | Bands | Count | Deduction | Survey | IndicatorRule | Manual | Custom,
    Field(discriminator="kind"),
]
"""Any rule; ``kind`` says which."""

RULE_CLASSES: tuple[type[Spec], ...] = (
    YesNo, Choice, Ratio, Bands, Count, Deduction, Survey, IndicatorRule, Manual, Custom,
)  # fmt: skip

DEFAULT_SUPPLIERS = {"survey": Supplier.SURVEY, "indicator": Supplier.INDEX}
