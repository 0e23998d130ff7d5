"""Cách chấm theo kết quả từ bên ngoài: surveys, ratings, indices. None of them is self-assessed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from thidua.spec.base import TICKS_PER_POINT, Code, Points, Share, Spec, Text
from thidua.spec.parts import InputSpec, Step, Worth, refuse_disorder, refuse_doubles

LAST_RANK = 10_000
MOST_ANSWERS = 10**6

Weight = Annotated[Points, Field(gt=0)]


class Survey(Spec):
    """Điều tra xã hội học: a share in per cent × the maximum."""

    kind: Literal["survey"]
    survey: Code = Field(description="Mã cuộc điều tra, ví dụ sipas.")

    def inputs(self) -> Sequence[InputSpec]:
        """``percent``: 0 to 100, in ticks."""
        top = 100 * TICKS_PER_POINT
        return (InputSpec(name="percent", label="Mức độ hài lòng (%)", scale=10_000, maximum=top),)


class Answer(Spec):
    """One answer of the form and the part of the maximum that it is worth."""

    code: Code
    label: Text
    share: Share = Field(description="Phần của điểm tối đa mà câu trả lời này được tính.")


class Respondents(Spec):
    """One group that is asked, its weight, and how many answers it takes to count."""

    code: Code
    label: Text
    weight: Weight = Field(description="Trọng số của nhóm so với các nhóm khác.")
    minimum: int = Field(
        1, ge=1, le=MOST_ANSWERS, description="Ít câu trả lời hơn số này thì theo too_few."
    )


class Officials(Spec):
    """Điều tra công chức, đại biểu: weighted answers of groups of respondents.

    A group's mean is Σ share × answers ÷ Σ answers; the groups' means are weighted. A group below
    its ``minimum`` is left out with its weight, counts 0 with its weight, or keeps the whole leaf
    pending (field: facts.md §1.3, row 12).
    """

    kind: Literal["officials"]
    survey: Code = Field(description="Mã cuộc điều tra.")
    answers: tuple[Answer, ...] = Field(min_length=2, description="Các câu trả lời của phiếu.")
    groups: tuple[Respondents, ...] = Field(min_length=1, description="Các nhóm được hỏi.")
    too_few: Literal["leave_out", "zero", "pending"] = Field(
        description="Nhóm thiếu câu trả lời: bỏ ra cùng trọng số, tính 0, hoặc coi là chưa có."
    )

    @model_validator(mode="after")
    def _names(self) -> Officials:
        refuse_doubles([spec.name for spec in self.inputs()])
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """For each group and answer, ``group.answer``: how many answered so."""
        return tuple(
            InputSpec(
                name=f"{group.code}.{answer.code}",
                label=f"{group.label}: {answer.label}",
                maximum=MOST_ANSWERS,
            )
            for group in self.groups
            for answer in self.answers
        )


class Rater(Spec):
    """One who rates, and the weight of the rating."""

    name: Code
    label: Text
    weight: Weight = Field(Decimal(1), description="Trọng số so với những người khác.")


class Rating(Spec):
    """Lãnh đạo đánh giá: the weighted mean of ratings ÷ the scale × the maximum."""

    kind: Literal["rating"]
    raters: tuple[Rater, ...] = Field(min_length=1, description="Những người đánh giá.")
    scale: Weight = Field(description="Mức đánh giá cao nhất.")

    @model_validator(mode="after")
    def _names(self) -> Rating:
        refuse_doubles([rater.name for rater in self.raters])
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """One rating for each rater by name, in ticks."""
        top = int(self.scale * TICKS_PER_POINT)
        return tuple(
            InputSpec(name=rater.name, label=rater.label, scale=10_000, maximum=top)
            for rater in self.raters
        )


class Knot(Worth):
    """A value of an index and what it earns; between two knots the points lie on a line."""

    at: Points = Field(ge=0, description="Giá trị của chỉ số.")


class Places(Worth):
    """Ranks up to and including ``to`` earn this much."""

    to: int = Field(ge=1, le=LAST_RANK, description="Đến hạng này.")


class IndicatorRule(Spec):
    """Chỉ số bên ngoài: its value ÷ its scale × the maximum, or by steps, knots or ranks.

    How a province turns a value or rank into points is its own (field: facts.md §1.3, row 14).
    """

    kind: Literal["indicator"]
    indicator: Code = Field(description="Mã chỉ số, ví dụ ddci.")
    scale: Points = Field(Decimal(100), gt=0, description="Giá trị cao nhất của chỉ số.")
    by: Literal["value", "rank"] = Field(
        "value", description="value: nhập giá trị; rank: nhập thứ hạng, điểm theo ranks."
    )
    steps: tuple[Step, ...] = Field((), description="Theo bậc của giá trị, từ cao xuống thấp.")
    between: tuple[Knot, ...] = Field(
        (), description="Nội suy giữa các mốc, từ thấp lên cao; ngoài hai mốc đầu, cuối thì giữ."
    )
    ranks: tuple[Places, ...] = Field((), description="Theo thứ hạng, từ hạng đầu trở xuống.")

    @model_validator(mode="after")
    def _one_form(self) -> IndicatorRule:
        if bool(self.ranks) != (self.by == "rank"):
            raise ValueError("có ranks thì ghi by: rank, và ngược lại")
        if sum(map(bool, (self.steps, self.between, self.ranks))) > 1:
            raise ValueError("chỉ ghi một trong ba: steps, between, ranks")
        if len(self.between) == 1:
            raise ValueError("nội suy cần ít nhất hai mốc")
        refuse_disorder(self.steps)
        _refuse_fall([knot.at for knot in self.between], "các mốc")
        _refuse_fall([Decimal(places.to) for places in self.ranks], "các hạng")
        return self

    def inputs(self) -> Sequence[InputSpec]:
        """``value`` in ticks, 0 to ``scale``; or ``rank``, from 1."""
        if self.by == "rank":
            return (InputSpec(name="rank", label="Thứ hạng", minimum=1, maximum=LAST_RANK),)
        top = int(self.scale * TICKS_PER_POINT)
        return (InputSpec(name="value", label="Giá trị chỉ số", scale=10_000, maximum=top),)


def _refuse_fall(values: Sequence[Decimal], words: str) -> None:
    if any(a >= b for a, b in pairwise(values)):
        raise ValueError(f"{words} phải xếp từ thấp lên cao, không trùng nhau")
