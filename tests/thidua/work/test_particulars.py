"""Particulars as on the certificate, and initiatives: what is kept, what is refused and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import award_spec, collective, open_2025, somebody
from tests.factories import COMMAND
from tests.small import person

from thidua.errors import Conflict, Invalid, NotFound, ThiduaError
from thidua.store.audit_rows import AuditEvent
from thidua.store.awards import AwardRound, Nomination
from thidua.store.dossiers import Initiative
from thidua.work.initiatives import add_initiative, confirm_initiative, remove_initiative
from thidua.work.particulars import Particulars, particulars_of, set_particulars
from thidua.work.provinces import apply_province

BORN = date(1985, 2, 28)


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        apply_province(session, spec=award_spec(), by=COMMAND)
        open_2025(session)
        yield session


@pytest.fixture
def round_(inside: Session) -> AwardRound:
    return inside.scalars(select(AwardRound)).one()


@pytest.fixture
def made(inside: Session, round_: AwardRound) -> Nomination:
    return somebody(inside, round_, "so-mot", "Bà Ánh")


def refusal(act: Callable[[], object], kind: type[ThiduaError]) -> str:
    with pytest.raises(kind) as refused:
        act()
    return str(refused.value)


def write(session: Session, nomination: Nomination, **given: Any) -> Nomination:
    """Particulars written by a command; ``version``: what the person saw."""
    version = given.pop("version", None)
    return set_particulars(
        session, nomination_id=nomination.id, particulars=Particulars(**given), by=COMMAND,
        expected_version=version,
    )  # fmt: skip


def test_particulars_are_kept_as_the_certificate_prints_them(
    inside: Session, made: Nomination
) -> None:
    said = Particulars(
        name=" Trần  Thị Ánh", title="Phó Trưởng phòng", category="cong_chuc", born_on=BORN,
        sex="female", printed_unit="Phòng Cải cách hành chính, Sở Một", achievement="Ba việc",
    )  # fmt: skip
    seen = made.row_version
    set_particulars(
        inside, nomination_id=made.id, particulars=said, by=COMMAND, expected_version=seen
    )
    inside.refresh(made)
    assert particulars_of(made) == Particulars(
        name="Trần Thị Ánh", title="Phó Trưởng phòng", category="cong_chuc", born_on=BORN,
        sex="female", printed_unit="Phòng Cải cách hành chính, Sở Một", achievement="Ba việc",
    )  # fmt: skip
    [event] = inside.scalars(
        select(AuditEvent).where(AuditEvent.action == "nomination.particulars")
    )
    assert (event.before or {})["name"] == "Bà Ánh"
    assert (event.after or {})["born_on"] == "1985-02-28"
    stale = refusal(partial(write, inside, made, name="Khác", version=seen), Conflict)
    assert stale == "Đề nghị này vừa được người khác sửa. Hãy tải lại rồi sửa tiếp."


def test_unfit_particulars_are_refused_one_by_one(
    inside: Session, round_: AwardRound, made: Nomination
) -> None:
    unit = collective(inside, round_, "so-hai")
    cases: dict[str, tuple[Nomination, dict[str, Any]]] = {
        "Họ và tên: Hãy ghi họ và tên như sẽ in trên bằng.": (made, {}),
        "Diện: Hãy chọn cán bộ, công chức, viên chức hoặc người lao động.": (
            made, {"name": "Bà", "category": "khac"}
        ),
        "Giới tính: Hãy chọn nam hoặc nữ.": (made, {"name": "Bà", "sex": "x"}),
        "Ngày sinh: Ngày sinh không hợp lý. Hãy nhập lại.": (
            made, {"name": "Bà", "born_on": date(2015, 1, 1)}
        ),
        "Tập thể: Không ghi họ tên, chức vụ, ngày sinh; tên in trên bằng ghi ở đơn vị.": (
            unit, {"name": "Bà"}
        ),
    }  # fmt: skip
    said = [refusal(partial(write, inside, whose, **given), Invalid)
            for whose, given in cases.values()]  # fmt: skip
    assert said == [*cases]
    assert write(inside, unit, printed_unit="Sở Hai tỉnh Nhỏ").printed_unit == "Sở Hai tỉnh Nhỏ"


def test_namesakes_are_told_apart_by_their_days_of_birth(
    inside: Session, round_: AwardRound, made: Nomination
) -> None:
    again = partial(somebody, inside, round_, "so-mot", "Bà Ánh")
    sentence = "Bà Ánh đã được đề nghị trong đợt này. Hãy rút đề nghị cũ nếu muốn thay."
    assert refusal(partial(again, born_on=BORN), Conflict) == sentence
    write(inside, made, name="Bà Ánh", born_on=BORN)
    assert refusal(again, Conflict) == sentence
    assert refusal(partial(again, born_on=BORN), Conflict) == sentence
    other = again(born_on=date(1990, 1, 1))
    assert refusal(partial(write, inside, other, name="Bà Ánh", born_on=BORN), Conflict) == sentence


def test_an_initiative_waits_for_the_standing_office(inside: Session, made: Nomination) -> None:
    officer, staff = person(inside, "officer", "so-mot"), person(inside, "secretariat")
    given: dict[str, Any] = {
        "name": "Phần mềm nhắc việc", "level": "unit", "recognised_by": "Giám đốc Sở Một",
        "number": "5/QĐ-SM", "recognised_on": date(2025, 11, 1),
    }  # fmt: skip
    add = partial(add_initiative, inside, nomination_id=made.id, by=officer)
    named = add(**given)
    assert named.confirmed is False
    confirm_initiative(inside, initiative_id=named.id, by=staff)
    assert named.confirmed is True
    remove = partial(remove_initiative, inside, initiative_id=named.id)
    assert refusal(partial(remove, by=officer), Conflict) == (
        "Sáng kiến này đã được xác nhận. Hãy gửi thường trực xem lại."
    )
    remove(by=staff)
    assert inside.scalars(select(Initiative)).all() == []
    assert refusal(partial(remove, by=staff), NotFound) == (
        "Không có sáng kiến này trong tỉnh đang làm việc."
    )
    problems = {
        "Tên sáng kiến: Hãy ghi như trên quyết định công nhận.": {"name": " "},
        "Nơi công nhận: Hãy ghi như trên quyết định công nhận.": {"recognised_by": ""},
        "Số quyết định công nhận: Hãy ghi như trên quyết định công nhận.": {"number": ""},
        "Cấp công nhận: Hãy chọn cấp cơ sở, cấp tỉnh, cấp bộ, toàn quốc.": {"level": "xa"},
        "Ngày công nhận: Phải trước hoặc vào ngày xét 15/03/2026.": {
            "recognised_on": date(2026, 3, 16)
        },
    }
    said = [refusal(partial(add, **{**given, **bad}), Invalid) for bad in problems.values()]
    assert said == [*problems]
