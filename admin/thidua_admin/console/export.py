"""Lists as files: xlsx and csv that Excel reads as meant and never runs."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from flask import Response
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


class SafeExport:
    """A list that is exported as it is shown, without marks of HTML and without formulas."""

    can_export = True
    export_types = tuple(TYPES)
    export_max_rows = 20_000

    def get_export_value(self, model: Any, name: str) -> Cell:
        """One cell: a number, or text that no spreadsheet program takes for a formula."""
        value = super().get_export_value(model, name)  # type: ignore[misc]
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        text = value.striptags() if hasattr(value, "striptags") else str(value)
        return safe_text(text)

    def get_export_name(self, export_type: str = "csv") -> str:
        """The file's name, in ASCII."""
        return file_name(str(self.name), today(), export_type)  # type: ignore[attr-defined]

    def _export_csv(self, return_url: str) -> Response:
        out = StringIO()
        csv.writer(out).writerows(self._cells())
        return self._file("csv", (BOM + out.getvalue()).encode())

    def _export_tablib(self, export_type: str, return_url: str) -> Response:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in self._cells():
            sheet.append(row)
        out = BytesIO()
        book.save(out)
        return self._file(export_type, out.getvalue())

    def _cells(self) -> list[list[Cell]]:
        columns = self._export_columns  # type: ignore[attr-defined]
        _, rows = self._export_data()  # type: ignore[attr-defined]
        return [
            [str(label) for _, label in columns],
            *([self.get_export_value(row, name) for name, _ in columns] for row in rows),
        ]

    def _file(self, kind: str, content: bytes) -> Response:
        disposition = f'attachment; filename="{self.get_export_name(kind)}"'
        return Response(content, mimetype=TYPES[kind], headers={"Content-Disposition": disposition})
