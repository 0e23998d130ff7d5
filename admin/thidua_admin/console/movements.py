"""Kế hoạch phong trào: what each movement's plan says, and how it was amended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy import func, select

from thidua.spec.base import Provenance, sourced_in
from thidua.spec.movement import PHASES, Movement
from thidua.store.documents import StoredMovement
from thidua.store.movements import MovementAmendment
from thidua.store.people import Role
from thidua.store.vietnamese import sort_key
from thidua.work.access import STAFF
from thidua.work.award_page import list_rounds
from thidua.work.movements import movement_by_code, movement_versions, newest_movements
from thidua_admin.console.forms import day
from thidua_admin.console.lists import EmptyWords, ListView, folded
from thidua_admin.console.lookups import once
from thidua_admin.console.marks import illustrative
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import ReadOnly
from thidua_admin.security import actor, db_session

REGISTRATION = {
    "voluntary": lazy_gettext("Tự nguyện đăng ký"),
    "required": lazy_gettext("Mọi nơi thuộc đối tượng đều tham gia"),
    "unsaid": lazy_gettext("Nguồn không nói"),
}


def movements() -> Mapping[str, Movement]:
    """Every movement as last amended, by code; read once a request."""
    return once("movements", lambda: {item.code: item for item in newest_movements(db_session())})


def _amended() -> Mapping[int, int]:
    """How often each movement was amended, by its id."""
    counts = select(MovementAmendment.movement_id, func.count()).group_by(
        MovementAmendment.movement_id
    )
    return once("amended", lambda: dict(db_session().execute(counts).all()))


def _years(movement: Movement) -> str:
    years = movement.period.years
    if not years:
        return "–"
    return f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])


def _invented(movement: Movement) -> Markup | str:
    parts = sourced_in(movement)
    return illustrative(any(item.provenance is Provenance.ILLUSTRATIVE for item in parts))


class MovementView(ReadOnly, ListView):
    """The movements of the province, each with its plan."""

    roles: frozenset[Role] = STAFF | {"auditor"}
    details_template = "console/movement.html"
    column_list = ("title", "plan", "years", "duties", "amended", "illustrative")
    column_numeric = ("duties", "amended")
    column_labels = {  # noqa: RUF012
        "title": lazy_gettext("Phong trào thi đua"),
        "plan": lazy_gettext("Kế hoạch"),
        "years": lazy_gettext("Các năm"),
        "duties": lazy_gettext("Nhiệm vụ"),
        "amended": lazy_gettext("Lần sửa đổi"),
        "illustrative": lazy_gettext("Nội dung"),
    }
    column_formatters = {  # noqa: RUF012
        "title": lambda view, context, row, name: movements()[row.code].title,
        "plan": lambda view, context, row, name: movements()[row.code].plan.number or "–",
        "years": lambda view, context, row, name: _years(movements()[row.code]),
        "duties": lambda view, context, row, name: len(movements()[row.code].duties),
        "amended": lambda view, context, row, name: _amended().get(row.id, 0),
        "illustrative": lambda view, context, row, name: _invented(movements()[row.code]),
    }
    column_sortable_list = ()
    searched = ((lazy_gettext("tên phong trào"), folded(StoredMovement.document["title"].astext)),)
    row_actions = (RowAction(lazy_gettext("Xem kế hoạch"), ".details_view"),)
    empty = EmptyWords(
        lazy_gettext("Chưa có phong trào thi đua nào"),
        lazy_gettext("Quản trị hệ thống nhập dữ liệu của tỉnh bằng lệnh: thidua province apply"),
    )

    def get_list(self, *args: Any, **kwargs: Any) -> tuple[int | None, list[StoredMovement]]:
        """The page in Vietnamese order of the titles."""
        count, rows = super().get_list(*args, **kwargs)
        return count, sorted(rows, key=lambda row: sort_key(movements()[row.code].title))

    def beside(self, row: StoredMovement) -> dict[str, Any]:
        """The plan with goals, duties, rounds and versions."""
        movement, forms = movement_by_code(db_session(), code=row.code, by=actor())
        rounds = list_rounds(db_session(), by=actor())
        return {
            "movement": movement,
            "forms": forms,
            "rounds": [item for item in rounds if item.movement == row.code],
            "versions": movement_versions(db_session(), code=row.code, by=actor())[::-1],
            "phases": PHASES,
            "registration": REGISTRATION[movement.registration],
            "due": _due,
        }


def _due(due: date | None, each_year: str) -> str:
    """The term of a duty as an office writes it."""
    if each_year:
        month, _, on = each_year.partition("-")
        return str(gettext("%(day)s hằng năm", day=f"{on}/{month}"))
    return day(due)
