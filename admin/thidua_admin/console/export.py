"""Lists as files: xlsx and csv that Excel reads as meant and never runs."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from flask import Response, abort
from openpyxl import Workbook

from thidua.exchange.office import safe_text
from thidua.store.vietnamese import search_text
from thidua_admin.console.lookups import today

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
BOM = "\ufeff"
"""Tells Excel that a csv is UTF-8."""

Cell = str | int


def file_name(title: str, day: date, kind: str) -> str:
    """A name in plain letters: ``don-vi-2026-11-03.xlsx``."""
    return f"{'-'.join(search_text(title).split())}-{day:%Y-%m-%d}.{kind}"


def table_file(rows: Sequence[Sequence[Cell]], title: str, kind: str) -> Response:
    """Rows as a file of a kind; 404 for another kind. Text is never a formula."""
    if kind not in TYPES:
        abort(404)
    safe = [[safe_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    content = _csv(safe) if kind == "csv" else _xlsx(safe)
    disposition = f'attachment; filename="{file_name(title, today(), kind)}"'
    return Response(content, mimetype=TYPES[kind], headers={"Content-Disposition": disposition})


def _csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return (BOM + out.getvalue()).encode()


def _xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


class SafeExport:
    """A list that is exported as it is shown, without marks of HTML and without formulas."""

    can_export = True
    export_types = tuple(TYPES)
    export_max_rows = 20_000

    def get_export_value(self, model: Any, name: str) -> Cell:
        """One cell: a number, or text without marks of HTML."""
        value = super().get_export_value(model, name)  # type: ignore[misc]
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return str(value.striptags() if hasattr(value, "striptags") else value)

    def _export_csv(self, return_url: str) -> Response:
        return self._export_tablib("csv", return_url)

    def _export_tablib(self, export_type: str, return_url: str) -> Response:
        return table_file(self._cells(), str(self.name), export_type)  # type: ignore[attr-defined]

    def _cells(self) -> list[list[Cell]]:
        columns = self._export_columns  # type: ignore[attr-defined]
        _, rows = self._export_data()  # type: ignore[attr-defined]
        return [
            [str(label) for _, label in columns],
            *([self.get_export_value(row, name) for name, _ in columns] for row in rows),
        ]
