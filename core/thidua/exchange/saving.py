"""A checked table becomes a historical result version of a province."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Invalid, Problem
from thidua.exchange.checking import Checked, CheckedRow
from thidua.exchange.tables.cells import plain
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.loading import parse
from thidua.spec.movement import PublishedResults
from thidua.store.actor import Actor
from thidua.store.base import Json
from thidua.store.results import ResultVersion
from thidua.store.units import Unit, UnitPeriod
from thidua.store.vietnamese import nfc
from thidua.work.history import import_published

ARTICLES = ("ubnd ", "uy ban nhan dan ")
"""What tables put before a locality's name, or leave out."""


def save_table(
    session: Session, *, checked: Checked, spec: ProvinceSpec, year: int, by: Actor
) -> ResultVersion:
    """Store the table as the year's historical version in the entered province.

    Units are found by name as of the end of the year. ``Invalid`` names every line whose unit the
    province does not have, so that nothing is half imported; ``Conflict`` if the year has one.
    """
    keys = _resolved(checked, _units(session, year), year)
    if len(spec.grading) != 1:
        raise Invalid.one("Cách xếp loại", "tỉnh cần đúng một cách xếp loại để lưu bảng.")
    published = parse(
        PublishedResults,
        {
            "year": year,
            "title": f"Kết quả đã công bố năm {year}",
            "grading": spec.grading[0].code,
            "source": checked.table.file,
            "groups": _groups(checked, keys),
        },
        file=checked.table.file,
    )
    return import_published(session, spec=spec, published=published, by=by)


def _units(session: Session, year: int) -> list[tuple[str, str]]:
    """Name and key of every unit at the end of the year."""
    found = session.execute(
        select(UnitPeriod.name, Unit.key)
        .join(Unit, Unit.id == UnitPeriod.unit_id)
        .where(UnitPeriod.during.contains(date(year, 12, 31)))
    )
    return [(row.name, row.key) for row in found]


def _resolved(checked: Checked, units: list[tuple[str, str]], year: int) -> list[str]:
    """The key of each row's unit; ``Invalid`` names every row that has none, several, or a double.

    A name counts as written; only where nobody has it, without accents and articles.
    """
    keys, problems = [], []
    for row in checked.rows:
        exact = [key for name, key in units if nfc(name) == nfc(row.unit)]
        found = exact or [key for name, key in units if _short(name) == _short(row.unit)]
        reason = ""
        if not found:
            reason = f"cuối năm {year} tỉnh không có đơn vị tên này."
        elif len(found) > 1:
            reason = f"có {len(found)} đơn vị cùng tên như vậy; hãy ghi rõ tên trong bảng."
        elif found[0] in keys:
            reason = "đơn vị này đứng hai lần trong bảng; hãy bỏ một dòng."
        if reason:
            problems.append(Problem(place=f"“{row.unit}”", reason=reason))
        keys.append(found[0] if found else "")
    if problems:
        raise Invalid(problems)
    return keys


def _short(name: str) -> str:
    text = plain(name)
    for article in ARTICLES:
        text = text.removeprefix(article)
    return text


def _groups(checked: Checked, keys: list[str]) -> list[Json]:
    groups: dict[str, list[Json]] = defaultdict(list)
    for row, key in zip(checked.rows, keys, strict=True):
        members = groups[row.group or "Tất cả các đơn vị"]
        members.append(_printed(row, key, len(members) + 1))
    return [{"name": name, "rows": rows} for name, rows in groups.items()]


def _printed(row: CheckedRow, key: str, position: int) -> Json:
    """The line as printed; the index where no maximum lets it be computed."""
    return {
        "position": position,
        "unit": key,
        "points": _text(row.points),
        "maximum": _text(row.maximum),
        "index": _text(row.index) if row.maximum is None else "",
    }


def _text(figure: Decimal | None) -> str:
    return "" if figure is None else f"{figure:f}"
