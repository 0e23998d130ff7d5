"""Văn bản áp dụng: laws, decrees and circulars on awards, each with the days it is in force."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from pydantic import Field, model_validator

from thidua.spec.base import Code, Sourced, Text

LAW_NUMBER = re.compile(r"\d+/\d{4}/QH\d+")
"""A law is told apart by its year and its National Assembly: 06/2022/QH15 is not 06/2026/QH16."""


class LegalRegime(Sourced):
    """Văn bản quy phạm pháp luật về thi đua, khen thưởng và thời gian có hiệu lực."""

    code: Code = Field(description="Mã văn bản.")
    title: Text = Field(description="Loại và tên: Luật Thi đua, khen thưởng.")
    number: Text = Field(
        description="Số, ký hiệu; luật phải có năm và khóa Quốc hội: 06/2022/QH15."
    )
    in_force_from: date = Field(description="Ngày đầu có hiệu lực.")
    in_force_until: date | None = Field(None, description="Ngày cuối; để trống: chưa hết hiệu lực.")
    replaces: tuple[Code, ...] = Field((), description="Mã các văn bản bị thay thế.")
    amends: tuple[Code, ...] = Field((), description="Mã các văn bản được sửa đổi, bổ sung.")
    transition: str = Field("", description="Quy định chuyển tiếp, diễn đạt lại.")

    @model_validator(mode="after")
    def _whole(self) -> LegalRegime:
        if self.is_law and not LAW_NUMBER.fullmatch(self.number):
            raise ValueError("số của luật phải có năm và khóa Quốc hội, ví dụ 06/2022/QH15")
        if self.in_force_until and self.in_force_until < self.in_force_from:
            raise ValueError("in_force_until trước in_force_from")
        return self

    @property
    def is_law(self) -> bool:
        """Whether it is a law; the others are decrees and circulars."""
        return self.title.startswith("Luật")

    def covers(self, day: date) -> bool:
        """Whether it is in force on ``day``."""
        return self.in_force_from <= day and (
            self.in_force_until is None or day <= self.in_force_until
        )

    def cited(self) -> str:
        """As offices cite it: title and number."""
        return f"{self.title} số {self.number}"


def regimes_on(regimes: Iterable[LegalRegime], day: date) -> tuple[LegalRegime, ...]:
    """What is in force on ``day``: laws first, then the other documents, the older before."""
    found = [item for item in regimes if item.covers(day)]
    return tuple(sorted(found, key=lambda item: (not item.is_law, item.in_force_from, item.code)))


def replaced_by(regimes: Iterable[LegalRegime], number: str, day: date) -> str:
    """Why the document with this number no longer applies on ``day``, as a sentence; else empty."""
    known = tuple(regimes)
    old = next((item for item in known if item.number == number), None)
    if old is None or old.in_force_until is None or day <= old.in_force_until:
        return ""
    ended = f"{old.cited()} hết hiệu lực từ ngày {old.in_force_until + timedelta(days=1):%d/%m/%Y}"
    new = next((item for item in known if old.code in item.replaces), None)
    return f"{ended}, được thay bằng {new.cited()}." if new else f"{ended}."
