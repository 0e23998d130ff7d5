"""Cách xét khen: every version of the rules by which a movement's awards are decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy import func, select

from thidua.awards.eligibility import law_on
from thidua.spec.award_conditions import CATEGORIES, INITIATIVE_LEVELS, RECIPIENTS
from thidua.spec.awards import AwardScheme
from thidua.spec.loading import parse
from thidua.store.awards import AwardRound, StoredAwardScheme
from thidua.store.documents import StoredAwardForm
from thidua.store.people import Role
from thidua.work.access import STAFF
from thidua.work.documents import differences
from thidua.work.legal import outdated, regimes_of
from thidua_admin.console.lists import EmptyWords, Found, ListView, Narrowing, folded
from thidua_admin.console.lookups import once, today
from thidua_admin.console.marks import illustrative, state
from thidua_admin.console.movements import movements
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import ReadOnly
from thidua_admin.security import db_session

ALL_VERSIONS = "tat-ca"


@dataclass(frozen=True)
class Version:
    """A version of a scheme and what it changed of the one before."""

    row: StoredAwardScheme
    changes: Sequence[str]


def _newest() -> Mapping[str, int]:
    """The id of the newest version of every scheme, by code."""
    newest = select(StoredAwardScheme.code, func.max(StoredAwardScheme.id)).group_by(
        StoredAwardScheme.code
    )
    return once("schemes", lambda: dict(db_session().execute(newest).all()))


def _versions(chosen: str) -> Found | None:
    return None if chosen else StoredAwardScheme.id.in_(_newest().values())


def _scheme(row: StoredAwardScheme) -> AwardScheme:
    return once(f"scheme {row.id}", lambda: parse(AwardScheme, row.document))


def _forms() -> Mapping[str, str]:
    """Award forms by code."""
    rows = select(StoredAwardForm.code, StoredAwardForm.document["name"].astext)
    return once("forms", lambda: dict(db_session().execute(rows).all()))


def _places(scheme: AwardScheme) -> str:
    said = [f"{quota.count} {RECIPIENTS[quota.recipient]}" for quota in scheme.quotas]
    return ", ".join(said) or "–"


def _rounds(scheme: AwardScheme) -> str:
    years = [item.year for item in scheme.rounds]
    return f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])


def _state(row: StoredAwardScheme) -> Markup:
    if _newest()[row.code] != row.id:
        return state(gettext("Đã sửa đổi"))
    if all(item.held for item in _scheme(row).rounds):
        return state(gettext("Mọi đợt tạm dừng"), "warn")
    return state(gettext("Hiện hành"), "good")


class SchemeView(ReadOnly, ListView):
    """The schemes of the province's movements; entered and amended by documents."""

    roles: frozenset[Role] = STAFF | {"auditor"}
    details_template = "console/scheme.html"
    column_list = ("title", "version", "form", "rounds", "places", "state", "illustrative")
    column_labels = {  # noqa: RUF012
        "title": lazy_gettext("Cách xét khen"),
        "version": lazy_gettext("Phiên bản"),
        "form": lazy_gettext("Hình thức"),
        "rounds": lazy_gettext("Các đợt"),
        "places": lazy_gettext("Số lượng mỗi đợt"),
        "state": lazy_gettext("Tình trạng"),
        "illustrative": lazy_gettext("Nội dung"),
    }
    column_formatters = {  # noqa: RUF012
        "form": lambda view, context, row, name: _forms().get(_scheme(row).form or "", "–"),
        "rounds": lambda view, context, row, name: _rounds(_scheme(row)),
        "places": lambda view, context, row, name: _places(_scheme(row)),
        "state": lambda view, context, row, name: _state(row),
        "illustrative": lambda view, context, row, name: illustrative(_scheme(row).illustrative),
    }
    column_sortable_list = ("title", "version")
    column_default_sort = [("code", False), ("id", True)]  # noqa: RUF012
    searched = ((lazy_gettext("tên cách xét khen"), folded(StoredAwardScheme.title)),)
    narrowings = (
        Narrowing(
            "phien-ban",
            lazy_gettext("Phiên bản"),
            lazy_gettext("Phiên bản mới nhất"),
            lambda: {ALL_VERSIONS: gettext("Mọi phiên bản")},
            _versions,
        ),
    )
    row_actions = (RowAction(lazy_gettext("Xem cách xét khen"), ".details_view"),)
    empty = EmptyWords(
        lazy_gettext("Chưa có cách xét khen nào"),
        lazy_gettext(
            "Cách xét khen đến cùng dữ liệu của tỉnh; sửa đổi được quản trị hệ thống nhập từ tệp "
            "bằng lệnh: thidua awards amend"
        ),
    )

    def beside(self, row: StoredAwardScheme) -> dict[str, Any]:
        """One version with its rounds, places, conditions, law and what it changed."""
        scheme = _scheme(row)
        return {
            "row": row,
            "scheme": scheme,
            "form": _forms().get(scheme.form or "", ""),
            "movement": movements().get(scheme.movement),
            "opened": _opened(row),
            "versions": _history(row.code),
            "state": _state(row),
            "recipients": RECIPIENTS,
            "categories": CATEGORIES,
            "initiative_levels": INITIATIVE_LEVELS,
            **_law(scheme),
        }


def _opened(row: StoredAwardScheme) -> dict[int, AwardRound]:
    """The rounds opened, by year, under whichever version."""
    rounds = select(AwardRound).where(AwardRound.scheme_code == row.code)
    return {item.year: item for item in db_session().scalars(rounds)}


def _history(code: str) -> list[Version]:
    """Every version, the newest first, with what it changed."""
    ours = StoredAwardScheme.code == code
    rows = db_session().scalars(select(StoredAwardScheme).where(ours).order_by("id")).all()
    before: Any = None
    found = []
    for row in rows:
        changes = list(differences(before, row.document)) if before else []
        found.append(Version(row, changes))
        before = row.document
    return found[::-1]


def _law(scheme: AwardScheme) -> dict[str, Any]:
    regimes = regimes_of(db_session())
    law = law_on(regimes, today(), gettext("hôm nay")) if regimes else None
    return {"law": law, "outdated": list(outdated(scheme.legal_basis, regimes, today()))}
