"""Which links make a reorganisation of which kind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from thidua.errors import Invalid
from thidua.spec.loading import parse
from thidua.spec.succession import Succession

HEAD = {"code": "sap-xep", "title": "Sắp xếp", "effective_on": date(2025, 7, 1)}


def link(before: str, after: str | None = None, share: str = "1", what: str = "") -> dict[str, Any]:
    return {"predecessor": before, "successor": after, "share": share, "what": what}


@pytest.mark.parametrize(
    ("kind", "links"),
    [
        ("merge", [link("a", "c"), link("b", "c")]),
        ("absorb", [link("a", "b")]),
        ("split", [link("a", "b", "0.4"), link("a", "a", "0.6")]),
        ("transfer", [link("a", "b", "0.25")]),
        ("rename", [link("a", "a")]),
        ("dissolve", [link("a"), link("b")]),
        ("function", [link("a", "b", "0", "kiểm soát thủ tục hành chính")]),
    ],
)
def test_links_of_each_kind_are_taken(kind: str, links: list[dict[str, Any]]) -> None:
    assert len(parse(Succession, {**HEAD, "kind": kind, "links": links}).links) == len(links)


@pytest.mark.parametrize(
    ("kind", "links", "reason"),
    [
        ("merge", [link("a", "c")], "hợp nhất thì phải có ít nhất hai đơn vị trước"),
        (
            "merge",
            [link("a", "c"), link("b", "d")],
            "hợp nhất, sáp nhập thì chỉ có một đơn vị kế tục",
        ),
        (
            "absorb",
            [link("a", "b", "0.5")],
            "loại sắp xếp này chuyển toàn bộ: phần chuyển phải bằng 1 (100 %)",
        ),
        ("absorb", [link("a", "a")], "đơn vị không thể chuyển cho chính nó"),
        (
            "split",
            [link("a", "b", "0.4"), link("a", "c", "0.5")],
            "chia tách thì các phần chuyển phải cộng lại bằng 1 (100 %)",
        ),
        (
            "split",
            [link("a", "b")],
            "chia tách thì một đơn vị trước, ít nhất hai đơn vị kế tục",
        ),
        (
            "transfer",
            [link("a", "b")],
            "chuyển một phần thì phần chuyển phải lớn hơn 0 và nhỏ hơn 1 (100 %)",
        ),
        ("rename", [link("a", "b")], "đổi tên thì đơn vị trước và đơn vị kế tục là một"),
        ("dissolve", [link("a", "b")], "giải thể thì không có đơn vị kế tục"),
        ("transfer", [link("a", None, "0.5")], "phải ghi đơn vị kế tục"),
        (
            "function",
            [link("a", "b", "0")],
            "chuyển chức năng thì phải ghi nội dung chuyển",
        ),
        (
            "dissolve",
            [link("a"), link("a")],
            "một cặp đơn vị được ghi hai lần",
        ),
    ],
)
def test_links_that_do_not_fit_are_refused(
    kind: str, links: list[dict[str, Any]], reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        parse(Succession, {**HEAD, "kind": kind, "links": links})
    assert [problem.reason for problem in refused.value.problems] == [reason]
