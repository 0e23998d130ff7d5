"""What figures from outside did to the result: the versions before and after they came."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.store.actor import Actor
from thidua.store.results import ResultVersion
from thidua.store.surveys import FigureImport
from thidua.work.access import OVERSEERS, require
from thidua.work.analysis import VersionsCompared, compare_versions
from thidua.work.campaigns import campaign_by_id


@dataclass(frozen=True)
class FiguresChanged:
    """The last imports that a computed version heeds, what they changed, and what comes after.

    ``imports`` came between the two versions compared; ``compared`` is None where no version was
    computed before them. ``waiting`` came after the newest version: compute again.
    """

    imports: tuple[FigureImport, ...]
    compared: VersionsCompared | None
    waiting: tuple[FigureImport, ...]


def what_figures_changed(session: Session, *, campaign_id: int, by: Actor) -> FiguresChanged:
    """What the first version after the last figures says against the last one before them.

    Other entries of the same days show among the reasons of each change. ``NotFound`` without the
    campaign.
    """
    require(session, by, OVERSEERS, "xem kết quả thay đổi theo số liệu điều tra, chỉ số")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    imports = session.scalars(
        select(FigureImport)
        .where(FigureImport.campaign_id == campaign.id)
        .order_by(FigureImport.id)
    ).all()
    ids = {
        row.number: row.id
        for row in session.execute(
            select(ResultVersion.number, ResultVersion.id)
            .where(ResultVersion.campaign_id == campaign.id)
            .order_by(ResultVersion.number)
        )
    }
    newest = max(ids, default=0)
    heeded = [item for item in imports if item.after_version < newest]
    before = max((item.after_version for item in heeded), default=0)
    compared = None
    if before in ids:
        after = min(number for number in ids if number > before)
        compared = compare_versions(session, first=ids[before], second=ids[after], by=by)
    return FiguresChanged(
        imports=tuple(item for item in heeded if item.after_version == before),
        compared=compared,
        waiting=tuple(item for item in imports if item.after_version >= newest),
    )
