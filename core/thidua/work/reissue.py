"""A criteria set issued anew while its campaign runs: the act that replaces it, what it loses.

Entries go on under the leaves that answer to theirs; each is kept as it was besides, so that what
was lost can still be read. Results computed by the replaced set are not published any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from thidua.spec.criteria import CriteriaSet
from thidua.spec.criteria import Leaf as SpecLeaf
from thidua.spec.lint import lint
from thidua.store.actor import Actor
from thidua.store.appraisal import Assignment
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.campaigns import Campaign, CampaignSet, CampaignUnit
from thidua.store.criteria import Leaf, StoredCriteriaSet
from thidua.store.people import Role
from thidua.store.reissue import ReplacedEntry, SetReplacement
from thidua.store.results import ResultRow, ResultVersion
from thidua.store.sheets import ScoreSheet
from thidua.work.access import OVERSEERS, STAFF, require
from thidua.work.campaigns import ScoringSet, campaign_by_id, scoring_sets
from thidua.work.carrying import inputs_in_words, mapping_problems, node_map, sure_mapping
from thidua.work.cells import APPRAISALS
from thidua.work.corrections import official_version
from thidua.work.duties import duties_of
from thidua.work.given import find, needed
from thidua.work.opening import found_at
from thidua.work.reissue_moves import (
    Change,
    carry_entries,
    evidence_before,
    exemptions_before,
    put_evidence,
    put_exemptions,
    put_requests,
    put_set,
    units_of,
)
from thidua.work.reissue_signatures import set_aside, signatures_lost, signed_before
from thidua.work.schedule import locked_campaign
from thidua.work.sets import parsed
from thidua.work.versions import wait_turn

READERS: frozenset[Role] = OVERSEERS | {"appraiser", "officer"}

SIGNATURE = "Ký xác nhận phiếu tự chấm"
"""What a sign-off that was set aside is called among the losses."""


@dataclass(frozen=True)
class Loss:
    """One entry that no leaf of the new set took over, as a form would show it, and why not.

    Without a ``leaf``: the sign-off of the sheet, which is to be signed again.
    """

    unit_id: int
    unit: str
    leaf: str
    leaf_name: str
    stage: str
    said: str
    explanation: str
    why: str


@dataclass(frozen=True)
class Reissued:
    """What a replacement did: entries carried over, losses, nodes that found no counterpart.

    ``exemptions`` are (unit, node) that are assessed again; ``evidence`` counts the uses of
    documents that name no leaf any more; ``assignments`` are nodes whose appraiser was named for
    this campaign and must be looked at.
    """

    replacement: SetReplacement
    mapping: Mapping[str, str]
    carried: int
    losses: tuple[Loss, ...]
    exemptions: tuple[tuple[str, str], ...]
    evidence: int
    assignments: tuple[str, ...]


def reissue_set(
    session: Session,
    *,
    campaign_id: int,
    kind: str,
    new_set_id: int,
    mapping: Mapping[str, str] | None,
    reason: str,
    legal_basis: str,
    by: Actor,
    at: datetime,
) -> Reissued:
    """Replace the set of one kind of unit in an open campaign; ``mapping``: new leaf by old leaf.

    Without a mapping the leaves answer to each other that have the same name, as ``mapping`` of
    the answer says. Entries, exemptions and uses of evidence go over to the nodes that answer to
    theirs; what has none is listed. Bands and rounding stay frozen. ``Conflict`` when the campaign
    is not open, has a final result, or an agency would come to appraise itself; ``Invalid`` with
    every problem of the mapping and of the new set, its unacknowledged errors among them.
    """
    require(session, by, STAFF, "thay bộ tiêu chí")
    reason, legal_basis = _due("Lý do", reason), _due("Văn bản căn cứ", legal_basis)
    wait_turn(session)  # of who publishes, too
    campaign = locked_campaign(session, campaign_id)
    _refuse_settled(session, campaign)
    change = _change(session, campaign, kind, new_set_id, mapping)
    exemptions = exemptions_before(session, change)
    evidence = evidence_before(session, change)
    signed = signed_before(session, change)
    made = SetReplacement(
        campaign_id=campaign.id, kind=kind, old_set_id=change.old.row.id,
        new_set_id=change.new_row.id, reason=reason, legal_basis=legal_basis,
        mapping=dict(change.mapping), exemptions=exemptions, evidence=evidence, made_at=at,
        made_by=by.id if by.kind == "person" else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    put_set(session, change)
    put_exemptions(session, change, exemptions)
    put_evidence(session, change, evidence)
    put_requests(session, change)
    carried = carry_entries(session, change, made)
    set_aside(session, change, made, signed, by)
    _refuse_self_appraisal(session, change)
    done = Reissued(
        replacement=made,
        mapping=change.mapping,
        carried=carried,
        losses=(
            *_losses(session, ReplacedEntry.replacement_id == made.id),
            *_signatures(session, SetReplacement.id == made.id),
        ),
        exemptions=tuple(_lost_exemptions(session, change, exemptions)),
        evidence=sum(item["new_node"] is None for item in evidence),
        assignments=tuple(_assignments(session, change)),
    )
    _record(session, change, done, reason, by)
    return done


def losses_of(session: Session, *, campaign_id: int, unit_id: int, by: Actor) -> tuple[Loss, ...]:
    """What a unit had entered and replacements of the set lost, newest replacement first.

    After the entries come the sign-offs that were set aside. For those who oversee all, and for
    the unit's own people without what appraisers had said of it; nothing for other appraisers.
    """
    rights = require(session, by, READERS, "xem số liệu không chuyển được")
    if not rights.any_of(OVERSEERS) and unit_id not in rights.units:
        if rights.any_of({"appraiser"}):
            return ()
        raise NotAllowed("Bạn chỉ xem được số liệu của đơn vị mình.")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    of_unit = ScoreSheet.unit_id == unit_id, ScoreSheet.campaign_id == campaign.id
    hidden = APPRAISALS if by.kind == "person" and unit_id in rights.units else ()
    entered = _losses(session, *of_unit, ReplacedEntry.stage.not_in(hidden))
    return (*entered, *_signatures(session, *of_unit))


def replacements_of(session: Session, *, campaign_id: int, by: Actor) -> Sequence[SetReplacement]:
    """The replacements of a campaign's sets, newest first."""
    require(session, by, READERS, "xem việc thay bộ tiêu chí")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    ours = SetReplacement.campaign_id == campaign.id
    return session.scalars(
        select(SetReplacement).where(ours).order_by(SetReplacement.id.desc())
    ).all()


def refuse_replaced(session: Session, version: ResultVersion) -> None:
    """``Conflict`` when a version was computed by a set that has been replaced since."""
    computed = session.execute(
        select(ResultRow.kind, ResultRow.detail["set"])
        .where(ResultRow.version_id == version.id)
        .distinct()
    ).all()
    now = session.execute(
        select(CampaignSet.kind, StoredCriteriaSet.code, StoredCriteriaSet.version)
        .join(StoredCriteriaSet, StoredCriteriaSet.id == CampaignSet.criteria_set_id)
        .where(CampaignSet.campaign_id == version.campaign_id)
    )
    current = {kind: [code, number] for kind, code, number in now}
    if any(used is not None and current.get(kind) != used for kind, used in computed):
        raise Conflict(
            f"Bản kết quả số {version.number} năm {version.year} tính theo bộ tiêu chí đã được "
            "thay. Hãy tính lại kết quả rồi công bố bản mới."
        )


def _due(place: str, text: str) -> str:
    return needed(place, text, "Hãy ghi rõ; việc thay bộ tiêu chí được lưu cùng nội dung này.")


def _refuse_settled(session: Session, campaign: Campaign) -> None:
    if campaign.stage != "open":
        raise Conflict(
            f"Kỳ đánh giá năm {campaign.year} không đang mở nên không thay bộ tiêu chí. "
            "Kỳ chưa mở sẽ dùng bộ mới nhất khi mở."
        )
    official = official_version(session, campaign.year)
    if official is not None and official.campaign_id == campaign.id:
        raise Conflict(
            f"Kỳ đánh giá năm {campaign.year} đã có kết quả chính thức nên không thay được bộ "
            "tiêu chí. Hãy dùng bộ mới từ kỳ sau."
        )


def _change(
    session: Session,
    campaign: Campaign,
    kind: str,
    new_set_id: int,
    given: Mapping[str, str] | None,
) -> Change:
    old = scoring_sets(session, campaign, kind).get(kind)
    row = find(session, StoredCriteriaSet, new_set_id)
    if old is None or row is None:
        what = "loại đơn vị này trong kỳ đánh giá" if old is None else "bộ tiêu chí này trong tỉnh"
        raise NotFound(f"Không có {what}.")
    if row.id == old.row.id:
        raise Conflict("Kỳ đánh giá đang dùng chính bộ tiêu chí này. Hãy chọn bộ mới.")
    session.refresh(row, with_for_update=True)
    new = parsed(row)
    mapping = sure_mapping(old.criteria, new) if given is None else given
    problems = [
        *mapping_problems(old.criteria, new, mapping),
        *_unfit(campaign, kind, old, new),
    ]
    if problems:
        raise Invalid(problems)
    return Change(campaign, kind, old, row, new, mapping, node_map(old.criteria, new, mapping))


def _unfit(campaign: Campaign, kind: str, old: ScoringSet, new: CriteriaSet) -> Iterator[Problem]:
    if kind not in new.kinds:
        yield Problem(place="Bộ mới", reason="không dành cho loại đơn vị đã chọn.")
    if not new.serves(campaign.year):
        yield Problem(place="Bộ mới", reason=f"không dùng cho năm {campaign.year}.")
    if new.grading != old.criteria.grading:
        reason = "dùng cách xếp loại khác; kỳ đã mở giữ cách xếp loại lúc mở."
        yield Problem(place="Bộ mới", reason=reason)
    for item in lint(new, old.grading):
        if item.blocks:
            yield Problem(place=found_at(new, item), reason=f"{item.message}. {item.remedy}")


def _refuse_self_appraisal(session: Session, change: Change) -> None:
    duties = duties_of(session, change.campaign, change.new)
    alone = set(duties.agencies.values()) - duties.substitutes.keys()
    names = session.scalars(
        select(CampaignUnit.name)
        .where(CampaignUnit.unit_id.in_(alone), CampaignUnit.unit_id.in_(units_of(change)))
        .where(CampaignUnit.campaign_id == change.campaign.id)
    ).all()
    if names:
        raise Conflict(
            f"Theo bộ mới, {', '.join(names)} sẽ tự thẩm định chính mình. Hãy phân công cơ quan "
            "thẩm định thay trước khi thay bộ tiêu chí."
        )


def _losses(session: Session, *which: Any) -> Iterator[Loss]:
    old_set = aliased(StoredCriteriaSet)
    rows = session.execute(
        select(ReplacedEntry, Leaf.code, old_set, ScoreSheet.unit_id, CampaignUnit.name)
        .join(Leaf, Leaf.id == ReplacedEntry.leaf_id)
        .join(old_set, old_set.id == Leaf.set_id)
        .join(ScoreSheet, ScoreSheet.id == ReplacedEntry.sheet_id)
        .join(
            CampaignUnit,
            (CampaignUnit.campaign_id == ScoreSheet.campaign_id)
            & (CampaignUnit.unit_id == ScoreSheet.unit_id),
        )
        .where(ReplacedEntry.new_leaf_id.is_(None), *which)
        .order_by(
            ReplacedEntry.replacement_id.desc(), CampaignUnit.id, Leaf.position, ReplacedEntry.id
        )
    )
    for entry, code, row, unit_id, name in rows:
        leaf = next(leaf for leaf in parsed(row).leaves if leaf.code == code)
        yield _loss(entry, leaf, unit_id, name)


def _signatures(session: Session, *which: Any) -> Iterator[Loss]:
    for row, unit_id, name in signatures_lost(session, *which):
        said = f"mã kiểm tra {row.check_code}"
        yield Loss(unit_id, name, "", SIGNATURE, "self", said, "", row.withdrawal)


def _loss(entry: ReplacedEntry, leaf: SpecLeaf, unit_id: int, unit: str) -> Loss:
    return Loss(
        unit_id=unit_id,
        unit=unit,
        leaf=leaf.code,
        leaf_name=leaf.name,
        stage=entry.stage,
        said=inputs_in_words(leaf, entry.inputs),
        explanation=entry.explanation,
        why=entry.why,
    )


def _lost_exemptions(
    session: Session, change: Change, old: Sequence[Json]
) -> Iterator[tuple[str, str]]:
    names = dict(
        session.execute(
            select(CampaignUnit.unit_id, CampaignUnit.name).where(
                CampaignUnit.campaign_id == change.campaign.id
            )
        ).all()
    )
    return ((names[item["unit_id"]], item["node"]) for item in old if not item["new_node"])


def _assignments(session: Session, change: Change) -> Iterator[str]:
    """Nodes of the old set with an appraiser of this campaign's own, if they moved or are gone."""
    rows = session.scalars(
        select(Assignment.node)
        .where(
            Assignment.campaign_id == change.campaign.id,
            Assignment.set_code == change.old.criteria.code,
        )
        .distinct()
        .order_by(Assignment.node)
    )
    same_code = change.new.code == change.old.criteria.code
    return (node for node in rows if not same_code or change.nodes.get(node) != node)


def _record(session: Session, change: Change, done: Reissued, reason: str, by: Actor) -> None:
    made, lost = done.replacement, Counter(loss.unit_id for loss in done.losses if loss.leaf)
    record(
        session, actor=by, action="campaign.reissue_set", subject=("campaign", change.campaign.id),
        before={
            "kind": change.kind,
            "set": _named(change.old.row),
            "exemptions": made.exemptions,
            "evidence": made.evidence,
        },
        after={
            "kind": change.kind,
            "set": _named(change.new_row),
            "legal_basis": made.legal_basis,
            "mapping": made.mapping,
            "carried": done.carried,
            "lost": {str(unit): count for unit, count in lost.items()},
        },
        reason=reason,
    )  # fmt: skip
    session.flush()


def _named(row: StoredCriteriaSet) -> Json:
    return {"code": row.code, "version": row.version, "hash": row.hash}
