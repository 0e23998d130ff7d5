"""Ký xác nhận: the head signs off a unit's self-assessment, with a click or on paper.

A click is the act of an account with the role ``officer`` of the unit, the head's own; an office
whose head does not sign in gives number, day and signer of the paper instead. What is signed does
not change until the sign-off is withdrawn. The check code stands on the printed table and on the
screen: the same code, the same figures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from thidua.scoring.kinds import RuleKind
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.criteria import Leaf
from thidua.store.sheets import ScoreEntry, SignedHow, SignOff
from thidua.store.units import Unit
from thidua.work.access import STAFF, require
from thidua.work.completeness import completeness_of
from thidua.work.given import needed, words
from thidua.work.viewing import require_whole_sheet
from thidua.work.windows import local_day
from thidua.work.writing import (
    Place,
    place_to_read,
    place_to_write,
    refuse_outside,
    refuse_replaced_set,
)

_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The signs of a check code; none is taken for another."""


@dataclass(frozen=True)
class Paper:
    """The signed document: số, ngày, người ký; the check code printed on it, if it was read."""

    number: str
    signed_on: date
    signer: str
    printed_code: str = ""


def sign_off(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    by: Actor,
    at: datetime,
    paper: Paper | None = None,
    reason: str = "",
    kinds: Mapping[str, RuleKind] = {},
) -> SignOff:
    """Sign the self-assessment of a unit off: with a click, or as the paper says.

    ``Invalid`` with every gap that blocks, unless a reason is given; ``Conflict`` when it stands
    signed, the self-assessment is closed at ``at``, or the paper shows another check code. The
    secretariat may enter a paper that came late.
    """
    place = place_to_write(session, campaign_id, unit_id)
    refuse_replaced_set(session, place)
    staff = _require(session, place, by, paper)
    refuse_outside(session, place, () if staff else ("self",), at)
    if standing(session, place.sheet_id):
        raise Conflict("Phiếu này đã được ký xác nhận. Hãy rút xác nhận trước khi ký lại.")
    reason = words("Lý do", reason)
    _refuse_gaps(session, place, kinds, reason)
    row = SignOff(
        sheet_id=place.sheet_id, check_code=check_code(session, place), reason=reason, made_at=at,
        made_by=by.id if by.kind == "person" else None,
        **_signed(by, paper, at),
    )  # fmt: skip
    if (
        paper
        and paper.printed_code
        and plain_code(paper.printed_code) != plain_code(row.check_code)
    ):
        raise Conflict(
            f"Mã kiểm tra trên bản ký ({paper.printed_code}) khác mã của số liệu đang lưu "
            f"({row.check_code}). Hãy in lại bảng và trình ký lại."
        )
    session.add(row)
    session.flush()
    record(
        session, actor=by, action="sheet.sign_off", subject=("score_sheet", place.sheet_id),
        after={"how": row.how, "number": row.number, "signer": row.signer,
               "check_code": row.check_code},
        reason=reason,
    )  # fmt: skip
    session.flush()
    return row


def withdraw_sign_off(
    session: Session, *, campaign_id: int, unit_id: int, reason: str, by: Actor, at: datetime
) -> SignOff:
    """Take a sign-off back before the term is over, so that figures may change; needs a reason.

    The row stays. ``NotFound`` when nothing stands signed.
    """
    place = place_to_write(session, campaign_id, unit_id)
    refuse_replaced_set(session, place)
    staff = _require(session, place, by, paper=None, or_staff=True)
    refuse_outside(session, place, () if staff else ("self",), at)
    reason = needed("Lý do", reason, "Hãy ghi lý do rút xác nhận.")
    row = standing(session, place.sheet_id)
    if row is None:
        raise NotFound("Phiếu này chưa được ký xác nhận.")
    row.withdrawn_at, row.withdrawal = at, reason
    record(
        session, actor=by.because(reason), action="sheet.withdraw_sign_off",
        subject=("score_sheet", place.sheet_id), before={"check_code": row.check_code},
    )  # fmt: skip
    session.flush()
    return row


def current_check_code(session: Session, *, campaign_id: int, unit_id: int, by: Actor) -> str:
    """The check code of the self-assessment as it stands, for those who see the whole sheet."""
    place = place_to_read(session, campaign_id, unit_id)
    require_whole_sheet(session, place, by)
    return check_code(session, place)


def standing(session: Session, sheet_id: int) -> SignOff | None:
    """The sign-off that holds now."""
    ours = SignOff.sheet_id == sheet_id, SignOff.withdrawn_at.is_(None)
    return session.scalars(
        select(SignOff).where(*ours).execution_options(populate_existing=True)
    ).one_or_none()


def check_code(session: Session, place: Place) -> str:
    """``ABCD-2345``: of year, unit, figures and explanations of the self-assessment."""
    rows = session.execute(
        select(Leaf.code, ScoreEntry.inputs, ScoreEntry.explanation)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .where(
            ScoreEntry.sheet_id == place.sheet_id,
            ScoreEntry.stage == "self",
            Leaf.set_id == place.set_id,
        )
    )
    entries = {code: [inputs, text] for code, inputs, text in rows if inputs or text}
    key = session.get_one(Unit, place.unit.unit_id).key
    return code_of([place.campaign.year, key, entries])


def code_of(said: object) -> str:
    """Eight signs that follow from a JSON-ready value alone."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    number = int.from_bytes(hashlib.sha256(text.encode()).digest())
    signs = [_SIGNS[number // len(_SIGNS) ** at % len(_SIGNS)] for at in range(8)]
    return "".join(signs[:4]) + "-" + "".join(signs[4:])


def plain_code(text: str) -> str:
    """A code as typed, comparable: capitals, no blanks or dashes."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _require(
    session: Session, place: Place, by: Actor, paper: Paper | None, *, or_staff: bool = False
) -> bool:
    """Whether the actor acts as the secretariat, who may only enter papers."""
    rights = require(session, by, STAFF | {"officer"}, "ký xác nhận phiếu tự chấm")
    if by.kind != "person" or place.unit.unit_id in rights.units_as("officer"):
        return by.kind != "person"
    if rights.any_of(STAFF) and (paper or or_staff):
        return True
    raise NotAllowed(
        "Chỉ đơn vị ký xác nhận phiếu của mình; Thường trực chỉ nhập văn bản đã ký của đơn vị."
        if rights.any_of(STAFF)
        else "Bạn chỉ ký xác nhận được phiếu của đơn vị mình."
    )


def _refuse_gaps(
    session: Session, place: Place, kinds: Mapping[str, RuleKind], reason: str
) -> None:
    blocking = completeness_of(session, place, kinds).blocking
    if blocking and not reason:
        raise Invalid(
            [Problem(gap.leaf, gap.words) for gap in blocking]
            + [Problem("Lý do", "Hãy bổ sung, hoặc ghi lý do ký khi chưa đủ.")]
        )


def _signed(by: Actor, paper: Paper | None, at: datetime) -> dict[str, object]:
    how: SignedHow = "paper" if paper else "click"
    if paper is None:
        return {"how": how, "signer": by.name}
    number, signer = words("Số văn bản", paper.number), words("Người ký", paper.signer)
    problems = [
        *([] if number else [Problem("Số văn bản", "Hãy ghi số, ký hiệu văn bản.")]),
        *([] if signer else [Problem("Người ký", "Hãy ghi họ tên, chức vụ người ký.")]),
    ]
    if paper.signed_on > local_day(at):
        problems.append(Problem("Ngày ký", "Ngày ký ở tương lai; hãy ghi lại."))
    if problems:
        raise Invalid(problems)
    return {"how": how, "number": number, "signer": signer, "signed_on": paper.signed_on}
