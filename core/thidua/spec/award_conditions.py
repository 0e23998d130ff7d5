"""Điều kiện xét khen: what a nomination must meet, each condition with its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from thidua.spec.base import Code, Percent, Sourced, Text

Recipient = Literal["collective", "person"]
"""Tập thể hoặc cá nhân."""

PersonCategory = Literal["can_bo", "cong_chuc", "vien_chuc", "nguoi_lao_dong"]
"""Cán bộ, công chức, viên chức, người lao động."""

InitiativeLevel = Literal["unit", "province", "ministry", "nation"]
"""Where an initiative is recognised: cơ sở, cấp tỉnh, bộ, toàn quốc."""

RECIPIENTS: dict[Recipient, str] = {"collective": "tập thể", "person": "cá nhân"}
CATEGORIES: dict[PersonCategory, str] = {
    "can_bo": "cán bộ",
    "cong_chuc": "công chức",
    "vien_chuc": "viên chức",
    "nguoi_lao_dong": "người lao động",
}
INITIATIVE_LEVELS: dict[InitiativeLevel, str] = {
    "unit": "cấp cơ sở",
    "province": "cấp tỉnh",
    "ministry": "cấp bộ",
    "nation": "toàn quốc",
}


class BandCondition(Sourced):
    """Xếp loại từ mức này trở lên, theo chỉ số được tính cho người, đơn vị được đề nghị."""

    kind: Literal["band"]
    at_least: Text = Field(description="Tên loại thấp nhất được xét, như bảng xếp loại ghi.")


class IndexCondition(Sourced):
    """Chỉ số từ mức này trở lên."""

    kind: Literal["index"]
    at_least: Percent = Field(description="Chỉ số thấp nhất, phần trăm.")


class RankCondition(Sourced):
    """Hạng trong nhóm xếp hạng từ mức này trở lên."""

    kind: Literal["rank"]
    at_most: int = Field(gt=0, description="Hạng thấp nhất được xét: 3 là ba hạng đầu.")


class CategoryCondition(Sourced):
    """Chỉ xét người thuộc các diện này."""

    kind: Literal["category"]
    categories: tuple[PersonCategory, ...] = Field(
        min_length=1, description="can_bo, cong_chuc, vien_chuc, nguoi_lao_dong."
    )


class DossierCondition(Sourced):
    """Điều mà hồ sơ trả lời có hoặc không và thường trực xác nhận."""

    code: Code = Field(description="Mã, để hồ sơ trả lời có hoặc không.")
    label: Text = Field(description="Điều phải có, viết thành cụm từ: có thành tích xuất sắc.")


class AttestedCondition(DossierCondition):
    """Điều hồ sơ phải chứng minh; chưa có xác nhận thì cần xác minh."""

    kind: Literal["attested"]


class DisciplineCondition(DossierCondition):
    """Không bị kỷ luật, không đang bị xem xét kỷ luật trong thời gian xét."""

    kind: Literal["discipline"]
    code: Code = Field("khong-ky-luat", description="Mã, để hồ sơ trả lời.")
    label: Text = Field(
        "không bị kỷ luật, không đang bị xem xét kỷ luật", description="Điều phải có."
    )


class TasksCondition(DossierCondition):
    """Hoàn thành nhiệm vụ ở mức này, theo văn bản đánh giá, xếp loại của năm."""

    kind: Literal["tasks"]
    code: Code = Field("hoan-thanh-nhiem-vu", description="Mã, để hồ sơ trả lời.")
    label: Text = Field("hoàn thành tốt nhiệm vụ trở lên", description="Mức phải đạt.")


class InitiativeCondition(Sourced):
    """Có sáng kiến đã được công nhận."""

    kind: Literal["initiative"]
    levels: tuple[InitiativeLevel, ...] = Field(
        (), description="unit, province, ministry, nation; để trống: cấp nào cũng được."
    )
    recogniser: str = Field("", description="Nơi công nhận, khi chỉ tính sáng kiến do nơi ấy.")
    count: int = Field(1, gt=0, description="Ít nhất bao nhiêu sáng kiến.")


SingleCondition = Annotated[
    BandCondition
    | IndexCondition
    | RankCondition
    | CategoryCondition
    | AttestedCondition
    | DisciplineCondition
    | TasksCondition
    | InitiativeCondition,
    Field(discriminator="kind"),
]


class AnyOfCondition(Sourced):
    """Chỉ cần đạt một trong các điều kiện này."""

    kind: Literal["any_of"]
    label: Text = Field(description="Điều phải có, viết thành cụm từ: có thành tích hoặc sáng kiến")
    conditions: tuple[SingleCondition, ...] = Field(min_length=2, description="Các cách đạt.")


Condition = Annotated[SingleCondition | AnyOfCondition, Field(discriminator="kind")]


def single(condition: Condition) -> Iterator[SingleCondition]:
    """The condition, or each of its alternatives."""
    if isinstance(condition, AnyOfCondition):
        yield from condition.conditions
    else:
        yield condition


INDEXED = (BandCondition, IndexCondition, RankCondition)
"""The conditions that a published result answers."""
