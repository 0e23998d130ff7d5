"""Đối chiếu: which parts of a set answer to which of another, the Ministry's or last year's."""

from __future__ import annotations

from pydantic import Field

from thidua.spec.base import Code, Sourced, Spec, Text


class MappedNode(Spec):
    """Một nhánh của bộ này và những nhánh của bộ kia nói về cùng một việc."""

    node: Code = Field(description="Mã nhánh hoặc tiêu chí lá của bộ này.")
    to: tuple[Code, ...] = Field(min_length=1, description="Các mã tương ứng của bộ kia.")


class SetMapping(Sourced):
    """Bảng đối chiếu với một bộ tiêu chí khác."""

    to: Text = Field(description="Mã bộ tiêu chí kia, hoặc tên gọi ngắn nếu bộ ấy không ở đây.")
    title: Text = Field(description="Tên bảng đối chiếu, ví dụ: với bộ tiêu chí của Bộ Nội vụ.")
    pairs: tuple[MappedNode, ...] = Field(min_length=1, description="Các cặp tương ứng.")
