"""The sidebar: groups in the order of the work; the console's views join their groups."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext

from thidua.work.award_page import READERS
from thidua.work.lateness import READERS as LATENESS_READERS
from thidua_admin.security import rights
from thidua_admin.shell import Nav, NavEntry


def navigation() -> Nav:
    """Headed groups of entries for the page of this request."""
    return [
        ("", [_entry(gettext("Trang chủ"), "home", "home")]),
        (gettext("Chấm điểm"), _scoring()),
        (gettext("Khen thưởng"), _awards()),
        (gettext("Tra cứu"), _reference()),
    ]


def _scoring() -> list[NavEntry]:
    desks = []
    if rights().any_of({"officer"}):
        desks.append(_entry(gettext("Phiếu tự chấm"), "sheets", "clipboard-list"))
        desks.append(_entry(gettext("Sổ minh chứng"), "evidence", "paperclip"))
    if rights().any_of({"appraiser"}):
        desks.append(_entry(gettext("Thẩm định"), "appraisal", "clipboard-check"))
    if rights().any_of(LATENESS_READERS):
        desks.append(_entry(gettext("Thường trực"), "secretariat", "calendar"))
    return [
        *desks,
        _entry(gettext("Kết quả"), "results", "trophy"),
        _entry(gettext("Kiến nghị"), "petitions", "send"),
    ]


def _awards() -> list[NavEntry]:
    movements = _entry(gettext("Phong trào thi đua"), "movements", "award")
    if not rights().any_of(READERS):
        return [movements]
    return [movements, _entry(gettext("Xét khen thưởng"), "rounds", "medal")]


def _reference() -> list[NavEntry]:
    return [
        _entry(gettext("Về tỉnh"), "about", "map-pin"),
        _entry(gettext("Hướng dẫn"), "guide", "info-circle"),
    ]


def _entry(label: str, page: str, icon: str) -> NavEntry:
    here = request.endpoint or ""
    active = here == f"desk.{page}" or here.startswith(f"desk.{page.removesuffix('s')}_")
    return label, url_for(f"desk.{page}"), icon, active
