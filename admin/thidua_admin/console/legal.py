"""Văn bản căn cứ: every document that the province's data cites, searched and exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext, lazy_gettext

from thidua.store.people import Role
from thidua.store.vietnamese import search_text
from thidua.work.access import STAFF
from thidua.work.legal_register import CitedDocument, Citing, cited_documents
from thidua_admin.console.export import Cell, table_file
from thidua_admin.console.forms import day
from thidua_admin.console.links import page_of
from thidua_admin.console.lists import Access
from thidua_admin.console.lookups import today
from thidua_admin.security import actor, db_session

KINDS: Mapping[Citing, str] = {
    "criteria_set": lazy_gettext("Bộ tiêu chí"),
    "movement": lazy_gettext("Phong trào thi đua"),
    "award_scheme": lazy_gettext("Cách xét khen"),
    "succession": lazy_gettext("Sắp xếp đơn vị"),
}
STATES = {
    "con": lazy_gettext("Còn dùng được"),
    "het": lazy_gettext("Đã bị thay thế"),
    "ap-dung": lazy_gettext("Luật, nghị định, thông tư"),
}


class LegalView(Access, BaseView):  # type: ignore[misc]
    """One page of documents; where each is cited, and whether it was replaced."""

    roles: frozenset[Role] = STAFF | {"auditor"}

    @expose("/")  # type: ignore[untyped-decorator]
    def index(self) -> str:
        """The list, as it is searched and narrowed."""
        found = _found()
        page: str = self.render(
            "console/legal.html",
            documents=found,
            kinds=KINDS,
            states=STATES,
            asked=request.args,
            day=day,
            page_of=page_of,
        )
        return page

    @expose("/export/<export_type>/")  # type: ignore[untyped-decorator]
    def export(self, export_type: str) -> ResponseReturnValue:
        """The list as a file."""
        rows: list[list[Cell]] = [
            [
                str(word)
                for word in (
                    gettext("Văn bản"), gettext("Số, ký hiệu"), gettext("Ngày ban hành"),
                    gettext("Cơ quan ban hành"), gettext("Nơi viện dẫn"), gettext("Hiệu lực"),
                )
            ],
            *(_cells(item) for item in _found()),
        ]  # fmt: skip
        return table_file(rows, str(self.name), export_type)


def state_of(item: CitedDocument) -> str:
    """What is said of whether it applies."""
    words = [item.replaced, item.amended]
    if item.regime and not item.replaced:
        words.insert(0, gettext("Có hiệu lực từ %(day)s.", day=day(item.regime.in_force_from)))
    return " ".join(word for word in words if word)


def _cells(item: CitedDocument) -> list[Cell]:
    basis = item.basis
    cited = "; ".join(citation.title for citation in item.citations)
    return [
        basis.title, basis.number, day(basis.issued_on), basis.issuer, cited, state_of(item),
    ]  # fmt: skip


def _found() -> Sequence[CitedDocument]:
    documents = cited_documents(db_session(), day=today(), by=actor())
    words = search_text(request.args.get("search", "")).split()
    kind, state = request.args.get("noi", ""), request.args.get("hieu-luc", "")
    return [
        item
        for item in documents
        if all(word in _text(item) for word in words)
        and (kind not in KINDS or any(place.kind == kind for place in item.citations))
        and _is(item, state)
    ]


def _text(item: CitedDocument) -> str:
    basis = item.basis
    return search_text(f"{basis.title} {basis.number} {basis.issuer}")


def _is(item: CitedDocument, state: str) -> bool:
    tests: dict[str, Any] = {
        "con": not item.replaced,
        "het": bool(item.replaced),
        "ap-dung": item.regime is not None,
    }
    return bool(tests.get(state, True))
