"""Giải thích: any number of a result, from a leaf to a rank, as sentences and as data."""

from __future__ import annotations

from typing import Literal

from thidua.scoring.explain_place import Table, explain_band, explain_index, explain_rank
from thidua.scoring.explain_points import explain_node, explain_total
from thidua.scoring.explanation import Basis, Explanation

Number = Literal["node", "total", "index", "band", "rank"]


def explain(
    table: Table, key: str, number: Number, *, basis: Basis | None = None, code: str = ""
) -> Explanation:
    """Explain one number of the unit ``key`` of ``table``.

    ``node`` is the leaf, criterion or domain of this ``code``. Points need a ``basis``, which a
    table that others published does not have: ``ValueError`` then. ``KeyError`` for a unit or a
    code that is not there.
    """
    if number == "band":
        return explain_band(table, key)
    if number == "rank":
        return explain_rank(table, key)
    if number == "index":
        return explain_index(table, key, None if basis is None else explain_total(basis))
    if basis is None:
        raise ValueError(f"nothing is known of the points of {key}")
    return explain_total(basis) if number == "total" else explain_node(basis, code)
