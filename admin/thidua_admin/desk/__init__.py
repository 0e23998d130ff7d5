"""Task pages: what people read and do, apart from the console."""

from __future__ import annotations

from thidua_admin.desk import (  # noqa: F401 (their addresses join the desk)
    about,
    awards,
    row,
    saving,
)
from thidua_admin.desk.navigation import navigation
from thidua_admin.desk.pages import desk

__all__ = ["desk", "navigation"]
