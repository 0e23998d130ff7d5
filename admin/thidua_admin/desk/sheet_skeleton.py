"""What a row of a sheet shows of its criterion alone, rendered once and filled for each unit.

A sheet has a hundred rows, whose names, guidance, labels and choices are those of the set: the
template of a row is rendered with holes where a unit's own values stand. Values are put into the
holes as they are: whoever fills them has escaped them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import render_template, request
from markupsafe import Markup

from thidua.spec.criteria import CriteriaSet
from thidua_admin.shell import language

_OPEN, _CLOSE = "\x02", "\x03"
_HOLE = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_SETS = 64
"""So many sets and languages are remembered; an installation scores with a few in a year."""


@dataclass(frozen=True)
class Skeleton:
    """Rendered text in parts, each but the last followed by the name of a hole."""

    parts: Sequence[str]

    @classmethod
    def render(cls, template: str, **fixed: object) -> Skeleton:
        """The skeleton of a template, which calls ``hole("name")`` where a value stands."""
        text = render_template(template, hole=_hole, **fixed)
        return cls(_HOLE.split(re.sub(r">\s+<", "><", text).strip()))

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with the values in its holes; one that is not named stays empty."""
        parts = [*self.parts]  # joined, not formatted, which takes five times as long
        parts[1::2] = [values.get(name, "") for name in parts[1::2]]
        return "".join(parts)


Skeletons = dict[tuple[object, ...], Skeleton]
"""Of one set in one language, by what else decides which parts a row has."""


def fixed(template: str) -> Markup:
    """What a template says in the language of this page, of which nothing is the reader's own."""
    return _fixed(template, language(), request.script_root)


def skeletons(criteria: CriteriaSet) -> Skeletons:
    """Those of this set and this page's language rendered so far, for the caller to add to."""
    return _skeletons(_Same(criteria), language())


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


@lru_cache(maxsize=_SETS)
def _fixed(template: str, language: str, root: str) -> Markup:
    return Markup(render_template(template))  # noqa: S704 (our own template, which escapes)


def _hole(name: str) -> Markup:
    return Markup(f"{_OPEN}{name}{_CLOSE}")  # noqa: S704 (names of our own templates)
