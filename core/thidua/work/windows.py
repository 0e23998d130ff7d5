"""When a step of a campaign is open, for whom and until when: rules over windows and extensions.

Pure: nothing is flipped by a job. Whoever asks gives the time, so that two workers, or one that
was started again, always answer the same. A window holds from its beginning on and is over in the
second in which it ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from thidua.errors import Problem
from thidua.store.schedules import STEPS, Step

OFFICE_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
"""The clock of the offices; a deadline is written by it."""

STEP_NAMES: dict[Step, str] = {
    "following": "theo dõi",
    "self": "tự đánh giá",
    "appraisal_1": "thẩm định lần 1",
    "explanation": "giải trình",
    "appraisal_2": "thẩm định lần 2",
    "adoption": "Hội đồng thẩm định thông qua",
    "petitions": "kiến nghị",
}

ENTERED_DURING: dict[Step, tuple[Step, ...]] = {"self": ("following", "self")}
"""What belongs to a step may be entered in these windows: own figures from January on."""


@dataclass(frozen=True)
class Window:
    """Thời hạn of a step; both times aware."""

    step: Step
    opens_at: datetime
    closes_at: datetime

    def __str__(self) -> str:
        return f"{STEP_NAMES[self.step]}: {hour(self.opens_at)} đến {hour(self.closes_at)}"


@dataclass(frozen=True)
class Extended:
    """A later end for one unit, a kind of unit, or (neither named) all."""

    step: Step
    until: datetime
    made_at: datetime
    withdrawn_at: datetime | None = None
    kind: str | None = None
    unit_id: int | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it was given by then and not taken back."""
        return self.made_at <= at and (self.withdrawn_at is None or at < self.withdrawn_at)

    def serves(self, *, unit_id: int | None, kind: str | None) -> bool:
        """Whether it is for this unit, of this kind."""
        if self.unit_id is not None:
            return self.unit_id == unit_id
        return self.kind is None or self.kind == kind


@dataclass(frozen=True)
class Schedule:
    """The windows of a campaign and what lengthened them. A step without one is always open.

    ``unit_id`` and ``kind`` are the unit that asks; None asks for those whom only an extension
    for all serves.
    """

    windows: Mapping[Step, Window] = field(default_factory=dict)
    extensions: Sequence[Extended] = ()

    @property
    def plan(self) -> Sequence[Window]:
        """The windows in the order of the steps."""
        return [self.windows[step] for step in STEPS if step in self.windows]

    def end(
        self, step: Step, *, at: datetime, unit_id: int | None = None, kind: str | None = None
    ) -> datetime | None:
        """When the step ends for the unit, as it stood at ``at``; None if it has no window."""
        if step not in self.windows:
            return None
        later = (
            item.until
            for item in self.extensions
            if item.step == step and item.holds(at) and item.serves(unit_id=unit_id, kind=kind)
        )
        return max((self.windows[step].closes_at, *later))

    def is_open(
        self, step: Step, *, at: datetime, unit_id: int | None = None, kind: str | None = None
    ) -> bool:
        """Whether the step's own window is open for the unit at this time."""
        end = self.end(step, at=at, unit_id=unit_id, kind=kind)
        return end is None or self.windows[step].opens_at <= at < end

    def refusal(
        self, step: Step, *, at: datetime, unit_id: int | None = None, kind: str | None = None
    ) -> str | None:
        """Why nothing of the step may be entered at this time, in a sentence; None if it may."""
        if step not in self.windows:
            return None
        during = [item for item in ENTERED_DURING.get(step, (step,)) if item in self.windows]
        if any(self.is_open(item, at=at, unit_id=unit_id, kind=kind) for item in during):
            return None
        coming = [w.opens_at for item in during if (w := self.windows[item]).opens_at > at]
        if coming:
            return f"Chưa đến hạn {STEP_NAMES[step]}: bắt đầu từ {hour(min(coming))}."
        ends = [self.end(item, at=at, unit_id=unit_id, kind=kind) for item in during]
        return (
            f"Đã hết hạn {STEP_NAMES[step]} từ {hour(max(filter(None, ends)))}. "
            "Cần thêm thời gian thì đề nghị Thường trực (Sở Nội vụ) gia hạn."
        )


def local_day(at: datetime) -> date:
    """The day on the offices' clock."""
    return at.astimezone(OFFICE_TIME).date()


def hour(at: datetime) -> str:
    """A time as offices write it: ``17 giờ 00 ngày 30/11/2026``."""
    local = at.astimezone(OFFICE_TIME)
    return f"{local.hour} giờ {local:%M} ngày {local:%d/%m/%Y}"


def window_problems(windows: Sequence[Window]) -> list[Problem]:
    """What is wrong with a plan of windows: each names its step.

    A window ends after it begins; no step begins or ends before one that stands above it.
    """
    named = [window.step for window in windows]
    problems = [
        Problem(STEP_NAMES[step], "Khai hai lần. Mỗi bước chỉ có một thời hạn.")
        for step in STEPS
        if named.count(step) > 1
    ]
    problems += [
        Problem(STEP_NAMES[window.step], "Giờ kết thúc phải sau giờ bắt đầu.")
        for window in windows
        if window.closes_at <= window.opens_at
    ]
    ordered = sorted(windows, key=lambda window: STEPS.index(window.step))
    for before, after in pairwise(ordered):
        if after.opens_at < before.opens_at or after.closes_at < before.closes_at:
            reason = f"Không được bắt đầu hay kết thúc trước bước {STEP_NAMES[before.step]}."
            problems.append(Problem(STEP_NAMES[after.step], reason))
    return problems
