"""Công thức as a tree: values (numbers) and conditions, kept apart by their types.

A tree holds nothing but figures and names; every tree has a value wherever no division by zero
is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

MAXIMUM = "max_points"
RESERVED = frozenset({MAXIMUM, "min", "max", "if", "round", "and", "or", "not"})

Relation = Literal["<", "<=", ">", ">=", "=", "<>"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or ``max_points``."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus a value."""

    of: Value


@dataclass(frozen=True, slots=True)
class Chain:
    """``first`` and what follows it, left to right: all of ``+ -`` or all of ``* /``."""

    first: Value
    rest: tuple[tuple[Literal["+", "-", "*", "/"], Value], ...]


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or the greatest of one or more values."""

    which: Literal["min", "max"]
    of: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A value rounded half away from zero."""

    of: Value
    places: int


@dataclass(frozen=True, slots=True)
class If:
    """One of two values; the other is not evaluated."""

    condition: Condition
    then: Value
    otherwise: Value


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values and how they stand to each other."""

    left: Value
    relation: Relation
    right: Value


@dataclass(frozen=True, slots=True)
class Both:
    """All (``and``) or any (``or``) of several conditions, tried left to right until settled."""

    word: Literal["and", "or"]
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of a condition."""

    of: Condition


Value = Number | Name | Negative | Chain | Extreme | Round | If
Condition = Compare | Both | Not
Node = Value | Condition


def names_in(node: Node) -> Iterator[str]:
    """Every name in the tree, in order, as often as it stands there."""
    match node:
        case Number():
            return
        case Name():
            yield node.name
        case Negative() | Round() | Not():
            yield from names_in(node.of)
        case Extreme() | Both():
            for part in node.of:
                yield from names_in(part)
        case Chain():
            yield from names_in(node.first)
            for _sign, part in node.rest:
                yield from names_in(part)
        case Compare():
            yield from names_in(node.left)
            yield from names_in(node.right)
        case If():
            for branch in (node.condition, node.then, node.otherwise):
                yield from names_in(branch)
