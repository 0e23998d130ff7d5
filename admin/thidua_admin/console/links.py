"""Addresses of the pages about what the audit and the register of documents name."""

from __future__ import annotations

from flask import current_app, url_for

from thidua.work.award_page import READERS as ROUND_READERS
from thidua_admin.console.lookups import once
from thidua_admin.security import rights

_CONSOLE = {
    "award_scheme": "schemes",
    "campaign": "campaigns",
    "criteria_set": "criteria",
    "movement": "movements",
    "succession": "successions",
}
"""Endpoint of the view whose details page shows the subject."""


def page_of(kind: str, id_: int) -> str:
    """The page about a subject; "" where there is none that this person may open."""
    if kind in _CONSOLE and _opens(_CONSOLE[kind]):
        return url_for(f"{_CONSOLE[kind]}.details_view", id=id_)
    if kind == "unit" and _opens("units"):
        return f"{url_for('units.details_view')}?don-vi={id_}"
    if kind == "legal_regime" and _opens("legal"):
        return f"{url_for('legal.index')}?hieu-luc=ap-dung"
    if kind == "result_version":
        return url_for("desk.result_table_page", version_id=id_)
    if kind == "award_round" and rights().any_of(ROUND_READERS):
        return url_for("desk.round_shown", round_id=id_)
    return ""


def _opens(endpoint: str) -> bool:
    """Whether the person may open the view."""
    return bool(once("openable", _accessible).get(endpoint))


def _accessible() -> dict[str, bool]:
    views = current_app.extensions["admin"][0]._views
    return {view.endpoint: view.is_accessible() for view in views}
