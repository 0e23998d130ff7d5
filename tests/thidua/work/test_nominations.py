"""Putting forward, withdrawing, answering: what is kept, who may, what is refused and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import award_spec, collective, confirm, open_2025, scheme_document, somebody
from tests.factories import COMMAND
from tests.small import person, unit_id

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound, ThiduaError
from thidua.store.audit_rows import AuditEvent
from thidua.store.awards import AwardRound, Nomination
from thidua.store.units import UnitPeriod
from thidua.work.nominations import (
    answer_condition,
    nominate_collective,
    nominate_person,
    withdraw_nomination,
)
from thidua.work.provinces import apply_province
from thidua.work.units import remove_unit


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Tỉnh Nhỏ with the scheme, its round of 2025 open; nothing scored."""
    with sessions() as session:
        apply_province(session, spec=award_spec(), by=COMMAND)
        open_2025(session)
        yield session


@pytest.fixture
def round_(inside: Session) -> AwardRound:
    return inside.scalars(select(AwardRound)).one()


def refusal(act: Callable[[], object], kind: type[ThiduaError]) -> str:
    """The sentence with which ``act`` is refused."""
    with pytest.raises(kind) as refused:
        act()
    return str(refused.value)


def events(session: Session, action: str) -> list[tuple[object, object, str]]:
    rows = session.scalars(select(AuditEvent).where(AuditEvent.action == action))
    return [(row.before, row.after, row.reason) for row in rows.all()]


def test_a_person_is_kept_as_on_the_certificate(inside: Session, round_: AwardRound) -> None:
    made = nominate_person(
        inside, round_id=round_.id, nominator_id=unit_id(inside, "so-mot"),
        unit_id=unit_id(inside, "so-mot"), name="  Trần Thị  Ánh ", title="Trưởng phòng",
        category="cong_chuc", illustrative=True, by=COMMAND,
    )  # fmt: skip
    inside.refresh(made)
    said = (made.recipient, made.person_name, made.person_title, made.person_category)
    assert said == ("person", "Trần Thị Ánh", "Trưởng phòng", "cong_chuc")
    assert (made.illustrative, made.answers, made.withdrawn_at) == (True, {}, None)
    [(before, after, _)] = events(inside, "nomination.make")
    assert (before, after) == (
        None,
        {
            "round": round_.id, "nominator": made.nominator_id, "unit": made.unit_id,
            "recipient": "person", "name": "Trần Thị Ánh", "title": "Trưởng phòng",
        },
    )  # fmt: skip


def test_an_officer_nominates_the_own_unit_and_what_is_below_it(
    inside: Session, round_: AwardRound
) -> None:
    officer = person(inside, "officer", "so-mot")
    mot, hai, xa = (unit_id(inside, key) for key in ("so-mot", "so-hai", "xa-mot"))
    period = inside.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == xa)).one()
    period.parent_id = mot

    def put(nominator: int, unit: int) -> Nomination:
        return nominate_collective(
            inside, round_id=round_.id, nominator_id=nominator, unit_id=unit, by=officer
        )

    made = [put(mot, mot), put(mot, xa)]
    assert [(item.nominator_id, item.unit_id) for item in made] == [(mot, mot), (mot, xa)]
    assert refusal(lambda: put(hai, hai), NotAllowed) == (
        "Bạn chỉ đề nghị khen thưởng thay mặt đơn vị mình."
    )
    assert refusal(lambda: put(mot, hai), NotAllowed) == (
        "Đơn vị chỉ đề nghị cho chính mình và đơn vị trực thuộc."
    )


def test_whom_nobody_can_nominate(inside: Session, round_: AwardRound) -> None:
    mot = unit_id(inside, "so-mot")

    def put(**changed: object) -> Nomination:
        given = {"nominator_id": mot, "unit_id": mot, "name": "Bà Ánh", **changed}
        return nominate_person(inside, round_id=round_.id, by=COMMAND, **given)  # type: ignore[arg-type]

    put()
    assert refusal(put, Conflict) == (
        "Bà Ánh đã được đề nghị trong đợt này. Hãy rút đề nghị cũ nếu muốn thay."
    )
    assert put(title="Phó Giám đốc").person_title == "Phó Giám đốc"
    problems = {
        "Họ và tên: Hãy ghi họ và tên như sẽ in trên bằng.": {"name": " "},
        "Họ và tên: Có ký tự không in được. Hãy gõ lại.": {"name": "Bà\x00"},
        "Diện: Hãy chọn cán bộ, công chức, viên chức hoặc người lao động.": {"category": "khac"},
    }
    assert [refusal(partial(put, **c), Invalid) for c in problems.values()] == [*problems]
    for changed, what in (("unit_id", "Đơn vị được đề nghị"), ("nominator_id", "Nơi đề nghị")):
        for none in (0, 999, 2**70):
            assert refusal(partial(put, **{changed: none}), NotFound) == (
                f"{what} không có trong tỉnh đang làm việc."
            )


def test_a_unit_is_nominated_once_whoever_does_it(inside: Session, round_: AwardRound) -> None:
    first = collective(inside, round_, "so-mot")
    assert refusal(lambda: collective(inside, round_, "so-mot", by="so-hai"), Conflict) == (
        "Sở Một đã được đề nghị trong đợt này. Hãy rút đề nghị cũ nếu muốn thay."
    )
    withdraw_nomination(inside, nomination_id=first.id, by=COMMAND)
    assert collective(inside, round_, "so-mot", by="so-hai").withdrawn_at is None


def test_a_scheme_for_persons_alone_takes_no_collective(sessions: sessionmaker[Session]) -> None:
    quotas = [scheme_document()["quotas"][1]]
    with sessions() as session:
        spec = award_spec(award_schemes=[scheme_document(quotas=quotas)])
        apply_province(session, spec=spec, by=COMMAND)
        round_ = open_2025(session)
        assert refusal(lambda: collective(session, round_, "so-mot"), Invalid) == (
            "Đối tượng: Cách xét khen không có suất cho tập thể."
        )


def test_a_withdrawn_nomination_stays_on_record_and_is_closed(
    inside: Session, round_: AwardRound
) -> None:
    made = somebody(inside, round_, "so-mot", "Bà Ánh")
    by = COMMAND.because("Đã chuyển công tác")
    withdraw_nomination(inside, nomination_id=made.id, by=by)
    inside.refresh(made)
    assert made.withdrawn_at is not None
    assert events(inside, "nomination.withdraw") == [(None, None, "Đã chuyển công tác")]
    again = refusal(lambda: withdraw_nomination(inside, nomination_id=made.id, by=by), Conflict)
    assert (again, refusal(lambda: confirm(inside, made), Conflict)) == (
        "Đề nghị này đã rút.", "Đề nghị này đã rút.",
    )  # fmt: skip


def test_an_officer_claims_and_the_staff_confirm(inside: Session, round_: AwardRound) -> None:
    officer, staff = person(inside, "officer", "so-mot"), person(inside, "secretariat")
    made = somebody(inside, round_, "so-mot", "Bà Ánh")

    def say(answer: bool, basis: str, by: object, version: int | None = None) -> Nomination:
        return answer_condition(
            inside, nomination_id=made.id, code="sang-kien", answer=answer, basis=basis,
            by=by, expected_version=version,  # type: ignore[arg-type]
        )  # fmt: skip

    claim = {"answer": True, "basis": "Tờ trình 3", "confirmed": False, "by": officer.name}
    assert say(True, " Tờ trình 3 ", officer).answers == {"sang-kien": claim}
    seen = made.row_version
    said = {"answer": True, "basis": "QĐ 5/QĐ-BNV", "confirmed": True, "by": staff.name}
    assert say(True, "QĐ 5/QĐ-BNV", staff, seen).answers == {"sang-kien": said}
    assert refusal(lambda: say(False, "Không có", staff, seen), Conflict) == (
        "Đề nghị này vừa được người khác sửa. Hãy tải lại rồi trả lời tiếp."
    )
    assert refusal(lambda: say(True, "Tờ trình 4", officer), Conflict) == (
        "Điều kiện này đã được xác nhận. Nếu có hồ sơ mới, hãy gửi thường trực xem lại."
    )
    assert events(inside, "nomination.answer") == [
        ({"sang-kien": None}, {"sang-kien": claim}, ""),
        ({"sang-kien": claim}, {"sang-kien": said}, ""),
    ]


def test_an_answer_needs_a_condition_and_a_basis(inside: Session, round_: AwardRound) -> None:
    made = somebody(inside, round_, "so-mot", "Bà Ánh")

    def say(code: str, basis: str) -> Nomination:
        return answer_condition(
            inside, nomination_id=made.id, code=code, answer=True, basis=basis, by=COMMAND
        )

    assert refusal(lambda: say("khac", "QĐ 1"), NotFound) == (
        "Cách xét khen không có điều kiện “khac”."
    )
    assert refusal(lambda: say("sang-kien", " "), Invalid) == (
        "Căn cứ: Hãy ghi văn bản hoặc lý do làm căn cứ cho câu trả lời."
    )


def test_a_nominated_unit_cannot_be_removed(inside: Session, round_: AwardRound) -> None:
    collective(inside, round_, "xa-mot", by="so-hai")
    for key, sentence in {
        "xa-mot": "Có đề nghị khen thưởng cho đơn vị này",
        "so-hai": "Có đề nghị khen thưởng do đơn vị này lập",
    }.items():
        unit = unit_id(inside, key)
        [period] = inside.scalars(select(UnitPeriod.id).where(UnitPeriod.unit_id == unit))
        remove = partial(remove_unit, inside, period_id=period, by=COMMAND)
        said = refusal(remove, Conflict)
        assert said.startswith(f"{sentence} nên không xóa được.")
