"""Figures that an agency brings for all units: a table to download, to fill in, to give back.

A table is first shown as it was understood, with every problem by its line, and nothing of it is
kept; only the confirmed table is written, all of it or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.errors import Invalid, Problem, ThiduaError
from thidua.exchange.appraisal import agency_workbook
from thidua.exchange.figures import read_figures
from thidua.work.agency_figures import AgencyTable, Uploaded, agency_table, upload_agency_figures
from thidua.work.figure_lines import FigureColumn, FigureLine
from thidua_admin.console.verbs import through
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import XLSX, desk
from thidua_admin.security import actor, db_session


@dataclass(frozen=True)
class Preview:
    """A table as it was understood: its lines, what it would write, or why it cannot."""

    lines: Sequence[FigureLine]
    would: Uploaded | None
    problems: Sequence[Problem]
    text: str


@desk.get("/tham-dinh/<int:campaign_id>/so-lieu")
def appraisal_figures(campaign_id: int) -> ResponseReturnValue:
    """What the agency is asked for, and where to give it."""
    return _page(campaign_id, _table(campaign_id))


@desk.get("/tham-dinh/<int:campaign_id>/so-lieu.xlsx")
def appraisal_figures_workbook(campaign_id: int) -> ResponseReturnValue:
    """The table to fill in, with the units' names."""
    table = _table(campaign_id)
    name = f"so-lieu-tham-dinh-{table.year}.xlsx"
    book = BytesIO(agency_workbook(table))
    return send_file(book, XLSX, as_attachment=True, download_name=name)


@desk.post("/tham-dinh/<int:campaign_id>/so-lieu")
def appraisal_figures_given(campaign_id: int) -> ResponseReturnValue:
    """Show what a table would write, or write what was confirmed."""
    table = _table(campaign_id)
    if "xac-nhan" not in request.form:
        return _page(campaign_id, table, _preview(campaign_id, table))
    done = through(lambda: _upload(campaign_id, _lines(table)))
    if done is None:
        return _page(campaign_id, table)
    said = gettext("Đã ghi %(count)s số liệu của %(units)s đơn vị.", count=done.written,
                   units=done.units)  # fmt: skip
    flash(said, "success")
    return redirect(url_for("desk.appraisal_figures", campaign_id=campaign_id))


def _page(
    campaign_id: int, table: AgencyTable, preview: Preview | None = None
) -> ResponseReturnValue:
    return render_template(
        "desk/appraisal_figures.html",
        campaign_id=campaign_id,
        table=table,
        preview=preview,
        filled=_filled(table, preview.lines) if preview else (),
    )


def _filled(table: AgencyTable, lines: Sequence[FigureLine]) -> Sequence[FigureColumn]:
    """The columns in which some line has a figure."""
    return [c for c in table.columns if any(c.key in line.values for line in lines)]


def _table(campaign_id: int) -> AgencyTable:
    return agency_table(db_session(), campaign_id=campaign_id, by=actor())


def _preview(campaign_id: int, table: AgencyTable) -> Preview:
    """What the table would write; nothing of it stays."""
    session = db_session()
    lines: Sequence[FigureLine] = ()
    try:
        lines = _lines(table)
        would = _upload(campaign_id, lines)
    except Invalid as refusal:
        return Preview(lines, None, refusal.problems, "")
    except ThiduaError as refusal:
        return Preview(lines, None, (Problem("", str(refusal)),), "")
    finally:
        session.rollback()
    return Preview(lines, would, (), _text(table, lines))


def _upload(campaign_id: int, lines: Sequence[FigureLine]) -> Uploaded:
    return upload_agency_figures(
        db_session(), campaign_id=campaign_id, rows=lines, by=actor(), at=now()
    )


def _lines(table: AgencyTable) -> Sequence[FigureLine]:
    """The lines of the file that was sent, or of the table that was pasted."""
    sent = request.files.get("tep")
    pasted = request.form.get("bang", "")
    if not (sent and sent.filename) and not pasted.strip():
        raise Invalid.one("", gettext("Hãy chọn tệp hoặc dán bảng số liệu."))
    with TemporaryDirectory() as folder:
        if sent and sent.filename:
            path = Path(folder) / f"bang-so-lieu{Path(sent.filename).suffix.lower()[:6]}"
            sent.save(path)
        else:
            path = Path(folder) / "bang-da-dan.csv"
            path.write_text(pasted, encoding="utf-8")
        return read_figures(path, table.columns).lines


def _written(line: FigureLine, column: FigureColumn) -> str:
    """The figure of a line in a column as it is read again; "" for none."""
    value = line.values.get(column.key)
    if value is None:
        return ""
    return column.options[int(value)] if column.options else f"{value:f}".replace(".", ",")


def _text(table: AgencyTable, lines: Sequence[FigureLine]) -> str:
    """The lines again as a table, to be sent back when confirmed."""
    rows = [["Đơn vị", "Mã đơn vị", *(column.label for column in table.columns)]]
    for line in lines:
        cells = [_written(line, column) for column in table.columns]
        rows.append([line.unit, line.code, *cells])
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
