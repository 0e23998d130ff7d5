"""What a row of a sheet shows of its criterion alone, rendered once and filled for each unit.

A sheet has a hundred rows, whose names, guidance, labels and choices are those of the set: the
template of a row is rendered with holes where a unit's own values stand. Values are put into the
holes as they are: whoever fills them has escaped them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import render_template
from markupsafe import Markup

from thidua.spec.criteria import CriteriaSet

_OPEN, _CLOSE = "\x02", "\x03"
_HOLE = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_SETS = 64
"""So many sets and languages are remembered; an installation scores with a few in a year."""


@dataclass(frozen=True)
class Skeleton:
    """Rendered text and, between its pieces, the names of the holes."""

    pieces: tuple[str, ...]

    @classmethod
    def render(cls, template: str, **fixed: object) -> Skeleton:
        """The skeleton of a template, which calls ``hole("name")`` where a value stands."""
        text = render_template(template, hole=_hole, **fixed)
        return cls(tuple(_HOLE.split(re.sub(r">\s+<", "><", text).strip())))

    def fill(self, values: Mapping[str, str]) -> Markup:
        """The text with the values in its holes; one that is not named stays empty."""
        pieces = list(self.pieces)
        for place in range(1, len(pieces), 2):
            pieces[place] = values.get(pieces[place], "")
        return Markup("".join(pieces))  # noqa: S704 (see above: the values are escaped)


Skeletons = dict[tuple[object, ...], Skeleton]
"""Of one set in one language, by what else decides which parts a row has."""


def skeletons(criteria: CriteriaSet, language: str) -> Skeletons:
    """Those of this set that were rendered so far, for the caller to add to."""
    return _skeletons(_Same(criteria), language)


class _Same:
    """A set as a key: the same object, without comparing what it says."""

    def __init__(self, criteria: CriteriaSet) -> None:
        self.criteria = criteria

    def __hash__(self) -> int:
        return id(self.criteria)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.criteria is other.criteria


@lru_cache(maxsize=_SETS)
def _skeletons(same: _Same, language: str) -> Skeletons:
    return {}


def _hole(name: str) -> Markup:
    return Markup(f"{_OPEN}{name}{_CLOSE}")  # noqa: S704 (names of our own templates)
