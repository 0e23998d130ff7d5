"""Task pages: what people read and do, apart from the console."""

from __future__ import annotations

from thidua_admin.desk import about, awards, row  # noqa: F401 (their addresses join the desk)
from thidua_admin.desk.navigation import navigation
from thidua_admin.desk.pages import desk

__all__ = ["desk", "navigation"]
