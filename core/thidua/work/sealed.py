"""The end of the audit's chain, in words that are printed under what an office keeps."""

from __future__ import annotations

from sqlalchemy.orm import Session

from thidua.store.audit import Head, head
from thidua.work.windows import hour


def head_words(found: Head) -> str:
    """``12 dòng đã niêm phong đến 17 giờ 00 ngày 30/11/2026, mã niêm phong cuối 3f…``."""
    if found.sealed_at is None:
        return "chưa niêm phong dòng nào"
    at = hour(found.sealed_at)
    return f"{found.sealed} dòng đã niêm phong đến {at}, mã niêm phong cuối {found.hash}"


def seal_note(session: Session) -> str:
    """The line under a printed table by which a rewritten audit would show."""
    return f"Nhật ký kiểm toán khi in bảng này: {head_words(head(session))}."
