"""Stored criteria sets as spec objects, parsed once and then remembered by their hash."""

from __future__ import annotations

from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.store.criteria import StoredCriteriaSet

MOST = 64
"""How many parsed sets are remembered; the one that came first goes first."""

_parsed: dict[str, CriteriaSet] = {}


def remembered(hash_: str) -> CriteriaSet | None:
    """The set of this hash, if it was parsed before."""
    return _parsed.get(hash_)


def parsed(row: StoredCriteriaSet) -> CriteriaSet:
    """The set of a row. The document is not read where a set of the same hash was parsed before."""
    found = remembered(row.hash)
    if found is None:
        found = parse(CriteriaSet, row.document)
        while len(_parsed) >= MOST:
            _parsed.pop(next(iter(_parsed)), None)
        _parsed[row.hash] = found
    return found
