"""Xếp hạng và xếp loại: a province's bands, rank groups and tie rule."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from thidua.spec.base import Code, Percent, Sourced, Spec, Text


class Band(Spec):
    """Một loại: its label and the lowest index that earns it."""

    label: Text = Field(description="Tên loại như tỉnh dùng: Xuất sắc, Tốt, Khá…")
    from_: Percent | None = Field(
        None, alias="from", description="Từ chỉ số này (%); loại thấp nhất để trống."
    )
    inclusive: bool = Field(True, description="Bằng đúng ngưỡng thì đã thuộc loại này.")


class RankRule(Spec):
    """How units are ranked: within which groups, and what breaks a tie."""

    within: tuple[Literal["kind", "cluster", "group"], ...] = Field(
        ("kind", "cluster"),
        description="Xếp hạng trong từng: kind (loại đơn vị), cluster (khối, cụm), "
        "group (nhóm in trong bảng). Để trống: cả bảng là một nhóm.",
    )
    method: Literal["competition"] = Field("competition", description="1, 2, 2, 4.")
    ties: tuple[Code, ...] = Field(
        (), description="Khi bằng nhau, so chỉ số của các mã này lần lượt; hết thì đồng hạng."
    )


class Grading(Sourced):
    """Cách xếp hạng, xếp loại của một số loại đơn vị."""

    code: Code = Field("grading", description="Mã cách xếp loại; bộ tiêu chí nhắc tới mã này.")
    title: str = Field("", description="Tên, để in dưới kết quả.")
    bands: tuple[Band, ...] = Field((), description="Các loại, từ cao xuống thấp.")
    rank: RankRule = Field(default_factory=RankRule, description="Cách xếp hạng.")
    decide_on: Literal["published", "exact"] = Field(
        "published", description="Xếp theo chỉ số đã làm tròn để công bố, hay chỉ số đúng."
    )
    index_decimals: int = Field(2, ge=0, le=6, description="Số lẻ của chỉ số khi công bố.")

    @model_validator(mode="after")
    def _descending(self) -> Grading:
        cuts = [band.from_ for band in self.bands]
        if any(cut is None for cut in cuts[:-1]):
            raise ValueError("chỉ loại thấp nhất được để trống ngưỡng")
        known = [cut for cut in cuts if isinstance(cut, Decimal)]
        if any(a <= b for a, b in pairwise(known)):
            raise ValueError("ngưỡng phải giảm dần từ loại cao xuống loại thấp")
        labels = [band.label for band in self.bands]
        if len(set(labels)) != len(labels):
            raise ValueError("tên loại bị trùng")
        return self
