"""Taking in a file on a console page: choose it, look through what it would do, confirm.

Nothing is written before the confirmation, and then exactly what the confirming page showed: it
carries that along, signed for the view and the province.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer

from thidua.errors import Invalid
from thidua_admin.console.uploads import read_upload
from thidua_admin.console.verbs import sentences, through


@dataclass(frozen=True)
class Preview:
    """The page that shows what a file would do; ``held`` (as JSON) is what a confirmation does."""

    template: str
    held: Any
    shown: Mapping[str, Any] = field(default_factory=dict)


class FileImport:
    """The pages of an import; a part of a view, which says what is read, shown and done."""

    import_template = "console/import.html"
    import_title: Any
    import_lead: Any
    import_hint: Any = ""
    import_files: Sequence[tuple[Any, str]] = ()
    """Workbooks to start from: what the link says, and its endpoint."""

    endpoint: Any
    render: Any
    get_url: Any

    def may_import(self) -> None:
        """Refuse who may open the view but not import."""

    def import_form(self) -> Mapping[str, Any]:
        """What else the page for choosing a file shows."""
        return {}

    def read_file(self, path: Path) -> Any:
        """What stands in the file; ``Invalid`` names every problem."""
        raise NotImplementedError

    def preview(self, found: Any) -> Preview:
        """What it would do. The notes of an ``Invalid`` are told beside its problems."""
        raise NotImplementedError

    def take_in(self, held: Any) -> Any:
        """Do what was looked through, whole or not at all."""
        raise NotImplementedError

    def taken_in(self, done: Any) -> ResponseReturnValue:
        """The answer once it is done."""
        raise NotImplementedError

    @expose("/nhap/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def import_view(self) -> ResponseReturnValue:
        """Look through what a file would do; nothing is written."""
        self.may_import()
        problems: Sequence[str] = ()
        notes: Sequence[str] = ()
        if request.method == "POST":
            try:
                return self._previewed(self.preview(read_upload("file", self.read_file)))
            except Invalid as refusal:
                problems, notes = sentences(refusal), getattr(refusal, "__notes__", ())
        page: str = self.render(
            self.import_template,
            problems=problems,
            notes=notes,
            back=self.get_url(".index_view"),
            **self.import_form(),
        )
        return page

    @expose("/nhap/ghi/", methods=("POST",))  # type: ignore[untyped-decorator]
    def import_do_view(self) -> ResponseReturnValue:
        """Take in what was looked through, all or none."""
        done = through(lambda: self.take_in(_unpacked(self.endpoint)))
        return redirect(self.get_url(".import_view")) if done is None else self.taken_in(done)

    def _previewed(self, made: Preview) -> str:
        page: str = self.render(
            made.template,
            packed=_box(self.endpoint).dumps(made.held),
            back=self.get_url(".import_view"),
            **made.shown,
        )
        return page


def _unpacked(view: str) -> Any:
    """What the confirming page showed."""
    try:
        return _box(view).loads(request.form.get("packed", ""))
    except BadSignature as error:
        raise Invalid.one(gettext("Tệp"), gettext("Hãy chọn lại tệp rồi xem trước.")) from error


def _box(view: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"import.{view}.{g.province.id}")
