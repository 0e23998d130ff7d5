"""Phong trào thi đua: what a movement says of itself, each sentence with its source."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from thidua.spec.base import Code, LegalBasis, Sourced, Spec, Text


class Statement(Sourced):
    """One statement of a plan, in our own words, with the facts it rests on."""

    text: Text = Field(description="Câu diễn đạt lại, không chép nguyên văn nguồn.")


class Duty(Statement):
    """Nhiệm vụ: who does what, by when where a date is known."""

    who: Text = Field(description="Ai làm.")
    by: date | None = Field(None, description="Hạn, khi nguồn có nêu.")


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
    theme: Text = Field(description="Chủ đề, tên chuyên đề.")
    plan: LegalBasis = Field(description="Kế hoạch phát động.")
    period: Period = Field(default_factory=Period)
    legal_basis: tuple[LegalBasis, ...] = Field((), description="Các căn cứ, viện dẫn.")
    principles: tuple[Statement, ...] = Field((), description="Yêu cầu, nguyên tắc.")
    goals: tuple[Statement, ...] = Field((), description="Mục đích, mục tiêu.")
    participants: tuple[Statement, ...] = Field((), description="Đối tượng thi đua.")
    contents: tuple[Statement, ...] = Field((), description="Nội dung, tiêu chuẩn thi đua.")
    reports: tuple[Statement, ...] = Field((), description="Báo cáo, hồ sơ phải nộp.")
    duties: tuple[Duty, ...] = Field((), description="Nhiệm vụ: ai, làm gì, hạn nào.")
    awards: tuple[Statement, ...] = Field((), description="Khen thưởng và điều kiện xét.")
    award_forms: tuple[Code, ...] = Field((), description="Mã các hình thức có thể tặng.")
    contradictions: tuple[Statement, ...] = Field(
        (), description="Chỗ nguồn mâu thuẫn hoặc thiếu; giữ như nguồn in."
    )


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
