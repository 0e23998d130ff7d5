"""Who is displaced if one more nominee is to have a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thidua.awards.allocation import OUTCOMES, Outcome, propose
from thidua.awards.eligibility import Judged
from thidua.spec.awards import AwardScheme


@dataclass(frozen=True)
class Change:
    """One nomination that fares otherwise once another is added."""

    key: int
    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class Displacement:
    """What adding ``key`` does: its slots, who fares otherwise, and the sentence that says so.

    No slots: nothing can be done for it, and ``words`` says why.
    """

    key: int
    slots: tuple[str, ...]
    changes: tuple[Change, ...]
    words: str


def displaced_by(scheme: AwardScheme, judged: Sequence[Judged], key: int) -> Displacement:
    """What the proposal would be if the nomination ``key`` were placed before all others.

    It may take the slots that it may take anyhow, or could once what is to be verified is.
    """
    names = {item.nominee.key: item.nominee.name for item in judged}
    before = {line.key: line for line in propose(scheme, judged).lines}
    if before[key].outcome == "chosen":
        words = f"{names[key]} đã ở trong đề xuất; không ai bị thay."
        return Displacement(key, before[key].slots, (), words)
    after = {line.key: line for line in propose(scheme, judged, first=key).lines}
    if after[key].outcome != "chosen":
        words = f"{names[key]} không vào được suất nào. {before[key].words}"
        return Displacement(key, (), (), words)
    changes = tuple(
        Change(other, line.outcome, after[other].outcome)
        for other, line in before.items()
        if other != key and line.outcome != after[other].outcome
    )
    return Displacement(key, after[key].slots, changes, _words(names, key, changes))


def _words(names: dict[int, str], key: int, changes: Sequence[Change]) -> str:
    if not changes:
        return f"Thêm {names[key]} thì không ai bị thay: còn suất trống."
    fares = "; ".join(
        f"{names[item.key]} từ “{OUTCOMES[item.before]}” thành “{OUTCOMES[item.after]}”"
        for item in changes
    )
    return f"Thêm {names[key]} thì: {fares}."
