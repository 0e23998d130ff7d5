"""A province as it is between two dates: who it is, its kinds of unit, its units."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from thidua.spec.base import Code, LegalBasis, Sourced, Spec, Text
from thidua.spec.bodies import UnitLevel


class ProvinceInfo(Spec):
    """Tên gọi của tỉnh và cơ quan dùng hệ thống."""

    code: Code = Field(description="Mã tỉnh, duy nhất trong các phần mở rộng đã cài.")
    name: Text = Field(description="Tên ngắn, không có chữ “tỉnh”.")
    full_name: Text = Field(description="Tên đầy đủ: Tỉnh, Thành phố …")
    authority: Text = Field(description="Cơ quan chủ trì: Sở Nội vụ tỉnh …")
    version: Text = Field("1", description="Phiên bản dữ liệu của tỉnh; ghi cùng mỗi kết quả.")


class Jurisdiction(Sourced):
    """Địa giới, thời gian hiệu lực: the province between two dates, both inclusive."""

    code: Code
    name: Text = Field(description="Tên tỉnh trong thời gian này.")
    valid_from: date | None = Field(None, description="Ngày đầu; để trống: từ trước tới nay.")
    valid_to: date | None = Field(None, description="Ngày cuối; để trống: đến nay.")
    predecessors: tuple[str, ...] = Field((), description="Tên các tỉnh hợp nhất thành.")
    successor: str = Field("", description="Tên tỉnh kế tục, khi đã kết thúc.")
    legal_basis: tuple[LegalBasis, ...] = Field((), description="Văn bản lập hoặc kết thúc.")

    @model_validator(mode="after")
    def _dates(self) -> Jurisdiction:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from sau valid_to")
        return self

    def covers(self, day: date) -> bool:
        """Whether the province existed in this form on ``day``."""
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day <= self.valid_to)


class Cluster(Sourced):
    """Khối, cụm thi đua: the group within which units are ranked."""

    code: Code
    name: Text


class UnitKind(Sourced):
    """Loại đơn vị và các khối, cụm của nó."""

    code: Code
    name: Text = Field(description="Sở, ban, ngành; ngành dọc; huyện; xã…")
    level: UnitLevel = Field(description="Cấp: tỉnh, ngành dọc, huyện, xã, khác.")
    clusters: tuple[Cluster, ...] = Field((), description="Các khối, cụm thi đua.")


class Unit(Sourced):
    """Đơn vị trong một khoảng thời gian (hai đầu đều tính)."""

    key: Code = Field(description="Khóa của tỉnh cho đơn vị; không dùng mã hành chính.")
    name: Text = Field(description="Tên như văn bản ghi.")
    kind: Code = Field(description="Mã loại đơn vị.")
    cluster: str = Field("", description="Mã khối, cụm.")
    parent: str = Field("", description="Khóa đơn vị cấp trên.")
    official_code: str = Field("", description="Mã hành chính trong thời gian này.")
    valid_from: date | None = Field(None, description="Ngày đầu; trống: không rõ, từ trước.")
    valid_to: date | None = Field(None, description="Ngày cuối; trống: chưa kết thúc.")

    @model_validator(mode="after")
    def _dates(self) -> Unit:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from sau valid_to")
        return self
