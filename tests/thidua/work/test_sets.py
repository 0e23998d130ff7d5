"""Parsed sets are remembered by hash, and not for ever."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, defer
from tests.small import criteria

from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.store.criteria import StoredCriteriaSet
from thidua.work import sets
from thidua.work.sets import parsed


def test_a_set_is_what_its_document_says_and_is_not_read_twice(inside: Session) -> None:
    query = select(StoredCriteriaSet).options(defer(StoredCriteriaSet.document))
    row = inside.scalars(query).one()
    first = parsed(row)
    assert first == parse(CriteriaSet, row.document)
    inside.expunge_all()
    again = inside.scalars(query).one()
    assert parsed(again) is first
    assert "document" in inspect(again).unloaded


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "_parsed", {})
    rows = [
        StoredCriteriaSet(hash=str(number), document=criteria(version=str(number)))
        for number in range(sets.MOST + 2)
    ]
    assert [parsed(row).version for row in rows] == [row.hash for row in rows]
    assert list(sets._parsed) == [row.hash for row in rows[2:]]
