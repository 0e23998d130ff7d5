"""Cách xét khen của một phong trào: who, rounds, quotas in slots, vote, dossier, rewards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from thidua.spec.award_conditions import (
    INDEXED,
    Condition,
    DossierCondition,
    Recipient,
    SingleCondition,
    single,
)
from thidua.spec.base import (
    Code,
    LegalBasis,
    Percent,
    Points,
    Provenance,
    Sourced,
    Text,
    sourced_in,
)
from thidua.spec.bodies import Bodies, Office, UnitLevel


class Comparison(Sourced):
    """So sánh những đề nghị đủ điều kiện: theo chỉ số của ai, ai đứng trước."""

    index_of: Literal["own", "own_or_parent"] = Field(
        "own_or_parent",
        description="Theo chỉ số của chính đơn vị (own), hoặc của đơn vị cấp trên gần nhất có "
        "chỉ số (own_or_parent). Cá nhân: tính từ đơn vị công tác.",
    )
    order_by: Literal["index", "rank", "none"] = Field(
        "index",
        description="Khi nhiều hơn số suất: chỉ số cao trước (index), hạng nhỏ trước (rank), hoặc "
        "không so (none): Hội đồng chọn.",
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
    falls_to: Code | None = Field(
        None, description="Chỗ còn trống vì thiếu người thì chuyển cho suất này (mã)."
    )
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
        codes = {slot.code for slot in self.slots}
        for slot in self.slots:
            if slot.falls_to and slot.falls_to not in codes - {slot.code}:
                raise ValueError("falls_to phải là mã một suất khác của cùng đối tượng")
        return self


class Round(Sourced):
    """Đợt (năm) của phong trào và năm của chỉ số được dùng để xét."""

    year: int = Field(ge=2000, le=2100, description="Năm của đợt.")
    index_year: int | None = Field(
        None, ge=2000, le=2100, description="Năm đánh giá có chỉ số được dùng; trống: không dùng."
    )
    closing: bool = Field(False, description="Khen tổng kết cả giai đoạn, không phải khen năm.")
    held: str = Field("", description="Vì sao tạm dừng đợt này; để trống: được xét.")


class Voting(Sourced):
    """Bỏ phiếu của Hội đồng: bao nhiêu phần trăm thì được, tính trên ai, họp khi đủ ai."""

    threshold: Percent = Field(gt=0, le=100, description="Tỷ lệ phiếu đồng ý ít nhất, phần trăm.")
    base: Literal["members", "present"] = Field(
        description="Tính trên tổng số thành viên (members) hoặc số có mặt (present)."
    )
    quorum: Percent | None = Field(
        None, gt=0, le=100, description="Có mặt ít nhất bao nhiêu phần trăm thành viên thì họp."
    )
    barred: Literal["in_base", "out_of_base"] = Field(
        "in_base",
        description="Thành viên không bỏ phiếu cho đơn vị mình: vẫn tính (in_base) hay không tính "
        "(out_of_base) vào số để tính tỷ lệ.",
    )


class DossierItem(Sourced):
    """Một thành phần của hồ sơ đề nghị."""

    code: Code = Field(description="Mã thành phần.")
    label: Text = Field(description="Tên: tờ trình, báo cáo thành tích, biên bản xét khen thưởng.")
    recipients: tuple[Recipient, ...] = Field(
        ("collective", "person"), min_length=1, description="Hồ sơ của đối tượng nào cần có."
    )
    original: bool = Field(True, description="Phải là bản chính.")
    confirmed: bool = Field(False, description="Phải có xác nhận của cấp trình khen thưởng.")


class Reward(Sourced):
    """Hiện vật và tiền thưởng kèm theo, theo đối tượng và cấp."""

    recipient: Recipient = Field(description="collective (tập thể) hoặc person (cá nhân).")
    levels: tuple[UnitLevel, ...] = Field((), description="Cấp của đơn vị; để trống: mọi cấp.")
    artefact: str = Field("", description="Hiện vật: bằng, khung, cờ.")
    money: Points | None = Field(None, gt=0, description="Tiền thưởng, số lần mức lương cơ sở.")

    @model_validator(mode="after")
    def _something(self) -> Reward:
        if not self.artefact and self.money is None:
            raise ValueError("ghi artefact hoặc money")
        return self


class AwardScheme(Sourced):
    """Cách xét khen của một phong trào, có phiên bản; sửa đổi là phiên bản mới có căn cứ."""

    code: Code = Field(description="Mã cách xét.")
    version: Text = Field("1", description="Phiên bản; đổi nội dung thì đổi phiên bản.")
    title: Text = Field(description="Tên để in trên danh sách.")
    movement: Code = Field(description="Mã phong trào.")
    form: Code | None = Field(
        None,
        description="Mã danh hiệu hoặc hình thức khen thưởng được tặng; để trống khi mọi đợt còn "
        "tạm dừng.",
    )
    decided_by: str = Field("", description="Người, cơ quan quyết định tặng.")
    legal_basis: tuple[LegalBasis, ...] = Field((), description="Văn bản căn cứ, văn bản sửa đổi.")
    law_date: Literal["received", "considered"] = Field(
        "considered",
        description="Luật áp dụng tính theo ngày nhận hồ sơ (received) hay ngày xét (considered).",
    )
    participants: Bodies | None = Field(None, description="Ai tham gia; để trống: mọi đơn vị.")
    launchers: Bodies | None = Field(None, description="Ai tổ chức phát động ở nơi mình.")
    nominators: Bodies | None = Field(None, description="Ai đề nghị; để trống: mọi đơn vị.")
    honoured: Bodies | None = Field(
        None, description="Ai được khen; để trống: những nơi tham gia, người của những nơi ấy."
    )
    received_by: Office | None = Field(None, description="Nơi nhận, tổng hợp hồ sơ.")
    submitted_by: tuple[Office, ...] = Field((), description="Nơi trình người quyết định.")
    rounds: tuple[Round, ...] = Field(min_length=1, description="Các đợt.")
    comparison: Comparison = Field(
        default_factory=Comparison, description="Theo chỉ số của ai, ai đứng trước."
    )
    conditions: tuple[Condition, ...] = Field((), description="Điều kiện chung của mọi suất.")
    quotas: tuple[Quota, ...] = Field(
        (), description="Số lượng theo từng đối tượng; để trống khi mọi đợt còn tạm dừng."
    )
    dossier: tuple[DossierItem, ...] = Field((), description="Thành phần hồ sơ.")
    voting: Voting | None = Field(None, description="Bỏ phiếu của Hội đồng, khi đã quy định.")
    rewards: tuple[Reward, ...] = Field((), description="Hiện vật, tiền thưởng.")

    @model_validator(mode="after")
    def _unique(self) -> AwardScheme:
        for what, names in {
            "đợt": [str(item.year) for item in self.rounds],
            "đối tượng": [str(item.recipient) for item in self.quotas],
            "suất": [slot.code for slot in self.slots()],
            "thành phần hồ sơ": [item.code for item in self.dossier],
        }.items():
            if Counter(names).total() != len(set(names)):
                raise ValueError(f"hai {what} trùng nhau")
        asked = [c for c in self.all_conditions() if isinstance(c, DossierCondition)]
        if len(self.attested()) != len({(c.code, c.label) for c in asked}):
            raise ValueError("một mã điều kiện có hai nội dung khác nhau")
        return self

    @model_validator(mode="after")
    def _ready(self) -> AwardScheme:
        if any(not item.held for item in self.rounds) and not (self.form and self.quotas):
            raise ValueError("có đợt không tạm dừng thì phải ghi form và quotas")
        indexed = any(isinstance(item, INDEXED) for item in self.all_conditions())
        needs = indexed or self.comparison.order_by != "none"
        if self.quotas and needs and any(item.index_year is None for item in self.rounds):
            raise ValueError(
                "đợt không có index_year thì order_by là none và không có điều kiện theo chỉ số"
            )
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

    def all_conditions(self) -> tuple[SingleCondition, ...]:
        """The common conditions, then those of every slot, alternatives one by one."""
        own = (c for slot in self.slots() for c in slot.conditions)
        return tuple(one for c in (*self.conditions, *own) for one in single(c))

    def attested(self) -> dict[str, DossierCondition]:
        """What a dossier must prove, by code."""
        return {c.code: c for c in self.all_conditions() if isinstance(c, DossierCondition)}

    def dossier_of(self, recipient: Recipient) -> tuple[DossierItem, ...]:
        """What the dossier of this kind of recipient consists of."""
        return tuple(item for item in self.dossier if recipient in item.recipients)

    def rewards_of(self, recipient: Recipient, level: UnitLevel | None) -> tuple[Reward, ...]:
        """What comes with an award to this kind of recipient of a unit of this level."""
        return tuple(
            item
            for item in self.rewards
            if item.recipient == recipient and (not item.levels or level in item.levels)
        )

    @property
    def illustrative(self) -> bool:
        """Whether any part of the scheme is illustrative, so that proposals must be marked."""
        return any(part.provenance is Provenance.ILLUSTRATIVE for part in sourced_in(self))
