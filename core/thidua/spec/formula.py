"""The rule kind ``formula``: points as an expression over declared variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal

from pydantic import Field, field_validator, model_validator

from thidua.spec.base import Points, Spec, Text
from thidua.spec.formula_reader import parse_formula
from thidua.spec.formula_tree import MAXIMUM, RESERVED, Value, names_in
from thidua.spec.parts import InputSpec, ZeroDenominator, refuse_doubles

LARGEST = 10**18
"""No stored value of a variable may be declared beyond."""

_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)


class Formula(Spec):
    """Công thức: an expression in points over variables, exact, closed, never run as code.

    Above the maximum the leaf earns the maximum (a bonus leaf earns more, to a million points),
    below ``least`` it earns ``least``. A variable of scale 10 000 stands in the expression as the
    number that people write (1.5), one of scale 1 as the whole number.
    """

    kind: Literal["formula"]
    variables: tuple[InputSpec, ...] = Field(
        min_length=1, description="Các biến; tên biến chỉ gồm chữ thường không dấu, số, gạch dưới."
    )
    expression: Text = Field(description="Công thức, ra số điểm; max_points là điểm tối đa.")
    zero_denominator: ZeroDenominator | None = Field(
        None, description="Khi phải chia cho 0: full (điểm tối đa), zero (0 điểm), not_applicable."
    )
    least: Points | None = Field(
        None, le=0, description="Điểm thấp nhất; dưới 0 là bị trừ thêm; để trống là 0."
    )

    @field_validator("expression")
    @classmethod
    def _grammatical(cls, text: str) -> str:
        parse_formula(text)
        return text

    @model_validator(mode="after")
    def _closed(self) -> Formula:
        names = [item.name for item in self.variables]
        refuse_doubles(names)
        for item in self.variables:
            for reason in _refusals(item):
                raise ValueError(f"biến “{item.name}”: {reason}")
        unknown = sorted(set(names_in(self.tree)) - {*names, MAXIMUM})
        if unknown:
            raise ValueError(
                f"công thức dùng biến chưa khai: {', '.join(unknown)}; hãy khai trong variables"
            )
        return self

    @cached_property
    def tree(self) -> Value:
        """The expression as it is evaluated."""
        return parse_formula(self.expression)

    def inputs(self) -> Sequence[InputSpec]:
        """The variables."""
        return self.variables


def _refusals(item: InputSpec) -> Iterator[str]:
    if not _NAME.fullmatch(item.name):
        yield "tên biến trong công thức chỉ gồm chữ thường không dấu, số và gạch dưới"
    if item.name in RESERVED:
        yield "tên này là từ riêng của công thức; hãy đặt tên khác"
    if item.minimum > item.maximum:
        yield "minimum lớn hơn maximum"
    if max(abs(item.minimum), abs(item.maximum)) > LARGEST:
        yield f"minimum, maximum không được quá {LARGEST}"
    if item.options and (item.scale, item.minimum, item.maximum) != (1, 0, len(item.options) - 1):
        yield f"có {len(item.options)} lựa chọn nên maximum phải là {len(item.options) - 1}"
