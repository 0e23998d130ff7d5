"""Phiên họp Hội đồng: who is present, the vote on each nomination, what it came to.

The counted result is typed in from the minutes, or the present members vote here. Nobody votes on
the own unit. A ballot cast here is added to the counts of the meeting and is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.awards.allocation import OUTCOMES
from thidua.awards.voting import CHOICES, Choice, Voters, Votes, count, has_quorum
from thidua.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from thidua.evidence.files import EvidenceFiles
from thidua.spec.awards import AwardScheme, Voting
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import AwardProposal, AwardRound, Nomination
from thidua.store.base import Json
from thidua.store.councils import CouncilMeeting, CouncilMember, VoteHow
from thidua.store.decisions import AwardDecision
from thidua.work.access import STAFF, require
from thidua.work.award_facts import consider, round_by_id, scheme_of
from thidua.work.awards import proposal_document
from thidua.work.councils import council_by_id, members_on
from thidua.work.papers import PaperFacts, keep_paper, paper_said
from thidua.work.versions import wait_turn
from thidua.work.windows import local_day


def open_meeting(
    session: Session,
    *,
    council_id: int,
    round_id: int,
    held_on: date,
    present: Sequence[int],
    how: VoteHow,
    by: Actor,
    at: datetime,
) -> CouncilMeeting:
    """Open a meeting about the newest proposal of a round; ``present``: ids of members.

    ``how``: the counted result will be typed in, or the members vote here. ``Conflict`` without a
    proposal, where the scheme does not say how to vote, without a quorum, or when a meeting about
    the round is open; ``Invalid`` for a day to come or somebody who is no member on that day.
    """
    require(session, by, STAFF, "mở phiên họp Hội đồng")
    wait_turn(session)
    council, round_ = council_by_id(session, council_id), round_by_id(session, round_id=round_id)
    members = [member.id for member in members_on(session, council, held_on)]
    there = sorted(set(present))
    if held_on > local_day(at):
        raise Invalid.one("Ngày họp", "Hãy ghi ngày họp, không sau hôm nay.")
    if not there or not set(there) <= set(members):
        raise Invalid.one("Có mặt", "Hãy chọn những người là thành viên vào ngày họp.")
    _refuse_quorum(voting_of(round_), len(members), len(there))
    meeting = CouncilMeeting(
        council_id=council.id, round_id=round_.id, held_on=held_on, how=how, members=members,
        present=there, proposal_id=_newest_proposal(session, round_), opened_at=at,
    )  # fmt: skip
    _refuse_second(session, round_)
    session.add(meeting)
    session.flush()
    record(
        session, actor=by, action="council.meet", subject=("council_meeting", meeting.id),
        after={
            "round": round_.id, "proposal": meeting.proposal_id, "on": held_on.isoformat(),
            "members": len(members), "present": len(there), "how": how,
        },
    )  # fmt: skip
    return meeting


def enter_counts(
    session: Session,
    *,
    meeting_id: int,
    counts: Mapping[int, Votes],
    minutes: PaperFacts,
    by: Actor,
    at: datetime,
    files: EvidenceFiles | None = None,
) -> CouncilMeeting:
    """Type in the counted result of every nomination from the biên bản kiểm phiếu, and close.

    ``counts`` by nomination id. ``Invalid`` names every nomination whose ballots are missing or
    are more than the members who may vote on it; ``Conflict`` when the meeting is closed or its
    members vote here.
    """
    require(session, by, STAFF, "nhập kết quả kiểm phiếu")
    meeting = _open(session, meeting_id, "typed")
    return _close(session, meeting, counts, minutes, by, at, files)


@dataclass(frozen=True)
class BallotLine:
    """One nomination on a ballot; ``proposed``: what the proposal made of it, in words."""

    nomination: int
    name: str
    unit: str
    proposed: str


@dataclass(frozen=True)
class Ballot:
    """What a present member votes on; not on the own unit's (``barred``); ``done``: it is in."""

    meeting: int
    held_on: date
    lines: Sequence[BallotLine]
    barred: Sequence[BallotLine]
    done: bool


def ballot_of(session: Session, *, round_id: int, by: Actor) -> Ballot | None:
    """The ballot of a council's member in the meeting that votes here about a round.

    None where no such meeting is open, or for who is not present in it. ``NotFound`` without the
    round.
    """
    require(session, by, {"council"}, "xem phiếu bầu")
    meeting = open_meeting_about(session, round_by_id(session, round_id=round_id))
    if meeting is None or meeting.how != "here":
        return None
    member = _member(session, meeting, by)
    if member is None:
        return None
    document = session.get_one(AwardProposal, meeting.proposal_id).document
    lines = {line["nomination"]: line for line in document["lines"]}
    asked = _asked(session, meeting)
    return Ballot(
        meeting=meeting.id,
        held_on=meeting.held_on,
        lines=[_ballot_line(lines[item.id]) for item in asked if not _barred(member, item)],
        barred=[_ballot_line(lines[item.id]) for item in asked if _barred(member, item)],
        done=member.id in meeting.voted,
    )


def cast_ballot(
    session: Session, *, meeting_id: int, choices: Mapping[int, Choice], by: Actor
) -> None:
    """Vote on every nomination one may vote on; once, and not to be changed.

    What was chosen is added to the counts and kept nowhere else; the audit records that one voted.
    ``NotAllowed`` for who is no present member; ``Conflict`` when one has voted or the meeting is
    closed; ``Invalid`` unless exactly the nominations that one may vote on are answered.
    """
    require(session, by, {"council"}, "bỏ phiếu")
    meeting = _open(session, meeting_id, "here")
    member, asked = _member(session, meeting, by), _asked(session, meeting)
    if member is None:
        raise NotAllowed("Chỉ thành viên có mặt trong phiên họp được bỏ phiếu.")
    if member.id in meeting.voted:
        raise Conflict("Bạn đã bỏ phiếu trong phiên họp này rồi.")
    mine = {item.id for item in asked if not _barred(member, item)}
    if set(choices) != mine or not set(choices.values()) <= set(CHOICES):
        raise Invalid.one("Phiếu", "Hãy trả lời mọi đề nghị trên phiếu, mỗi đề nghị một lựa chọn.")
    tally = {str(item.id): _counts_of(meeting, item) for item in asked}
    for key, choice in choices.items():
        tally[str(key)][choice] += 1
    meeting.tally, meeting.voted = tally, sorted([*meeting.voted, member.id])
    session.flush()
    record(session, actor=by, action="council.vote", subject=("council_meeting", meeting.id))


def close_vote(
    session: Session,
    *,
    meeting_id: int,
    ballots: int | None,
    minutes: PaperFacts,
    by: Actor,
    at: datetime,
    files: EvidenceFiles | None = None,
) -> CouncilMeeting:
    """Close a vote held here and count it, with the minutes; who has not voted gave no ballot.

    ``ballots``: how many are in, as the person knows. ``Conflict`` says how many of those present
    have voted when it is another number, and when the meeting is closed.
    """
    require(session, by, STAFF, "khóa việc bỏ phiếu")
    meeting = _open(session, meeting_id, "here")
    if ballots != len(meeting.voted):
        raise Conflict(
            f"Đã có {len(meeting.voted)} trên {len(meeting.present)} thành viên có mặt bỏ phiếu; "
            "khóa rồi thì không ai bỏ thêm được. Muốn khóa, hãy xác nhận đúng số phiếu đã bỏ."
        )
    asked = _asked(session, meeting)
    counts = {item.id: Votes(**_counts_of(meeting, item)) for item in asked}
    return _close(session, meeting, counts, minutes, by, at, files)


def meeting_by_id(session: Session, meeting_id: int, *, locked: bool = False) -> CouncilMeeting:
    """The meeting of the entered province; ``NotFound`` when there is none with this id."""
    query = select(CouncilMeeting).where(CouncilMeeting.id == meeting_id)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound("Không có phiên họp này trong tỉnh đang làm việc.")
    return found


def open_meeting_about(session: Session, round_: AwardRound) -> CouncilMeeting | None:
    """The meeting about a round that is not closed; there is one at most."""
    about = CouncilMeeting.round_id == round_.id, CouncilMeeting.closed_at.is_(None)
    return session.scalar(select(CouncilMeeting).where(*about))


def voting_of(round_: AwardRound) -> Voting:
    """How the council votes in a round; ``Conflict`` where the scheme does not say."""
    scheme: AwardScheme = scheme_of(round_)
    if scheme.voting is None:
        raise Conflict(
            f"“{scheme.title}” chưa quy định cách bỏ phiếu của Hội đồng. "
            "Hãy nhập bản sửa đổi có quy định, rồi mở phiên họp."
        )
    return scheme.voting


def _close(
    session: Session,
    meeting: CouncilMeeting,
    counts: Mapping[int, Votes],
    minutes: PaperFacts,
    by: Actor,
    at: datetime,
    files: EvidenceFiles | None,
) -> CouncilMeeting:
    results = _counted(session, meeting, counts)
    kept = keep_paper(session, paper=minutes, by=by, at=at, files=files)
    meeting.results, meeting.closed_at, meeting.paper_id = results, at, kept.id
    session.flush()
    record(
        session, actor=by, action="council.count", subject=("council_meeting", meeting.id),
        after={"minutes": paper_said(kept), "results": results},
    )  # fmt: skip
    return meeting


def _counted(session: Session, meeting: CouncilMeeting, counts: Mapping[int, Votes]) -> Json:
    """What each nomination's vote came to; ``Invalid`` with every count that cannot be."""
    voting = voting_of(round_by_id(session, round_id=meeting.round_id))
    members = session.scalars(
        select(CouncilMember).where(CouncilMember.id.in_(meeting.members))
    ).all()
    asked, problems, results = _asked(session, meeting), list[Problem](), dict[str, Json]()
    for item in asked:
        name, votes = item.person_name or f"đề nghị {item.id}", counts.get(item.id)
        voters = _voters(meeting, members, item)
        if votes is None:
            problems.append(Problem(name, "Hãy nhập số phiếu của đề nghị này."))
        elif min(votes.agree, votes.disagree, votes.blank) < 0:
            problems.append(Problem(name, "Số phiếu không được âm."))
        elif votes.handed_in > voters.may_vote:
            problems.append(
                Problem(name, f"Nhiều phiếu hơn {voters.may_vote} thành viên được bỏ phiếu.")
            )
        else:
            results[str(item.id)] = asdict(count(voting, voters, votes))
    if unknown := set(counts) - {item.id for item in asked}:
        problems.append(
            Problem("Đề nghị", f"Không có trong đề xuất: {', '.join(map(str, sorted(unknown)))}.")
        )
    if problems:
        raise Invalid(problems)
    return results


def _voters(meeting: CouncilMeeting, members: Sequence[CouncilMember], item: Nomination) -> Voters:
    barred = [member.id for member in members if _barred(member, item)]
    there = set(meeting.present)
    return Voters(len(meeting.members), len(there), len(barred), len(there & set(barred)))


def _barred(member: CouncilMember, item: Nomination) -> bool:
    """A member does not vote on the own unit, its people, or what it nominates."""
    return member.unit_id is not None and member.unit_id in (item.unit_id, item.nominator_id)


def _asked(session: Session, meeting: CouncilMeeting) -> Sequence[Nomination]:
    """The nominations of the proposal that fulfil the conditions, or may, and still stand."""
    proposal = session.get_one(AwardProposal, meeting.proposal_id)
    ids = [x["nomination"] for x in proposal.document["lines"] if x["outcome"] != "refused"]
    standing = Nomination.id.in_(ids), Nomination.withdrawn_at.is_(None)
    return session.scalars(select(Nomination).where(*standing).order_by(Nomination.id)).all()


def _counts_of(meeting: CouncilMeeting, item: Nomination) -> dict[Choice, int]:
    return {choice: meeting.tally.get(str(item.id), {}).get(choice, 0) for choice in CHOICES}


def _ballot_line(line: Json) -> BallotLine:
    return BallotLine(line["nomination"], line["name"], line["unit"], OUTCOMES[line["outcome"]])


def _member(session: Session, meeting: CouncilMeeting, by: Actor) -> CouncilMember | None:
    """Who the actor is among those present."""
    own = CouncilMember.id.in_(meeting.present), CouncilMember.user_id == by.id
    return session.scalar(select(CouncilMember).where(*own)) if by.kind == "person" else None


def _open(session: Session, meeting_id: int, how: VoteHow) -> CouncilMeeting:
    meeting = meeting_by_id(session, meeting_id, locked=True)
    if meeting.closed_at is not None:
        raise Conflict("Phiên họp này đã khóa, kết quả không đổi được.")
    if meeting.how != how:
        raise Conflict(
            "Phiên họp này bỏ phiếu trên hệ thống."
            if meeting.how == "here"
            else "Phiên họp này nhập kết quả từ biên bản kiểm phiếu."
        )
    return meeting


def _newest_proposal(session: Session, round_: AwardRound) -> int:
    ours = select(AwardProposal).where(AwardProposal.round_id == round_.id)
    found = session.scalars(ours.order_by(AwardProposal.number.desc()).limit(1)).one_or_none()
    if found is None:
        raise Conflict("Đợt này chưa có đề xuất. Hãy lập đề xuất rồi mở phiên họp.")
    if found.document != proposal_document(consider(session, round_)):
        raise Conflict(
            f"Hồ sơ, kết quả hoặc đề nghị đã thay đổi từ khi lập đề xuất số {found.number}. "
            "Hãy lập đề xuất mới rồi mở phiên họp."
        )
    return found.id


def _refuse_second(session: Session, round_: AwardRound) -> None:
    if session.scalar(select(AwardDecision.id).where(AwardDecision.round_id == round_.id)):
        raise Conflict("Đợt này đã có quyết định khen thưởng.")
    if open_meeting_about(session, round_):
        raise Conflict("Đợt này đang có một phiên họp chưa khóa.")


def _refuse_quorum(voting: Voting, members: int, present: int) -> None:
    if not has_quorum(voting, members=members, present=present):
        raise Conflict(
            f"Có mặt {present} trên {members} thành viên, chưa đủ {voting.quorum:g} % để họp."
        )
