"""Comparing documents: what differs, path by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """One line for each path at which two JSON documents differ.

    Items of a list that carry a ``code`` are compared by it, others by position, from 0.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _inside(old, new, lambda key: f"{place}.{key}" if place else key)
    elif isinstance(old, list) and isinstance(new, list):
        before, after = _by_key(old), _by_key(new)
        yield from _inside(before, after, lambda key: f"{place}[{key}]")
        if list(before) != list(after) and before.keys() == after.keys():
            yield f"{place}: thứ tự {', '.join(before)} → {', '.join(after)}"
    elif old != new:
        yield f"{place}: {_short(old)} → {_short(new)}"


def _inside(old: dict[str, Any], new: dict[str, Any], path: Callable[[str], str]) -> Iterator[str]:
    for key in old | new:
        yield from differences(old.get(key), new.get(key), path(key))


def _by_key(items: list[Any]) -> dict[str, Any]:
    keyed = {item["code"]: item for item in items if isinstance(item, dict) and "code" in item}
    return keyed if len(keyed) == len(items) else {str(at): item for at, item in enumerate(items)}


def _short(value: Any) -> str:
    if value is None:
        return "(không có)"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"
