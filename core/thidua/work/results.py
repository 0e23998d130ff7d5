"""Computing, publishing and reading result versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound
from thidua.scoring.grading import Graded, Standing, grade, ties_of
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import score_leaf
from thidua.scoring.sheet import SheetScore, score_sheet
from thidua.spec.document import document
from thidua.spec.grading import Grading
from thidua.spec.notice import ResultsNotice
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.campaigns import Campaign, CampaignUnit, Exemption
from thidua.store.criteria import Leaf
from thidua.store.queue import defer
from thidua.store.results import ResultKind, ResultRow, ResultVersion
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.work.access import BEFORE_PUBLICATION, STAFF, require, rights_of
from thidua.work.aside import Aside, left_aside
from thidua.work.campaigns import ScoringSet, campaign_by_id, scoring_sets
from thidua.work.corrections import changes_from, official_version
from thidua.work.detail import Source, sentences_of, written_detail
from thidua.work.given import find, words
from thidua.work.versions import RULES_VERSION, engine_version, next_number, wait_turn

NOTIFY_TASK = "tell_results_published"
OPEN_ROWS = {
    "unappraised": "dòng tính theo tự chấm vì chưa thẩm định",
    "pending": "dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo",
    "missing": "dòng chưa nhập số liệu, tính 0 điểm",
}
UNSETTLED = frozenset({"unappraised", "pending", "missing"})
"""Findings that keep a result from being final."""


@dataclass(frozen=True)
class Sheet:
    """One unit of a campaign: what counts of its entries, and what it had claimed before."""

    unit: CampaignUnit
    sources: Mapping[str, Source]
    claims: Mapping[str, Source]
    exempt: Mapping[str, str]
    unappraised: frozenset[str]

    @property
    def inputs(self) -> dict[str, Mapping[str, int]]:
        """Inputs by leaf code."""
        return {code: source.inputs for code, source in self.sources.items()}


@dataclass(frozen=True)
class Scored:
    """One unit with its points and its place."""

    sheet: Sheet
    scoring: ScoringSet
    score: SheetScore
    graded: Graded


def compute_results(
    session: Session,
    *,
    campaign_id: int,
    by: Actor,
    plugin_version: str,
    kinds: Mapping[str, RuleKind] = {},
) -> ResultVersion:
    """Compute a provisional version of a campaign's result from what is entered now.

    Surveys and indices count as entered; other leaves count as appraised, and where nobody has
    appraised yet as self-assessed, which the version's findings say.
    """
    require(session, by, STAFF, "tính kết quả")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    sets = scoring_sets(session, campaign)
    aside = left_aside(session, campaign, sets)
    scored = _scored(_sheets(session, campaign), sets, aside, kinds)
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
        findings=[*aside.findings(item.sheet.unit for item in scored), *_findings(scored)],
    )
    session.add(version)
    session.flush()
    session.add_all(_row(version, item, kinds) for item in scored)
    record(
        session, actor=by, action="results.compute", subject=("result_version", version.id),
        after={"campaign": campaign.id, "number": version.number, "rows": len(scored)},
    )  # fmt: skip
    session.flush()
    return version


def publish_results(session: Session, *, version_id: int, by: Actor) -> ResultVersion:
    """Publish a computed version: from now on it never changes, and the province is told.

    A version with rows not yet entered, appraised or surveyed stays provisional. Otherwise it is
    the year's final result, or, after a final one, its correction, which needs the actor's reason
    and says among its findings what it changed.
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
    official = official_version(session, version.year)
    kind, reason = _kind_at_publication(version, official), words("Lý do", by.reason)
    if official and kind == "corrected":
        if not reason:
            raise Invalid.one(
                "Lý do", "Năm này đã có kết quả chính thức; hãy ghi lý do điều chỉnh."
            )
        version.findings = [*version.findings, *changes_from(official, version)]
    version.kind, version.reason = kind, reason
    version.published_at = func.now()
    record(
        session, actor=by.because(reason), action="results.publish",
        subject=("result_version", version.id), after={"kind": kind},
    )  # fmt: skip
    session.flush()
    defer(session, NOTIFY_TASK, province_id=version.province_id, version_id=version.id)
    return version


def _kind_at_publication(version: ResultVersion, official: ResultVersion | None) -> ResultKind:
    if any(item["kind"] in UNSETTLED for item in version.findings):
        return "provisional"
    return "corrected" if official else "final"


def visible_versions(session: Session, *, by: Actor) -> Sequence[ResultVersion]:
    """The versions the actor may see, newest year first; unpublished ones for some roles only."""
    query = select(ResultVersion).order_by(ResultVersion.year.desc(), ResultVersion.number.desc())
    rights = rights_of(session, by)
    if not rights.roles:
        return ()
    if not rights.any_of(BEFORE_PUBLICATION):
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


def _sheets(session: Session, campaign: Campaign) -> list[Sheet]:
    entries = _entries(session, campaign)
    exempt: dict[int, dict[str, str]] = {}
    for unit_id, node, reason in session.execute(
        select(Exemption.unit_id, Exemption.node, Exemption.reason)
        .where(Exemption.campaign_id == campaign.id)
        .order_by(Exemption.id)
    ):
        exempt.setdefault(unit_id, {})[node] = reason
    units = session.scalars(
        select(CampaignUnit)
        .where(CampaignUnit.campaign_id == campaign.id)
        .order_by(CampaignUnit.id)
    )
    return [_sheet(unit, entries.get(unit.unit_id, {}), exempt) for unit in units]


def _entries(session: Session, campaign: Campaign) -> dict[int, dict[str, dict[str, Source]]]:
    """What was entered by unit, stage and leaf code; an emptied entry counts as not entered."""
    found: dict[int, dict[str, dict[str, Source]]] = {}
    for unit_id, stage, code, inputs, by in session.execute(
        select(
            ScoreSheet.unit_id, ScoreEntry.stage, Leaf.code, ScoreEntry.inputs,
            ScoreEntry.updated_by,
        )
        .join(ScoreEntry, ScoreEntry.sheet_id == ScoreSheet.id)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .where(ScoreSheet.campaign_id == campaign.id)
    ):  # fmt: skip
        if inputs:
            found.setdefault(unit_id, {}).setdefault(stage, {})[code] = Source(stage, by, inputs)
    return found


def _sheet(
    unit: CampaignUnit,
    stages: Mapping[str, dict[str, Source]],
    exempt: Mapping[int, dict[str, str]],
) -> Sheet:
    own, appraised = stages.get("self", {}), stages.get("appraised", {})
    return Sheet(
        unit=unit,
        sources={**own, **appraised, **stages.get("survey", {})},
        claims={code: source for code, source in own.items() if code in appraised},
        exempt=exempt.get(unit.unit_id, {}),
        unappraised=frozenset(own.keys() - appraised.keys()),
    )


def _scored(
    sheets: Sequence[Sheet],
    sets: Mapping[str, ScoringSet],
    aside: Aside,
    kinds: Mapping[str, RuleKind],
) -> list[Scored]:
    scores = [
        score_sheet(
            sets[s.unit.kind].criteria, s.inputs, exempt=s.exempt, not_held=aside.not_held,
            kinds=kinds,
        )
        for s in sheets
    ]  # fmt: skip
    graded: dict[int, Graded] = {}
    for grading in dict.fromkeys(scoring.grading for scoring in sets.values()):
        here = [
            (sheet, score)
            for sheet, score in zip(sheets, scores, strict=True)
            if sets[sheet.unit.kind].grading == grading
        ]
        standings = [_standing(sheet, score, grading, aside) for sheet, score in here]
        for (sheet, _), result in zip(here, grade(standings, grading), strict=True):
            graded[sheet.unit.unit_id] = result
    return [
        Scored(sheet, sets[sheet.unit.kind], score, graded[sheet.unit.unit_id])
        for sheet, score in zip(sheets, scores, strict=True)
    ]


def _standing(sheet: Sheet, score: SheetScore, grading: Grading, aside: Aside) -> Standing:
    return Standing(
        key=str(sheet.unit.unit_id),
        group=sheet.unit.group_label,
        points=score.total,
        maximum=score.maximum,
        ties=ties_of(score, grading),
        ranked=sheet.unit.unit_id not in aside.unranked,
    )


def _findings(scored: Sequence[Scored]) -> list[Json]:
    """What a reader must know before trusting the version: open rows, by unit."""
    return [
        {
            "kind": kind,
            "unit_id": item.sheet.unit.unit_id,
            "unit": item.sheet.unit.name,
            "message": f"{count} {OPEN_ROWS[kind]}.",
        }
        for item in scored
        for kind, count in _open_rows(item).items()
        if count
    ]


def _open_rows(item: Scored) -> dict[str, int]:
    """How many of the unit's rows are open in which way. Who claims no bonus leaves none open."""
    branches = {leaf.code: leaf.branch for leaf in item.score.leaves}
    counted = [leaf.branch for leaf in item.score.leaves if leaf.counts_as != "bonus"]
    return {
        "unappraised": sum(branches[code] != "exempt" for code in item.sheet.unappraised),
        "pending": counted.count("pending"),
        "missing": counted.count("missing"),
    }


def _row(version: ResultVersion, item: Scored, kinds: Mapping[str, RuleKind]) -> ResultRow:
    unit, score, graded = item.sheet.unit, item.score, item.graded
    return ResultRow(
        version_id=version.id,
        unit_id=unit.unit_id,
        name=unit.name,
        kind=unit.kind,
        cluster=unit.cluster,
        group_label=unit.group_label,
        points=score.total,
        maximum=score.maximum,
        index_percent=graded.index,
        rank=graded.rank,
        band=graded.band,
        tied=graded.tied,
        detail=_detail(item, kinds),
    )


def _detail(item: Scored, kinds: Mapping[str, RuleKind]) -> Json:
    criteria, sheet = item.scoring.criteria, item.sheet
    leaves = {leaf.code: leaf for leaf in criteria.leaves}
    return written_detail(
        criteria,
        item.score.leaves,
        counted=(item.score.bonus, item.score.penalty),
        sources=sheet.sources,
        claims={
            code: (score_leaf(leaves[code], claim.inputs, criteria=criteria, kinds=kinds), claim)
            for code, claim in sheet.claims.items()
        },
        reasons=sheet.exempt,
    )
