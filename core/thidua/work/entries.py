"""Entering figures into a score sheet, leaf by leaf, each stage beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.scoring.rules import check_inputs
from thidua.spec.criteria import Leaf as SpecLeaf
from thidua.spec.parts import LATE_SUPPLIERS
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.criteria import Leaf
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet
from thidua.store.units import Unit
from thidua.work.access import STAFF, require, rights_of
from thidua.work.campaigns import ScoringSet, campaign_by_id, scoring_sets
from thidua.work.given import is_id, words

SURVEYED = LATE_SUPPLIERS
"""Whose inputs are entered at the stage ``survey``."""


def save_entry(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    leaf_code: str,
    stage: EntryStage,
    inputs: Mapping[str, int],
    by: Actor,
    explanation: str = "",
    expected_version: int | None = None,
) -> ScoreEntry:
    """Save the inputs of one leaf of one unit at one stage, in stored units.

    ``expected_version`` is the ``row_version`` the person saw: ``Conflict`` if another changed it
    since. Refused when the campaign is closed, the right is missing, or an input is unusable.
    """
    campaign = _open_campaign(session, campaign_id)
    _require(session, by, stage, unit_id)
    explanation = words("Giải trình", explanation)
    scoring = _scoring_set(session, campaign, unit_id)
    _refuse_other_agencies(session, by, stage, unit_id, scoring, {leaf_code: inputs})
    _refuse_unusable(scoring, stage, {leaf_code: inputs})
    sheet = _locked_sheet(session, campaign_id, unit_id)
    stored = _stored(session, sheet, stage).get(leaf_code)
    if expected_version is not None and expected_version != (stored.row_version if stored else 0):
        raise Conflict("Dòng này vừa được người khác sửa. Hãy tải lại rồi nhập tiếp.")
    before = _said(stored, leaf_code) if stored else None
    entry = stored or _new(sheet, stage, _leaf_ids(session, scoring)[leaf_code])
    entry.explanation = explanation
    _write(session, entry, inputs, by)
    session.flush()
    record(
        session, actor=by, action="entry.save", subject=("score_entry", entry.id),
        before=before, after=_said(entry, leaf_code),
    )  # fmt: skip
    return entry


def save_entries(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    stage: EntryStage,
    inputs: Mapping[str, Mapping[str, int]],
    by: Actor,
) -> int:
    """Save many leaves of one unit at once, by leaf code; how many were. All or none.

    Every problem of every leaf is in the one ``Invalid``.
    """
    campaign = _open_campaign(session, campaign_id)
    _require(session, by, stage, unit_id)
    scoring = _scoring_set(session, campaign, unit_id)
    _refuse_other_agencies(session, by, stage, unit_id, scoring, inputs)
    _refuse_unusable(scoring, stage, inputs)
    sheet = _locked_sheet(session, campaign_id, unit_id)
    stored, ids = _stored(session, sheet, stage), _leaf_ids(session, scoring)
    before = {code: stored[code].inputs for code in inputs if code in stored}
    for code, given in inputs.items():
        _write(session, stored.get(code) or _new(sheet, stage, ids[code]), given, by)
    record(
        session, actor=by, action="entries.save", subject=("score_sheet", sheet.id),
        before={"stage": stage, "inputs": before},
        after={"stage": stage, "inputs": {code: dict(given) for code, given in inputs.items()}},
    )  # fmt: skip
    session.flush()
    return len(inputs)


def _open_campaign(session: Session, campaign_id: int) -> Campaign:
    """The campaign, which nobody closes before this transaction has ended."""
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    session.refresh(campaign, with_for_update={"read": True})
    if campaign.stage != "open":
        raise Conflict(f"Kỳ đánh giá năm {campaign.year} đã đóng, không nhập được nữa.")
    return campaign


def _locked_sheet(session: Session, campaign_id: int, unit_id: int) -> ScoreSheet:
    """The unit's sheet, locked for this transaction."""
    return session.scalars(
        select(ScoreSheet)
        .where(ScoreSheet.campaign_id == campaign_id, ScoreSheet.unit_id == unit_id)
        .with_for_update()
    ).one()


def _stored(session: Session, sheet: ScoreSheet, stage: EntryStage) -> dict[str, ScoreEntry]:
    """What the sheet holds at this stage, by leaf code."""
    rows = session.execute(
        select(Leaf.code, ScoreEntry)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .where(ScoreEntry.sheet_id == sheet.id, ScoreEntry.stage == stage)
        .execution_options(populate_existing=True)
    )
    return {row.code: row.ScoreEntry for row in rows}


def _leaf_ids(session: Session, scoring: ScoringSet) -> dict[str, int]:
    rows = session.execute(select(Leaf.code, Leaf.id).where(Leaf.set_id == scoring.row.id))
    return {row.code: row.id for row in rows}


def _new(sheet: ScoreSheet, stage: EntryStage, leaf_id: int) -> ScoreEntry:
    return ScoreEntry(sheet_id=sheet.id, leaf_id=leaf_id, stage=stage, explanation="")


def _write(session: Session, entry: ScoreEntry, inputs: Mapping[str, int], by: Actor) -> None:
    entry.inputs = dict(inputs)
    entry.updated_by = by.id if by.kind == "person" else None
    session.add(entry)


def _said(entry: ScoreEntry, code: str) -> Json:
    """What the audit keeps of an entry."""
    return {
        "leaf": code,
        "stage": entry.stage,
        "inputs": entry.inputs,
        "explanation": entry.explanation,
    }


def _require(session: Session, by: Actor, stage: EntryStage, unit_id: int) -> None:
    match stage:
        case "self":
            rights = require(session, by, {"officer"}, "tự chấm")
            if by.kind == "person" and unit_id not in rights.units_as("officer"):
                raise NotAllowed("Bạn chỉ tự chấm được phiếu của đơn vị mình.")
        case "appraised":
            rights = require(session, by, {"appraiser"}, "thẩm định")
            if unit_id in rights.units:
                raise NotAllowed(
                    "Không ai thẩm định đơn vị của chính mình. "
                    "Hãy chuyển phiếu này cho cơ quan thẩm định thay."
                )
        case "survey":
            require(session, by, STAFF, "nhập kết quả điều tra, chỉ số, đánh giá của lãnh đạo")


def _refuse_other_agencies(
    session: Session,
    by: Actor,
    stage: EntryStage,
    unit_id: int,
    scoring: ScoringSet,
    codes: Iterable[str],
) -> None:
    """A person appraises only the leaves that the set gives to their agency, or to none.

    What an agency would appraise of itself, any other agency may.
    """
    if stage != "appraised" or by.kind != "person":
        return
    units = rights_of(session, by).units_as("appraiser") | {unit_id}
    open_to_them = set(session.scalars(select(Unit.key).where(Unit.id.in_(units))))
    owners = scoring.criteria.appraisers
    others = [code for code in codes if owners.get(code) not in {None, *open_to_them}]
    if others:
        raise NotAllowed(f"Tiêu chí {', '.join(others)} do cơ quan khác thẩm định.")


def _scoring_set(session: Session, campaign: Campaign, unit_id: int) -> ScoringSet:
    kind = session.scalar(
        select(CampaignUnit.kind).where(
            CampaignUnit.campaign_id == campaign.id,
            CampaignUnit.unit_id == (unit_id if is_id(unit_id) else None),
        )
    )
    if kind is None:
        raise NotFound("Đơn vị này không tham gia kỳ đánh giá.")
    return scoring_sets(session, campaign, kind)[kind]


def _refuse_unusable(
    scoring: ScoringSet, stage: EntryStage, inputs: Mapping[str, Mapping[str, int]]
) -> None:
    problems = [
        problem
        for code, given in inputs.items()
        for problem in check_inputs(_leaf(scoring, code, stage), given)
    ]
    if problems:
        raise Invalid(problems)


def _leaf(scoring: ScoringSet, code: str, stage: EntryStage) -> SpecLeaf:
    for leaf in scoring.criteria.leaves:
        if leaf.code == code:
            if (leaf.supplier in SURVEYED) != (stage == "survey"):
                raise NotAllowed(
                    f"Tiêu chí {code} lấy từ điều tra, chỉ số hoặc đánh giá của "
                    "lãnh đạo, không tự chấm hay thẩm định."
                    if leaf.supplier in SURVEYED
                    else f"Tiêu chí {code} không lấy từ điều tra, chỉ số hay đánh giá của lãnh đạo."
                )
            return leaf
    raise NotFound(f"Bộ tiêu chí không có mã {code}.")
