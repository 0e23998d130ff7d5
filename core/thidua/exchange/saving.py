"""A checked table becomes a historical result version of a province."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Invalid, Problem
from thidua.exchange.checking import Checked, CheckedRow
from thidua.exchange.tables.cells import plain
from thidua.spec.base import Provenance
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.movement import Published, PublishedGroup, PublishedResults
from thidua.store.actor import Actor
from thidua.store.results import ResultVersion
from thidua.store.units import Unit, UnitPeriod
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
    keys = _keys(session, year)
    unknown = [row.unit for row in checked.rows if _key(keys, row.unit) is None]
    if unknown:
        raise Invalid(
            [
                Problem(place=f"“{name}”", reason=f"cuối năm {year} tỉnh không có đơn vị tên này.")
                for name in unknown
            ]
        )
    if len(spec.grading) != 1:
        raise Invalid.one("Cách xếp loại", "tỉnh cần đúng một cách xếp loại để lưu bảng.")
    published = PublishedResults(
        year=year,
        title=f"Kết quả đã công bố năm {year}",
        grading=spec.grading[0].code,
        source=checked.table.file,
        provenance=Provenance.PRESS,
        groups=_groups(checked, keys),
    )
    return import_published(session, spec=spec, published=published, by=by)


def _keys(session: Session, year: int) -> dict[str, str]:
    """Keys of the province's units by plain name."""
    found = session.execute(
        select(UnitPeriod.name, Unit.key)
        .join(Unit, Unit.id == UnitPeriod.unit_id)
        .where(UnitPeriod.during.contains(date(year, 12, 31)))
    )
    return {_short(row.name): row.key for row in found}


def _key(keys: dict[str, str], unit: str) -> str | None:
    return keys.get(_short(unit))


def _short(name: str) -> str:
    text = plain(name)
    for article in ARTICLES:
        text = text.removeprefix(article)
    return text


def _groups(checked: Checked, keys: dict[str, str]) -> tuple[PublishedGroup, ...]:
    groups: dict[str, list[Published]] = defaultdict(list)
    for row in checked.rows:
        members = groups[row.group or "Tất cả các đơn vị"]
        members.append(_printed(row, keys[_short(row.unit)], len(members) + 1))
    return tuple(PublishedGroup(name=name, rows=tuple(rows)) for name, rows in groups.items())


def _printed(row: CheckedRow, key: str, position: int) -> Published:
    return Published(
        position=position,
        unit=key,
        points="" if row.points is None else f"{row.points:f}",
        maximum="" if row.maximum is None else f"{row.maximum:f}",
        index="" if row.index is None or row.points is not None else f"{row.index:f}",
    )
