"""A council's meeting: quorum, counts from the minutes, ballots cast here, what it concludes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests import voting
from tests.awarding import (
    award_spec,
    collective,
    confirm,
    open_2025,
    publish_small,
    scheme_document,
    somebody,
)
from tests.factories import COMMAND, make_membership
from tests.moving import NOW, PAPER, TODAY

from thidua.awards.voting import Votes
from thidua.errors import Conflict, Invalid, NotAllowed
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.awards import AwardRound, Nomination
from thidua.store.councils import Council, CouncilMeeting
from thidua.store.people import User
from thidua.work.awards import propose_awards
from thidua.work.conclusions import Concluded, conclusions_of, decide_otherwise
from thidua.work.councils import MemberFacts, add_member, end_member
from thidua.work.nominations import withdraw_nomination
from thidua.work.votes import (
    BallotLine,
    ballot_of,
    cast_ballot,
    close_vote,
    enter_counts,
    open_meeting,
)

WITHOUT = scheme_document()
WITH = scheme_document(voting=voting.VOTING)


@pytest.fixture
def unentered(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session in which no province has been entered."""
    with sessions() as session:
        yield session


@pytest.fixture
def round_(unentered: Session) -> AwardRound:
    """The round of 2025: Sở Một, Sở Hai (tied for one place), Bà An with an initiative."""
    publish_small(unentered, award_spec(award_schemes=[WITH]))
    round_ = open_2025(unentered)
    for key in ("so-mot", "so-hai"):
        collective(unentered, round_, key)
    confirm(unentered, somebody(unentered, round_, "so-ba", "Bà An"))
    return round_


@pytest.fixture
def inside(round_: AwardRound, unentered: Session) -> Session:
    return unentered


def by_name(session: Session) -> dict[str, int]:
    names = {"so-mot": "Sở Một", "so-hai": "Sở Hai"}
    rows = session.scalars(select(Nomination).order_by(Nomination.id)).all()
    return {row.person_name or list(names.values())[at]: row.id for at, row in enumerate(rows)}


def concluded(session: Session, round_: AwardRound) -> Concluded:
    found = conclusions_of(session, round_id=round_.id, by=COMMAND)
    assert found is not None
    return found


def told(found: Concluded) -> list[tuple[str, str, bool, str]]:
    return [(line.name, line.proposed, line.chosen, line.slot) for line in found.lines]


def member(session: Session) -> Actor:
    """Somebody with the council's role."""
    user = session.get_one(User, make_membership(session, "council").user_id)
    return Actor(kind="person", id=user.id, name=user.name)


def here(session: Session, round_: AwardRound) -> tuple[CouncilMeeting, list[Actor]]:
    """A vote held here: a chair, and a member who is of Sở Một."""
    people = [member(session), member(session)]
    users = tuple(person.id for person in people if person.id)
    made = voting.council(session, "so-mot", users=users)
    return voting.meeting(session, made, round_, "here"), people


def test_council_meets_about_the_round_as_it_stands(inside: Session, round_: AwardRound) -> None:
    made = voting.council(inside, "so-ba")
    propose_awards(inside, round_id=round_.id, by=COMMAND)
    collective(inside, round_, "so-ba")
    with pytest.raises(Conflict, match="đã thay đổi từ khi lập đề xuất số 1"):
        open_meeting(
            inside, council_id=made.id, round_id=round_.id, held_on=TODAY, how="typed",
            present=voting.ids(inside, made), by=COMMAND, at=NOW,
        )  # fmt: skip
    assert inside.scalars(select(CouncilMeeting)).all() == []
    assert voting.meeting(inside, made, round_).round_id == round_.id


def test_counts_of_the_minutes_decide_exactly(inside: Session, round_: AwardRound) -> None:
    made = voting.council(inside, "so-mot", "so-hai", "so-ba", "xa-mot")
    meeting = voting.meeting(inside, made, round_)
    ids = by_name(inside)
    given = {
        ids["Sở Một"]: Votes(4, 0, 0), ids["Sở Hai"]: Votes(3, 1, 0), ids["Bà An"]: Votes(4, 0, 0),
    }  # fmt: skip
    with pytest.raises(Invalid, match="Nhiều phiếu hơn 4 thành viên được bỏ phiếu"):
        enter_counts(
            inside, meeting_id=meeting.id, counts={**given, ids["Bà An"]: Votes(4, 1, 0)},
            minutes=PAPER, by=COMMAND, at=NOW,
        )  # fmt: skip
    with pytest.raises(Invalid, match="Hãy nhập số phiếu"):
        enter_counts(
            inside, meeting_id=meeting.id, counts={}, minutes=PAPER, by=COMMAND, at=NOW
        )  # fmt: skip
    assert (meeting.results, meeting.closed_at) == (None, None)
    enter_counts(
        inside, meeting_id=meeting.id, counts=given, minutes=PAPER, by=COMMAND, at=NOW
    )  # fmt: skip
    assert meeting.results == {
        str(ids[name]): {
            "votes": {"agree": agree, "disagree": 4 - agree, "blank": 0},
            "base": 5,
            "needed": 4,
            "passed": agree == 4,
            "words": f"{agree} phiếu đồng ý trên 5 (tổng số thành viên), cần ít nhất 4: "
            f"{'được' if agree == 4 else 'không đủ phiếu'}. "
            "1 thành viên không bỏ phiếu cho đơn vị mình.",
        }
        for name, agree in (("Sở Một", 4), ("Sở Hai", 3), ("Bà An", 4))
    }
    with pytest.raises(Conflict, match="đã khóa"):
        voting.enter(inside, meeting, agree=1)


def test_a_meeting_needs_a_quorum_members_and_terms(inside: Session, round_: AwardRound) -> None:
    made = voting.council(inside, "so-mot", "so-hai")
    first = voting.ids(inside, made)[0]
    with pytest.raises(Conflict, match=r"^Có mặt 1 trên 3 thành viên, chưa đủ 50 % để họp\.$"):
        voting.meeting(inside, made, round_, present=[first])
    with pytest.raises(Invalid, match="thành viên vào ngày họp"):
        voting.meeting(inside, made, round_, present=[first, 10**9])
    with pytest.raises(Invalid, match="không sau hôm nay"):
        voting.meeting(inside, made, round_, held_on=TODAY + timedelta(days=1))
    voting.meeting(inside, made, round_)
    with pytest.raises(Conflict, match="chưa khóa"):
        voting.meeting(inside, made, round_)


def test_a_scheme_without_terms_of_voting_has_no_meeting(unentered: Session) -> None:
    publish_small(unentered, award_spec(award_schemes=[WITHOUT]))
    round_ = open_2025(unentered)
    with pytest.raises(Conflict, match="chưa quy định cách bỏ phiếu"):
        voting.meeting(unentered, voting.council(unentered), round_)


def test_members_come_and_go_by_day(inside: Session, round_: AwardRound) -> None:
    made = voting.council(inside, "so-mot")
    first, second = voting.ids(inside, made)
    end_member(inside, member_id=second, left_on=TODAY - timedelta(days=1), by=COMMAND)
    with pytest.raises(Invalid):
        voting.meeting(inside, made, round_, present=[first, second])
    add_member(
        inside, council_id=made.id, member=MemberFacts("Ông Mới", "Ủy viên"), joined_on=TODAY,
        by=COMMAND,
    )  # fmt: skip
    third = voting.ids(inside, made)[2]
    assert voting.meeting(inside, made, round_, present=[third, first]).members == [first, third]
    with pytest.raises(Conflict, match="đã thôi tham gia"):
        end_member(inside, member_id=second, left_on=TODAY, by=COMMAND)
    stranger = MemberFacts("Ông Lạ", "Ủy viên", user_id=10**6)
    with pytest.raises(Invalid, match="chưa có vai trò Hội đồng"):
        add_member(inside, council_id=made.id, member=stranger, joined_on=TODAY, by=COMMAND)


def test_ballots_are_counted_and_kept_nowhere(inside: Session, round_: AwardRound) -> None:
    meeting, (chair, of_mot) = here(inside, round_)
    ids = by_name(inside)
    whole: dict[int, Any] = dict.fromkeys(ids.values(), "agree")
    rest: dict[int, Any] = {key: "disagree" for key in whole if key != ids["Sở Một"]}
    close: dict[str, Any] = {
        "meeting_id": meeting.id, "minutes": PAPER, "by": COMMAND, "at": NOW,
    }  # fmt: skip
    with pytest.raises(Invalid, match="mỗi đề nghị một lựa chọn"):
        cast_ballot(inside, meeting_id=meeting.id, choices=whole, by=of_mot)
    with pytest.raises(NotAllowed):
        cast_ballot(inside, meeting_id=meeting.id, choices=whole, by=member(inside))
    assert ballot_of(inside, round_id=round_.id, by=member(inside)) is None
    mine = ballot_of(inside, round_id=round_.id, by=of_mot)
    assert mine
    assert ([line.name for line in mine.lines], mine.done) == (["Sở Hai", "Bà An"], False)
    assert mine.barred == [BallotLine(ids["Sở Một"], "Sở Một", "Sở Một", "Đồng hạng ở ranh giới")]
    cast_ballot(inside, meeting_id=meeting.id, choices=rest, by=of_mot)
    given = ballot_of(inside, round_id=round_.id, by=of_mot)
    assert given
    assert given.done
    for unsaid in (None, 2):
        with pytest.raises(Conflict, match="Đã có 1 trên 2 thành viên có mặt bỏ phiếu"):
            close_vote(inside, ballots=unsaid, **close)
    cast_ballot(inside, meeting_id=meeting.id, choices=whole, by=chair)
    with pytest.raises(Conflict, match="Bạn đã bỏ phiếu"):
        cast_ballot(inside, meeting_id=meeting.id, choices=whole, by=chair)
    assert meeting.voted == sorted(meeting.present)
    assert {key: meeting.tally[str(ids[key])] for key in ids} == {
        "Sở Một": {"agree": 1, "disagree": 0, "blank": 0},
        "Sở Hai": {"agree": 1, "disagree": 1, "blank": 0},
        "Bà An": {"agree": 1, "disagree": 1, "blank": 0},
    }
    said = inside.scalars(select(AuditEvent).where(AuditEvent.action == "council.vote")).all()
    assert [(row.before, row.after) for row in said] == [(None, None)] * 2
    close_vote(inside, ballots=2, **close)
    assert [line.passed for line in concluded(inside, round_).lines] == [False] * 3


def test_the_council_may_decide_otherwise_with_a_reason(
    inside: Session, round_: AwardRound
) -> None:
    made = voting.council(inside)
    meeting = voting.meeting(inside, made, round_)
    ids = by_name(inside)
    choose: dict[str, Any] = {"meeting_id": meeting.id, "by": COMMAND, "at": NOW}
    with pytest.raises(Conflict, match="chưa khóa"):
        decide_otherwise(inside, nomination_id=ids["Sở Hai"], slot="", reason="Vì", **choose)
    voting.enter(inside, meeting, agree=1)
    assert told(concluded(inside, round_)) == [
        ("Sở Một", "tied", False, ""),
        ("Sở Hai", "tied", False, ""),
        ("Bà An", "chosen", True, "cn-chon"),
    ]
    with pytest.raises(Invalid, match="Hãy ghi lý do"):
        decide_otherwise(inside, nomination_id=ids["Sở Hai"], slot="tt-so", reason=" ", **choose)
    with pytest.raises(Conflict, match="không đủ điều kiện của suất này"):
        decide_otherwise(inside, nomination_id=ids["Sở Hai"], slot="tt-xa", reason="Vì", **choose)
    with pytest.raises(Invalid, match="không thuộc đối tượng"):
        decide_otherwise(inside, nomination_id=ids["Sở Hai"], slot="cn-chon", reason="Vì", **choose)
    for name in ("Sở Một", "Sở Hai"):
        decide_otherwise(inside, nomination_id=ids[name], slot="tt-so", reason="Vì", **choose)
    assert concluded(inside, round_).problems == (
        "Hội đồng chọn 02 cho suất tập thể sở, chỉ có 01. "
        "Hãy ghi kết luận cho đề nghị không được chọn.",
    )
    decide_otherwise(inside, nomination_id=ids["Sở Một"], slot="", reason="Bốc thăm", **choose)
    found = concluded(inside, round_)
    assert (found.problems, told(found)) == (
        (),
        [
            ("Sở Một", "tied", False, ""),
            ("Sở Hai", "tied", True, "tt-so"),
            ("Bà An", "chosen", True, "cn-chon"),
        ],
    )
    assert [line.reason for line in found.lines] == ["Bốc thăm", "Vì", ""]
    withdraw_nomination(inside, nomination_id=ids["Bà An"], by=COMMAND.because("Xin rút"))
    assert [line.name for line in concluded(inside, round_).lines] == ["Sở Một", "Sở Hai"]


def test_without_enough_votes_nobody_is_chosen(inside: Session, round_: AwardRound) -> None:
    made: Council = voting.council(inside)
    meeting = voting.meeting(inside, made, round_, held_on=date(2026, 3, 1))
    voting.enter(inside, meeting, disagree=1)
    assert not any(line.chosen for line in concluded(inside, round_).lines)
    with pytest.raises(Conflict, match="chưa đủ phiếu nên không chọn được"):
        decide_otherwise(
            inside, meeting_id=meeting.id, nomination_id=by_name(inside)["Bà An"],
            slot="cn-chon", reason="Vì", by=COMMAND, at=NOW,
        )  # fmt: skip
