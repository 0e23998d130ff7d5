"""Names behind codes and ids, read once a request for a whole list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

from flask import current_app, g
from sqlalchemy import select

from thidua.registry import LoadedProvince
from thidua.runtime import Runtime
from thidua.spec.rules import Officials
from thidua.store.people import User
from thidua.store.units import Cluster, Unit, UnitKind
from thidua.work.expected import KIND_NAMES
from thidua.work.figure_lines import names_of
from thidua.work.register import last_names
from thidua_admin.security import db_session

T = TypeVar("T")


def runtime() -> Runtime:
    """The runtime that the app serves."""
    found: Runtime = current_app.extensions["thidua"]
    return found


def today() -> date:
    """The day it is in the office."""
    return datetime.now(runtime().timezone).date()


def loaded_province() -> LoadedProvince:
    """The plugin of the province that the person works in."""
    return runtime().registry.province(g.province.code)


def kind_names() -> Mapping[str, str]:
    """Kinds of unit by code."""
    return once("kinds", lambda: {row.code: row.name for row in db_session().scalars(_KINDS)})


def cluster_names() -> Mapping[tuple[str, str], str]:
    """Clusters by kind and code."""
    clusters = select(Cluster).order_by(Cluster.kind, Cluster.id)
    return once(
        "clusters",
        lambda: {(row.kind, row.code): row.name for row in db_session().scalars(clusters)},
    )


def figure_names() -> Mapping[str, str]:
    """Surveys and indices of the province by code; surveys of officials by what they are."""
    return once("figures", _figure_names)


def _figure_names() -> Mapping[str, str]:
    spec = loaded_province().spec
    leaves = [leaf for item in spec.criteria_sets for leaf in item.leaves]
    officials = {names_of(leaf) for leaf in leaves if isinstance(leaf.rule, Officials)}
    names = dict.fromkeys(officials, KIND_NAMES["officials"])
    return {**names, **{item.code: item.name for item in spec.indicators}}


def unit_names() -> Mapping[int, str]:
    """What every unit is called today or was last called, told apart, in Vietnamese order."""
    return once("units", lambda: last_names(db_session(), today()))


def user_names() -> Mapping[int, str]:
    """Every account's person with the name that signs in; of other provinces too, by id alone."""
    users = select(User.id, User.name, User.username)
    return once(
        "users",
        lambda: {row.id: f"{row.name} ({row.username})" for row in db_session().execute(users)},
    )


def unit_keys() -> Mapping[int, str]:
    """The key of every unit."""
    return once(
        "keys", lambda: {row.id: row.key for row in db_session().execute(select(Unit.id, Unit.key))}
    )


_KINDS = select(UnitKind).order_by(UnitKind.id)


def once(name: str, read: Callable[[], T]) -> T:
    """What ``read`` returns, kept for the rest of the request."""
    kept: dict[str, T] = g.setdefault("console_lookups", {})
    if name not in kept:
        kept[name] = read()
    return kept[name]
