"""The Vietnamese words of surveys of officials, ratings and indices."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.scoring.parts import reached, worth
from thidua.scoring.surveys import answers, group_mean, neighbours, place_of, too_few
from thidua.scoring.ticks import to_ticks, written
from thidua.scoring.wording import number, part, percent, points, step_words
from thidua.spec.surveys import IndicatorRule, Knot, Officials, Rating, Respondents

Given = Mapping[str, int]

SHORT = {"leave_out": "bỏ ra cùng trọng số", "zero": "tính 0", "pending": "chưa tính"}


def officials_words(rule: Officials, top: int, given: Given) -> str:
    """Each group's mean with its weight, and which groups had too few answers."""
    short = too_few(rule, given)
    asked = [group for group in rule.groups if group not in short]
    parts = [_group(rule, group, given) for group in asked]
    parts += [
        f"{group.label}: chưa đủ {written(group.minimum)} phiếu, {SHORT[rule.too_few]}"
        for group in short
    ]
    return f"{'; '.join(parts)}; bình quân theo trọng số của {points(top)}"


def too_few_words(rule: Officials, given: Given) -> str:
    """Which groups had too few answers."""
    labels = ", ".join(group.label for group in too_few(rule, given))
    return f"Chưa đủ phiếu điều tra ({labels})"


def _group(rule: Officials, group: Respondents, given: Given) -> str:
    count = written(answers(rule, group, given))
    mean = percent(group_mean(rule, group, given)).removeprefix("= ")
    return f"{group.label}: {count} phiếu, {mean}, trọng số {written(group.weight)}"


def rating_words(rule: Rating, top: int, given: Given) -> str:
    """Each rating on the scale, with its weight where weights differ."""
    weighted = len({rater.weight for rater in rule.raters}) > 1
    parts = [
        f"{rater.label} {number(given[rater.name])}/{written(rule.scale)}"
        + (f" (trọng số {written(rater.weight)})" if weighted else "")
        for rater in rule.raters
    ]
    mean = "; bình quân" if len(parts) > 1 else ""
    return f"{'; '.join(parts)}{mean} của {points(top)}"


def indicator_words(rule: IndicatorRule, top: int, given: Given) -> str:
    """The value or rank, and which step, knots or line of ranks it fell upon."""
    if rule.ranks:
        return _rank(rule, top, given["rank"])
    value = given["value"]
    if rule.steps:
        return f"Chỉ số {step_words(value, reached(rule.steps, value), top)}"
    if rule.between:
        return f"Chỉ số {number(value)}{_between(rule.between, value, top)}"
    return f"Chỉ số {number(value)}/{written(rule.scale)} của {points(top)}"


def _rank(rule: IndicatorRule, top: int, rank: int) -> str:
    places = place_of(rule.ranks, rank)
    if places is None:
        return f"Hạng {written(rank)}, ngoài {written(rule.ranks[-1].to)} hạng đầu: không được điểm"
    return f"Hạng {written(rank)}, trong {written(places.to)} hạng đầu{part(places, top)}"


def _between(knots: tuple[Knot, ...], value: int, top: int) -> str:
    below, above = neighbours(knots, value)
    if below is not above:
        return f", nội suy giữa {_knot(below, top)} và {_knot(above, top)}"
    at = to_ticks(below.at)
    if value == at:
        return f", đúng mốc {_knot(below, top)}"
    side = "dưới mốc thấp nhất" if value < at else "trên mốc cao nhất"
    return f", {side} {_knot(below, top)}"


def _knot(knot: Knot, top: int) -> str:
    return f"{written(knot.at)} ({points(worth(knot.points, knot.share, top))})"
