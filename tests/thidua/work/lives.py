"""What a campaign's windows and extensions allow, computed a second time, for the machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hypothesis import strategies as st

from thidua.store.schedules import STEPS, Step
from thidua.work.windows import Window


@dataclass
class Given:
    """A later end as it was given: to whom, from when on, taken back when."""

    id: int
    step: Step
    whom: str
    until: datetime
    made_at: datetime
    gone_at: datetime | None = None


@dataclass
class Life:
    """One campaign as the model remembers it."""

    id: int
    year: int
    stage: str
    windows: dict[Step, Window] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)

    def within(self, step: Step, key: str, at: datetime) -> bool:
        """Whether the window of the step, or what was given, covers this time for the unit."""
        window = self.windows[step]
        served = (key, key.partition("-")[0], "all")
        later = any(
            item.made_at <= at < item.until
            and (item.gone_at is None or at < item.gone_at)
            and item.step == step
            and item.whom in served
            for item in self.given
        )
        return window.opens_at <= at and (at < window.closes_at or later)

    def allows(self, steps: tuple[Step, ...], key: str, at: datetime) -> bool:
        """Whether something may be entered; the first of ``steps`` has a window or all is open."""
        if self.stage != "open":
            return False
        if not steps or steps[0] not in self.windows:
            return True
        return any(self.within(step, key, at) for step in steps if step in self.windows)


@st.composite
def plans(draw: st.DrawFn) -> list[tuple[Step, int, int]]:
    """Steps with the days, from now, of their begin and end; not every plan can be."""
    steps = draw(st.lists(st.sampled_from(STEPS), unique=True, max_size=4).map(sorted))
    first = draw(st.integers(-4, 9))
    lengths = st.sampled_from([0, 3, 12, 12, 30])
    return [
        (step, first + 4 * place, first + 4 * place + draw(lengths))
        for place, step in enumerate(sorted(steps, key=STEPS.index))
    ]
