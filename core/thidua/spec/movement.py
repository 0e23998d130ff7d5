"""Phong trào thi đua: what a movement says of itself, each sentence with its source."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from thidua.spec.base import Code, LegalBasis, Sourced, Spec, Text
from thidua.spec.bodies import Bodies


class Statement(Sourced):
    """One statement of a plan, in our own words, with the facts it rests on."""

    text: Text = Field(description="Câu diễn đạt lại, không chép nguyên văn nguồn.")


Phase = Literal[
    "launch", "guidance", "registration", "propaganda", "work", "inspection", "difficulties",
    "nomination", "interim", "closing",
]  # fmt: skip
"""What a duty belongs to in the life of a movement."""

PHASES: dict[Phase, str] = {
    "launch": "phát động",
    "guidance": "hướng dẫn",
    "registration": "đăng ký",
    "propaganda": "tuyên truyền",
    "work": "thực hiện",
    "inspection": "kiểm tra, giám sát",
    "difficulties": "phản ánh khó khăn, vướng mắc",
    "nomination": "đề nghị khen thưởng",
    "interim": "sơ kết",
    "closing": "tổng kết",
}

Registration = Literal["voluntary", "required", "unsaid"]
"""Tự nguyện đăng ký; mọi nơi đều phải tham gia; nguồn không nói."""


class MovementDuty(Statement):
    """Nhiệm vụ: who does what, by when, with what proof; ``text`` says what."""

    code: Code = Field(description="Mã nhiệm vụ, duy nhất trong phong trào.")
    who: Text = Field(description="Ai làm, như nguồn gọi.")
    bodies: Bodies | None = Field(
        None, description="Những đơn vị phải làm; để trống: không theo dõi từng đơn vị."
    )
    phase: Phase = Field(
        "work",
        description="launch (phát động), guidance (hướng dẫn), registration (đăng ký), propaganda "
        "(tuyên truyền), work (thực hiện), inspection (kiểm tra), difficulties (phản ánh vướng "
        "mắc), nomination (đề nghị khen), interim (sơ kết), closing (tổng kết).",
    )
    due: date | None = Field(None, description="Hạn, tính cả ngày đó, khi nguồn có nêu.")
    due_each_year: str = Field("", description="Hạn hằng năm, dạng tháng-ngày: 12-15.")
    proof: str = Field("", description="Bằng gì thì coi là đã làm: kế hoạch, báo cáo…")

    @model_validator(mode="after")
    def _one_term(self) -> MovementDuty:
        if self.due and self.due_each_year:
            raise ValueError("chỉ ghi một trong due và due_each_year")
        if self.due_each_year and self.due_in(2001) is None:
            raise ValueError("due_each_year phải là tháng-ngày, ví dụ 12-15")
        return self

    def due_in(self, year: int) -> date | None:
        """The last day for the duty in a year: its only term, the yearly one, or none."""
        if not self.due_each_year:
            return self.due
        try:
            return date.fromisoformat(f"{year}-{self.due_each_year}")
        except ValueError:
            return None


class Period(Sourced):
    """Thời gian của phong trào; a missing date is one the source does not give."""

    starts_on: date | None = None
    ends_on: date | None = Field(None, description="Ngày cuối, tính cả ngày đó.")
    years: tuple[int, ...] = Field((), description="Các năm (đợt) của phong trào.")

    @model_validator(mode="after")
    def _dates(self) -> Period:
        if self.starts_on and self.ends_on and self.starts_on > self.ends_on:
            raise ValueError("starts_on sau ends_on")
        return self


class AwardForm(Sourced):
    """Danh hiệu thi đua hoặc hình thức khen thưởng."""

    code: Code
    name: Text = Field(description="Cờ thi đua, Bằng khen…")
    category: Literal["title", "form"] = Field(
        description="title: danh hiệu thi đua; form: hình thức khen thưởng."
    )
    recipients: tuple[Literal["collective", "person"], ...] = Field(
        min_length=1, description="collective: tập thể; person: cá nhân."
    )
    decided_by: str = Field("", description="Thẩm quyền quyết định, khi biết.")


class Movement(Sourced):
    """Phong trào thi đua như kế hoạch của nó nêu."""

    code: Code
    title: Text
    version: Text = Field("1", description="Phiên bản; sửa đổi kế hoạch thì đổi phiên bản.")
    theme: Text = Field(description="Chủ đề, tên chuyên đề.")
    plan: LegalBasis = Field(description="Kế hoạch phát động.")
    period: Period = Field(default_factory=Period)
    legal_basis: tuple[LegalBasis, ...] = Field((), description="Các căn cứ, viện dẫn.")
    principles: tuple[Statement, ...] = Field((), description="Yêu cầu, nguyên tắc.")
    purposes: tuple[Statement, ...] = Field((), description="Mục đích.")
    goals: tuple[Statement, ...] = Field((), description="Mục tiêu.")
    participants: tuple[Statement, ...] = Field((), description="Đối tượng thi đua.")
    contents: tuple[Statement, ...] = Field((), description="Nội dung, tiêu chuẩn thi đua.")
    targets: tuple[Statement, ...] = Field((), description="Chỉ tiêu thi đua.")
    registration: Registration = Field(
        "unsaid",
        description="voluntary (tự nguyện đăng ký), required (mọi nơi đều tham gia), unsaid (nguồn "
        "không nói).",
    )
    amendments: tuple[LegalBasis, ...] = Field(
        (), description="Văn bản sửa đổi, bổ sung kế hoạch, theo ngày; mỗi văn bản một phiên bản."
    )
    reports: tuple[Statement, ...] = Field((), description="Báo cáo, hồ sơ phải nộp.")
    duties: tuple[MovementDuty, ...] = Field((), description="Nhiệm vụ: ai, làm gì, hạn nào.")
    awards: tuple[Statement, ...] = Field((), description="Khen thưởng và điều kiện xét.")
    award_forms: tuple[Code, ...] = Field((), description="Mã các hình thức có thể tặng.")
    contradictions: tuple[Statement, ...] = Field(
        (), description="Chỗ nguồn mâu thuẫn hoặc thiếu; giữ như nguồn in."
    )

    @model_validator(mode="after")
    def _duties_differ(self) -> Movement:
        codes = [duty.code for duty in self.duties]
        if len(set(codes)) != len(codes):
            raise ValueError("hai nhiệm vụ trùng mã")
        return self


class Indicator(Sourced):
    """Chỉ số bên ngoài (SIPAS, DDCI…), có theo năm, thường đến muộn."""

    code: Code
    name: Text
    aliases: tuple[str, ...] = Field((), description="Tên khác trong các nguồn.")


class Published(Spec):
    """One line of a published result table, as printed."""

    position: int = Field(ge=1, description="Số thứ tự in trong bảng, không phải hạng.")
    unit: Code = Field(description="Khóa đơn vị.")
    points: str = Field("", description="Điểm như in, giữ nguyên số lẻ; dấu thập phân là chấm.")
    maximum: str = Field("", description="Điểm tối đa như in, khi bảng có.")
    index: str = Field("", description="Chỉ số (%) như in, khi bảng không có điểm.")

    @field_validator("points", "maximum", "index")
    @classmethod
    def _figure(cls, text: str) -> str:
        if text and not re.fullmatch(r"-?\d+(\.\d{1,4})?", text):
            raise ValueError("phải là số có tối đa 4 số lẻ, dấu thập phân là chấm")
        return text

    @model_validator(mode="after")
    def _something(self) -> Published:
        if not self.points and not self.index:
            raise ValueError("ghi points hoặc index")
        return self


class PublishedGroup(Spec):
    """One block or cluster of a published table."""

    name: Text = Field(description="Tên khối, cụm như in.")
    rows: tuple[Published, ...] = Field(min_length=1)


class PublishedResults(Sourced):
    """Kết quả đã công bố của một năm, nhập làm kết quả lịch sử."""

    year: int = Field(ge=2000, le=2100)
    title: Text
    published_on: date | None = None
    grading: Code = Field(description="Mã cách xếp hạng, xếp loại áp dụng khi tính lại.")
    legal_basis: tuple[LegalBasis, ...] = ()
    groups: tuple[PublishedGroup, ...] = Field(min_length=1)
