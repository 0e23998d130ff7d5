"""Sign-offs of sheets that a replaced criteria set changes: set aside, to be signed again.

A head signs figures, explanations and the lines that the unit is asked. Where one of these is
another afterwards, the signature and its check code belong to a sheet that is no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.sheet import exempt_leaves
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import CampaignUnit, Exemption
from thidua.store.reissue import SetReplacement
from thidua.store.sheets import ScoreSheet, SignOff
from thidua.work.cells import own_part
from thidua.work.reissue_moves import Change, units_of
from thidua.work.signoff import check_code
from thidua.work.writing import place_to_read


def signed_before(session: Session, change: Change) -> dict[SignOff, object]:
    """The sign-offs that stand on the set's sheets, and what was signed."""
    rows = session.execute(
        select(SignOff, ScoreSheet.unit_id)
        .join(ScoreSheet, ScoreSheet.id == SignOff.sheet_id)
        .where(ScoreSheet.campaign_id == change.campaign.id, SignOff.withdrawn_at.is_(None))
        .where(ScoreSheet.unit_id.in_(units_of(change)))
        .order_by(SignOff.id)
    ).all()
    return {row: _content(session, change, unit_id) for row, unit_id in rows}


def set_aside(
    session: Session,
    change: Change,
    made: SetReplacement,
    signed: Mapping[SignOff, object],
    actor: Actor,
) -> None:
    """Withdraw those whose sheet is another now, at the time of the act and for its reason."""
    for row, content in signed.items():
        unit_id = session.get_one(ScoreSheet, row.sheet_id).unit_id
        if _content(session, change, unit_id) != content:
            row.withdrawn_at, row.withdrawal = made.made_at, _reason(made)
            record(
                session, actor=actor.because(row.withdrawal), action="sheet.withdraw_sign_off",
                subject=("score_sheet", row.sheet_id), before={"check_code": row.check_code},
            )  # fmt: skip
    session.flush()


def signatures_lost(session: Session, *which: Any) -> Iterator[tuple[SignOff, int, str]]:
    """Sign-offs that replacements set aside, newest first, each with its unit's id and name."""
    rows = session.execute(
        select(SignOff, ScoreSheet.unit_id, CampaignUnit.name)
        .join(ScoreSheet, ScoreSheet.id == SignOff.sheet_id)
        .join(
            CampaignUnit,
            (CampaignUnit.campaign_id == ScoreSheet.campaign_id)
            & (CampaignUnit.unit_id == ScoreSheet.unit_id),
        )
        .join(
            SetReplacement,
            (SetReplacement.campaign_id == ScoreSheet.campaign_id)
            & (SetReplacement.kind == CampaignUnit.kind)
            & (SetReplacement.made_at == SignOff.withdrawn_at),
        )
        .where(*which)
        .order_by(SetReplacement.id.desc(), CampaignUnit.id)
    )
    return ((row, unit_id, name) for row, unit_id, name in rows)


def _content(session: Session, change: Change, unit_id: int) -> object:
    """What the head of a unit signs, as it stands: all of its lines but their guidance."""
    place = place_to_read(session, change.campaign.id, unit_id)
    exempt = session.scalars(
        select(Exemption.node).where(
            Exemption.campaign_id == change.campaign.id, Exemption.unit_id == unit_id
        )
    ).all()
    out = exempt_leaves(place.criteria, exempt)
    asked = [
        leaf.node.model_copy(update={"guidance": ""})
        for leaf in place.criteria.leaves
        if own_part(leaf) and leaf.code not in out
    ]
    return check_code(session, place), asked


def _reason(made: SetReplacement) -> str:
    return (
        f"Bộ tiêu chí được ban hành lại theo {made.legal_basis} làm phiếu thay đổi "
        f"({made.reason}). Hãy kiểm tra và ký xác nhận lại; đã hết hạn tự đánh giá thì đề nghị "
        "Thường trực (Sở Nội vụ) gia hạn."
    )
