"""Sắp xếp đơn vị: the reorganisations recorded, and recording and removing one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, cast, get_args

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.helpers import get_form_data
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from thidua.errors import Invalid
from thidua.spec.succession import KINDS, Succession, SuccessionKind
from thidua.store.successions import Succession as Row
from thidua.store.units import UnitPeriod
from thidua.work.successions import ending_units, record_succession, remove_succession
from thidua.work.unit_changes import use_of_unit
from thidua.work.unit_life import life_event
from thidua.work.versions import wait_turn
from thidua_admin.console.confirm import Question, carried, step
from thidua_admin.console.forms import day
from thidua_admin.console.lists import EmptyWords, Found, ListView, Narrowing, folded
from thidua_admin.console.lookups import today, unit_keys, unit_names
from thidua_admin.console.marks import provenance
from thidua_admin.console.rows import RowAction
from thidua_admin.console.successions_form import (
    LINES,
    MOST,
    SENTENCES,
    Line,
    SuccessionForm,
    asked_of,
    declared,
    posted_lines,
)
from thidua_admin.console.units_forms import names_by_key
from thidua_admin.console.units_pages import warnings_of
from thidua_admin.console.verbs import Verbs, flash_stale, sentences, through, tried
from thidua_admin.formats import percent
from thidua_admin.security import actor, db_session

ORDER: tuple[SuccessionKind, ...] = get_args(SuccessionKind)


def _kind(chosen: str) -> Found | None:
    return Row.kind == chosen if chosen else None


def _kind_names() -> dict[str, str]:
    return {kind: words.capitalize() for kind, words in KINDS.items()}


def _units(row: Row, side: str) -> str:
    ids = [getattr(link, side) for link in row.links]
    return ", ".join(dict.fromkeys(unit_names()[id_] for id_ in ids if id_)) or "–"


def _basis(row: Row) -> str:
    return "; ".join(item.get("number") or item["title"] for item in row.legal_basis) or "–"


class SuccessionView(Verbs, ListView):
    """The reorganisations of the province's units; recorded and removed by pages of their own."""

    can_create = can_edit = can_delete = False
    can_view_details = True
    details_template = "console/succession.html"
    column_list = ("title", "kind", "effective_on", "before", "after", "basis", "provenance")
    column_labels = {  # noqa: RUF012
        "title": lazy_gettext("Việc sắp xếp"),
        "kind": lazy_gettext("Hình thức"),
        "effective_on": lazy_gettext("Từ ngày"),
        "before": lazy_gettext("Đơn vị trước"),
        "after": lazy_gettext("Đơn vị kế tục"),
        "basis": lazy_gettext("Căn cứ"),
        "provenance": lazy_gettext("Nguồn"),
    }
    column_formatters = {  # noqa: RUF012
        "kind": lambda view, context, row, name: KINDS[row.kind].capitalize(),
        "effective_on": lambda view, context, row, name: day(row.effective_on),
        "before": lambda view, context, row, name: _units(row, "predecessor_id"),
        "after": lambda view, context, row, name: _units(row, "successor_id"),
        "basis": lambda view, context, row, name: _basis(row),
        "provenance": lambda view, context, row, name: provenance(row.provenance),
    }
    column_sortable_list = ("effective_on",)
    column_default_sort = [("effective_on", True), ("id", True)]  # noqa: RUF012
    searched = ((lazy_gettext("tên việc sắp xếp"), folded(Row.title)),)
    narrowings = (
        Narrowing(
            "hinh-thuc", lazy_gettext("Hình thức"), lazy_gettext("Mọi hình thức"), _kind_names,
            _kind,
        ),
    )  # fmt: skip
    row_actions = (
        RowAction(lazy_gettext("Xem chi tiết"), ".details_view"),
        RowAction(lazy_gettext("Xóa ghi nhầm"), ".remove_view"),
    )
    page_links = ((lazy_gettext("Ghi việc sắp xếp"), ".record_view"),)
    empty = EmptyWords(
        lazy_gettext("Chưa ghi việc sắp xếp nào"),
        lazy_gettext(
            "Hợp nhất, sáp nhập, chia tách, đổi tên, giải thể, chuyển chức năng được ghi ở đây để "
            "so sánh qua các năm và giữ lịch sử khen thưởng. Chọn “Ghi việc sắp xếp”."
        ),
    )

    def get_query(self) -> Any:
        """The rows with who handed over to whom."""
        return super().get_query().options(selectinload(Row.links))

    def beside(self, row: Row) -> dict[str, Any]:
        """One reorganisation with links to its units."""
        event = life_event(db_session(), succession_id=row.id, day=today(), by=actor())
        return {"event": event, "words": KINDS}

    @expose("/ghi/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def record_view(self) -> ResponseReturnValue:
        """Choose the kind, fill in, see what will happen, record."""
        kind = cast(SuccessionKind, request.args.get("hinh-thuc", ""))
        if kind not in KINDS:
            return self._kinds()
        form, lines = SuccessionForm(get_form_data()), posted_lines() if request.form else []
        at = "fill" if "more" in request.form else step(form)
        wanted = self._declared(kind, form, lines) if at != "fill" else None
        if wanted is None:
            return self._form(kind, form, lines)
        if at == "do":
            return self._record(kind, form, lines, wanted)
        if tried(lambda: record_succession(db_session(), succession=wanted, by=actor())) is None:
            return self._form(kind, form, lines)
        page: str = self.render(
            "console/confirm.html",
            question=_question(wanted),
            carried=[*(item for item in carried() if item[0] != "seen"), ("seen", _state(wanted))],
            return_url=self.back(),
        )
        return page

    @expose("/xoa/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def remove_view(self) -> ResponseReturnValue:
        """Remove one that was recorded by mistake, for a reason."""
        row = self.asked()
        if row is None:
            return self.gone()
        reason = request.form.get("reason", "")
        if request.method == "POST" and through(lambda: self._removed(row.id, reason)):
            flash(gettext("Đã xóa việc sắp xếp ghi nhầm."), "success")
            return redirect(self.get_url(".index_view"))
        page: str = self.render(
            "console/succession_remove.html", title=row.title, return_url=self.back()
        )
        return page

    def _removed(self, succession_id: int, reason: str) -> bool:
        remove_succession(db_session(), succession_id=succession_id, by=actor().because(reason))
        return True

    def _record(
        self, kind: SuccessionKind, form: SuccessionForm, lines: list[Line], wanted: Succession
    ) -> ResponseReturnValue:
        wait_turn(db_session())
        if form.seen.data != _state(wanted):
            flash_stale()
            return self._form(kind, form, lines)
        row = through(lambda: record_succession(db_session(), succession=wanted, by=actor()))
        if row is None:
            return self._form(kind, form, lines)
        flash(gettext("Đã ghi việc sắp xếp."), "success")
        return redirect(self.get_url(".details_view", id=row.id))

    def _declared(
        self, kind: SuccessionKind, form: SuccessionForm, lines: Sequence[Line]
    ) -> Succession | None:
        try:
            return declared(kind, form, lines)
        except Invalid as refusal:
            for sentence in sentences(refusal):
                flash(sentence, "error")
            return None

    def _kinds(self) -> str:
        page: str = self.render(
            "console/succession_kinds.html",
            kinds=[(kind, KINDS[kind].capitalize(), SENTENCES[kind]) for kind in ORDER],
            before=request.args.get("truoc", ""),
            return_url=self.back(),
        )
        return page

    def _form(self, kind: SuccessionKind, form: SuccessionForm, lines: list[Line]) -> str:
        first = Line(before=names_by_key().get(request.args.get("truoc", ""), ""))
        shown = lines or [first]
        more = LINES if "more" in request.form else max(0, LINES - len(shown))
        page: str = self.render(
            "console/succession_form.html",
            form=form,
            kind=kind,
            name=KINDS[kind].capitalize(),
            sentence=SENTENCES[kind],
            asked=asked_of(kind),
            lines=[*shown, *[Line()] * more][:MOST],
            names=list(unit_names().values()),
            return_url=self.back(),
        )
        return page


def _question(wanted: Succession) -> Question:
    return Question(
        gettext("Ghi việc sắp xếp: %(title)s", title=wanted.title),
        list(_does(wanted)),
        list(_notes(wanted)),
        gettext("Ghi việc sắp xếp"),
    )


def _does(wanted: Succession) -> Iterator[str]:
    names = names_by_key()
    yield gettext(
        "Từ ngày %(on)s, ghi việc %(kind)s “%(title)s”.",
        on=day(wanted.effective_on),
        kind=KINDS[wanted.kind],
        title=wanted.title,
    )
    for link in wanted.links:
        heir = names[link.successor] if link.successor else gettext("không có đơn vị kế tục")
        if link.successor != link.predecessor:
            yield f"{names[link.predecessor]} → {heir}" + _part(wanted, link.share, link.what)
    for key in sorted(ending_units(wanted), key=list(names).index):
        yield gettext(
            "“%(name)s” kết thúc hoạt động, ngày cuối cùng là %(last)s.",
            name=names[key],
            last=day(wanted.effective_on - timedelta(days=1)),
        )


def _part(wanted: Succession, share: Any, what: str) -> str:
    said = f", {percent(share)}" if asked_of(wanted.kind).share else ""
    return f"{said}: {what}." if what else f"{said}."


def _notes(wanted: Succession) -> Iterator[str]:
    if not wanted.legal_basis:
        yield gettext("Chưa ghi văn bản căn cứ của việc sắp xếp.")
    ids = {key: unit for unit, key in unit_keys().items()}
    for key in sorted(ending_units(wanted)):
        used = use_of_unit(db_session(), unit_id=ids[key], day=wanted.effective_on)
        yield from (f"{names_by_key()[key]}: {said}" for said in warnings_of(used))


def _state(wanted: Succession) -> str:
    """What tells whether one of its units was changed since it was looked at."""
    keys = {link.predecessor for link in wanted.links}
    keys |= {link.successor for link in wanted.links if link.successor}
    ids = [unit for unit, key in unit_keys().items() if key in keys]
    periods = select(UnitPeriod.id, UnitPeriod.row_version).where(UnitPeriod.unit_id.in_(ids))
    rows = db_session().execute(periods.order_by(UnitPeriod.id)).all()
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
