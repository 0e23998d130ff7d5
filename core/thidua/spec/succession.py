"""Kế tục: what became of units when they were merged, split, renamed or ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from thidua.spec.base import Code, LegalBasis, Share, Sourced, Spec, Text

SuccessionKind = Literal["merge", "absorb", "split", "transfer", "rename", "dissolve", "function"]
"""Hợp nhất, sáp nhập, chia tách, chuyển một phần, đổi tên, giải thể, chuyển chức năng."""

KINDS: dict[SuccessionKind, str] = {
    "merge": "hợp nhất",
    "absorb": "sáp nhập",
    "split": "chia tách",
    "transfer": "chuyển một phần",
    "rename": "đổi tên",
    "dissolve": "giải thể, kết thúc hoạt động",
    "function": "chuyển chức năng",
}

ENDS: frozenset[SuccessionKind] = frozenset({"merge", "absorb", "split", "dissolve"})
"""Kinds after which a predecessor that is not itself a successor exists no more."""


class SuccessionLink(Spec):
    """One unit handing over to another; without a successor it hands over to nobody."""

    predecessor: Code = Field(description="Khóa đơn vị trước.")
    successor: Code | None = Field(None, description="Khóa đơn vị kế tục; giải thể thì để trống.")
    share: Share = Field(Decimal(1), description="Phần của đơn vị trước được chuyển, 0 đến 1.")
    what: str = Field("", description="Chuyển gì, khi chỉ chuyển một phần hay một chức năng.")


class Succession(Sourced):
    """Một lần sắp xếp đơn vị, có ngày hiệu lực và văn bản căn cứ."""

    code: Code = Field(description="Mã lần sắp xếp.")
    kind: SuccessionKind = Field(
        description="merge (hợp nhất), absorb (sáp nhập), split (chia tách), transfer (chuyển một "
        "phần), rename (đổi tên), dissolve (giải thể, kết thúc), function (chuyển chức năng)."
    )
    title: Text = Field(description="Tên lần sắp xếp.")
    effective_on: date = Field(description="Ngày có hiệu lực: ngày đầu của tình trạng mới.")
    legal_basis: tuple[LegalBasis, ...] = Field((), description="Văn bản sắp xếp.")
    links: tuple[SuccessionLink, ...] = Field(min_length=1, description="Ai chuyển cho ai.")

    @model_validator(mode="after")
    def _fits(self) -> Succession:
        reasons = list(misfits(self.kind, self.links))
        if reasons:
            raise ValueError("; ".join(reasons))
        return self


def misfits(kind: SuccessionKind, links: Sequence[SuccessionLink]) -> Iterator[str]:
    """Why links cannot be a succession of this kind, each in a phrase; nothing when they can."""
    pairs = [(link.predecessor, link.successor) for link in links]
    if len(set(pairs)) != len(pairs):
        yield "một cặp đơn vị được ghi hai lần"
    yield from _misfit_ends(kind, links)
    yield from _misfit_numbers(kind, links)
    if kind == "split" and sum(link.share for link in links) != 1:
        yield "chia tách thì các phần chuyển phải cộng lại bằng 1 (100 %)"
    if kind == "transfer" and any(not 0 < link.share < 1 for link in links):
        yield "chuyển một phần thì phần chuyển phải lớn hơn 0 và nhỏ hơn 1 (100 %)"
    if kind in {"merge", "absorb", "rename", "dissolve"} and any(x.share != 1 for x in links):
        yield "loại sắp xếp này chuyển toàn bộ: phần chuyển phải bằng 1 (100 %)"
    if kind == "function" and any(not link.what for link in links):
        yield "chuyển chức năng thì phải ghi nội dung chuyển"


def _misfit_ends(kind: SuccessionKind, links: Sequence[SuccessionLink]) -> Iterator[str]:
    if kind == "dissolve":
        if any(link.successor for link in links):
            yield "giải thể thì không có đơn vị kế tục"
        return
    if any(link.successor is None for link in links):
        yield "phải ghi đơn vị kế tục"
    same = [link for link in links if link.predecessor == link.successor]
    if kind == "rename" and len(same) != len(links):
        yield "đổi tên thì đơn vị trước và đơn vị kế tục là một"
    if kind in {"merge", "absorb", "transfer", "function"} and same:
        yield "đơn vị không thể chuyển cho chính nó"


def _misfit_numbers(kind: SuccessionKind, links: Sequence[SuccessionLink]) -> Iterator[str]:
    before = {link.predecessor for link in links}
    after = {link.successor for link in links}
    if kind in {"merge", "absorb"} and len(after) != 1:
        yield "hợp nhất, sáp nhập thì chỉ có một đơn vị kế tục"
    if kind == "merge" and len(before) < 2:
        yield "hợp nhất thì phải có ít nhất hai đơn vị trước"
    if kind == "split" and (len(before) != 1 or len(after) < 2):
        yield "chia tách thì một đơn vị trước, ít nhất hai đơn vị kế tục"
