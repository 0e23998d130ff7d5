"""The Vietnamese lines of a distance and of a gain."""

from __future__ import annotations

from collections.abc import Sequence

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


def gain_words(step: Step, before: Graded) -> str:
    """What filling one leaf brings: ``từ hạng 9 lên hạng 7, lên loại Tốt``."""
    gains = []
    if step.after.rank != before.rank:
        gains.append(f"từ hạng {before.rank} lên hạng {step.after.rank}")
    if step.after.band != before.band:
        gains.append(f"lên loại {step.after.band}")
    return ", ".join(gains) or "chưa đổi hạng, loại"
