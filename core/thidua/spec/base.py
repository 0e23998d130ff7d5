"""What every spec object shares: frozen, closed, and able to say where a statement comes from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

TICKS_PER_POINT = 10_000
"""One point is 10 000 ticks; points are whole ticks everywhere behind the edges."""

POINT_DECIMALS = 4
MAX_POINTS = Decimal(1_000_000)


def _whole_ticks(value: Decimal) -> Decimal:
    if not value.is_finite() or value.copy_abs() > MAX_POINTS:
        raise ValueError(f"phải là số hữu hạn, không quá {MAX_POINTS}")
    if value != round(value, POINT_DECIMALS):
        raise ValueError(f"có quá {POINT_DECIMALS} chữ số thập phân")
    return value.normalize() + 0


Points = Annotated[Decimal, AfterValidator(_whole_ticks)]
"""Points as an office writes them, at most four decimals, sign allowed."""

Share = Annotated[Decimal, AfterValidator(_whole_ticks), Field(ge=0, le=1)]
"""A part of a maximum, 0 to 1, at most four decimals."""

Percent = Annotated[Decimal, AfterValidator(_whole_ticks)]
"""A percentage as written (80 is 80 %), at most four decimals."""

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]
"""A stable key: lower-case letters, digits, dot, hyphen, underscore."""

Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Provenance(StrEnum):
    """How far a statement can be trusted. Only the first is an office's own word."""

    OFFICIAL = "official"
    PRESS = "press"
    INFERRED = "inferred"
    UNVERIFIED = "unverified"
    ILLUSTRATIVE = "illustrative"


class Spec(BaseModel):
    """Base of all spec objects: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Sourced(Spec):
    """A spec object that says where it comes from."""

    provenance: Provenance = Field(
        Provenance.OFFICIAL,
        description="official (văn bản), press (báo chí), inferred (suy luận), unverified (chưa "
        "kiểm chứng), illustrative (minh họa; được đánh dấu ở mọi nơi hiển thị).",
    )
    facts: tuple[str, ...] = Field((), description="Mã các sự kiện trong bảng nguồn (facts.csv).")
    source: str = Field("", description="Địa chỉ hoặc tên nguồn, khi không có mã sự kiện.")
    note: str = Field("", description="Điều người đọc cần biết về dòng này.")


class LegalBasis(Sourced):
    """Văn bản căn cứ: a document that something rests on, as far as it is known."""

    title: Text = Field(description="Tên, trích yếu của văn bản.")
    number: str = Field("", description="Số, ký hiệu đúng như nguồn in; để trống khi không biết.")
    issued_on: date | None = Field(None, description="Ngày ban hành.")
    issuer: str = Field("", description="Cơ quan ban hành.")


class Acknowledged(Spec):
    """A contradiction of the source that is known and kept as printed."""

    finding: Code = Field(description="Mã phát hiện của bộ kiểm tra, ví dụ declared-criteria.")
    note: Text = Field(description="Vì sao giữ nguyên.")
    source: Text = Field(description="Nguồn nào in như vậy.")


def sourced_in(value: object) -> Iterator[Sourced]:
    """Every sourced object in ``value`` (a spec object or a sequence), parents first."""
    if isinstance(value, Sourced):
        yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from sourced_in(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from sourced_in(item)
