"""Result tables published in the past become historical result versions, ranked by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotFound
from thidua.scoring.grading import Graded, Standing, grade, order_breakers
from thidua.scoring.ticks import to_ticks, written
from thidua.spec.base import Provenance
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.document import document
from thidua.spec.grading import Grading
from thidua.spec.movement import Published, PublishedGroup, PublishedResults
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.results import ResultRow, ResultVersion
from thidua.store.units import Unit, UnitPeriod
from thidua.work.access import STAFF, require
from thidua.work.versions import RULES_VERSION, engine_version, next_number


@dataclass(frozen=True)
class _Line:
    """One printed line with its unit as it was then, and what the engine makes of it."""

    printed: Published
    group: str
    unit: UnitPeriod
    graded: Graded


def import_published(
    session: Session, *, spec: ProvinceSpec, published: PublishedResults, by: Actor
) -> ResultVersion:
    """Store a published table as a historical version: ranked, graded, its contradictions noted.

    ``Conflict`` if the year has a historical version already; ``NotFound`` for a unit that did
    not exist when the table was published.
    """
    require(session, by, STAFF, "nhập kết quả đã công bố")
    historical = (ResultVersion.kind == "historical") & (ResultVersion.year == published.year)
    if session.scalar(select(ResultVersion.id).where(historical)):
        raise Conflict(f"Năm {published.year} đã có kết quả công bố được nhập trước đó.")
    grading = spec.grading_of(published.grading)
    lines = _lines(session, published, grading)
    version = _version(session, published, grading, lines, spec.info.version)
    session.add(version)
    session.flush()
    session.add_all(_row(version, line) for line in lines)
    session.flush()
    version.published_at = func.now()
    record(
        session, actor=by, action="results.import", subject=("result_version", version.id),
        after={"year": published.year, "title": published.title, "rows": len(lines)},
    )  # fmt: skip
    session.flush()
    return version


def _lines(session: Session, published: PublishedResults, grading: Grading) -> list[_Line]:
    units = _units(session, published)
    printed = [(group, row) for group in published.groups for row in group.rows]
    graded = grade([_standing(group, row, grading) for group, row in printed], grading)
    return [
        _Line(printed=row, group=group.name, unit=units[row.unit], graded=result)
        for (group, row), result in zip(printed, graded, strict=True)
    ]


def _standing(group: PublishedGroup, row: Published, grading: Grading) -> Standing:
    return Standing(
        key=row.unit,
        group=group.name if grading.rank.within else "",
        points=_ticks(row.points),
        maximum=_ticks(row.maximum),
        index=_index(row),
    )


def _ticks(printed: str) -> int | None:
    return to_ticks(Decimal(printed)) if printed else None


def _units(session: Session, published: PublishedResults) -> dict[str, UnitPeriod]:
    day = published.published_on or date(published.year, 12, 31)
    found = session.execute(
        select(Unit.key, UnitPeriod)
        .join(UnitPeriod, UnitPeriod.unit_id == Unit.id)
        .where(UnitPeriod.during.contains(day))
    )
    units = {row.key: row.UnitPeriod for row in found}
    for group in published.groups:
        for row in group.rows:
            if row.unit not in units:
                raise NotFound(f"Ngày {day:%d/%m/%Y} không có đơn vị “{row.unit}”.")
    return units


def _version(
    session: Session,
    published: PublishedResults,
    grading: Grading,
    lines: Sequence[_Line],
    plugin_version: str,
) -> ResultVersion:
    return ResultVersion(
        year=published.year,
        number=next_number(session, published.year),
        kind="historical",
        title=published.title,
        illustrative=published.provenance is Provenance.ILLUSTRATIVE,
        engine_version=engine_version(),
        rules_version=RULES_VERSION,
        plugin_version=plugin_version,
        grading={line.unit.kind: document(grading) for line in lines},
        findings=[
            item for name in _groups(lines) for item in _order_findings(lines, name, grading)
        ],
        source=published.source,
    )


def _groups(lines: Sequence[_Line]) -> list[str]:
    return list(dict.fromkeys(line.group for line in lines))


def _order_findings(lines: Sequence[_Line], group: str, grading: Grading) -> list[Json]:
    """The entries that contradict the printed order of a group, each with a sentence."""
    rows = [line for line in lines if line.group == group]
    within = f"trong nhóm “{group}”" if grading.rank.within else "trong cả bảng"
    return [
        {
            "kind": "order",
            "unit_id": rows[at].unit.unit_id,
            "unit": rows[at].unit.name,
            "message": _order_sentence(rows[at], within),
        }
        for at in order_breakers([_value(line.printed) for line in rows])
    ]


def _value(printed: Published) -> Fraction:
    """What the printed order follows: the points' share of a printed maximum, points or index."""
    if not printed.points:
        return Fraction(printed.index)
    maximum = Fraction(printed.maximum or 1)
    return Fraction(printed.points) / maximum if maximum else Fraction(0)


def _order_sentence(line: _Line, within: str) -> str:
    printed = line.printed
    figure = written(Decimal(printed.points or printed.index))
    maximum = f"/{written(Decimal(printed.maximum))}" if printed.maximum else ""
    unit, by = ("điểm", "điểm") if printed.points else ("%", "chỉ số")
    return (
        f"In ở vị trí {printed.position} với {figure}{maximum} {unit}, trái với thứ tự giảm dần "
        f"của bảng; theo {by} đã in, đơn vị đứng hạng {line.graded.rank} {within}."
    )


def _index(printed: Published) -> Decimal | None:
    return Decimal(printed.index) if printed.index else None


def _row(version: ResultVersion, line: _Line) -> ResultRow:
    printed = line.printed
    return ResultRow(
        version_id=version.id,
        unit_id=line.unit.unit_id,
        position=printed.position,
        name=line.unit.name,
        kind=line.unit.kind,
        cluster=line.unit.cluster,
        group_label=line.group,
        points=_ticks(printed.points),
        maximum=_ticks(printed.maximum),
        index_percent=_index(printed) if line.graded.index is None else line.graded.index,
        printed_points=printed.points,
        rank=line.graded.rank,
        band=line.graded.band,
        tied=line.graded.tied,
    )
