"""Which facts of the sources a province's data refers to."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from thidua.spec.base import Sourced


def sourced_in(value: object) -> Iterator[Sourced]:
    """Every sourced object in ``value`` (a spec object or a sequence), parents first."""
    if isinstance(value, Sourced):
        yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from sourced_in(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from sourced_in(item)


def facts_of(value: object) -> list[str]:
    """Every fact id in ``value``, as often as it is referred to, in the order of the data."""
    return [fact for item in sourced_in(value) for fact in item.facts]


def referred_facts(value: object) -> set[str]:
    """The ids of all facts that ``value`` refers to."""
    return set(facts_of(value))
