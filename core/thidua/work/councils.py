"""Hội đồng TĐKT: setting one up, its members, who is one on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound
from thidua.evidence.files import EvidenceFiles
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.councils import Council, CouncilMember
from thidua.store.people import Membership
from thidua.store.units import Unit
from thidua.store.vietnamese import nfc
from thidua.work.access import STAFF, require
from thidua.work.award_page import WHOLE
from thidua.work.given import find, words
from thidua.work.papers import PaperFacts, keep_paper, paper_said
from thidua.work.versions import wait_turn


@dataclass(frozen=True)
class MemberFacts:
    """A member as the decision names them: name, duty in the council, own unit, account."""

    name: str
    duty: str
    unit_id: int | None = None
    user_id: int | None = None


def set_up_council(
    session: Session,
    *,
    name: str,
    paper: PaperFacts,
    members: Sequence[MemberFacts],
    by: Actor,
    at: datetime,
    files: EvidenceFiles | None = None,
) -> Council:
    """Record a council with its members, by the decision that set it up; they join on its day.

    ``Invalid`` without a name or members, with an account that is not of a council member.
    """
    require(session, by, STAFF, "lập Hội đồng thi đua, khen thưởng")
    wait_turn(session)
    name = nfc(words("Tên Hội đồng", name, longest=500))
    if not name:
        raise Invalid.one("Tên Hội đồng", "Hãy ghi tên Hội đồng.")
    if not members:
        raise Invalid.one("Thành viên", "Hãy ghi các thành viên Hội đồng.")
    kept = keep_paper(session, paper=paper, by=by, at=at, files=files)
    council = Council(name=name, paper_id=kept.id)
    session.add(council)
    session.flush()
    joined = [_join(session, council, facts, paper.issued_on) for facts in members]
    record(
        session, actor=by, action="council.set_up", subject=("council", council.id),
        after={"name": name, "paper": paper_said(kept), "members": [_said(m) for m in joined]},
    )  # fmt: skip
    return council


def add_member(
    session: Session, *, council_id: int, member: MemberFacts, joined_on: date, by: Actor
) -> CouncilMember:
    """Let somebody join a council from a day. ``Conflict`` when the account is a member already."""
    require(session, by, STAFF, "thêm thành viên Hội đồng")
    wait_turn(session)
    council = council_by_id(session, council_id)
    made = _join(session, council, member, joined_on)
    record(
        session, actor=by, action="council.add_member", subject=("council", council.id),
        after={**_said(made), "on": joined_on.isoformat()},
    )  # fmt: skip
    return made


def end_member(session: Session, *, member_id: int, left_on: date, by: Actor) -> CouncilMember:
    """Let a member leave after a day; what was voted before stays. ``Conflict`` if they have."""
    require(session, by, STAFF, "ghi thành viên thôi tham gia Hội đồng")
    wait_turn(session)
    member = find(session, CouncilMember, member_id)
    if member is None:
        raise NotFound("Không có thành viên Hội đồng này trong tỉnh đang làm việc.")
    if member.left_on is not None:
        raise Conflict(f"{member.name} đã thôi tham gia từ sau ngày {member.left_on:%d/%m/%Y}.")
    if left_on < member.joined_on:
        raise Invalid.one("Ngày thôi tham gia", "Không được trước ngày tham gia.")
    member.left_on = left_on
    session.flush()
    record(
        session, actor=by.because(words("Lý do", by.reason)), action="council.end_member",
        subject=("council", member.council_id),
        after={**_said(member), "left_on": left_on.isoformat()},
    )  # fmt: skip
    return member


def list_councils(session: Session, *, by: Actor) -> Sequence[Council]:
    """Every council there was, the newest first."""
    require(session, by, WHOLE, "xem Hội đồng thi đua, khen thưởng")
    return session.scalars(select(Council).order_by(Council.id.desc())).all()


def council_by_id(session: Session, council_id: int) -> Council:
    """The council of the entered province; ``NotFound`` when there is none with this id."""
    found = find(session, Council, council_id)
    if found is None:
        raise NotFound("Không có Hội đồng này trong tỉnh đang làm việc.")
    return found


def members_on(session: Session, council: Council, day: date) -> Sequence[CouncilMember]:
    """Who is a member on a day, as they were entered."""
    found = session.scalars(
        select(CouncilMember)
        .where(CouncilMember.council_id == council.id, CouncilMember.joined_on <= day)
        .order_by(CouncilMember.id)
    )
    return [member for member in found if member.left_on is None or member.left_on >= day]


def _join(session: Session, council: Council, facts: MemberFacts, day: date) -> CouncilMember:
    name = nfc(words("Họ và tên", facts.name, longest=200))
    duty = nfc(words("Nhiệm vụ trong Hội đồng", facts.duty, longest=200))
    if not name or not duty:
        raise Invalid.one("Thành viên", "Hãy ghi họ tên và nhiệm vụ của từng thành viên.")
    if facts.unit_id is not None and find(session, Unit, facts.unit_id) is None:
        raise NotFound("Không có đơn vị này trong tỉnh đang làm việc.")
    if facts.user_id is not None:
        _refuse_account(session, council, facts.user_id)
    member = CouncilMember(
        council_id=council.id, name=name, duty=duty, unit_id=facts.unit_id,
        user_id=facts.user_id, joined_on=day,
    )  # fmt: skip
    session.add(member)
    session.flush()
    return member


def _refuse_account(session: Session, council: Council, user_id: int) -> None:
    held = Membership.user_id == user_id, Membership.role == "council"
    if not session.scalar(select(Membership.id).where(*held)):
        raise Invalid.one("Tài khoản", "Tài khoản này chưa có vai trò Hội đồng trong tỉnh.")
    same = CouncilMember.council_id == council.id, CouncilMember.user_id == user_id
    if session.scalar(select(CouncilMember.id).where(*same, CouncilMember.left_on.is_(None))):
        raise Conflict("Tài khoản này đã là của một thành viên khác.")


def _said(member: CouncilMember) -> Json:
    return {"name": member.name, "duty": member.duty, "unit": member.unit_id}
