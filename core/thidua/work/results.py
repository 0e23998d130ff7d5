"""Computing, publishing and reading result versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound
from thidua.scoring.kinds import RuleKind
from thidua.spec.document import document
from thidua.spec.notice import ResultsNotice
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.queue import defer
from thidua.store.results import ResultKind, ResultRow, ResultVersion
from thidua.work.access import OVERSEERS, STAFF, require, rights_of
from thidua.work.aside import left_aside
from thidua.work.campaigns import campaign_by_id, refuse_draft, scoring_sets
from thidua.work.corrections import (
    answer_with,
    awaits_adoption,
    changes_from,
    official_version,
)
from thidua.work.detail import sentences_of
from thidua.work.given import find, words
from thidua.work.reissue import refuse_replaced
from thidua.work.scored import ScoredUnit, scored_units
from thidua.work.versions import RULES_VERSION, engine_version, next_number, wait_turn

NOTIFY_TASK = "tell_results_published"
OPEN_ROWS = {
    "unappraised": "dòng tính theo tự chấm vì chưa thẩm định",
    "pending": "dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo",
    "missing": "dòng chưa nhập số liệu, tính 0 điểm",
}
UNSETTLED = frozenset({"unappraised", "pending", "missing"})
"""Findings that keep a result from being final."""

NOT_ADOPTED: Json = {
    "kind": "unadopted",
    "unit_id": None,
    "unit": "Hội đồng thẩm định",
    "message": "Chưa thông qua kết quả này.",
}


def compute_results(
    session: Session,
    *,
    campaign_id: int,
    by: Actor,
    plugin_version: str,
    kinds: Mapping[str, RuleKind] = {},
) -> ResultVersion:
    """Compute a provisional version of a campaign's result from what is entered now.

    Surveys, indices and figures of an agency count as entered; other leaves count as appraised
    last, and where nobody has appraised yet as self-assessed, which the version's findings say.
    """
    require(session, by, STAFF, "tính kết quả")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    refuse_draft(campaign)
    sets = scoring_sets(session, campaign)
    aside = left_aside(session, campaign, sets)
    scored = scored_units(session, campaign, sets, aside, kinds)
    version = ResultVersion(
        campaign_id=campaign.id,
        year=campaign.year,
        number=next_number(session, campaign.year),
        kind="provisional",
        title=campaign.title,
        illustrative=campaign.illustrative,
        engine_version=engine_version(),
        rules_version=RULES_VERSION,
        plugin_version=plugin_version,
        grading={kind: document(item.grading) for kind, item in sets.items()},
        sentences=sentences_of([item.criteria for item in sets.values()], kinds),
        findings=[*aside.findings(item.unit for item in scored), *_findings(scored)],
    )
    session.add(version)
    session.flush()
    session.execute(insert(ResultRow), [_row(version, item) for item in scored])
    record(
        session, actor=by, action="results.compute", subject=("result_version", version.id),
        after={"campaign": campaign.id, "number": version.number, "rows": len(scored)},
    )  # fmt: skip
    session.flush()
    return version


def publish_results(session: Session, *, version_id: int, by: Actor) -> ResultVersion:
    """Publish a computed version: from now on it never changes, and the province is told.

    A version with rows not yet entered, appraised or surveyed stays provisional, and so does one
    that the appraisal board has not adopted where the campaign plans for that. Otherwise it is
    the year's final result, or, after a final one, its correction, which needs the actor's reason
    and says among its findings what it changed. Either names the petitions that it answers.
    ``Conflict`` if it is published already, ``Invalid`` without a due reason.
    """
    require(session, by, STAFF, "công bố kết quả")
    wait_turn(session)
    version = find(session, ResultVersion, version_id)
    if version is None:
        raise NotFound("Không có bản kết quả này trong tỉnh đang làm việc.")
    session.refresh(version, with_for_update=True)
    if version.kind == "historical":
        raise Conflict("Kết quả nhập từ bảng đã công bố thì không công bố lại.")
    if version.published_at:
        raise Conflict(f"Bản kết quả số {version.number} năm {version.year} đã công bố rồi.")
    refuse_replaced(session, version)
    official = official_version(session, version.year)
    kind = kind_at_publication(session, version, official)
    reason = words("Lý do", by.reason)
    if kind == "corrected" and not reason:
        raise Invalid.one("Lý do", "Năm này đã có kết quả chính thức; hãy ghi lý do điều chỉnh.")
    said = _said_at_publication(session, version, official, kind)
    version.findings = [*version.findings, *said]
    version.kind, version.reason = kind, reason
    version.published_at = func.clock_timestamp()  # in the order of the turns
    record(
        session, actor=by.because(reason), action="results.publish",
        subject=("result_version", version.id), after={"kind": kind},
    )  # fmt: skip
    session.flush()
    defer(session, NOTIFY_TASK, province_id=version.province_id, version_id=version.id)
    return version


def kind_at_publication(
    session: Session, version: ResultVersion, official: ResultVersion | None
) -> ResultKind:
    """What the version would be if it were published now, beside the official one of its year."""
    unsettled = any(item["kind"] in UNSETTLED for item in version.findings)
    if unsettled or awaits_adoption(session, version):
        return "provisional"
    return "corrected" if official else "final"


def _said_at_publication(
    session: Session, version: ResultVersion, official: ResultVersion | None, kind: ResultKind
) -> list[Json]:
    """The findings that only publication brings."""
    if kind == "provisional":
        return [NOT_ADOPTED] if awaits_adoption(session, version) else []
    changed = changes_from(official, version) if official else []
    return [*answer_with(session, version), *changed]


def visible_versions(session: Session, *, by: Actor) -> Sequence[ResultVersion]:
    """The versions the actor may see, newest year first; unpublished ones for some roles only."""
    query = select(ResultVersion).order_by(ResultVersion.year.desc(), ResultVersion.number.desc())
    rights = rights_of(session, by)
    if not rights.roles:
        return ()
    if not rights.any_of(OVERSEERS):
        query = query.where(ResultVersion.published_at.is_not(None))
    return session.scalars(query).all()


def visible_version(session: Session, *, version_id: int, by: Actor) -> ResultVersion:
    """One version; ``NotFound`` when it is not there or not for this actor to see."""
    for version in visible_versions(session, by=by):
        if version.id == version_id:
            return version
    raise NotFound("Không có bản kết quả này, hoặc kết quả chưa công bố.")


def notice_of(session: Session, *, version_id: int, province: str) -> ResultsNotice:
    """What the province's following hook is told of a published version."""
    version = session.get_one(ResultVersion, version_id)
    return ResultsNotice(
        province=province, year=version.year, version=version.number, title=version.title
    )


def _findings(scored: Sequence[ScoredUnit]) -> list[Json]:
    """What a reader must know before trusting the version: open rows, by unit."""
    return [
        {
            "kind": kind,
            "unit_id": item.unit.unit_id,
            "unit": item.unit.name,
            "message": f"{count} {OPEN_ROWS[kind]}.",
        }
        for item in scored
        for kind, count in item.open_rows.items()
        if count
    ]


def _row(version: ResultVersion, item: ScoredUnit) -> Json:
    unit, graded = item.unit, item.graded
    return {
        "version_id": version.id,
        "unit_id": unit.unit_id,
        "name": unit.name,
        "kind": unit.kind,
        "cluster": unit.cluster,
        "group_label": unit.group_label,
        "points": item.points,
        "maximum": item.maximum,
        "index_percent": graded.index,
        "rank": graded.rank,
        "band": graded.band,
        "tied": graded.tied,
        "detail": item.detail,
    }
