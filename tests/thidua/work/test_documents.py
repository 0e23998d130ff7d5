"""What two documents differ in, path by path."""

from __future__ import annotations

from typing import Any

import pytest

from thidua.work.documents import differences

ONE = {"code": "1", "name": "Một", "max": "2"}
TWO = {"code": "2", "name": "Hai", "max": "3"}


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}, []),
        ({"a": 1}, {"b": 2}, ["a: 1 → (không có)", "b: (không có) → 2"]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ["a.b[1]: 2 → 3"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a[1]: (không có) → 2"]),
        (
            {"nodes": [ONE, TWO]},
            {"nodes": [{**ONE, "max": "2.5"}, TWO]},
            ["nodes[1].max: 2 → 2.5"],
        ),
        (
            {"nodes": [ONE, TWO]},
            {"nodes": [TWO]},
            ["nodes[1]: {'code': '1', 'name': 'Một', 'max': '2'} → (không có)"],
        ),
        ({"nodes": [ONE, TWO]}, {"nodes": [TWO, ONE]}, ["nodes: thứ tự 1, 2 → 2, 1"]),
        ({"a": "x" * 61}, {"a": "x" * 60}, [f"a: {'x' * 57}… → {'x' * 60}"]),
    ],
)
def test_differences_name_each_place(old: Any, new: Any, lines: list[str]) -> None:
    assert list(differences(old, new)) == lines
