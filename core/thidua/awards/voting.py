"""Counting a council's vote: quorum, base and threshold, in whole members and exact shares."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Literal

from thidua.spec.awards import Voting

Choice = Literal["agree", "disagree", "blank"]
CHOICES: dict[Choice, str] = {
    "agree": "đồng ý",
    "disagree": "không đồng ý",
    "blank": "phiếu trắng, không hợp lệ",
}
BASES = {"members": "tổng số thành viên", "present": "số thành viên có mặt"}


@dataclass(frozen=True)
class Votes:
    """The ballots about one nomination, by what they say."""

    agree: int
    disagree: int
    blank: int

    @property
    def handed_in(self) -> int:
        """How many ballots there are."""
        return self.agree + self.disagree + self.blank


@dataclass(frozen=True)
class Voters:
    """The members of a council at a meeting; ``barred``: those who may not vote on a nomination."""

    members: int
    present: int
    barred_members: int = 0
    barred_present: int = 0

    @property
    def may_vote(self) -> int:
        """How many ballots there can be."""
        return self.present - self.barred_present


@dataclass(frozen=True)
class Counted:
    """What a vote came to: ``needed`` of ``base``, and the sentence that says so."""

    votes: Votes
    base: int
    needed: int
    passed: bool
    words: str


def has_quorum(voting: Voting, *, members: int, present: int) -> bool:
    """Whether enough members are present; always where the scheme asks for none."""
    return voting.quorum is None or present * 100 >= Fraction(voting.quorum) * members


def count(voting: Voting, voters: Voters, votes: Votes) -> Counted:
    """What the ballots about one nomination come to.

    The base is the scheme's: all members or those present, with or without those who may not vote
    on this nomination. ``ValueError`` when there are more ballots than members who may vote.
    """
    if votes.handed_in > voters.may_vote:
        raise ValueError("more ballots than voters")
    base = voters.members if voting.base == "members" else voters.present
    if voting.barred == "out_of_base":
        base -= voters.barred_members if voting.base == "members" else voters.barred_present
    needed = max(1, ceil(Fraction(voting.threshold) * base / 100))
    passed = votes.agree >= needed
    words = (
        f"{votes.agree} phiếu đồng ý trên {base} ({BASES[voting.base]}), "
        f"cần ít nhất {needed}: {'được' if passed else 'không đủ phiếu'}."
    )
    if voters.barred_members:
        words += f" {voters.barred_members} thành viên không bỏ phiếu cho đơn vị mình."
    return Counted(votes, base, needed, passed, words)
