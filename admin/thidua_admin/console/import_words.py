"""What came in by an import, in a line."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from thidua.store.audit_rows import AuditEvent
from thidua_admin.console.lookups import figure_names


def content_of(event: AuditEvent) -> str:
    """What an import brought, from what the audit keeps of it; "" where it keeps nothing."""
    return ", ".join(str(part) for part in _parts(event.action, dict(event.after or {})) if part)


def _parts(action: str, said: dict[str, Any]) -> tuple[object, ...]:
    match action:
        case "province.apply":
            version = gettext("phiên bản %(version)s", version=said.get("version", "–"))
            return version, gettext("%(count)s thay đổi", count=len(said.get("changes", ())))
        case "units.import":
            return (
                gettext("thêm %(count)s", count=said.get("added", 0)),
                gettext("sửa %(count)s", count=said.get("changed", 0)),
                gettext("giữ nguyên %(count)s dòng", count=said.get("unchanged", 0)),
            )
        case "appraisal.figures":
            return (gettext("%(count)s đơn vị", count=len(said.get("units", ()))),)
        case "survey.paper":
            return (gettext("%(count)s phiếu", count=said.get("forms", 0)),)
        case "figures.import":
            units = gettext("%(count)s đơn vị", count=said.get("units", 0))
            what = said.get("what", "")
            return figure_names().get(what, what), units, said.get("source"), said.get("file")
        case "results.import":
            return said.get("title"), gettext("%(count)s dòng", count=said.get("rows", 0))
        case _:
            return said.get("title") or said.get("code"), said.get("number"), said.get("version")
