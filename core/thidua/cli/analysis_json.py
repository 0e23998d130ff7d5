"""Comparisons and rank intervals as a program reads them: figures are decimal strings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from thidua.scoring.comparison import LeafChange, UnitChange, UnitSide
from thidua.scoring.comparison_words import (
    leaf_change_words,
    unit_change_words,
    year_change_words,
)
from thidua.scoring.figures import point_text
from thidua.scoring.ticks import round_percent
from thidua.scoring.years import PairChange, Part, YearChange
from thidua.work.analysis import SelfCompared, VersionsCompared, YearsCompared
from thidua.work.intervals import RankIntervals
from thidua.work.sides import VersionName


def compared_document(found: VersionsCompared | YearsCompared) -> dict[str, Any]:
    """Two versions or two years."""
    head = {"first": _version(found.first), "second": _version(found.second)}
    if isinstance(found, VersionsCompared):
        return {**head, "changes": [_unit_change(change) for change in found.changes]}
    years = found.first.year, found.second.year
    return {**head, "changes": [_year_change(change, *years) for change in found.changes]}


def gaps_document(found: SelfCompared) -> dict[str, Any]:
    """Self against appraised."""
    return {
        "version": _version(found.version),
        "units": found.units,
        "gaps": [
            {
                "set": gap.set,
                "code": gap.code,
                "title": gap.name,
                "points": point_text(gap.ticks),
                "distance": point_text(gap.distance),
                "units": gap.units,
            }
            for gap in found.gaps
        ],
        "changes": [_unit_change(change) for change in found.changes],
    }


def intervals_document(found: RankIntervals) -> dict[str, Any]:
    """Rank intervals: counts of draws, which make probabilities when divided by ``draws``."""
    part = found.parts[0]
    return {
        "version": _version(found.version),
        "internal": True,
        "uncertainty": found.uncertainty.model_dump(mode="json", exclude_defaults=True),
        "notes": list(found.notes),
        "quota": part.places,
        "draws": part.draws,
        "seed": part.seed,
        "units": [
            {
                "unit": name,
                "group": unit.group,
                "rank": unit.rank,
                "band": unit.band,
                "interval": unit.interval,
                "extremes": unit.extremes,
                "stable": unit.stable,
                "ranks": {rank: n for rank, n in enumerate(unit.ranks, start=1) if n},
                "inside": unit.inside,
                "bands": dict(unit.bands),
            }
            for name, _, unit in found.units
        ],
    }


def _version(version: VersionName) -> dict[str, Any]:
    return {
        "id": version.id,
        "year": version.year,
        "number": version.number,
        "title": version.title,
        "illustrative": version.illustrative,
    }


def _unit_change(change: UnitChange) -> dict[str, Any]:
    return {
        "unit": change.either.name,
        "first": _side(change.first),
        "second": _side(change.second),
        "points": _points(change.points),
        "index": _index(change.index),
        "places": change.places,
        "leaves": [_leaf(leaf) for leaf in change.leaves],
        "caps": point_text(change.caps),
        "words": list(unit_change_words(change)),
    }


def _leaf(change: LeafChange) -> dict[str, Any]:
    return {
        "code": change.either.code,
        "title": change.either.name,
        "first": change.first and point_text(change.first.ticks),
        "second": change.second and point_text(change.second.ticks),
        "points": point_text(change.ticks),
        "reason": change.reason,
        "words": leaf_change_words(change),
    }


def _year_change(change: YearChange, first: int, second: int) -> dict[str, Any]:
    return {
        "first": _side(change.first),
        "second": _side(change.second),
        "share": str(round_percent(change.share, 4)),
        "whole": change.whole,
        "index": _index(change.index),
        "places": change.places,
        "mapped": change.mapped and _pair(change.mapped),
        "pairs": [_pair(pair) for pair in change.pairs],
        "words": list(year_change_words(change, first, second)),
    }


def _pair(pair: PairChange) -> dict[str, Any]:
    return {"title": pair.title, "first": _part(pair.first), "second": _part(pair.second)}


def _part(part: Part) -> dict[str, str]:
    return {"points": point_text(part.ticks), "maximum": point_text(part.maximum)}


def _side(side: UnitSide | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "unit": side.name,
        "points": _points(side.points),
        "maximum": _points(side.maximum),
        "index": _index(side.index),
        "rank": side.rank,
        "band": side.band,
    }


def _points(ticks: int | None) -> str | None:
    return None if ticks is None else point_text(ticks)


def _index(percent: Decimal | None) -> str | None:
    return None if percent is None else str(percent)
