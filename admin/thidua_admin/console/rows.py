"""The menu of a row: links, and things done at once after a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, url_for
from flask_admin.model.template import BaseListRowAction
from jinja2.runtime import Context
from markupsafe import Markup


def _always(row: Any) -> bool:
    return True


class RowAction(BaseListRowAction):  # type: ignore[misc]
    """One line of a row's menu, shown where ``when`` holds.

    With ``confirm`` it posts the row's id after that question, else it is a link.
    """

    def __init__(
        self,
        title: str,
        endpoint: str,
        *,
        confirm: str = "",
        danger: bool = False,
        when: Callable[[Any], bool] = _always,
    ) -> None:
        super().__init__(title)
        self.endpoint, self.confirm, self.danger, self.when = endpoint, confirm, danger, when

    def render(self, context: Context, row_id: str, row: Any) -> Markup:
        """The line's HTML; nothing where it does not apply."""
        if not self.when(row):
            return Markup()
        parts = current_app.jinja_env.get_template("console/parts.html").module
        back = context["return_url"]
        if self.confirm:
            return Markup(parts.post_line(self, url_for(self.endpoint), row_id, back))  # type: ignore[attr-defined]  # noqa: S704
        return Markup(parts.link_line(self, url_for(self.endpoint, id=row_id, url=back)))  # type: ignore[attr-defined]  # noqa: S704
