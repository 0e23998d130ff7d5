"""Lịch sử nhập: what came in as files or as the province's data, when, and by whom."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from thidua.store.audit_rows import AuditEvent
from thidua_admin.console.audit import PEOPLE, SINCE, UNTIL, AuditView
from thidua_admin.console.audit_words import ACTIONS
from thidua_admin.console.lists import EmptyWords, Found, Narrowing

IMPORTS = {
    action: ACTIONS[action]
    for action in (
        "province.apply", "units.import", "criteria.import", "figures.import",
        "appraisal.figures", "survey.paper", "results.import", "award_scheme.add",
        "legal_regime.enter",
    )
}  # fmt: skip
"""The acts by which data comes in."""


def _import(chosen: str) -> Found | None:
    return AuditEvent.action == chosen if chosen else None


class ImportView(AuditView):
    """The audit's imports, with what each of them was."""

    column_list = ("action", "at", "actor_name", "subject", "content")
    narrowings = (
        Narrowing(
            "viec", lazy_gettext("Loại dữ liệu"), lazy_gettext("Mọi loại dữ liệu"),
            lambda: IMPORTS, _import,
        ),
        PEOPLE,
        SINCE,
        UNTIL,
    )  # fmt: skip
    empty = EmptyWords(
        lazy_gettext("Chưa nhập gì"),
        lazy_gettext(
            "Dữ liệu của tỉnh, danh sách đơn vị, bộ tiêu chí, số liệu điều tra được nhập sẽ hiện "
            "thành danh sách ở đây."
        ),
    )

    def narrowed(self, query: Any) -> Any:
        """Only imports."""
        return super().narrowed(query).filter(AuditEvent.action.in_(IMPORTS))
