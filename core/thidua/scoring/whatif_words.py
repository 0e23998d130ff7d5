"""The Vietnamese lines of a distance and of a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from thidua.scoring.figures import point_words
from thidua.scoring.grading import Graded
from thidua.scoring.whatif import Distance, RankDistance, Step


def band_distance_words(distance: Distance) -> str:
    """What is missing to the next band."""
    return f"Thêm {point_words(distance.ticks)} thì xếp loại {distance.target}"


def rank_distance_words(distance: RankDistance, above: Sequence[str]) -> str:
    """What is missing to those who stand next above; ``above`` names them."""
    level, ahead = distance.level, distance.above
    names = " và ".join([above[0], *([f"{len(above) - 1} đơn vị khác"] if above[1:] else [])])
    if level == ahead:
        return f"Thêm {point_words(ahead.ticks)} thì vượt {names}, lên hạng {ahead.target}"
    return (
        f"Thêm {point_words(level.ticks)} thì ngang {names} (hạng {level.target}); "
        f"thêm {point_words(ahead.ticks)} thì vượt lên hạng {ahead.target}"
    )


def step_words(step: Step, before: Graded) -> str:
    """What filling one leaf brings: ``Thêm 0,5 điểm ở 3.2 thì từ hạng 9 lên hạng 7``."""
    gains = ", ".join(_gains(step.after, before)) or "chưa đổi hạng, loại"
    return f"Thêm {point_words(step.ticks)} ở {step.code} thì {gains}"


def _gains(after: Graded, before: Graded) -> Iterator[str]:
    if after.rank != before.rank:
        yield f"từ hạng {before.rank} lên hạng {after.rank}"
    if after.band != before.band:
        yield f"lên loại {after.band}"
