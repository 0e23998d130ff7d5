"""From judged nominations to a proposal: who gets which place, every line with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Literal

from thidua.awards.conditions import written_index
from thidua.awards.eligibility import Judged
from thidua.awards.matching import Allocation, TieSet, allocate, filled_places
from thidua.awards.nominee import Finding
from thidua.spec.awards import AwardScheme, Slot

Outcome = Literal["chosen", "tied", "not_chosen", "verify", "refused"]
OUTCOMES: dict[Outcome, str] = {
    "chosen": "Đề xuất khen",
    "tied": "Đồng hạng ở ranh giới",
    "not_chosen": "Đủ điều kiện, hết suất",
    "verify": "Cần xác minh",
    "refused": "Không đủ điều kiện",
}
"""In the order in which a proposal lists them."""


@dataclass(frozen=True)
class Line:
    """What becomes of one nomination, by its key, and why.

    ``slots``: the code of its place; several where the council's choice among ties decides.
    """

    key: int
    outcome: Outcome
    slots: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Tie:
    """Nominations of equal standing at the border: the council picks ``pick`` of them."""

    members: tuple[int, ...]
    pick: int
    slots: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Gap:
    """Places of a slot that stay empty, and why."""

    slot: str
    count: int
    words: str


@dataclass(frozen=True)
class Moved:
    """Places of a slot that nobody could take and that another slot's nominees got."""

    slot: str
    to: str
    count: int
    words: str


@dataclass(frozen=True)
class Proposal:
    """The best filling of a scheme's places: lines with collectives first, then the rest."""

    lines: tuple[Line, ...]
    ties: tuple[Tie, ...]
    gaps: tuple[Gap, ...]
    moved: tuple[Moved, ...] = ()


def propose(scheme: AwardScheme, judged: Iterable[Judged], *, first: int | None = None) -> Proposal:
    """Fill the scheme's places with nominees that meet every condition of a slot.

    As many places as can be filled; then the reserved slots, then the others, as declared, and
    last what falls to another slot for want of nominees; then the better-ranked before the worse.
    Nominees of equal standing are never cut silently. The order of ``judged`` does not matter;
    keys must differ. ``first``: the key of one who is placed before all others, as if what is
    still to be verified were.
    """
    ranked = sorted(
        judged,
        key=lambda item: (item.nominee.key != first, _order(scheme, item), item.nominee.key),
    )
    choices = {item.nominee.key: _choices(item, first) for item in ranked}
    capacity = _capacity(scheme, choices)
    allocation = allocate(
        capacity=capacity,
        classes=[
            [item.nominee.key for item in group]
            for _, group in groupby(
                ranked, key=lambda item: (item.nominee.key != first, _order(scheme, item))
            )
        ],
        choices={
            key: [code for code in capacity if _target(code) in slots]
            for key, slots in choices.items()
        },
    )
    told = _Told(scheme, {item.nominee.key: item for item in ranked}, choices, allocation)
    return Proposal(
        lines=tuple(sorted((told.line(item) for item in ranked), key=told.rank)),
        ties=tuple(map(told.tie, allocation.ties)),
        gaps=tuple(told.gaps()),
        moved=tuple(told.moved()),
    )


def _choices(item: Judged, first: int | None) -> tuple[str, ...]:
    """The slots that a nominee may take."""
    able = item.slots("yes")
    return (*able, *item.slots("verify")) if item.nominee.key == first else able


def _capacity(scheme: AwardScheme, choices: Mapping[int, Sequence[str]]) -> dict[str, int]:
    """Places by slot, the reserved first; then those that fall to another slot, as ``a>b``."""
    slots = sorted(scheme.slots(), key=lambda slot: not slot.reserved)
    own = {slot.code: slot.count for slot in slots}
    filled = filled_places(own, choices)
    falling = {
        f"{slot.code}>{slot.falls_to}": slot.count - filled[slot.code]
        for slot in slots
        if slot.falls_to
    }
    return own | {code: count for code, count in falling.items() if count}


def _target(code: str) -> str:
    """Whose conditions a place asks for: its own slot's, or those of the slot it falls to."""
    return code.rpartition(">")[2]


def _order(scheme: AwardScheme, item: Judged) -> tuple[bool, Decimal]:
    """What the scheme compares, the smaller the better; who has nothing to compare comes last."""
    standing = item.nominee.standing
    if scheme.comparison.order_by == "none":
        return False, Decimal(0)
    if scheme.comparison.order_by == "rank":
        rank = standing.rank if standing else None
        return rank is None, Decimal(rank or 0)
    index = standing.index if standing else None
    return index is None, Decimal(0) if index is None else -index


@dataclass(frozen=True)
class _Told:
    """The words for an allocation."""

    scheme: AwardScheme
    judged: Mapping[int, Judged]
    choices: Mapping[int, Sequence[str]]
    allocation: Allocation

    def line(self, item: Judged) -> Line:
        """One nomination's line."""
        key = item.nominee.key
        outcome = self._outcome(item)
        words = {
            "chosen": self._chosen,
            "tied": self._tied,
            "not_chosen": self._not_chosen,
            "verify": self._verify,
            "refused": self._refused,
        }[outcome]
        return Line(key, outcome, self._slots(key), words(item))

    def _slots(self, key: int) -> tuple[str, ...]:
        """The slots whose conditions a placed or tied nominee meets for the places open to it."""
        return tuple(dict.fromkeys(map(_target, self.allocation.slots.get(key, ()))))

    def rank(self, line: Line) -> tuple[int, int, int, int]:
        """Where a line stands: recipient, outcome, slot as declared, standing."""
        nominee = self.judged[line.key].nominee
        slots = [slot.code for slot in self.scheme.slots()]
        return (
            0 if nominee.recipient == "collective" else 1,
            [*OUTCOMES].index(line.outcome),
            slots.index(line.slots[0]) if line.slots else len(slots),
            [*self.judged].index(line.key),
        )

    def tie(self, tie: TieSet) -> Tie:
        """A tie and what the council is asked."""
        open_to = {slot for key in tie.members for slot in self._slots(key)}
        slots = tuple(slot.code for slot in self.scheme.slots() if slot.code in open_to)
        names = self._names(tie.members)
        ask = f"Hội đồng chọn {tie.pick:02} trong {len(tie.members):02}"
        fit = "".join(
            f"; trong {self._names(some)} nhiều nhất {most:02}" for some, most in tie.limits
        )
        return Tie(
            members=tie.members,
            pick=tie.pick,
            slots=slots,
            words=f"{names} bằng nhau ({self._value(tie.members[0])}) và tranh "
            f"{self._labels(slots)}: {ask}{fit}.",
        )

    def gaps(self) -> Iterable[Gap]:
        """The places that nobody takes, slot by slot."""
        for slot in self.scheme.slots():
            empty = slot.count - self.allocation.filled[slot.code] - self._fallen(slot)
            if empty:
                yield Gap(slot.code, empty, f"{self._why_empty(slot, empty)}.")

    def moved(self) -> Iterable[Moved]:
        """The places that went to another slot's nominees."""
        for slot in self.scheme.slots():
            count = self._fallen(slot)
            if slot.falls_to and count:
                why = f"{count:02} suất {slot.label} chưa có đề nghị nào đủ điều kiện"
                words = f"{why}, chuyển cho {self._labels([slot.falls_to])}."
                yield Moved(slot.code, slot.falls_to, count, words)

    def _fallen(self, slot: Slot) -> int:
        return self.allocation.filled.get(f"{slot.code}>{slot.falls_to}", 0)

    def _outcome(self, item: Judged) -> Outcome:
        key = item.nominee.key
        if key in self.allocation.chosen:
            return "chosen"
        if key in self.allocation.slots:
            return "tied"
        if key in self.allocation.behind:
            return "not_chosen"
        return "verify" if item.slots("verify") else "refused"

    def _chosen(self, item: Judged) -> str:
        slots = self._slots(item.nominee.key)
        where = self._labels(slots)
        later = "" if len(slots) == 1 else ", tùy Hội đồng chọn ở nhóm đồng hạng"
        return f"Đề xuất cho {where}{later}: {self._value(item.nominee.key)}. {_met(item, slots)}"

    def _tied(self, item: Judged) -> str:
        key = item.nominee.key
        tie = next(tie for tie in self.allocation.ties if key in tie.members)
        others = self._names(other for other in tie.members if other != key)
        return (
            f"Bằng {others} ({self._value(key)}); Hội đồng chọn {tie.pick:02} trong "
            f"{len(tie.members):02}. {_met(item, self._slots(key))}"
        )

    def _not_chosen(self, item: Judged) -> str:
        key = item.nominee.key
        before = ", ".join(
            f"{self.judged[other].nominee.name} ({self._value(other)})"
            for other in self.allocation.behind[key]
        )
        return (
            f"Đủ điều kiện nhưng hết {self._labels(self.choices[key])}: {self._value(key)}, "
            f"xếp sau {before}."
        )

    def _verify(self, item: Judged) -> str:
        missing = _sentences(
            finding
            for slot in item.slots("verify")
            for finding in item.findings[slot]
            if finding.answer == "verify"
        )
        return f"Chưa xét vào {self._labels(item.slots('verify'))}. {missing}"

    def _refused(self, item: Judged) -> str:
        """What speaks against the slot that comes nearest."""
        against = [[f for f in found if f.answer == "no"] for found in item.findings.values()]
        nearest = min(against, key=len, default=[])
        return _sentences(nearest) or "Cách xét không có suất nào cho đối tượng này."

    def _why_empty(self, slot: Slot, empty: int) -> str:
        start = f"Còn trống {empty:02} suất {slot.label}"
        waiting = sum(slot.code in item.slots("verify") for item in self.judged.values())
        able = sum(slot.code in slots for slots in self.choices.values())
        if waiting:
            return f"{start}: {waiting:02} đề nghị còn phải xác minh"
        if able > self.allocation.filled[slot.code]:
            return f"{start}: những đề nghị đủ điều kiện đã nhận suất khác"
        return f"{start}: không còn đề nghị nào đủ điều kiện"

    def _labels(self, codes: Sequence[str]) -> str:
        labels = {slot.code: slot.label for slot in self.scheme.slots()}
        return " hoặc ".join(f"suất {labels[code]}" for code in codes)

    def _names(self, keys: Iterable[int]) -> str:
        return ", ".join(self.judged[key].nominee.name for key in keys)

    def _value(self, key: int) -> str:
        """What was compared, in words."""
        standing = self.judged[key].nominee.standing
        if self.scheme.comparison.order_by == "none":
            return "không so theo chỉ số"
        if self.scheme.comparison.order_by == "rank":
            rank = standing.rank if standing else None
            return "không có hạng để so" if rank is None else f"hạng {rank}"
        index = standing.index if standing else None
        return "không có chỉ số để so" if index is None else f"chỉ số {written_index(index)}%"


def _met(item: Judged, slots: Sequence[str]) -> str:
    return _sentences(finding for slot in slots[:1] for finding in item.findings[slot])


def _sentences(findings: Iterable[Finding]) -> str:
    return " ".join(dict.fromkeys(finding.words for finding in findings))
