"""From the council's conclusion to the certificate, and back by a decision that revokes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests import deciding, voting
from tests.awarding import (
    award_spec,
    collective,
    confirm,
    open_2025,
    publish_small,
    scheme_document,
    somebody,
)
from tests.factories import COMMAND
from tests.moving import NOW, TODAY
from tests.small import person, unit_id
from tests.thidua.evidence.samples import pdf, upload
from tests.waiting import wait_for_somebody_waiting

from thidua.errors import Conflict, Invalid, NotFound
from thidua.evidence.files import open_files
from thidua.settings import Settings
from thidua.spec.succession import Succession
from thidua.store.awards import AwardRound, Nomination
from thidua.store.councils import Council, CouncilMeeting
from thidua.store.decisions import Award, AwardDecision, AwardRefusal
from thidua.store.tenancy import enter_province
from thidua.work.award_facts import consider
from thidua.work.award_history import (
    AwardCount,
    award_statistics,
    awards_of_person,
    awards_of_unit,
)
from thidua.work.award_outcome import round_outcome
from thidua.work.awards import open_round
from thidua.work.certificates import hand_out, number_certificates, revoke_award
from thidua.work.conclusions import decide_otherwise
from thidua.work.decisions import awards_of
from thidua.work.nominations import withdraw_nomination
from thidua.work.paper_files import open_paper
from thidua.work.refusals import refusal_notices
from thidua.work.successions import record_succession
from thidua.work.units import end_unit
from thidua.work.versions import wait_turn

SCHEME = scheme_document(
    voting=voting.VOTING,
    rewards=deciding.REWARDS,
    rounds=[{"year": 2025, "index_year": 2025}, {"year": 2026, "index_year": 2025}],
)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session in the province, after the publication."""
    with sessions() as session:
        publish_small(session, award_spec(award_schemes=[SCHEME]))
        yield session


@pytest.fixture
def round_(inside: Session) -> AwardRound:
    """Sở Một and Sở Hai are tied for one place; Bà An is chosen."""
    round_ = open_2025(inside)
    for key in ("so-mot", "so-hai"):
        collective(inside, round_, key)
    confirm(inside, somebody(inside, round_, "so-ba", "Bà An", title="Chuyên viên"))
    return round_


@pytest.fixture
def meeting(inside: Session, round_: AwardRound) -> CouncilMeeting:
    """All passed the vote."""
    return voting.enter(inside, voting.meeting(inside, voting.council(inside), round_), agree=1)


def choose(session: Session, meeting: CouncilMeeting, key: str, slot: str, why: str) -> None:
    of_unit = Nomination.unit_id == unit_id(session, key), Nomination.recipient == "collective"
    decide_otherwise(
        session, meeting_id=meeting.id, nomination_id=session.scalars(
            select(Nomination.id).where(*of_unit)
        ).one(), slot=slot, reason=why, by=COMMAND, at=NOW,
    )  # fmt: skip


@pytest.fixture
def decision(inside: Session, round_: AwardRound, meeting: CouncilMeeting) -> AwardDecision:
    """Sở Hai is chosen of the two, and Bà An."""
    choose(inside, meeting, "so-hai", "tt-so", "Nhiều việc khó")
    return deciding.decide(inside, round_)


def test_a_nominator_reads_what_became_of_its_own(
    inside: Session, round_: AwardRound, meeting: CouncilMeeting, tmp_path: Path
) -> None:
    choose(inside, meeting, "so-hai", "tt-so", "Nhiều việc khó")
    files = open_files(Settings(home=tmp_path))
    signed = replace(deciding.PAPER, file=upload("qd.pdf", pdf()))
    deciding.decide(inside, round_, paper=signed, files=files)
    whole = round_outcome(inside, round_id=round_.id, by=COMMAND)
    assert whole.meeting
    assert whole.decision
    assert [
        (x.name, x.proposed, x.decided, x.otherwise, x.reason) for x in whole.meeting.lines
    ] == [
        ("Sở Một", "Đồng hạng ở ranh giới", "", False, ""),
        ("Sở Hai", "Đồng hạng ở ranh giới", "tập thể sở", False, "Nhiều việc khó"),
        ("Bà An", "Đề xuất khen", "cá nhân được chọn", False, ""),
    ]
    assert [line.name for line in whole.decision.granted] == ["Sở Hai", "Bà An"]
    seen = {}
    for key in ("so-mot", "so-hai", "so-ba", "xa-mot"):
        officer = person(inside, "officer", key)
        own = round_outcome(inside, round_id=round_.id, by=officer)
        assert own.meeting is None
        assert own.decision
        named = [line.name for line in own.decision.granted]
        refused = [name for notice in own.decision.refused for name, _ in notice.refused]
        linked = own.decision.document.paper_id is not None
        paper_id = whole.decision.document.paper_id or 0
        try:
            opened = open_paper(inside, paper_id=paper_id, by=officer, files=files)
            read = b"".join(opened.read()) == pdf()
        except NotFound:
            read = False
        seen[key] = (named, refused, linked, read)
    assert seen == {
        "so-mot": ([], ["Sở Một"], True, True),
        "so-hai": (["Sở Hai"], [], True, True),
        "so-ba": (["Bà An"], [], True, True),
        "xa-mot": ([], [], False, False),
    }


def test_what_the_council_chose_is_granted_the_rest_refused(
    inside: Session, decision: AwardDecision
) -> None:
    granted = [
        (a.recipient, a.name, a.title, a.workplace, a.slot, a.form_name, a.artefact, a.money)
        for a in awards_of(inside, decision)
    ]
    assert granted == [
        ("collective", "Sở Hai", "", "", "tt-so", "Bằng khen", "Bằng, khung", 1_500_002),
        ("person", "Bà An", "Chuyên viên", "Sở Ba", "cn-chon", "Bằng khen", "Bằng", 300_000),
    ]
    (refused,) = inside.scalars(select(AwardRefusal)).all()
    assert refused.reason == (
        "Bằng với đề nghị khác ở suất cuối cùng; Hội đồng đã chọn đề nghị khác."
    )
    notices = refusal_notices(
        inside, decision_id=decision.id, authority="Sở Nội vụ", by=COMMAND
    )  # fmt: skip
    assert [notice.text.splitlines() for notice in notices] == [
        [
            "Kính gửi: Sở Một.",
            "",
            "Theo Quyết định số 100/QĐ-UBND ngày 01/03/2026, các đề nghị sau đây của Sở Một chưa "
            "được khen thưởng:",
            "",
            f"1. Sở Một: {refused.reason}",
            "",
            "Sở Nội vụ trân trọng thông báo để Sở Một biết./.",
        ]
    ]
    with pytest.raises(Conflict, match="đã được ghi rồi"):
        deciding.decide(inside, decision_round(inside, decision))


def decision_round(session: Session, decision: AwardDecision) -> AwardRound:
    return session.get_one(AwardRound, decision.round_id)


def test_no_decision_before_the_council_or_beyond_its_places(
    inside: Session, round_: AwardRound
) -> None:
    with pytest.raises(Conflict, match="Hội đồng chưa kết luận"):
        deciding.decide(inside, round_)
    meeting = voting.enter(
        inside, voting.meeting(inside, voting.council(inside), round_), agree=1
    )  # fmt: skip
    for key in ("so-mot", "so-hai"):
        choose(inside, meeting, key, "tt-so", "Vì")
    with pytest.raises(Conflict, match="Hội đồng chọn 02 cho suất tập thể sở, chỉ có 01"):
        deciding.decide(inside, round_)


def test_no_decision_while_the_council_meets_again(
    inside: Session, round_: AwardRound, meeting: CouncilMeeting
) -> None:
    choose(inside, meeting, "so-hai", "tt-so", "Nhiều việc khó")
    again = voting.meeting(inside, inside.get_one(Council, meeting.council_id), round_)
    with pytest.raises(Conflict, match="Hội đồng đang họp tiếp về đợt này"):
        deciding.decide(inside, round_)
    voting.enter(inside, again, agree=1)
    decision = deciding.decide(inside, round_)
    assert (decision.meeting_id, [a.name for a in awards_of(inside, decision)]) == (
        again.id, ["Bà An"],
    )  # fmt: skip


def test_a_conclusion_waits_for_who_decides(
    sessions: sessionmaker[Session], inside: Session, round_: AwardRound, meeting: CouncilMeeting
) -> None:
    province, held = round_.province_id, meeting.id
    choose(inside, meeting, "so-hai", "tt-so", "Nhiều việc khó")
    inside.commit()

    def otherwise() -> None:
        with sessions.begin() as session:
            enter_province(session, province)
            choose(session, session.get_one(CouncilMeeting, held), "so-hai", "", "Nghĩ lại")

    enter_province(inside, province)
    wait_turn(inside)  # decide_awards begins so
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(otherwise)
        wait_for_somebody_waiting(inside)
        deciding.decide(inside, round_)
        inside.commit()
        with pytest.raises(Conflict, match="kết luận không đổi được"):
            done.result(timeout=20)


def test_a_dissolved_unit_gets_no_award(
    inside: Session, round_: AwardRound, meeting: CouncilMeeting
) -> None:
    choose(inside, meeting, "so-hai", "tt-so", "Vì")
    end_unit(
        inside, unit_id=unit_id(inside, "so-hai"), on=YESTERDAY, by=COMMAND, reason="Giải thể"
    )  # fmt: skip
    with pytest.raises(Conflict, match=r"Sở Hai không hoạt động vào ngày quyết định 01/03/2026"):
        deciding.decide(inside, round_)
    assert inside.scalars(select(AwardDecision.id)).all() == []
    choose(inside, meeting, "so-hai", "", "Đã giải thể")
    choose(inside, meeting, "so-mot", "tt-so", "Đồng hạng, còn hoạt động")
    assert [a.name for a in awards_of(inside, deciding.decide(inside, round_))] == [
        "Sở Một",
        "Bà An",
    ]


@pytest.mark.usefixtures("meeting")
def test_money_needs_the_document_of_the_salary(inside: Session, round_: AwardRound) -> None:
    with pytest.raises(Invalid, match="văn bản quy định"):
        deciding.decide(inside, round_, base_salary_basis="")
    decision = deciding.decide(inside, round_, base_salary=None, base_salary_basis="")
    assert [award.money for award in awards_of(inside, decision)] == [None]


def test_certificates_are_numbered_once(inside: Session, decision: AwardDecision) -> None:
    first, second = awards_of(inside, decision)
    given: dict[str, Any] = {"decision_id": decision.id, "by": COMMAND}
    with pytest.raises(Invalid, match="Số 7 đã cấp cho một Bằng khen khác"):
        number_certificates(inside, numbers={first.id: "7", second.id: "7"}, **given)
    assert (first.certificate, second.certificate) == ("", "")
    number_certificates(inside, numbers={first.id: "7"}, **given)
    with pytest.raises(Invalid, match="Số 7 đã cấp"):
        number_certificates(inside, numbers={second.id: "7"}, **given)
    with pytest.raises(Conflict, match="Sở Hai đã có số 7"):
        number_certificates(inside, numbers={first.id: "8"}, **given)


def test_it_is_handed_out_once_after_the_decision(inside: Session, decision: AwardDecision) -> None:
    award = awards_of(inside, decision)[0]
    given: dict[str, Any] = {"award_id": award.id, "by": COMMAND, "at": NOW}
    with pytest.raises(Invalid, match="Không trước ngày quyết định"):
        hand_out(inside, to="Bà Hai", on=YESTERDAY, **given)
    hand_out(inside, to="Bà Hai", on=TODAY, **given)
    with pytest.raises(Conflict, match="Bà Hai đã nhận ngày 01/03/2026"):
        hand_out(inside, to="Bà Hai", on=TODAY, **given)


def test_an_award_is_revoked_by_its_own_decision_and_stays(
    inside: Session, decision: AwardDecision
) -> None:
    award = awards_of(inside, decision)[1]
    paper = replace(deciding.PAPER, number="5/QĐ-UBND")
    given: dict[str, Any] = {"award_id": award.id, "by": COMMAND, "at": NOW, "reason": "Khai sai"}
    with pytest.raises(Invalid, match="Không được trước ngày"):
        revoke_award(inside, paper=replace(paper, issued_on=date(2026, 2, 1)), **given)
    revoke_award(inside, paper=paper, **given)
    with pytest.raises(Conflict, match="đã bị hủy bỏ rồi"):
        revoke_award(inside, paper=paper, **given)
    with pytest.raises(Conflict, match="không trao được"):
        hand_out(inside, award_id=award.id, to="Bà An", on=TODAY, by=COMMAND, at=NOW)
    assert [row.name for row in inside.scalars(select(Award).order_by(Award.id))] == [
        "Sở Hai",
        "Bà An",
    ]


def test_an_award_on_record_is_found_by_the_next_round(
    inside: Session, decision: AwardDecision
) -> None:
    again = open_round(
        inside, scheme="khen-cchc", year=2026, decides_on=date(2026, 4, 1), by=COMMAND
    )  # fmt: skip
    nominated = collective(inside, again, "so-hai")
    other = somebody(inside, again, "so-mot", "Bà An")
    judged = consider(inside, again).judged
    record = judged[nominated.id].nominee.records[0]
    assert (record.year, record.decision, record.revoked_by) == (2025, "100/QĐ-UBND", "")
    assert judged[other.id].nominee.records == ()  # of the same name, in another unit


def test_history_and_figures_tell_what_stands(inside: Session, decision: AwardDecision) -> None:
    hai, an = awards_of(inside, decision)
    paper = replace(deciding.PAPER, number="5/QĐ-UBND")
    revoke_award(inside, award_id=an.id, paper=paper, reason="Khai sai", by=COMMAND, at=NOW)
    unit = unit_id(inside, "so-hai")
    of_unit = awards_of_unit(inside, unit_id=unit, by=COMMAND)
    assert [(line.id, line.decision, line.revoked) for line in of_unit] == [
        (hai.id, "100/QĐ-UBND", "")
    ]
    of_an = awards_of_person(inside, name="Bà An", by=COMMAND)
    assert [(line.id, line.revoked) for line in of_an] == [
        (an.id, "5/QĐ-UBND ngày 01/03/2026")
    ]  # fmt: skip
    assert award_statistics(inside, first=2025, last=2025, by=COMMAND) == (
        AwardCount(
            year=2025,
            movement="Phong trào",
            form="Bằng khen",
            collectives=1,
            persons=0,
            revoked=1,
            money=1_500_002,
            illustrative=True,
        ),
    )
    assert award_statistics(inside, first=2026, last=2026, by=COMMAND) == ()
    absorbed = {
        "code": "sap-nhap", "kind": "absorb", "title": "Sáp nhập", "effective_on": TODAY,
        "links": [{"predecessor": "so-hai", "successor": "so-mot"}],
    }  # fmt: skip
    record_succession(inside, succession=Succession.model_validate(absorbed), by=COMMAND)
    heir = unit_id(inside, "so-mot")
    assert awards_of_unit(inside, unit_id=heir, by=COMMAND) == of_unit


def test_after_the_decision_nothing_before_it_changes(
    inside: Session, decision: AwardDecision, meeting: CouncilMeeting
) -> None:
    with pytest.raises(Conflict, match="kết luận không đổi được"):
        choose(inside, meeting, "so-mot", "tt-so", "Vì")
    with pytest.raises(Conflict, match="đã có quyết định khen thưởng"):
        voting.meeting(inside, voting.council(inside), decision_round(inside, decision))
    nominated = inside.scalars(select(Nomination.id).order_by(Nomination.id)).first()
    assert nominated is not None
    with pytest.raises(Conflict, match="không thêm, không sửa đề nghị được nữa"):
        withdraw_nomination(inside, nomination_id=nominated, by=COMMAND.because("Rút"))
    with pytest.raises(Conflict, match="không thêm, không sửa đề nghị được nữa"):
        collective(inside, decision_round(inside, decision), "so-ba")
