"""Bộ tiêu chí: the versions stored, and one as a tree with what the linter says beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from thidua.spec.criteria import CriteriaSet
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.people import Role
from thidua.work.access import STAFF
from thidua.work.criteria import grading_of, guidable_leaves
from thidua.work.set_amendments import acknowledgement, lint_of
from thidua.work.set_uses import SetUse, set_uses
from thidua.work.sets import parsed
from thidua_admin.console.criteria_amending import CriteriaAmending
from thidua_admin.console.criteria_comparing import CriteriaComparing
from thidua_admin.console.criteria_import import CriteriaImport
from thidua_admin.console.criteria_tree import agency_names, maximum, tree
from thidua_admin.console.lists import EmptyWords, ListView, folded
from thidua_admin.console.lookups import kind_names, once
from thidua_admin.console.marks import illustrative, state
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import ReadOnly
from thidua_admin.formats import ticks
from thidua_admin.security import actor, db_session, rights


def uses() -> Mapping[int, Sequence[SetUse]]:
    """Where the sets are used, asked once a request."""
    return once("set_uses", lambda: set_uses(db_session(), by=actor()))


def kinds_of(criteria: CriteriaSet) -> str:
    """The names of the kinds of unit that a set scores."""
    return ", ".join(kind_names().get(kind, kind) for kind in criteria.kinds)


def basis_of(criteria: CriteriaSet) -> str:
    """The number of the decision that issued the set, else its title."""
    first = next(iter(criteria.legal_basis), None)
    return "–" if first is None else first.number or first.title


def _use(view: Any, context: Any, row: StoredCriteriaSet, name: str) -> Markup:
    if not row.frozen:
        return state(gettext("Dự thảo"), "warn")
    years = dict.fromkeys(str(use.year) for use in uses().get(row.id, ()))
    word = gettext("Cố định, kỳ %(years)s", years=", ".join(years))
    return state(word if years else gettext("Cố định"), "info")


class CriteriaView(CriteriaImport, CriteriaAmending, CriteriaComparing, ReadOnly, ListView):
    """Criteria sets are imported as new versions; guidance is written until a campaign opens."""

    roles: frozenset[Role] = STAFF | {"appraiser"}
    list_template = "console/criteria_list.html"
    details_template = "console/criteria.html"
    column_list = ("title", "version", "basis", "kinds", "leaves", "points", "use", "illustrative")
    column_numeric = ("leaves", "points")
    column_labels = {  # noqa: RUF012
        "title": lazy_gettext("Bộ tiêu chí"),
        "version": lazy_gettext("Phiên bản"),
        "basis": lazy_gettext("Căn cứ"),
        "kinds": lazy_gettext("Loại đơn vị"),
        "leaves": lazy_gettext("Số dòng"),
        "points": lazy_gettext("Điểm"),
        "use": lazy_gettext("Trạng thái"),
        "illustrative": lazy_gettext("Nội dung"),
    }
    column_formatters = {  # noqa: RUF012
        "basis": lambda view, context, row, name: basis_of(parsed(row)),
        "kinds": lambda view, context, row, name: kinds_of(parsed(row)),
        "leaves": lambda view, context, row, name: len(parsed(row).leaves),
        "points": lambda view, context, row, name: ticks(maximum(parsed(row).leaves)),
        "use": _use,
        "illustrative": lambda view, context, row, name: illustrative(parsed(row).illustrative),
    }
    column_sortable_list = ("title", "version")
    column_default_sort = ("id", True)
    searched = (
        (lazy_gettext("tên bộ tiêu chí"), folded(StoredCriteriaSet.title)),
        (lazy_gettext("mã bộ"), folded(StoredCriteriaSet.code)),
    )
    row_actions = (
        RowAction(lazy_gettext("Xem các tiêu chí"), ".details_view"),
        RowAction(lazy_gettext("So với phiên bản khác"), ".diff_view"),
        RowAction(lazy_gettext("Tải phụ lục (.xlsx)"), ".annex_view"),
    )
    empty = EmptyWords(
        lazy_gettext("Chưa có bộ tiêu chí nào"),
        lazy_gettext("Nhập phụ lục của quyết định ban hành bộ tiêu chí từ bảng tính để bắt đầu."),
    )

    def may_change(self) -> bool:
        """Whether the signed-in person runs the scoring."""
        return rights().any_of(STAFF)

    def beside(self, row: StoredCriteriaSet) -> dict[str, Any]:
        """The tree of a set, and what is to be minded in it."""
        criteria = parsed(row)
        findings = lint_of(db_session(), criteria)
        guidable = guidable_leaves(db_session(), set_id=row.id, by=actor())
        domains = tree(criteria, findings, agency_names(), guidable)
        placed = {node.code for node in criteria.nodes()}
        return {
            "criteria": criteria,
            "kinds": kinds_of(criteria),
            "points": maximum(criteria.leaves),
            "domains": domains,
            "findings": findings,
            "placed": placed,
            "blocking": [item for item in findings if item.blocks],
            "uses": uses().get(row.id, ()),
            "kind_names": kind_names(),
            "grading": grading_of(db_session(), criteria.grading),
            "missing": self.missing_count(criteria),
            "acknowledgement": acknowledgement,
            "may_acknowledge": self.may_change() and not row.frozen,
        }
