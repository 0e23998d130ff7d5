"""The console (Flask-Admin): lists and forms for those who run the scoring."""

from __future__ import annotations

from typing import Any

from flask_admin import Admin, AdminIndexView

from thidua.runtime import Runtime
from thidua_admin.db import CoreDB


class ConsoleIndex(AdminIndexView):  # type: ignore[misc]
    """The console's first page."""


def add_views(admin: Admin, db: CoreDB, runtime: Runtime) -> None:
    """Register the console's views."""
