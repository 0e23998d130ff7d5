"""What a following hook is told."""

from __future__ import annotations

from thidua.spec.base import Spec


class ResultsNotice(Spec):
    """A result version that was published: ids and names, no figures."""

    province: str
    year: int
    version: int
    title: str
