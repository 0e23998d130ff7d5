"""Figures as people type them into a field, and as they are shown there: ``1.250``, ``12,5``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from thidua.errors import Invalid, Problem
from thidua.scoring.ticks import TICKS, to_points, to_ticks
from thidua.spec.parts import InputSpec

LONGEST = 40
"""Characters of a figure; no bound of an input is as long."""

_GROUPED = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
_PLAIN = re.compile(r"-?\d+([.,]\d+)?")


def typed_inputs(inputs: Sequence[InputSpec], typed: Mapping[str, str | None]) -> dict[str, int]:
    """The inputs of a leaf in stored units; a field left empty is left out.

    ``Invalid`` names every field that is no number of its kind; bounds are checked on saving.
    """
    specs = {spec.name: spec for spec in inputs}
    found: dict[str, int] = {}
    problems = []
    for name, text in typed.items():
        spec, text = specs.get(name), (text or "").strip()
        if spec is None:
            problems.append(Problem(name, "Tiêu chí này không có số liệu như vậy; hãy bỏ đi."))
        elif text:
            try:
                found[name] = _stored(spec, text)
            except ValueError as error:
                problems.append(Problem(name, f"“{spec.label}”: {error}"))
    if problems:
        raise Invalid(problems)
    return found


def as_typed(spec: InputSpec, value: int) -> str:
    """A stored input as it is written into its field; a choice by its number."""
    plain = f"{Decimal(value) if spec.scale == 1 else to_points(value):f}"
    return plain if spec.options else plain.replace(".", ",")


def read_decimal(text: str) -> Decimal:
    """A number as offices write it; ``ValueError`` says how to write it otherwise.

    Dots between groups of three are thousands; a single dot elsewhere is taken for a comma.
    """
    plain = re.sub(r"\s", "", text)
    if len(plain) <= LONGEST:
        if _GROUPED.fullmatch(plain):
            return Decimal(plain.replace(".", "").replace(",", "."))
        if _PLAIN.fullmatch(plain):
            return Decimal(plain.replace(",", "."))
    raise ValueError(f"“{text[:LONGEST]}” không phải là số; hãy ghi như 1.250 hoặc 12,5.")


def _stored(spec: InputSpec, text: str) -> int:
    if spec.scale == TICKS:
        number = read_decimal(text.removesuffix("%"))
        try:
            return to_ticks(number)
        except ValueError:
            raise ValueError("chỉ ghi tối đa 4 số lẻ.") from None
    number = read_decimal(text)
    if number != number.to_integral_value():
        raise ValueError("phải là số nguyên, không có phần lẻ.")
    return int(number)
