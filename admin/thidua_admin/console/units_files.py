"""The register of units as a file: out, looked through, in, all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from pydantic import TypeAdapter

from thidua.errors import Conflict
from thidua.exchange.units import COLUMNS, read_units, units_csv, units_workbook
from thidua.work.register import Imported, TakenLine, UnitLine, import_units, unit_lines
from thidua.work.versions import wait_turn
from thidua_admin.console.export import TYPES, file_name
from thidua_admin.console.forms import day, read_day
from thidua_admin.console.importing import FileImport, Preview
from thidua_admin.console.lookups import today
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


class UnitFiles(FileImport):
    """The pages of an import; a part of the view of units."""

    import_template = "console/units_import.html"
    import_title = lazy_gettext("Nhập, xuất danh sách đơn vị")
    import_lead = lazy_gettext(
        "Tải danh sách hiện có, sửa trong bảng tính rồi nhập lại. Mỗi dòng là một đơn vị trong một "
        "khoảng thời gian. Có một lỗi thì không dòng nào được ghi."
    )
    import_hint = lazy_gettext(
        "Dòng tiêu đề cần có: Tên đơn vị, Loại đơn vị. Dòng có khóa và ngày bắt đầu đã biết là "
        "đính chính; khóa để trống là đơn vị mới. Dòng không có trong tệp thì giữ nguyên."
    )

    @expose("/danh-sach.xlsx")  # type: ignore[untyped-decorator]
    def workbook_view(self) -> ResponseReturnValue:
        """The register as a workbook that can be corrected and handed in again."""
        return _file("xlsx")

    @expose("/danh-sach.csv")  # type: ignore[untyped-decorator]
    def csv_view(self) -> ResponseReturnValue:
        """The same as CSV."""
        return _file("csv")

    def read_file(self, path: Path) -> tuple[UnitLine, ...]:
        """The lines of a workbook or CSV."""
        return read_units(path)

    def preview(self, found: tuple[UnitLine, ...]) -> Preview:
        """What the lines add and correct."""
        done = _tried(found)
        rows = [(item, list(differences(item))) for item in done.taken]
        held = {"lines": _LINES.dump_python(found, mode="json"), "seen": register_hash()}
        shown = {"done": done, "rows": rows, "count": len(rows), "day": day}
        return Preview("console/units_preview.html", held, shown)

    def take_in(self, held: Any) -> Imported:
        """Take in the lines, as long as the register is what it was."""
        wait_turn(db_session())
        if held["seen"] != register_hash():
            raise Conflict(
                "Danh sách đơn vị đã được sửa sau khi bạn xem trước. Hãy chọn lại tệp để xem lại."
            )
        lines = _LINES.validate_python(held["lines"])
        return import_units(db_session(), lines=lines, by=actor())

    def taken_in(self, done: Imported) -> ResponseReturnValue:
        """How much was done."""
        words = gettext(
            "Đã thêm %(added)s, sửa %(changed)s, giữ nguyên %(unchanged)s dòng.",
            added=len(done.added), changed=len(done.changed), unchanged=done.unchanged,
        )  # fmt: skip
        flash(words, "success")
        return redirect(self.get_url(".index_view"))


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


def _file(kind: str) -> ResponseReturnValue:
    asked = read_day(request.args.get("ngay", ""))
    lines = unit_lines(db_session(), by=actor(), day=asked)
    name = file_name(gettext("Danh sách đơn vị"), asked or today(), kind)
    return send_file(
        BytesIO(_WRITERS[kind](lines)), TYPES[kind], as_attachment=True, download_name=name
    )
