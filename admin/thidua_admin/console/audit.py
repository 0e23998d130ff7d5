"""Nhật ký kiểm toán: who did what, newest first, and whether the chain holds it already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import g
from flask_babel import format_datetime, gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy import Text, cast, select

from thidua.store.audit_rows import AuditEvent, AuditSeal
from thidua.store.awards import Nomination
from thidua.store.campaigns import Campaign
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.store.vietnamese import sort_key
from thidua.work.access import STAFF
from thidua_admin.console.audit_document import document_words
from thidua_admin.console.audit_words import ACTIONS, ACTORS, SUBJECTS
from thidua_admin.console.import_words import content_of
from thidua_admin.console.links import page_of
from thidua_admin.console.lists import (
    DayChoice,
    EmptyWords,
    Found,
    ListView,
    Narrowing,
    folded,
)
from thidua_admin.console.lookups import once, runtime, unit_names, user_names
from thidua_admin.console.marks import state
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import ReadOnly
from thidua_admin.security import db_session


def _action(chosen: str) -> Found | None:
    return AuditEvent.action == chosen if chosen else None


def _subject(chosen: str) -> Found | None:
    return AuditEvent.subject_kind == chosen if chosen else None


def _actors() -> dict[str, str]:
    names = select(AuditEvent.actor_name).distinct()
    return once(
        "actors",
        lambda: {name: name for name in sorted(db_session().scalars(names), key=sort_key)},
    )


def _actor(chosen: str) -> Found | None:
    return AuditEvent.actor_name == chosen if chosen else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=runtime().timezone)


def _since(day: date | None) -> Found | None:
    return AuditEvent.at >= _midnight(day) if day else None


def _until(day: date | None) -> Found | None:
    return AuditEvent.at < _midnight(day + timedelta(days=1)) if day else None


PEOPLE = Narrowing(
    "nguoi", lazy_gettext("Người thực hiện"), lazy_gettext("Mọi người"), _actors, _actor
)
SINCE = DayChoice("tu", lazy_gettext("Từ ngày"), _since)
UNTIL = DayChoice("den", lazy_gettext("Đến ngày"), _until)


def subject_words(event: AuditEvent) -> str:
    """What an event is about: the name of a unit or person, else the kind and number."""
    kind = SUBJECTS.get(event.subject_kind, event.subject_kind)
    if event.subject_kind == "unit" and event.subject_id in unit_names():
        return unit_names()[event.subject_id]
    if event.subject_kind in ("user", "membership"):
        return _person(event, str(kind))
    if event.subject_kind == "province":
        return str(kind)
    return str(gettext("%(kind)s số %(number)s", kind=kind, number=event.subject_id))


def _person(event: AuditEvent, kind: str) -> str:
    """Whose account or role it is."""
    said = event.after or event.before or {}
    id_ = event.subject_id if event.subject_kind == "user" else said.get("user", 0)
    return f"{kind}: {user_names().get(id_, id_)}"


def _about(view: Any, context: Any, row: AuditEvent, name: str) -> Markup | str:
    """The words, with the page about it where there is one."""
    page = page_of(row.subject_kind, row.subject_id)
    said = subject_words(row)
    return Markup('<a href="{}">{}</a>').format(page, said) if page else said


def _sealed(view: Any, context: Any, row: AuditEvent, name: str) -> Markup:
    if row.id in view.sealed([row.id]):
        return state(gettext("Đã niêm phong"), "good")
    return state(gettext("Chờ niêm phong"))


def _invented(event: AuditEvent) -> bool:
    """Whether it is about figures of an illustrative campaign or an invented nomination."""
    of_sheet = select(Campaign.illustrative).join(ScoreSheet, ScoreSheet.campaign_id == Campaign.id)
    asked = {
        "score_sheet": of_sheet.where(ScoreSheet.id == event.subject_id),
        "score_entry": of_sheet.join(ScoreEntry, ScoreEntry.sheet_id == ScoreSheet.id).where(
            ScoreEntry.id == event.subject_id
        ),
        "nomination": select(Nomination.illustrative).where(Nomination.id == event.subject_id),
    }
    question = asked.get(event.subject_kind)
    return question is not None and bool(db_session().scalar(question))


class AuditView(ReadOnly, ListView):
    """The audit of the entered province."""

    roles = STAFF | {"auditor"}
    details_template = "console/event.html"
    column_list: Sequence[str] = ("action", "at", "actor_name", "subject", "reason", "sealed")
    column_details_list = (
        "action", "at", "actor_name", "actor_kind", "subject", "reason", "before", "after",
        "sealed",
    )  # fmt: skip
    column_labels = {  # noqa: RUF012
        "action": lazy_gettext("Việc làm"),
        "at": lazy_gettext("Thời điểm"),
        "actor_name": lazy_gettext("Người thực hiện"),
        "actor_kind": lazy_gettext("Thực hiện bằng"),
        "subject": lazy_gettext("Đối tượng"),
        "reason": lazy_gettext("Lý do"),
        "content": lazy_gettext("Nội dung nhập"),
        "before": lazy_gettext("Trước"),
        "after": lazy_gettext("Sau"),
        "sealed": lazy_gettext("Niêm phong"),
    }
    column_formatters = {  # noqa: RUF012
        "action": lambda view, context, row, name: ACTIONS.get(row.action, row.action),
        "at": lambda view, context, row, name: format_datetime(row.at, "HH:mm:ss dd/MM/yyyy"),
        "actor_kind": lambda view, context, row, name: ACTORS[row.actor_kind],
        "subject": _about,
        "reason": lambda view, context, row, name: row.reason or "–",
        "content": lambda view, context, row, name: content_of(row) or "–",
        "before": lambda view, context, row, name: document_words(row.before),
        "after": lambda view, context, row, name: document_words(row.after),
        "sealed": _sealed,
    }
    column_sortable_list = ("at",)
    column_default_sort = ("id", True)
    narrowings: Sequence[Narrowing | DayChoice] = (
        Narrowing(
            "viec", lazy_gettext("Việc làm"), lazy_gettext("Mọi việc"), lambda: ACTIONS, _action
        ),
        Narrowing(
            "ve", lazy_gettext("Đối tượng"), lazy_gettext("Mọi đối tượng"), lambda: SUBJECTS,
            _subject,
        ),
        PEOPLE,
        SINCE,
        UNTIL,
    )  # fmt: skip
    searched = (
        (lazy_gettext("lý do"), folded(AuditEvent.reason)),
        (lazy_gettext("người"), folded(AuditEvent.actor_name)),
        (lazy_gettext("nội dung"), folded(cast(AuditEvent.after, Text))),
    )
    row_actions = (RowAction(lazy_gettext("Xem chi tiết"), ".details_view"),)
    empty = EmptyWords(lazy_gettext("Chưa có việc nào được ghi"), "")

    def beside(self, row: AuditEvent) -> dict[str, Any]:
        """Whether the event tells invented figures."""
        return {"invented": _invented(row)}

    def get_list(self, *args: Any, **kwargs: Any) -> tuple[int | None, list[AuditEvent]]:
        """The page, with what of it is sealed and whom it names asked once."""
        count, rows = super().get_list(*args, **kwargs)
        self.sealed([row.id for row in rows])
        user_names()
        return count, rows

    def sealed(self, ids: list[int]) -> frozenset[int]:
        """Which of these events are in the chain; asked once for the page of a request."""
        if "console_sealed" not in g:
            seals = select(AuditSeal.event_id).where(AuditSeal.event_id.in_(ids))
            g.console_sealed = frozenset(db_session().scalars(seals))
        found: frozenset[int] = g.console_sealed
        return found
