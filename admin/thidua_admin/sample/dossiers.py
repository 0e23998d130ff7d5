"""The dossiers of a sample round: taken in, one that lacks a paper, one returned, one prepared."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.spec.awards import AwardScheme
from thidua.store.awards import AwardRound, Nomination
from thidua.store.dossiers import Dossier
from thidua.work.dossier_papers import Confirmed, hand_in_paper
from thidua.work.intake import return_dossier, take_in
from thidua.work.papers import PaperFacts
from thidua_admin.sample.actor import DEMO

BEFORE = timedelta(days=30)
"""So long before the day of decision dossiers come in."""

WEEK = timedelta(days=7)
MISSING = "Báo cáo thành tích chưa có xác nhận của cấp trình (tình huống minh họa)"


def take_in_dossiers(
    session: Session, round_: AwardRound, scheme: AwardScheme, at: datetime
) -> None:
    """Every dossier that still nominates somebody, taken in with all papers that are asked for.

    Where the scheme lists papers, the last dossier lacks its first; where it lists none, the last
    two are still being prepared and the one before them has been returned.
    """
    day, numbers = round_.decides_on - BEFORE, count(1)
    standing = select(Nomination.dossier_id).where(
        Nomination.round_id == round_.id, Nomination.withdrawn_at.is_(None)
    )
    dossiers = session.scalars(
        select(Dossier).where(Dossier.id.in_(standing)).order_by(Dossier.id)
    ).all()
    for dossier in dossiers if scheme.dossier else dossiers[:-2]:
        _hand_in(session, dossier, scheme, day, at, lacking=dossier is dossiers[-1])
        take_in(
            session, dossier_id=dossier.id, number=f"{round_.id}{next(numbers):03}",
            received_on=day, by=DEMO, at=at,
        )  # fmt: skip
    if not scheme.dossier and scheme.voting is None:
        return_dossier(
            session, dossier_id=dossiers[-3].id, missing=[MISSING], on=day + WEEK,
            due_on=day + 2 * WEEK, by=DEMO, at=at,
        )  # fmt: skip


def _hand_in(
    session: Session, dossier: Dossier, scheme: AwardScheme, day: date, at: datetime, lacking: bool
) -> None:
    for item in scheme.dossier[1 if lacking else 0 :]:
        hand_in_paper(
            session, dossier_id=dossier.id, item=item.code,
            paper=PaperFacts("00/MINHHOA", day, summary=f"{item.label} (minh họa)"),
            confirmed=Confirmed("Đơn vị trình (minh họa)", day) if item.confirmed else None,
            by=DEMO, at=at,
        )  # fmt: skip
