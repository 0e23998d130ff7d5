"""What publishing a version would do: what it would be called, what it changes and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from thidua.scoring.comparison import UnitChange, compare_results
from thidua.store.actor import Actor
from thidua.store.publication import Adoption, Petition
from thidua.store.results import ResultKind, ResultVersion
from thidua.work.access import OVERSEERS, require
from thidua.work.adoption import adoption_of
from thidua.work.corrections import awaits_adoption, official_version
from thidua.work.results import OPEN_ROWS, UNSETTLED, kind_at_publication, visible_version
from thidua.work.sides import VersionName, name_of, rows_of, side_of


@dataclass(frozen=True)
class Outlook:
    """What would happen if the version were published now.

    ``open_rows`` keep it provisional, as does ``unadopted``; ``before`` is the version published
    last, against which ``changes`` stand; ``petitions`` were accepted and wait for it.
    """

    version: ResultVersion
    kind: ResultKind
    open_rows: Sequence[str]
    unadopted: bool
    adoption: Adoption | None
    before: VersionName | None
    changes: Sequence[UnitChange]
    petitions: Sequence[Petition]
    needs_reason: bool


def publication_outlook(session: Session, *, version_id: int, by: Actor) -> Outlook:
    """What publishing the version would do; of a published one, what it did. ``NotFound`` if none.

    For those who see results before publication.
    """
    require(session, by, OVERSEERS, "xem bản kết quả trước khi công bố")
    version = visible_version(session, version_id=version_id, by=by)
    official = official_version(session, version.year)
    kind = version.kind
    if version.published_at is None and version.kind != "historical":
        kind = kind_at_publication(session, version, official)
    before = _published_before(session, version)
    changes: Sequence[UnitChange] = ()
    if before:
        sides = ([side_of(row) for row in rows_of(session, one)] for one in (before, version))
        changes = compare_results(*sides)
    return Outlook(
        version=version,
        kind=kind,
        open_rows=_open_rows(version),
        unadopted=version.campaign_id is not None and awaits_adoption(session, version),
        adoption=adoption_of(session, version_id=version.id, by=by),
        before=name_of(before) if before else None,
        changes=changes,
        petitions=_petitions(session, version),
        needs_reason=version.published_at is None and kind == "corrected",
    )


def _open_rows(version: ResultVersion) -> list[str]:
    """Which units keep it provisional, a sentence for each reason."""
    units = Counter(item["kind"] for item in version.findings if item["kind"] in UNSETTLED)
    return [f"{units[kind]} đơn vị còn {words}" for kind, words in OPEN_ROWS.items() if units[kind]]


def _published_before(session: Session, version: ResultVersion) -> ResultVersion | None:
    """What the province knew of the year before this version."""
    known = [ResultVersion.published_at.is_not(None), ResultVersion.year == version.year]
    if version.published_at:
        place = tuple_(ResultVersion.published_at, ResultVersion.number)
        known.append(place < tuple_(version.published_at, version.number))
    newest = ResultVersion.published_at.desc(), ResultVersion.number.desc()
    return session.scalar(
        select(ResultVersion)
        .where(*known, ResultVersion.kind != "historical")
        .order_by(*newest)
        .limit(1)
    )


def _petitions(session: Session, version: ResultVersion) -> Sequence[Petition]:
    """The accepted ones that this version answers, or would."""
    answer = version.id if version.published_at else None
    ours = Petition.campaign_id == version.campaign_id, Petition.accepted.is_(True)
    answered = Petition.correction_id == answer  # None: "is null"
    return session.scalars(select(Petition).where(*ours, answered).order_by(Petition.id)).all()
