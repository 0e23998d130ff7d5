"""What a Vietnamese column header means. The words are data (``headers.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from thidua.exchange.tables.cells import clean, plain

ROLES = ("unit", "group", "order", "maximum", "part", "total", "index", "rank", "overall", "band")
"""What a column of a table can be; ``ignore`` besides. Only ``part`` may occur several times."""

CLASSES = ("appraised", "stage", "domain", "bonus", "penalty")
"""Kinds of part: appraised points, survey and the like, one domain, bonus, penalty."""

_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_YEAR = re.compile(r"\b(20[0-4]\d)\b")
_NUMBERED = re.compile(r"^\s*(\d{1,2}|[IVX]{1,5}|[A-Z])\s*[.)\-:/]\s*(?=\S)")
_MAXIMUM = re.compile(
    r"(?:tối đa|max|thang điểm|thang|trên|/)?\s*:?\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:điểm|đ)?",
    re.IGNORECASE,
)
_WEIGHT = re.compile(r"(?:trọng số|chiếm)?\s*:?\s*(\d{1,2}(?:[.,]\d{1,2})?)\s*%", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the words of a header say. ``kind`` is a heading of ``headers.yaml``, or None.

    ``year`` is the latest year named, 0 if none. ``stated`` is a number that stands alone in
    brackets, "(65)": perhaps the column's maximum, perhaps its running number; the figures tell.
    ``weight`` is one in per cent, "(trọng số 65 %)". ``strength``: how sure the words are.
    """

    kind: str | None
    year: int = 0
    stated: Decimal | None = None
    weight: Decimal | None = None
    strength: int = 0


@cache
def words() -> Mapping[str, Any]:
    """The table of words, as ``headers.yaml`` has it."""
    text = files("thidua.exchange.tables").joinpath("headers.yaml").read_text(encoding="utf-8")
    table: Mapping[str, Any] = yaml.safe_load(text)
    return table


def meaning(header: str) -> Meaning:
    """What ``header`` says, whatever its case, accents, spacing and remarks."""
    text = clean(header)
    remarks = _BRACKETS.findall(text)
    outside = _BRACKETS.sub(" ", text).replace("_", " ")
    bare = _bare(outside)
    kind, strength = _kind(bare or _bare(" ".join(remarks)))
    years = [int(year) for year in _YEAR.findall(text)]
    if years and not kind and not bare:
        kind, strength = "result", 1
    return Meaning(
        kind=kind,
        year=max(years, default=0),
        stated=_first(_MAXIMUM, remarks),
        weight=_first(_WEIGHT, remarks),
        strength=strength,
    )


def starts_with(text: str, phrases: list[str]) -> bool:
    """Whether the plain form of ``text`` begins with one of ``phrases``, whole words."""
    bare = plain(_NUMBERED.sub("", text))
    return any(bare == phrase or bare.startswith(phrase + " ") for phrase in phrases)


def level_of(unit: str) -> str:
    """The level that a unit's name tells ("huyện…": district); empty where it tells none."""
    levels: Mapping[str, list[str]] = words()["levels"]
    return next((name for name, phrases in levels.items() if starts_with(unit, phrases)), "")


def _bare(text: str) -> str:
    text = _YEAR.sub(" ", _NUMBERED.sub("", text))
    bare = re.sub(r"\bnam$|\bnam (?=nam\b)", "", plain(text)).strip()
    return bare or ("phan tram" if "%" in text else "")


def _first(pattern: re.Pattern[str], remarks: list[str]) -> Decimal | None:
    for remark in remarks:
        match = pattern.fullmatch(remark.strip())
        if match and not _YEAR.fullmatch(match[1]):
            return Decimal(match[1].replace(",", "."))
    return None


@lru_cache(maxsize=4096)
def _kind(bare: str) -> tuple[str | None, int]:
    """The heading whose phrase fits best, and how well: exact, start, anywhere; then length."""
    best = next(((kind, grade) for phrase, grade, kind in _phrases()
                 if _fits(bare, phrase, grade)), (None, 0))  # fmt: skip
    if best[1] < 3 and bare and _patterned(bare):
        return "domain", 0
    return best


def _fits(bare: str, phrase: str, grade: int) -> bool:
    if grade == 3:
        return bare == phrase
    padded, wanted = f" {bare} ", f" {phrase} "
    return padded.startswith(wanted) if grade == 2 else wanted in padded


def _patterned(bare: str) -> bool:
    return any(re.fullmatch(pattern, bare) for pattern in words()["domain"]["pattern"])


@cache
def _phrases() -> tuple[tuple[str, int, str], ...]:
    """All phrases with their grade and heading, the strongest first."""
    grades = {"exact": 3, "start": 2, "anywhere": 1}
    found = [
        (phrase, grades[mode], kind)
        for kind, modes in words().items()
        if isinstance(modes, dict) and kind not in {"rows", "levels"}
        for mode, phrases in modes.items()
        if mode in grades
        for phrase in phrases
    ]
    return tuple(sorted(found, key=lambda item: (item[1], len(item[0])), reverse=True))
