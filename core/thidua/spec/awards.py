"""Cách xét khen của một phong trào: rounds, quotas in slots, conditions, whose index counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from thidua.spec.base import Code, LegalBasis, Provenance, Sourced, Text

Recipient = Literal["collective", "person"]
"""Tập thể hoặc cá nhân."""

UnitLevel = Literal["province", "vertical", "district", "commune", "other"]
"""The level of a kind of unit, as ``UnitKind.level`` says it."""

PersonCategory = Literal["can_bo", "cong_chuc", "vien_chuc", "nguoi_lao_dong"]
"""Cán bộ, công chức, viên chức, người lao động."""

RECIPIENTS: dict[Recipient, str] = {"collective": "tập thể", "person": "cá nhân"}
LEVELS: dict[UnitLevel, str] = {
    "province": "cấp tỉnh",
    "vertical": "ngành dọc",
    "district": "cấp huyện",
    "commune": "cấp xã",
    "other": "cấp khác",
}
CATEGORIES: dict[PersonCategory, str] = {
    "can_bo": "cán bộ",
    "cong_chuc": "công chức",
    "vien_chuc": "viên chức",
    "nguoi_lao_dong": "người lao động",
}


class BandCondition(Sourced):
    """Xếp loại từ mức này trở lên, theo chỉ số được tính cho người, đơn vị được đề nghị."""

    kind: Literal["band"]
    at_least: Text = Field(description="Tên loại thấp nhất được xét, như bảng xếp loại ghi.")


class CategoryCondition(Sourced):
    """Chỉ xét người thuộc các diện này."""

    kind: Literal["category"]
    categories: tuple[PersonCategory, ...] = Field(
        min_length=1, description="can_bo, cong_chuc, vien_chuc, nguoi_lao_dong."
    )


class AttestedCondition(Sourced):
    """Điều hồ sơ phải chứng minh; chưa có xác nhận thì cần xác minh."""

    kind: Literal["attested"]
    code: Code = Field(description="Mã, để hồ sơ trả lời có hoặc không.")
    label: Text = Field(description="Điều phải có, viết thành cụm từ: có sáng kiến được công nhận.")


Condition = Annotated[
    BandCondition | CategoryCondition | AttestedCondition, Field(discriminator="kind")
]


class Comparison(Sourced):
    """So sánh những đề nghị đủ điều kiện: theo chỉ số của ai, ai đứng trước."""

    index_of: Literal["own", "own_or_parent"] = Field(
        "own_or_parent",
        description="Theo chỉ số của chính đơn vị (own), hoặc của đơn vị cấp trên gần nhất có "
        "chỉ số (own_or_parent). Cá nhân: tính từ đơn vị công tác.",
    )
    order_by: Literal["index", "rank"] = Field(
        "index", description="Khi nhiều hơn số suất: chỉ số cao trước, hoặc hạng nhỏ trước."
    )


class Slot(Sourced):
    """Suất: so many places for one kind of recipient, with conditions of their own."""

    code: Code = Field(description="Mã suất.")
    label: Text = Field(description="Tên suất: tập thể cấp tỉnh.")
    count: int = Field(gt=0, description="Số suất.")
    levels: tuple[UnitLevel, ...] = Field(
        (), description="Chỉ cho đơn vị thuộc các cấp này; để trống: mọi cấp."
    )
    reserved: bool = Field(False, description="Suất dành riêng: xét trước các suất khác.")
    conditions: tuple[Condition, ...] = Field((), description="Điều kiện riêng của suất.")


class Quota(Sourced):
    """Số lượng khen thưởng của một đối tượng trong một đợt, chia thành các suất."""

    recipient: Recipient = Field(description="collective (tập thể) hoặc person (cá nhân).")
    count: int = Field(gt=0, description="Tổng số lượng; bằng tổng các suất.")
    per_body: int | None = Field(
        None, gt=0, description="Mỗi cơ quan được đề nghị nhiều nhất bao nhiêu."
    )
    slots: tuple[Slot, ...] = Field(min_length=1, description="Các suất, theo thứ tự ưu tiên.")

    @model_validator(mode="after")
    def _adds_up(self) -> Quota:
        if sum(slot.count for slot in self.slots) != self.count:
            raise ValueError("tổng các suất khác count")
        return self


class Round(Sourced):
    """Đợt (năm) của phong trào và năm của chỉ số được dùng để xét."""

    year: int = Field(ge=2000, le=2100, description="Năm của đợt.")
    index_year: int = Field(ge=2000, le=2100, description="Năm đánh giá có chỉ số được dùng.")
    held: str = Field("", description="Vì sao tạm dừng đợt này; để trống: được xét.")


class AwardScheme(Sourced):
    """Cách xét khen của một phong trào, có phiên bản; sửa đổi là phiên bản mới có căn cứ."""

    code: Code = Field(description="Mã cách xét.")
    version: Text = Field("1", description="Phiên bản; đổi nội dung thì đổi phiên bản.")
    title: Text = Field(description="Tên để in trên danh sách.")
    movement: Code = Field(description="Mã phong trào.")
    form: Code = Field(description="Mã danh hiệu hoặc hình thức khen thưởng được tặng.")
    legal_basis: tuple[LegalBasis, ...] = Field((), description="Văn bản căn cứ, văn bản sửa đổi.")
    rounds: tuple[Round, ...] = Field(min_length=1, description="Các đợt.")
    comparison: Comparison = Field(
        default_factory=Comparison, description="Theo chỉ số của ai, ai đứng trước."
    )
    conditions: tuple[Condition, ...] = Field((), description="Điều kiện chung của mọi suất.")
    quotas: tuple[Quota, ...] = Field(min_length=1, description="Số lượng theo từng đối tượng.")

    @model_validator(mode="after")
    def _unique(self) -> AwardScheme:
        for what, names in {
            "đợt": [str(item.year) for item in self.rounds],
            "đối tượng": [str(item.recipient) for item in self.quotas],
            "suất": [slot.code for slot in self.slots()],
        }.items():
            if len(set(names)) != len(names):
                raise ValueError(f"hai {what} trùng nhau")
        attested = [c for c in self.all_conditions() if isinstance(c, AttestedCondition)]
        if len(self.attested()) != len({(c.code, c.label) for c in attested}):
            raise ValueError("một mã điều kiện có hai nội dung khác nhau")
        return self

    def slots(self) -> Iterator[Slot]:
        """Every slot, quota by quota, in declared order."""
        return (slot for quota in self.quotas for slot in quota.slots)

    def round_of(self, year: int) -> Round | None:
        """The round of this year, if the scheme has one."""
        return next((item for item in self.rounds if item.year == year), None)

    def quota_of(self, recipient: Recipient) -> Quota | None:
        """The quota of this kind of recipient, if the scheme has one."""
        return next((item for item in self.quotas if item.recipient == recipient), None)

    def conditions_of(self, slot: Slot) -> tuple[Condition, ...]:
        """The common conditions, then those of the slot."""
        return (*self.conditions, *slot.conditions)

    def all_conditions(self) -> tuple[Condition, ...]:
        """The common conditions, then those of every slot, in declared order."""
        return (*self.conditions, *(c for slot in self.slots() for c in slot.conditions))

    def attested(self) -> dict[str, AttestedCondition]:
        """What a dossier must prove, by code."""
        return {c.code: c for c in self.all_conditions() if isinstance(c, AttestedCondition)}

    @property
    def illustrative(self) -> bool:
        """Whether any part of the scheme is illustrative, so that proposals must be marked."""
        parts = (
            *(self, self.comparison, *self.legal_basis, *self.rounds),
            *(*self.quotas, *self.slots(), *self.all_conditions()),
        )
        return any(part.provenance is Provenance.ILLUSTRATIVE for part in parts)
