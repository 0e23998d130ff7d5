"""Units in time: registering, correcting, ending, removing one made by mistake.

A unit lives in periods; a change of name or cluster from a date on is a new period. What a
campaign or a result said about a unit stays as it was then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.spec.base import Provenance
from thidua.store.actor import Actor
from thidua.store.appraisal import Assignment, SubstituteAgency
from thidua.store.audit import record
from thidua.store.awards import Nomination
from thidua.store.base import Json
from thidua.store.campaigns import CampaignUnit
from thidua.store.councils import CouncilMember
from thidua.store.decisions import Award
from thidua.store.dossiers import Dossier, Opinion
from thidua.store.movements import MovementAct
from thidua.store.people import Membership
from thidua.store.publication import Petition
from thidua.store.results import ResultRow
from thidua.store.schedules import Extension
from thidua.store.successions import SuccessionLink
from thidua.store.surveys import SurveyCode, SurveyCount
from thidua.store.units import Cluster, Unit, UnitKind, UnitPeriod
from thidua.store.vietnamese import nfc, search_text
from thidua.work.access import STAFF, require
from thidua.work.given import find
from thidua.work.versions import wait_turn

NAME_LENGTH = 300
CODE_LENGTH = 20
YEARS = range(1900, 2200)
"""Years that a day may lie in; beyond them it is a slip of the keyboard."""

_OVERLAP = "ex_unit_period_during"
IN_USE: tuple[tuple[InstrumentedAttribute[int] | InstrumentedAttribute[int | None], str], ...] = (
    (CampaignUnit.unit_id, "Đơn vị đã có trong một kỳ đánh giá"),
    (ResultRow.unit_id, "Đơn vị đã có trong một bản kết quả"),
    (Membership.unit_id, "Có tài khoản đang giữ vai trò của đơn vị này"),
    (Assignment.agency_id, "Đơn vị được phân công thẩm định"),
    (SubstituteAgency.agency_id, "Có cơ quan khác thẩm định thay cho đơn vị này"),
    (SubstituteAgency.by_id, "Đơn vị được giao thẩm định thay cho cơ quan khác"),
    (Extension.unit_id, "Đơn vị đã được gia hạn trong một kỳ đánh giá"),
    (Petition.unit_id, "Đơn vị đã có kiến nghị về kết quả"),
    (SurveyCode.unit_id, "Đã phát mã khảo sát cho công chức của đơn vị này"),
    (SurveyCount.unit_id, "Đã có phiếu khảo sát về đơn vị này"),
    (CouncilMember.unit_id, "Có thành viên hội đồng thuộc đơn vị này"),
    (UnitPeriod.parent_id, "Có đơn vị khác trực thuộc đơn vị này"),
    (Nomination.unit_id, "Có đề nghị khen thưởng cho đơn vị này"),
    (Nomination.nominator_id, "Có đề nghị khen thưởng do đơn vị này lập"),
    (Dossier.nominator_id, "Đơn vị đã lập hồ sơ đề nghị khen thưởng"),
    (Opinion.agency_id, "Đơn vị được lấy ý kiến về một đề nghị khen thưởng"),
    (Award.unit_id, "Đơn vị đã được khen thưởng"),
    (MovementAct.unit_id, "Đơn vị đã có việc ghi trong một phong trào thi đua"),
    (SuccessionLink.predecessor_id, "Có một lần sắp xếp nhắc tới đơn vị này"),
    (SuccessionLink.successor_id, "Có một lần sắp xếp nhắc tới đơn vị này"),
)
"""Where a unit may be named, and why it cannot be removed then."""


@dataclass(frozen=True)
class _Facts:
    """What is said of a unit for one period; days inclusive, ``None`` where open."""

    name: str
    kind: str
    cluster: str | None
    official_code: str
    valid_from: date | None
    valid_to: date | None
    parent: str | None

    def put(self, period: UnitPeriod) -> UnitPeriod:
        """Write them into a period."""
        period.name, period.kind, period.cluster = self.name, self.kind, self.cluster
        period.official_code = self.official_code
        period.during = Range(self.valid_from, self.valid_to, bounds="[]")
        return period


def register_unit(
    session: Session,
    *,
    name: str,
    kind: str,
    cluster: str | None,
    official_code: str,
    valid_from: date | None,
    valid_to: date | None,
    by: Actor,
    key: str | None = None,
    parent: str | None = None,
) -> UnitPeriod:
    """A new unit with its first period; with the ``key`` of a known unit, a new period of it.

    ``kind`` and ``cluster`` are codes, ``parent`` is the key of the unit above; both days are
    inclusive, ``None`` means open. Without a ``key`` one is made from the name. ``Invalid`` with
    every problem; ``Conflict`` when the period overlaps another of the unit, or a unit without a
    ``key`` could not be told apart from one that is there.
    """
    require(session, by, STAFF, "khai đơn vị")
    wait_turn(session)
    facts = _Facts(
        nfc(name), kind, cluster or None, nfc(official_code), valid_from, valid_to, parent or None
    )
    _refuse_invalid(session, facts)
    unit = _unit(session, key or _new_key(session, facts.name))
    period = facts.put(UnitPeriod(unit_id=unit.id, provenance=Provenance.OFFICIAL))
    period.parent_id = _parent(session, facts, unit.id)
    if key is None:
        _refuse_twin(session, period)
    with _no_overlap(session):
        session.add(period)
    record(
        session, actor=by, action="unit.register", subject=("unit", unit.id), after=_said(period)
    )
    return period


def change_unit(
    session: Session,
    *,
    period_id: int,
    name: str,
    kind: str,
    cluster: str | None,
    official_code: str,
    valid_from: date | None,
    valid_to: date | None,
    parent: str | None,
    expected_version: int,
    by: Actor,
) -> UnitPeriod:
    """Correct what is said of a unit for one period.

    ``expected_version`` is the ``row_version`` that the person saw: ``Conflict`` if another
    changed the period since, or when it would overlap another of the unit.
    """
    require(session, by, STAFF, "sửa đơn vị")
    wait_turn(session)
    period = _period(session, period_id)
    if period.row_version != expected_version:
        raise Conflict("Đơn vị này vừa được người khác sửa. Hãy tải lại trang rồi sửa lại.")
    facts = _Facts(
        nfc(name), kind, cluster or None, nfc(official_code), valid_from, valid_to, parent or None
    )
    _refuse_invalid(session, facts)
    before = _said(period)
    with _no_overlap(session):
        facts.put(period).parent_id = _parent(session, facts, period.unit_id)
    record(
        session, actor=by, action="unit.change", subject=("unit", period.unit_id),
        before=before, after=_said(period),
    )  # fmt: skip
    return period


def end_unit(session: Session, *, unit_id: int, on: date, by: Actor, reason: str) -> UnitPeriod:
    """End a unit: ``on`` is its last day. Its past stays; it gets no award any more.

    ``Invalid`` without a reason or with a day before its last period; ``Conflict`` if it has
    ended already.
    """
    require(session, by, STAFF, "ghi đơn vị kết thúc hoạt động")
    wait_turn(session)
    periods = session.scalars(
        select(UnitPeriod).where(UnitPeriod.unit_id == unit_id).with_for_update()
    ).all()
    if not periods:
        raise NotFound("Không có đơn vị này trong tỉnh đang làm việc.")
    period = max(periods, key=lambda item: item.during.lower or date.min)
    first, last = days_of(period)
    if last is not None:
        raise Conflict(
            f"“{period.name}” đã kết thúc ngày {last:%d/%m/%Y}. Nếu ngày đó sai, hãy sửa đơn vị."
        )
    problems = [*_day_problems("Ngày kết thúc", on)]
    if first and on < first:
        problems.append(
            Problem(place="Ngày kết thúc", reason=f"Phải từ {first:%d/%m/%Y}, ngày bắt đầu.")
        )
    if not reason.strip():
        problems.append(Problem(place="Lý do", reason="Hãy ghi lý do, văn bản kết thúc."))
    if problems:
        raise Invalid(problems)
    before = _said(period)
    period.during = Range(first, on, bounds="[]")
    session.flush()
    record(
        session, actor=by, action="unit.end", subject=("unit", unit_id),
        before=before, after=_said(period), reason=nfc(reason),
    )  # fmt: skip
    return period


def remove_unit(session: Session, *, period_id: int, by: Actor) -> None:
    """Remove a period registered by mistake, and the unit when it was its only one.

    ``Conflict`` when a campaign, a result, an account or another unit names the unit: it is
    ended instead.
    """
    require(session, by, STAFF, "xóa đơn vị")
    wait_turn(session)
    period = _period(session, period_id)
    unit_id = period.unit_id
    for column, sentence in IN_USE:
        if session.scalar(select(column).where(column == unit_id).limit(1)):
            raise Conflict(
                f"{sentence} nên không xóa được. Nếu đơn vị không còn nữa, hãy dùng "
                "“Kết thúc hoạt động”."
            )
    record(session, actor=by, action="unit.remove", subject=("unit", unit_id), before=_said(period))
    session.delete(period)
    session.flush()
    if not session.scalar(select(UnitPeriod.id).where(UnitPeriod.unit_id == unit_id).limit(1)):
        session.delete(session.get_one(Unit, unit_id))
    session.flush()


def days_of(period: UnitPeriod) -> tuple[date | None, date | None]:
    """The first and the last day of a period, both inclusive; ``None`` where it is open."""
    during = period.during
    last = during.upper
    if last is not None and not during.upper_inc:
        last -= timedelta(days=1)
    return during.lower, last


def _period(session: Session, period_id: int) -> UnitPeriod:
    period = find(session, UnitPeriod, period_id)
    if period is None:
        raise NotFound("Không có đơn vị này trong tỉnh đang làm việc. Hãy tải lại danh sách.")
    session.refresh(period, with_for_update=True)
    return period


def _refuse_twin(session: Session, period: UnitPeriod) -> None:
    """A form that is sent twice would make a unit that nothing tells apart from the first."""
    said = ("name", "kind", "official_code", "parent_id")
    alike = [getattr(UnitPeriod, name).is_not_distinct_from(getattr(period, name)) for name in said]
    if session.scalar(
        select(UnitPeriod.id).where(*alike, UnitPeriod.during.overlaps(period.during)).limit(1)
    ):
        raise Conflict(
            f"Đã có “{period.name}” cùng loại, cùng cấp trên trong thời gian này. Nếu là đơn vị "
            "khác, hãy ghi mã hành chính hoặc đơn vị cấp trên để phân biệt."
        )


def _unit(session: Session, key: str) -> Unit:
    unit = session.scalar(select(Unit).where(Unit.key == key))
    if unit is None:
        unit = Unit(key=key, created_by="console")
        session.add(unit)
        session.flush()
    return unit


def _parent(session: Session, facts: _Facts, unit_id: int) -> int | None:
    """The id of the unit above; ``Invalid`` when there is none such, or it stands below."""
    if facts.parent is None:
        return None
    above = session.scalar(select(Unit.id).where(Unit.key == facts.parent))
    if above is None:
        raise Invalid.one(
            "Đơn vị cấp trên", f"Không có đơn vị nào có khóa “{facts.parent}”. Hãy chọn lại."
        )
    if unit_id in _at_or_above(session, above):
        raise Invalid.one(
            "Đơn vị cấp trên", "Đơn vị không thể trực thuộc chính nó hay cấp dưới của nó."
        )
    return above


def _at_or_above(session: Session, unit_id: int) -> set[int]:
    found, open_ = set[int](), {unit_id}
    while open_:
        found |= open_
        parents = select(UnitPeriod.parent_id).where(UnitPeriod.unit_id.in_(open_))
        open_ = {parent for parent in session.scalars(parents) if parent is not None} - found
    return found


def _new_key(session: Session, name: str) -> str:
    """The name in plain letters, numbered when another unit has it."""
    plain = re.sub(r"[^a-z0-9]+", "-", search_text(name)).strip("-")[:70].strip("-") or "don-vi"
    taken = set(session.scalars(select(Unit.key).where(Unit.key.startswith(plain))))
    numbered = (f"{plain}-{number}" for number in count(2))
    return plain if plain not in taken else next(key for key in numbered if key not in taken)


def _refuse_invalid(session: Session, facts: _Facts) -> None:
    problems = [
        *_text_problems("Tên đơn vị", facts.name, NAME_LENGTH),
        *_text_problems("Mã hành chính", facts.official_code, CODE_LENGTH),
        *_kind_problems(session, facts),
    ]
    if not facts.name:
        problems.append(Problem(place="Tên đơn vị", reason="Hãy nhập tên đơn vị."))
    for place, day in (("Từ ngày", facts.valid_from), ("Đến ngày", facts.valid_to)):
        problems += _day_problems(place, day)
    if facts.valid_from and facts.valid_to and facts.valid_from > facts.valid_to:
        problems.append(Problem(place="Đến ngày", reason="Phải từ ngày bắt đầu trở đi."))
    if problems:
        raise Invalid(problems)


def _text_problems(place: str, text: str, longest: int) -> Iterator[Problem]:
    if len(text) > longest:
        yield Problem(place=place, reason=f"Không quá {longest} ký tự.")
    if text and not text.isprintable():
        yield Problem(place=place, reason="Có ký tự không in được. Hãy gõ lại.")


def _kind_problems(session: Session, facts: _Facts) -> Iterator[Problem]:
    if session.scalar(select(UnitKind.id).where(UnitKind.code == facts.kind)) is None:
        yield Problem(place="Loại đơn vị", reason="Hãy chọn một loại đơn vị của tỉnh.")
    elif facts.cluster is not None and not session.scalar(
        select(Cluster.id).where(Cluster.kind == facts.kind, Cluster.code == facts.cluster)
    ):
        yield Problem(
            place="Khối, cụm", reason="Khối, cụm này không thuộc loại đơn vị đã chọn. Hãy chọn lại."
        )


def _day_problems(place: str, day: date | None) -> Iterator[Problem]:
    if day is not None and day.year not in YEARS:
        yield Problem(
            place=place, reason=f"Năm phải trong khoảng {YEARS.start} đến {YEARS.stop - 1}."
        )


@contextmanager
def _no_overlap(session: Session) -> Iterator[None]:
    """What is done inside is flushed; overlapping periods of a unit become a sentence."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if _OVERLAP not in str(error.orig):
            raise
        raise Conflict(
            "Thời gian này chồng lên một thời gian khác của cùng đơn vị. Hãy sửa ngày, "
            "hoặc ghi ngày kết thúc của thời gian kia trước."
        ) from error


def _said(period: UnitPeriod) -> Json:
    """A period as the audit keeps it."""
    first, last = days_of(period)
    return {
        "name": period.name,
        "kind": period.kind,
        "cluster": period.cluster,
        "official_code": period.official_code,
        "parent_id": period.parent_id,
        "from": first and first.isoformat(),
        "to": last and last.isoformat(),
    }
