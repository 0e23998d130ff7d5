"""Which facts of the sources a province's data refers to."""

from __future__ import annotations

from thidua.spec.base import sourced_in


def facts_of(value: object) -> list[str]:
    """Every fact id in ``value``, as often as it is referred to, in the order of the data."""
    return [fact for item in sourced_in(value) for fact in item.facts]


def referred_facts(value: object) -> set[str]:
    """The ids of all facts that ``value`` refers to."""
    return set(facts_of(value))
