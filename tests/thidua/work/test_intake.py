"""A dossier's life: prepared by the unit, taken in, returned once, come back; never lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import award_spec, collective, open_2025, scheme_document, somebody
from tests.factories import COMMAND
from tests.moving import NOW, PAPER, TODAY
from tests.small import person, unit_id

from thidua.errors import Conflict, Invalid, NotFound, ThiduaError
from thidua.store.audit_rows import AuditEvent
from thidua.store.awards import AwardRound, Nomination
from thidua.store.dossiers import Dossier, DossierReturn
from thidua.store.units import UnitPeriod
from thidua.work.award_facts import consider
from thidua.work.dossier_papers import Confirmed, hand_in_paper, withdraw_paper
from thidua.work.dossiers import dossier_state, nomination_state, overdue
from thidua.work.intake import return_dossier, take_back, take_in
from thidua.work.nominations import answer_condition, withdraw_nomination
from thidua.work.opinions import answer_opinion, ask_opinions
from thidua.work.papers import PaperFacts
from thidua.work.particulars import Particulars, set_particulars
from thidua.work.provinces import apply_province
from thidua.work.units import remove_unit

ITEMS = [
    {"code": "to-trinh", "label": "tờ trình"},
    {"code": "bao-cao", "label": "báo cáo thành tích", "confirmed": True},
]
DAY = timedelta(days=1)
YESTERDAY, TOMORROW = TODAY - DAY, TODAY + DAY


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Tỉnh Nhỏ with a scheme that asks for two items; its round of 2025 is open."""
    with sessions() as session:
        spec = award_spec(award_schemes=[scheme_document(dossier=ITEMS)])
        apply_province(session, spec=spec, by=COMMAND)
        open_2025(session)
        yield session


@pytest.fixture
def round_(inside: Session) -> AwardRound:
    return inside.scalars(select(AwardRound)).one()


@pytest.fixture
def made(inside: Session, round_: AwardRound) -> Nomination:
    """Bà Ánh of Sở Một, in the dossier that it prepares."""
    return somebody(inside, round_, "so-mot", "Bà Ánh")


def refusal(act: Callable[[], object], kind: type[ThiduaError]) -> str:
    with pytest.raises(kind) as refused:
        act()
    return str(refused.value)


def took_in(session: Session, dossier: int, number: str = "15", **more: Any) -> Dossier:
    said = {"received_on": YESTERDAY, "by": COMMAND, **more}
    return take_in(session, dossier_id=dossier, number=number, at=NOW, **said)


def returned(session: Session, dossier: int, **more: Any) -> DossierReturn:
    said = {"missing": ["báo cáo"], "on": YESTERDAY, "due_on": TODAY, "by": COMMAND, **more}
    return return_dossier(session, dossier_id=dossier, at=NOW, **said)


def back(session: Session, dossier: int, number: str = "16", **more: Any) -> DossierReturn:
    said = {"received_on": TODAY, "by": COMMAND, **more}
    return take_back(session, dossier_id=dossier, number=number, at=NOW, **said)


def test_a_unit_prepares_one_dossier_until_it_is_taken_in(
    inside: Session, round_: AwardRound, made: Nomination
) -> None:
    second = collective(inside, round_, "so-mot")
    other = collective(inside, round_, "so-hai")
    took_in(inside, made.dossier_id)
    later = somebody(inside, round_, "so-mot", "Bà Chi")
    assert second.dossier_id == made.dossier_id
    assert len({made.dossier_id, other.dossier_id, later.dossier_id}) == 3
    assert [nomination_state(item) for item in (made, second, other, later)] == [
        "received", "received", "preparing", "preparing",
    ]  # fmt: skip


def test_the_states_follow_the_facts(inside: Session, made: Nomination) -> None:
    dossier, seen = made.dossier, [nomination_state(made)]
    took_in(inside, dossier.id)
    seen.append(nomination_state(made))
    returned(inside, dossier.id, paper=PAPER)
    seen.append(nomination_state(made))
    assert (overdue(dossier, TODAY), overdue(dossier, TOMORROW)) == (False, True)
    back(inside, dossier.id)
    seen.append(nomination_state(made))
    withdraw_nomination(inside, nomination_id=made.id, by=COMMAND)
    seen.append(nomination_state(made))
    assert seen == ["preparing", "received", "returned", "completed", "withdrawn"]
    assert overdue(dossier, TOMORROW) is False
    events = inside.scalars(
        select(AuditEvent).where(AuditEvent.subject_kind == "dossier").order_by(AuditEvent.id)
    ).all()
    assert [(event.action, event.after) for event in events] == [
        ("dossier.take_in", {"number": "15", "on": "2026-02-28"}),
        (
            "dossier.return",
            {
                "on": "2026-02-28", "missing": ["báo cáo"], "due": "2026-03-01",
                "paper": {
                    "number": "12/KH-SM", "issued_on": "2025-09-01", "signer": "Bà Mẫu",
                    "issuer": "", "summary": "", "file": None, "sha256": None,
                },
            },
        ),
        ("dossier.take_back", {"number": "16", "on": "2026-03-01"}),
    ]  # fmt: skip


def test_each_unfit_step_is_refused_with_its_sentence(
    inside: Session, round_: AwardRound, made: Nomination
) -> None:
    dossier = made.dossier_id
    steps: dict[str, tuple[type[ThiduaError], Callable[[], object]]] = {
        "Không có hồ sơ này trong tỉnh đang làm việc.": (NotFound, partial(took_in, inside, 0)),
        "Số đến: Hãy ghi số đến của hồ sơ.": (Invalid, partial(took_in, inside, dossier, " ")),
        "Ngày nhận: Hãy ghi ngày nhận hồ sơ, không sau hôm nay.": (
            Invalid, partial(took_in, inside, dossier, received_on=TOMORROW)
        ),
        "Hồ sơ này chưa tiếp nhận nên chưa trả lại được.": (
            Conflict, partial(returned, inside, dossier)
        ),
        "Hồ sơ này không ở tình trạng trả lại để bổ sung.": (
            Conflict, partial(back, inside, dossier)
        ),
    }  # fmt: skip
    assert [refusal(act, kind) for kind, act in steps.values()] == [*steps]
    took_in(inside, dossier)
    other = somebody(inside, round_, "so-hai", "Bà Hai").dossier_id
    steps = {
        "Hồ sơ này đã tiếp nhận với số đến 15.": (Conflict, partial(took_in, inside, dossier, "9")),
        "Số đến 15 của năm 2026 đã ghi cho một hồ sơ khác.": (
            Conflict, partial(took_in, inside, other)
        ),
        "Nội dung còn thiếu: Hãy ghi từng nội dung phải bổ sung.": (
            Invalid, partial(returned, inside, dossier, missing=[" "])
        ),
        "Ngày trả: Phải từ ngày nhận hồ sơ đến hôm nay.": (
            Invalid, partial(returned, inside, dossier, on=YESTERDAY - DAY)
        ),
        "Thời hạn: Không được trước ngày trả.": (
            Invalid, partial(returned, inside, dossier, due_on=YESTERDAY - DAY)
        ),
    }  # fmt: skip
    assert [refusal(act, kind) for kind, act in steps.values()] == [*steps]
    returned(inside, dossier)
    assert refusal(partial(returned, inside, dossier), Conflict) == (
        "Hồ sơ này đã trả lại để bổ sung ngày 28/02/2026; chỉ được trả một lần. Nếu vẫn chưa đủ, "
        "hãy trình Hội đồng kèm ý kiến thẩm định."
    )
    assert refusal(partial(back, inside, dossier, received_on=date(2026, 2, 1)), Invalid) == (
        "Ngày nhận: Không được trước ngày trả 28/02/2026."
    )
    back(inside, dossier)
    withdraw_nomination(
        inside, nomination_id=inside.scalars(
            select(Nomination.id).where(Nomination.dossier_id == other)
        ).one(), by=COMMAND,
    )  # fmt: skip
    last: dict[str, Callable[[], object]] = {
        "Hồ sơ này không ở tình trạng trả lại để bổ sung.": partial(back, inside, dossier, "17"),
        "Hồ sơ này không còn đề nghị nào nên không tiếp nhận được.": partial(
            took_in, inside, other, "18"
        ),
    }
    assert [refusal(act, Conflict) for act in last.values()] == [*last]


def test_an_officer_changes_the_dossier_only_while_the_unit_has_it(
    inside: Session, made: Nomination
) -> None:
    officer, dossier = person(inside, "officer", "so-mot"), made.dossier_id
    changes: list[Callable[[], object]] = [
        partial(hand_in_paper, inside, dossier_id=dossier, item="to-trinh", paper=PAPER,
                by=officer, at=NOW),
        partial(set_particulars, inside, nomination_id=made.id, by=officer,
                particulars=Particulars(name="Trần Thị Ánh")),
        partial(answer_condition, inside, nomination_id=made.id, code="sang-kien", answer=True,
                basis="QĐ 1", by=officer),
        partial(withdraw_nomination, inside, nomination_id=made.id, by=officer),
    ]  # fmt: skip

    handed_in = (
        "Hồ sơ đã được tiếp nhận với số đến 15 nên đơn vị không sửa được. Hãy gửi văn bản cho "
        "Thường trực (Sở Nội vụ)."
    )

    def free() -> list[str]:
        """How each of the changes is refused, if it is; each is undone."""
        found = []
        for change in changes:
            with inside.begin_nested() as trial:
                try:
                    change()
                    found.append("")
                except Conflict as error:
                    found.append(str(error))
                trial.rollback()
        return found

    assert free() == [""] * 4
    took_in(inside, dossier)
    assert free() == [handed_in] * 4
    returned(inside, dossier)
    assert free() == [""] * 4
    back(inside, dossier)
    assert free() == [handed_in] * 4


def test_the_list_of_items_says_what_is_missing_for_whom(
    inside: Session, round_: AwardRound, made: Nomination
) -> None:
    second = collective(inside, round_, "so-mot")

    def missing() -> list[tuple[str, ...]]:
        judged = consider(inside, round_).judged
        return [judged[item.id].nominee.filed.missing for item in (made, second)]

    put = partial(
        hand_in_paper, inside, dossier_id=made.dossier_id, paper=PAPER, by=COMMAND, at=NOW
    )
    report = ("thiếu báo cáo thành tích",)
    assert missing() == [("thiếu tờ trình", *report)] * 2
    letter = put(item="to-trinh")
    assert missing() == [report, report]
    put(item="bao-cao", nomination_id=made.id)
    assert missing() == [("báo cáo thành tích chưa có xác nhận của cấp trình",), report]
    word = Confirmed("UBND xã, bà Mẫu", YESTERDAY)
    put(item="bao-cao", nomination_id=made.id, confirmed=word)
    assert missing() == [(), report]
    withdraw_paper(inside, dossier_paper_id=letter.id, by=COMMAND, at=NOW)
    assert missing() == [("thiếu tờ trình",), ("thiếu tờ trình", *report)]
    said = {
        "Thành phần hồ sơ không có “khac”. Đã có: to-trinh, bao-cao.": partial(put, item="khac"),
        "Hồ sơ không có đề nghị này.": partial(put, item="bao-cao", nomination_id=0),
    }
    assert [refusal(act, NotFound) for act in said.values()] == [*said]
    assert (
        refusal(
            partial(withdraw_paper, inside, dossier_paper_id=letter.id, by=COMMAND, at=NOW),
            Conflict,
        )
        == "Tài liệu này đã được rút khỏi hồ sơ."
    )
    assert refusal(partial(put, item="bao-cao", confirmed=Confirmed(" ", TOMORROW)), Invalid) == (
        "Người xác nhận: Hãy ghi cơ quan, người xác nhận của cấp trình.\n"
        "Ngày xác nhận: Không được sau hôm nay."
    )


def test_agencies_are_asked_and_answer_by_document(inside: Session, made: Nomination) -> None:
    hai, ba = unit_id(inside, "so-hai"), unit_id(inside, "so-ba")
    letter = PaperFacts("20/SNV", TODAY)

    def ask(agency: int = hai, **more: Any) -> Any:
        given = {"nomination_ids": [made.id], "paper": letter, "by": COMMAND, **more}
        return ask_opinions(inside, agency_id=agency, at=NOW, **given)

    assert refusal(ask, Conflict) == (
        "Chỉ lấy ý kiến về đề nghị mà hồ sơ đang ở cơ quan thường trực."
    )
    took_in(inside, made.dossier_id)
    [asked] = ask(due_on=TOMORROW)
    refused: dict[str, tuple[type[ThiduaError], Callable[[], object]]] = {
        "Cơ quan này đang được lấy ý kiến về đề nghị này, chưa trả lời.": (Conflict, ask),
        "Không lấy ý kiến của chính nơi được đề nghị hay nơi đề nghị. Hãy chọn cơ quan khác.": (
            Conflict, partial(ask, unit_id(inside, "so-mot"))
        ),
        "Không có cơ quan này trong tỉnh đang làm việc.": (NotFound, partial(ask, 0)),
        "Thời hạn trả lời: Không được trước ngày văn bản lấy ý kiến.": (
            Invalid, partial(ask, ba, due_on=YESTERDAY)
        ),
        "Đề nghị: Hãy chọn ít nhất một đề nghị để lấy ý kiến.": (
            Invalid, partial(ask, nomination_ids=[])
        ),
    }  # fmt: skip
    assert [refusal(act, kind) for kind, act in refused.values()] == [*refused]
    agency = person(inside, "appraiser", "so-hai")
    answer = partial(
        answer_opinion, inside, opinion_id=asked.id, by=agency, at=NOW,
        paper=PaperFacts("5/SH", TODAY),
    )  # fmt: skip
    assert refusal(partial(answer, stand="disagree"), Invalid) == (
        "Nội dung ý kiến: Không đồng ý thì hãy ghi lý do."
    )
    early = PaperFacts("5/SH", YESTERDAY)
    assert refusal(partial(answer, stand="agree", paper=early), Invalid) == (
        "Ngày văn bản: Không được trước ngày lấy ý kiến 01/03/2026."
    )
    said = answer(stand="disagree", text="Có đơn thư")
    assert (said.stand, said.words, said.answered_on) == ("disagree", "Có đơn thư", TODAY)
    assert refusal(partial(answer, stand="agree"), Conflict) == (
        "Cơ quan này đã trả lời. Muốn hỏi thêm, hãy lấy ý kiến lần nữa."
    )
    assert ask()[0].id != asked.id
    ask(ba)
    [period] = inside.scalars(select(UnitPeriod.id).where(UnitPeriod.unit_id == ba))
    assert refusal(partial(remove_unit, inside, period_id=period, by=COMMAND), Conflict).startswith(
        "Đơn vị được lấy ý kiến về một đề nghị khen thưởng nên không xóa được."
    )


STEPS = ("in", "return", "back", "withdraw")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=8))
def test_no_order_of_steps_returns_a_dossier_twice_or_loses_it(
    inside: Session, made: Nomination, steps: list[str]
) -> None:
    """Whatever is tried in whatever order: the state goes one way, and nothing disappears."""
    order = ["preparing", "received", "returned", "completed"]
    acts: dict[str, Callable[[], object]] = {
        "in": partial(took_in, inside, made.dossier_id),
        "return": partial(returned, inside, made.dossier_id),
        "back": partial(back, inside, made.dossier_id),
        "withdraw": partial(withdraw_nomination, inside, nomination_id=made.id, by=COMMAND),
    }
    with inside.begin_nested() as trial:
        states = [dossier_state(made.dossier)]
        for step in steps:
            with inside.begin_nested() as attempt:
                try:
                    acts[step]()
                except Conflict:
                    attempt.rollback()
            states.append(dossier_state(made.dossier))
        moves = [order.index(after) - order.index(before) for before, after in pairwise(states)]
        assert set(moves) <= {0, 1}
        there = select(DossierReturn).where(DossierReturn.dossier_id == made.dossier_id)
        assert len(inside.scalars(there).all()) == (order.index(states[-1]) >= 2)
        trial.rollback()
    inside.expire_all()
