"""What a correction changed, unit by unit, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.ticks import to_points, written
from thidua.store.base import Json
from thidua.store.publication import Adoption, Petition
from thidua.store.results import ResultRow, ResultVersion
from thidua.store.schedules import CampaignWindow

OFFICIAL = ("final", "corrected")


def official_version(session: Session, year: int) -> ResultVersion | None:
    """The result of a year that holds now: the last one published as final or corrected."""
    official = ResultVersion.kind.in_(OFFICIAL) & ResultVersion.published_at.is_not(None)
    newest = ResultVersion.published_at.desc(), ResultVersion.number.desc()
    query = select(ResultVersion).where(official, ResultVersion.year == year).order_by(*newest)
    return session.scalars(query.limit(1)).one_or_none()


def awaits_adoption(session: Session, version: ResultVersion) -> bool:
    """Whether the board must adopt the version first: its campaign has a window for that."""
    planned = select(CampaignWindow.id).where(
        CampaignWindow.campaign_id == version.campaign_id, CampaignWindow.step == "adoption"
    )
    adopted = select(Adoption.id).where(Adoption.version_id == version.id)
    return bool(session.scalar(planned)) and not session.scalar(adopted)


def answer_with(session: Session, version: ResultVersion) -> list[Json]:
    """Let the version answer the accepted petitions that none answered yet; a finding for each."""
    waiting = select(Petition).where(
        Petition.campaign_id == version.campaign_id,
        Petition.accepted.is_(True),
        Petition.correction_id.is_(None),
    )
    names = {row.unit_id: row.name for row in version.rows}
    found = []
    for row in session.scalars(waiting.order_by(Petition.id)):
        row.correction_id = version.id
        about = f"về tiêu chí {row.leaf}" if row.leaf else "về kết quả chung"
        message = f"Theo kiến nghị {about}, được tiếp thu: {row.answer}"
        unit = names.get(row.unit_id, "")
        found.append({"kind": "petition", "unit_id": row.unit_id, "unit": unit, "message": message})
    return found


def changes_from(before: ResultVersion, after: ResultVersion) -> list[Json]:
    """A finding for each unit whose result differs between two versions of a year."""
    old, new = ({row.unit_id: row for row in version.rows} for version in (before, after))
    found = []
    for unit_id in old | new:
        row = new.get(unit_id) or old[unit_id]
        changed = "; ".join(_changed(old.get(unit_id), new.get(unit_id)))
        if changed:
            message = f"So với bản số {before.number}: {changed}."
            found.append(
                {"kind": "changed", "unit_id": unit_id, "unit": row.name, "message": message}
            )
    return found


def _changed(old: ResultRow | None, new: ResultRow | None) -> Iterator[str]:
    if old is None or new is None:
        yield "thêm đơn vị này" if old is None else "bỏ đơn vị này"
        return
    for what, before, after in (
        ("điểm", _points(old.points), _points(new.points)),
        ("điểm tối đa", _points(old.maximum), _points(new.maximum)),
        ("chỉ số", _index(old.index_percent), _index(new.index_percent)),
        ("hạng", str(old.rank or "không có"), str(new.rank or "không có")),
        ("xếp loại", old.band or "không có", new.band or "không có"),
    ):
        if before != after:
            yield f"{what} {before} → {after}"


def _points(ticks: int | None) -> str:
    return "không có" if ticks is None else written(to_points(ticks))


def _index(percent: Decimal | None) -> str:
    return "không có" if percent is None else written(percent)
