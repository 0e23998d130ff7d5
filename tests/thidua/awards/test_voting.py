"""Votes of a council: exact thresholds, whole members, who may not vote."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.awards.voting import Counted, Voters, Votes, count, has_quorum
from thidua.spec.awards import Voting

Base = Literal["members", "present"]


def voting(threshold: str = "80", base: Base = "members", **more: Any) -> Voting:
    return Voting(threshold=Decimal(threshold), base=base, **more)


def test_threshold_is_met_in_whole_members() -> None:
    assert count(voting(), Voters(15, 13), Votes(12, 1, 0)) == Counted(
        votes=Votes(12, 1, 0),
        base=15,
        needed=12,
        passed=True,
        words="12 phiếu đồng ý trên 15 (tổng số thành viên), cần ít nhất 12: được.",
    )
    assert count(voting(base="present"), Voters(15, 13), Votes(10, 2, 1)) == Counted(
        votes=Votes(10, 2, 1),
        base=13,
        needed=11,
        passed=False,
        words="10 phiếu đồng ý trên 13 (số thành viên có mặt), cần ít nhất 11: không đủ phiếu.",
    )


def test_who_may_not_vote_counts_as_the_scheme_says() -> None:
    voters = Voters(10, 8, barred_members=2, barred_present=1)
    kept = count(voting(), voters, Votes(7, 0, 0))
    assert (kept.base, kept.needed, kept.passed) == (10, 8, False)
    left = count(voting(barred="out_of_base"), voters, Votes(7, 0, 0))
    assert (left.base, left.needed, left.passed) == (8, 7, True)
    assert left.words.endswith("được. 2 thành viên không bỏ phiếu cho đơn vị mình.")
    with pytest.raises(ValueError, match="more ballots"):
        count(voting(), voters, Votes(7, 1, 0))


@pytest.mark.parametrize(
    ("quorum", "members", "present", "enough"),
    [(None, 9, 1, True), ("66.6667", 9, 6, False), ("66.6666", 9, 6, True), ("100", 9, 9, True)],
)
def test_quorum_is_exact(quorum: str | None, members: int, present: int, enough: bool) -> None:
    asked = voting(quorum=Decimal(quorum) if quorum else None)
    assert has_quorum(asked, members=members, present=present) is enough


@given(
    st.integers(1, 1_000_000), st.sampled_from(["members", "present"]), st.data()
)  # fmt: skip
def test_passed_is_the_exact_share(ticks: int, base: Base, data: st.DataObject) -> None:
    members = data.draw(st.integers(1, 60))
    present = data.draw(st.integers(1, members))
    agree = data.draw(st.integers(0, present))
    threshold = Decimal(ticks) / 10_000
    found = count(
        Voting(threshold=threshold, base=base), Voters(members, present), Votes(agree, 0, 0)
    )
    whole = members if base == "members" else present
    assert found.passed == (agree > 0 and Fraction(agree * 100, whole) >= Fraction(threshold))
    assert found.needed == min(
        n for n in range(1, whole + 1) if Fraction(n * 100, whole) >= Fraction(threshold)
    )
