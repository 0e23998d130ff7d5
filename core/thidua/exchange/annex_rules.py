"""Rules proposed from the words of "cách chấm". A proposal is shown as one, for a person to judge.

Five wordings are known; a text must be used up by one of them, else the leaf stays ``manual``:

- "Có …: 1 điểm; không …: 0 điểm" (``yes_no``): two cases, the first earns the maximum;
- "Từ 90% trở lên: 2 điểm; từ 70% đến dưới 90%: 1 điểm; dưới 70%: 0 điểm" (``bands``): steps
  without a gap, the highest earns the maximum;
- "(b/a) × điểm tối đa; a là …; b là …" (``ratio``), perhaps with "dưới 50%: 0 điểm";
- "Mỗi … được cộng (bị trừ) 0,5 điểm, tối đa …" (``count``, ``deduction``);
- "Kết quả điều tra xã hội học" (``survey``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

SURVEY = "dieu-tra"
"""The code that a proposed survey leaf names; the office puts in that of its survey."""

_NUMBER = r"\d{1,6}(?:[.,]\d{1,4})?"
_CASE = re.compile(
    rf"^(?P<words>.+?)\s*(?:[:=]|thì|được|đạt|\s[-–]\s|→)*\s*"
    rf"(?P<points>{_NUMBER}\s*(?:điểm|đ)|điểm tối đa|không tính điểm|không có điểm)$",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"^(?P<label>.*?)\s*(?P<word>từ|đạt|trên|dưới|>=|≥|>|<)\s*(?P<low>{_NUMBER})\s*%?"
    rf"(?:\s*(?P<open>trở lên)|\s*(?:đến|-|–)\s*(?P<below>dưới|<)?\s*(?P<high>{_NUMBER})\s*%?)?$",
    re.IGNORECASE,
)
_FORMULA = re.compile(
    rf"\(?\s*b\s*/\s*a\s*\)?\s*[x×*]\s*(?P<points>điểm tối đa|{_NUMBER}(?:\s*(?:điểm|đ)\b)?)",
    re.IGNORECASE,
)
_FLOOR = re.compile(
    rf"dưới\s+({_NUMBER})\s*%[\s:,]*(?:thì\s+)?(?:không tính điểm|0\s*điểm)", re.IGNORECASE
)
_EACH = re.compile(
    rf"^(?:cứ\s+)?mỗi\s+(?P<item>.+?)[\s:,]+(?:thì\s+|được\s+|bị\s+)?"
    rf"(?P<sign>cộng|tính|trừ)?\s*(?:thêm\s+)?(?P<each>{_NUMBER})\s*(?:điểm|đ)"
    rf"(?:[\s,;(]+(?:nhưng\s+)?(?:tối đa|không quá)\s+(?P<most>{_NUMBER})\s*(?:điểm|đ)\)?)?$",
    re.IGNORECASE,
)
_SURVEY = re.compile(
    r"(?:(?:căn cứ|theo|qua|thông qua|bằng|dựa vào|lấy)\s+)?(?:kết quả\s+)?(?:phiếu\s+)?"
    r"(?:điều tra|khảo sát) xã hội học",
    re.IGNORECASE,
)
_YES = re.compile(r"^(?:có|đạt|đúng|đã|thực hiện|ban hành|hoàn thành)\b", re.IGNORECASE)
_NO = re.compile(r"^(?:không|chưa)\b", re.IGNORECASE)

Rule = dict[str, Any]
"""The document of a rule."""


@dataclass(frozen=True)
class _Case:
    words: str
    points: Decimal


def proposed_rule(method: str, name: str, maximum: Decimal) -> Rule | None:
    """The rule that the words of ``method`` say for a leaf of this maximum; None if unsure."""
    clauses = tuple(_clauses(method))
    readers: Sequence[Callable[[], Rule | None]] = (
        lambda: _survey(clauses),
        lambda: _each(clauses, maximum),
        lambda: _ratio(method, maximum),
        lambda: _yes_no(clauses, maximum),
        lambda: _bands(clauses, name, maximum),
    )
    return next((rule for read in readers if clauses and (rule := read())), None)


def decimal_of(text: str) -> Decimal:
    """The number at the start of a text with a decimal comma or point."""
    match = re.match(_NUMBER, text.strip())
    return Decimal(match[0].replace(",", ".")) if match else Decimal(0)


def _clauses(method: str) -> Iterator[str]:
    for clause in re.split(r"[;\n]|\.\s+", method):
        text = clause.strip().strip("-+•*.").strip()
        if text:
            yield text


def _cases(clauses: Sequence[str], maximum: Decimal) -> list[_Case] | None:
    """Every clause as a case with points; None when one is something else."""
    cases = []
    for clause in clauses:
        match = _CASE.match(clause)
        if match is None:
            return None
        words = match["words"].strip(" :=,-–")
        cases.append(_Case(words, _points(match["points"], maximum)))
    return cases


def _points(text: str, maximum: Decimal) -> Decimal:
    if text.lower() == "điểm tối đa":
        return maximum
    return Decimal(0) if text.lower().startswith("không") else decimal_of(text)


def _survey(clauses: Sequence[str]) -> Rule | None:
    alone = len(clauses) == 1 and _SURVEY.fullmatch(clauses[0])
    return {"kind": "survey", "survey": SURVEY} if alone else None


def _each(clauses: Sequence[str], maximum: Decimal) -> Rule | None:
    match = _EACH.match(clauses[0]) if len(clauses) == 1 else None
    if match is None:
        return None
    takes = (match["sign"] or "").lower() == "trừ"
    most = decimal_of(match["most"]) if match["most"] else maximum
    if most != maximum or not decimal_of(match["each"]):
        return None
    each, item = str(decimal_of(match["each"])), match["item"].strip(" :,")
    if takes:
        return {"kind": "deduction", "faults": [{"name": "loi", "label": item, "points": each}]}
    return {"kind": "count", "item": item, "each": each}


def _ratio(method: str, maximum: Decimal) -> Rule | None:
    formula = _FORMULA.search(method)
    if formula is None or _points(formula["points"], maximum) != maximum:
        return None
    rest = method[: formula.start()] + "\n" + method[formula.end() :]
    labels: dict[str, str] = {}
    for letter in "ab":
        label = re.search(rf"\b{letter}\s*(?:là|:|=)\s*([^;\n,.()]+)", rest)
        if label is None:
            return None
        labels[letter] = label[1].strip()
        rest = rest.replace(label[0], " ")
    rule: Rule = {"kind": "ratio", "numerator": labels["b"], "denominator": labels["a"]}
    floor = _FLOOR.search(rest)
    if floor:
        rule["floor"] = str(decimal_of(floor[1]) / 100)
        rest = rest.replace(floor[0], " ")
    more = re.search(r"\d|trừ|cộng|mỗi|trở lên", rest, re.IGNORECASE)
    return None if more else rule


def _yes_no(clauses: Sequence[str], maximum: Decimal) -> Rule | None:
    cases = _cases(clauses, maximum)
    if cases is None or len(cases) != 2 or any(re.search(r"\d", case.words) for case in cases):
        return None
    yes, no = cases
    if not (_YES.match(yes.words) and _NO.match(no.words) and yes.points == maximum > no.points):
        return None
    return {"kind": "yes_no", **({"no_points": str(no.points)} if no.points else {})}


@dataclass(frozen=True)
class _Step:
    low: Decimal
    inclusive: bool
    points: Decimal
    high: Decimal | None
    below: bool


def _bands(clauses: Sequence[str], name: str, maximum: Decimal) -> Rule | None:
    cases = _cases(clauses, maximum)
    found = [_RANGE.match(case.words) for case in cases or ()]
    if cases is None or len(cases) < 2 or not all(found):
        return None
    if not any("%" in case.words for case in cases):
        return None
    *upper, lowest = [
        _step(match, case.points) for match, case in zip(found, cases, strict=True) if match
    ]
    if lowest.low != upper[-1].low or not upper[-1].inclusive or not _is_below(found[-1]):
        return None
    if not _gapless(upper) or upper[0].points != maximum or upper[-1].points <= lowest.points:
        return None
    if lowest.points:
        upper.append(_Step(Decimal(0), True, lowest.points, None, False))
    return {"kind": "bands", "value": f"{name} (%)"[-2000:], "steps": [_said(s) for s in upper]}


def _step(match: re.Match[str], points: Decimal) -> _Step:
    high = decimal_of(match["high"]) if match["high"] else None
    exclusive = match["word"].lower() in {"trên", ">"}
    return _Step(decimal_of(match["low"]), not exclusive, points, high, bool(match["below"]))


def _is_below(match: re.Match[str] | None) -> bool:
    return match is not None and match["word"].lower() in {"dưới", "<"}


def _gapless(steps: Sequence[_Step]) -> bool:
    """Whether each step ends where the one above it begins, and earns less."""
    return steps[0].high in {None, Decimal(100)} and all(
        low.high == high.low and low.below == high.inclusive and low.points < high.points
        for high, low in pairwise(steps)
    )


def _said(step: _Step) -> Rule:
    strict = {} if step.inclusive else {"inclusive": False}
    return {"from": str(step.low), "points": str(step.points), **strict}
