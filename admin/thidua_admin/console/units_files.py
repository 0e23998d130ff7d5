"""The register of units as a file: out, looked through, in, all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from typing import Any

from flask import flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from pydantic import TypeAdapter, ValidationError

from thidua.errors import Conflict, Invalid
from thidua.exchange.units import COLUMNS, read_units, units_csv, units_workbook
from thidua.work.register import Imported, TakenLine, UnitLine, import_units, unit_lines
from thidua.work.versions import wait_turn
from thidua_admin.console.export import TYPES, file_name
from thidua_admin.console.forms import day, read_day
from thidua_admin.console.lookups import today
from thidua_admin.console.uploads import read_upload
from thidua_admin.console.verbs import sentences, through
from thidua_admin.security import actor, db_session

_LINES = TypeAdapter(tuple[UnitLine, ...])
_WRITERS = {"xlsx": units_workbook, "csv": units_csv}
_SAID = tuple(name for name in COLUMNS if name not in ("told", "key"))


@dataclass(frozen=True)
class Difference:
    """One thing that a line corrects, as the file writes it."""

    label: str
    old: str
    new: str


class UnitFiles:
    """The pages of an import; a part of the view of units, whose back they use."""

    render: Any
    get_url: Any

    @expose("/danh-sach.xlsx")  # type: ignore[untyped-decorator]
    def workbook_view(self) -> ResponseReturnValue:
        """The register as a workbook that can be corrected and handed in again."""
        return _file("xlsx")

    @expose("/danh-sach.csv")  # type: ignore[untyped-decorator]
    def csv_view(self) -> ResponseReturnValue:
        """The same as CSV."""
        return _file("csv")

    @expose("/nhap/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def import_view(self) -> ResponseReturnValue:
        """Look through what a file would do; nothing is written."""
        problems: Sequence[str] = ()
        if request.method == "POST":
            try:
                lines = read_upload("file", read_units)
                return self._preview(lines, _tried(lines))
            except Invalid as refusal:
                problems = sentences(refusal)
        page: str = self.render(
            "console/units_import.html",
            problems=problems,
            columns=COLUMNS,
            back=self.get_url(".index_view"),
        )
        return page

    @expose("/nhap/ghi/", methods=("POST",))  # type: ignore[untyped-decorator]
    def import_do_view(self) -> ResponseReturnValue:
        """Take in the lines that were looked through, all or none."""
        done = through(_take)
        if done is None:
            return redirect(self.get_url(".import_view"))
        flash(
            gettext(
                "Đã thêm %(added)s, sửa %(changed)s, giữ nguyên %(unchanged)s dòng.",
                added=len(done.added),
                changed=len(done.changed),
                unchanged=done.unchanged,
            ),
            "success",
        )
        return redirect(self.get_url(".index_view"))

    def _preview(self, lines: Sequence[UnitLine], done: Imported) -> str:
        page: str = self.render(
            "console/units_preview.html",
            done=done,
            rows=[(item, list(differences(item))) for item in done.taken],
            day=day,
            lines=_LINES.dump_json(tuple(lines)).decode(),
            seen=register_hash(),
            back=self.get_url(".import_view"),
        )
        return page


def register_hash() -> str:
    """What tells whether the register has changed since it was looked at."""
    lines = unit_lines(db_session(), by=actor())
    return hashlib.sha256(_LINES.dump_json(lines)).hexdigest()


def differences(item: TakenLine) -> Iterator[Difference]:
    """What a line corrects; nothing where it is new."""
    if item.before is None:
        return
    old, new = asdict(item.before), asdict(item.line)
    for name in _SAID:
        if old[name] != new[name]:
            yield Difference(COLUMNS[name], _written(old[name]), _written(new[name]))


def _written(value: str | date | None) -> str:
    return day(value) if isinstance(value, date) else value or "–"


def _tried(lines: Sequence[UnitLine]) -> Imported:
    """What the import would do; undone."""
    with db_session().begin_nested() as trial:
        done = import_units(db_session(), lines=lines, by=actor())
        trial.rollback()
    return done


def _take() -> Imported:
    wait_turn(db_session())
    if request.form.get("seen") != register_hash():
        raise Conflict(
            "Danh sách đơn vị đã được sửa sau khi bạn xem trước. Hãy chọn lại tệp để xem lại."
        )
    return import_units(db_session(), lines=_posted(request.form.get("lines", "")), by=actor())


def _posted(text: str) -> tuple[UnitLine, ...]:
    """The lines that were looked through, as the page carried them."""
    try:
        return _LINES.validate_json(text)
    except ValidationError as error:
        raise Invalid.one("Tệp", "Hãy chọn lại tệp rồi xem trước.") from error


def _file(kind: str) -> ResponseReturnValue:
    asked = read_day(request.args.get("ngay", ""))
    lines = unit_lines(db_session(), by=actor(), day=asked)
    name = file_name(gettext("Danh sách đơn vị"), asked or today(), kind)
    return send_file(
        BytesIO(_WRITERS[kind](lines)), TYPES[kind], as_attachment=True, download_name=name
    )
