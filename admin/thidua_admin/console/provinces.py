"""Các tỉnh: the province plugins of this installation, and those refused with the reason."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_admin import BaseView, expose

from thidua.registry import Registry
from thidua_admin.console.lists import Access


class ProvincesView(Access, BaseView):  # type: ignore[misc]
    """Which plugins run, in which version, and why others do not."""

    roles = frozenset({"admin"})

    def __init__(self, registry: Registry, **menu: Any) -> None:
        super().__init__(**menu)
        self.registry = registry

    @expose("/")  # type: ignore[untyped-decorator]
    def index(self) -> str:
        """The page."""
        page: str = self.render(
            "console/provinces.html",
            loaded=list(self.registry.provinces.values()),
            refused=self.registry.refused,
            current=g.province,
        )
        return page
