"""Putting units and persons forward, and what their dossiers answer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.awards.eligibility import ANOTHER_ACHIEVEMENT
from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.spec.award_conditions import CATEGORIES, RECIPIENTS, PersonCategory, Recipient
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import AwardRound, Nomination
from thidua.store.base import Json
from thidua.store.units import UnitPeriod
from thidua.store.vietnamese import nfc
from thidua.work.access import STAFF, Rights, require
from thidua.work.award_facts import round_by_id, scheme_of, units_as_of
from thidua.work.dossiers import (
    NOMINATORS,
    open_dossier,
    refuse_decided,
    standing_nomination,
)
from thidua.work.given import words
from thidua.work.versions import wait_turn

NAME_LENGTH = 200


def nominate_collective(
    session: Session, *, round_id: int, nominator_id: int, unit_id: int, by: Actor,
    illustrative: bool = False,
) -> Nomination:  # fmt: skip
    """Put a unit forward in the name of the nominating unit, into the dossier that it prepares.

    An officer nominates in the name of the own unit: it or one below it. ``Conflict`` when the
    unit is nominated already or the round is decided, ``Invalid`` when the scheme honours no
    collective.
    """
    return _nominate(
        session, round_id, nominator_id, unit_id, by,
        Nomination(recipient="collective", illustrative=illustrative),
    )  # fmt: skip


def nominate_person(
    session: Session, *, round_id: int, nominator_id: int, unit_id: int, name: str, by: Actor,
    title: str = "", category: PersonCategory | None = None, born_on: date | None = None,
    illustrative: bool = False,
) -> Nomination:  # fmt: skip
    """Put a person of a unit forward, named exactly as on the certificate.

    ``category``: cán bộ, công chức…, where known; ``illustrative``: an invented person. Rights and
    refusals as for collectives; ``Invalid`` without a name. ``born_on`` tells namesakes apart.
    """
    name = nfc(words("Họ và tên", name, longest=NAME_LENGTH))
    if not name:
        raise Invalid.one("Họ và tên", "Hãy ghi họ và tên như sẽ in trên bằng.")
    if category is not None and category not in CATEGORIES:
        raise Invalid.one("Diện", "Hãy chọn cán bộ, công chức, viên chức hoặc người lao động.")
    person = Nomination(
        recipient="person",
        person_name=name,
        person_title=nfc(words("Chức vụ", title, longest=NAME_LENGTH)),
        person_category=category,
        person_born_on=born_on,
        illustrative=illustrative,
    )
    return _nominate(session, round_id, nominator_id, unit_id, by, person)


def withdraw_nomination(session: Session, *, nomination_id: int, by: Actor) -> Nomination:
    """Take a nomination back; it stays on record, with the actor's reason in the audit.

    ``Conflict`` when it is withdrawn already, and for an officer once its dossier is taken in.
    """
    rights = _rights(session, by, "rút đề nghị khen thưởng")
    nomination = standing_nomination(session, rights, nomination_id)
    nomination.withdrawn_at = func.now()
    record(
        session, actor=by.because(words("Lý do", by.reason)), action="nomination.withdraw",
        subject=("nomination", nomination.id),
    )  # fmt: skip
    session.flush()
    return nomination


def answer_condition(
    session: Session,
    *,
    nomination_id: int,
    code: str,
    answer: bool,
    basis: str,
    by: Actor,
    expected_version: int | None = None,
) -> Nomination:
    """What the dossier answers to an attested condition of the scheme, and the document it is in.

    The answer of the nominating unit's officer is a claim; that of the staff is confirmed, and
    officers do not change it. ``expected_version`` is the ``row_version`` the person saw:
    ``Conflict`` if another changed the nomination since. ``Invalid`` without a basis.
    """
    rights = _rights(session, by, "trả lời điều kiện xét khen")
    nomination = standing_nomination(session, rights, nomination_id)
    if expected_version is not None and expected_version != nomination.row_version:
        raise Conflict("Đề nghị này vừa được người khác sửa. Hãy tải lại rồi trả lời tiếp.")
    scheme = scheme_of(round_by_id(session, round_id=nomination.round_id))
    if code not in {*scheme.attested(), ANOTHER_ACHIEVEMENT.code}:
        raise NotFound(f"Cách xét khen không có điều kiện “{code}”.")
    basis = nfc(words("Căn cứ", basis))
    if not basis:
        raise Invalid.one("Căn cứ", "Hãy ghi văn bản hoặc lý do làm căn cứ cho câu trả lời.")
    confirmed = rights.any_of(STAFF)
    before = nomination.answers.get(code)
    if before and before["confirmed"] and not confirmed:
        raise Conflict(
            "Điều kiện này đã được xác nhận. Nếu có hồ sơ mới, hãy gửi thường trực xem lại."
        )
    said: Json = {"answer": answer, "basis": basis, "confirmed": confirmed, "by": by.name}
    nomination.answers = {**nomination.answers, code: said}
    record(
        session, actor=by, action="nomination.answer", subject=("nomination", nomination.id),
        before={code: before}, after={code: said},
    )  # fmt: skip
    session.flush()
    return nomination


def refuse_again(session: Session, made: Nomination, who: str) -> None:
    """``Conflict`` when ``who`` stands in the round already.

    Two persons of one name and title in a unit are told apart by both days of birth.
    """
    alike = session.scalars(
        select(Nomination).where(
            Nomination.round_id == made.round_id,
            Nomination.unit_id == made.unit_id,
            Nomination.recipient == made.recipient,
            Nomination.person_name == (made.person_name or ""),
            Nomination.person_title == (made.person_title or ""),
            Nomination.withdrawn_at.is_(None),
        )
    )
    for other in alike:
        days = {made.person_born_on, other.person_born_on}
        if other is not made and (None in days or len(days) == 1):
            raise Conflict(
                f"{who} đã được đề nghị trong đợt này. Hãy rút đề nghị cũ nếu muốn thay."
            )


def _rights(session: Session, by: Actor, what: str) -> Rights:
    return require(session, by, NOMINATORS, what)


def _nominate(
    session: Session, round_id: int, nominator_id: int, unit_id: int, by: Actor, made: Nomination
) -> Nomination:
    rights = _rights(session, by, "đề nghị khen thưởng")
    round_ = round_by_id(session, round_id=round_id)
    wait_turn(session)
    refuse_decided(session, round_.id)
    units = units_as_of(session, round_.decides_on)
    for id_, what in ((nominator_id, "Nơi đề nghị"), (unit_id, "Đơn vị được đề nghị")):
        if id_ not in units:
            raise NotFound(f"{what} không có trong tỉnh đang làm việc.")
    _refuse_strangers(rights, nominator_id, units[unit_id])
    _refuse_other_recipients(round_, made.recipient)
    made.round_id, made.nominator_id, made.unit_id = round_.id, nominator_id, unit_id
    made.dossier = open_dossier(session, round_id=round_.id, nominator_id=nominator_id)
    refuse_again(session, made, made.person_name or units[unit_id].name)
    session.add(made)
    session.flush()
    record(
        session, actor=by, action="nomination.make", subject=("nomination", made.id),
        after={
            "round": round_.id, "nominator": nominator_id, "unit": unit_id,
            "recipient": made.recipient, "name": made.person_name, "title": made.person_title,
        },
    )  # fmt: skip
    return made


def _refuse_strangers(rights: Rights, nominator_id: int, unit: UnitPeriod) -> None:
    """An officer acts for the own unit, and puts forward it or what is directly below it."""
    if rights.any_of(STAFF):
        return
    if nominator_id not in rights.units_as("officer"):
        raise NotAllowed("Bạn chỉ đề nghị khen thưởng thay mặt đơn vị mình.")
    if nominator_id not in (unit.unit_id, unit.parent_id):
        raise NotAllowed("Đơn vị chỉ đề nghị cho chính mình và đơn vị trực thuộc.")


def _refuse_other_recipients(round_: AwardRound, recipient: Recipient) -> None:
    if scheme_of(round_).quota_of(recipient) is None:
        raise Invalid.one("Đối tượng", f"Cách xét khen không có suất cho {RECIPIENTS[recipient]}.")
