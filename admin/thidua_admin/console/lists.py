"""What every list of the console shares: who may see it, searching, narrowing, its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.helpers import get_redirect_target
from flask_admin.model.base import ViewArgs
from flask_babel import gettext, lazy_gettext
from sqlalchemy import ColumnElement, func, literal_column, or_
from sqlalchemy.orm import InstrumentedAttribute, Query

from thidua.store.people import ROLES, Role
from thidua.store.vietnamese import search_text
from thidua.work.access import ROLE_NAMES, STAFF
from thidua_admin.console.export import SafeExport
from thidua_admin.console.forms import read_day
from thidua_admin.console.rows import RowAction
from thidua_admin.security import db_session, rights

ID_DIGITS = 19
LARGEST_PAGE = 100_000
_KEPT = ("search", "sort", "desc")
MARKS = "[\u0300-\u036f]"

Found = ColumnElement[bool]


@dataclass(frozen=True)
class Narrowing:
    """A choice above a list. ``where`` takes the chosen value, "" before any is chosen."""

    arg: str
    label: str
    blank: str
    options: Callable[[], Mapping[str, str]]
    where: Callable[[str], Found | None]

    @property
    def chosen(self) -> str:
        """The value in the address of this request, if it is one of the options."""
        value = request.args.get(self.arg, "")
        return value if value in self.options() else ""

    def found(self) -> Found | None:
        """The condition of what is chosen."""
        return self.where(self.chosen)


@dataclass(frozen=True)
class DayChoice:
    """A day typed above a list. ``where`` takes it; what is no day is not taken."""

    arg: str
    label: str
    where: Callable[[date | None], Found | None]
    otherwise: Callable[[], date | None] = lambda: None
    """The day meant before any is typed."""

    @property
    def typed(self) -> str:
        """What stands in the address of this request."""
        return request.args.get(self.arg, "").strip()

    @property
    def wrong(self) -> bool:
        """Whether that is no day."""
        return bool(self.typed) and read_day(self.typed) is None

    @property
    def chosen(self) -> str:
        """The typed day as an office writes it, "" without one."""
        typed = read_day(self.typed)
        return f"{typed:%d/%m/%Y}" if typed else ""

    @property
    def day(self) -> date | None:
        """The day that counts."""
        return read_day(self.typed) or self.otherwise()

    @property
    def shown(self) -> str:
        """What the field says."""
        counted = self.day
        return self.typed if self.wrong else f"{counted:%d/%m/%Y}" if counted else ""

    def found(self) -> Found | None:
        """The condition of the day that counts."""
        return self.where(self.day)


@dataclass(frozen=True)
class FormWords:
    """What a form says of itself."""

    heading: str
    submit: str
    lead: str = ""


@dataclass(frozen=True)
class EmptyWords:
    """What an empty list says: that it is, and what to do."""

    title: str
    text: str


class Access:
    """A page for some roles; others get 403 and do not see it in the menu."""

    roles: frozenset[Role] = STAFF

    def is_accessible(self) -> bool:
        """Whether the signed-in person has one of the roles."""
        return "rights" in g and rights().any_of(self.roles)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> None:
        """403, with the roles that may."""
        who = ", ".join(ROLE_NAMES[role] for role in ROLES if role in self.roles)
        abort(403, gettext("Trang này dành cho: %(who)s.", who=who))


class ListView(Access, SafeExport, ModelView):  # type: ignore[misc]
    """A list in the office's manner. Views combine it with ``Verbs`` or ``ReadOnly``."""

    list_template = "console/list.html"
    create_template = edit_template = "console/form.html"
    page_size = 50
    can_set_page_size = True
    page_size_options = (20, 50, 100)
    action_disallowed_list = ("delete",)
    column_display_actions = True

    searched: Sequence[tuple[str, ColumnElement[str] | InstrumentedAttribute[str]]] = ()
    """Label of each searched thing with its folded text (``folded`` or a stored search text)."""
    narrowings: Sequence[Narrowing | DayChoice] = ()
    row_actions: Sequence[RowAction] = ()
    page_links: Sequence[tuple[str, str]] = ()
    """Label and endpoint of further buttons above the list."""
    create_label = lazy_gettext("Thêm")
    empty = EmptyWords(lazy_gettext("Chưa có dòng nào"), "")

    def form_words(self, model: Any = None) -> FormWords:
        """The words of the form for a new row, or for ``model``."""
        return FormWords(str(self.name), gettext("Lưu"))

    def get_list_row_actions(self) -> list[RowAction]:
        """The lines of a row's menu."""
        return list(self.row_actions)

    def get_query(self) -> Query[Any]:
        """The rows as narrowed by the address."""
        return self.narrowed(super().get_query())

    def get_count_query(self) -> Query[Any]:
        """How many there are of them."""
        return self.narrowed(super().get_count_query())

    def narrowed(self, query: Query[Any]) -> Query[Any]:
        """The query with the conditions of the chosen narrowings."""
        conditions = [item.found() for item in self.narrowings]
        return query.filter(*(found for found in conditions if found is not None))

    def get_one(self, id: Any) -> Any:
        """The row with this id, whatever was chosen above the list; ``None`` when there is none."""
        return db_session().get(self.model, identifier(id))

    def asked(self) -> Any:
        """The row whose id stands in the address."""
        return self.get_one(request.args.get("id"))

    def posted_id(self) -> int:
        """The id that a row's menu or a button posted."""
        return identifier(request.form.get("id"))

    def beside(self, row: Any) -> Mapping[str, Any]:
        """What the page of a row shows beside the row itself."""
        return {}

    @expose("/details/")  # type: ignore[untyped-decorator]
    def details_view(self) -> ResponseReturnValue:
        """The page of one row."""
        row = self.asked()
        if row is not None:
            self._template_args.update(self.beside(row))
        page: ResponseReturnValue = super().details_view()
        return page

    def back(self) -> str:
        """The address that the person came from, else that of the list."""
        return str(get_redirect_target() or self.get_url(".index_view"))

    def gone(self) -> ResponseReturnValue:
        """Back, with the word that the row asked for is not there."""
        flash(gettext("Mục này không còn nữa."), "error")
        return redirect(self.back())

    def export_url(self, kind: str) -> str:
        """The address of the file of this list as it is searched, narrowed and ordered."""
        asked = {name: request.args[name] for name in _KEPT if name in request.args}
        return str(self.get_url(".export", export_type=kind, **asked, **self.chosen()))

    def chosen(self) -> dict[str, str]:
        """What was chosen above the list, as arguments of an address."""
        return {item.arg: item.chosen for item in self.narrowings if item.chosen}

    def init_search(self) -> bool:
        """Whether there is anything to search in."""
        return bool(self.searched)

    def search_placeholder(self) -> str:
        """What is searched in."""
        return ", ".join(str(label).lower() for label, _ in self.searched)

    def _apply_search(
        self, query: Query[Any], count: Query[Any], joins: Any, count_joins: Any, search: str
    ) -> tuple[Query[Any], Query[Any], Any, Any]:
        for word in search_text(search.replace("\0", "")).split():
            found = or_(*(text.contains(word, autoescape=True) for _, text in self.searched))
            query, count = query.filter(found), count.filter(found)
        return query, count, joins, count_joins

    def _get_list_extra_args(self) -> ViewArgs:
        args = super()._get_list_extra_args()
        args.page = min(max(args.page or 0, 0), LARGEST_PAGE)
        args.extra_args = self.chosen()
        return args


def identifier(text: object) -> int:
    """A row's id as text; what can be none becomes 0, which no row has."""
    digits = str(text)
    usable = digits.isascii() and digits.isdigit() and len(digits) < ID_DIGITS
    return int(digits) if usable else 0


def folded(column: InstrumentedAttribute[str] | ColumnElement[str]) -> ColumnElement[str]:
    """SQL for ``search_text`` of a column that keeps none."""
    plain = func.normalize(func.translate(column, "Đđ", "dd"), literal_column("NFD"))
    text: ColumnElement[str] = func.lower(func.regexp_replace(plain, MARKS, "", "g"))
    return text
