"""What changed from one version of a criteria set to another, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from thidua.scoring.ticks import written
from thidua.spec.base import Spec
from thidua.spec.criteria import CriteriaSet, Leaf, Node
from thidua.spec.document import document
from thidua.work.documents import differences
from thidua.work.rule_words import rule_words
from thidua.work.set_matching import Match, match_nodes

ChangeKind = Literal[
    "set", "added", "removed", "moved", "renamed", "points", "rule", "guidance", "other"
]
COUNTS_WORDS = {"points": "điểm thường", "bonus": "điểm thưởng", "penalty": "điểm trừ"}
_FIELDS = {
    "title": "tên",
    "code": "mã",
    "kinds": "loại đơn vị",
    "first_year": "năm đầu tiên được dùng",
    "last_year": "năm cuối cùng được dùng",
    "grading": "cách xếp loại",
    "legal_basis": "văn bản căn cứ",
    "leaf_decimals": "số lẻ khi làm tròn",
    "pending": "điểm điều tra, chỉ số chưa có",
    "bonus_cap": "trần điểm thưởng",
    "penalty_cap": "trần điểm trừ",
    "bonus_capped": "áp trần thưởng",
    "declared": "số liệu nguồn công bố",
    "acknowledged": "mâu thuẫn đã ghi nhận",
    "exemption_groups": "nhóm được giảm tiêu chí",
    "unranked": "đơn vị không xếp hạng chung",
    "substitutes": "cơ quan thẩm định thay",
    "mappings": "bảng đối chiếu",
    "statements": "điều văn bản nói",
    "contradictions": "chỗ nguồn mâu thuẫn",
    "supplier": "nguồn cung cấp",
    "input_suppliers": "nguồn cung cấp từng số liệu",
    "appraiser": "cơ quan thẩm định",
    "evidence": "tài liệu minh chứng",
    "provenance": "độ tin cậy",
    "facts": "mã sự kiện",
    "source": "nguồn",
    "note": "ghi chú",
}
"""What a field is called in a sentence."""

_SHOWN = 60


@dataclass(frozen=True)
class SetChange:
    """One difference: its kind, the node's code before and after (empty: not there), in words."""

    kind: ChangeKind
    old_code: str
    new_code: str
    sentence: str


def diff_sets(old: CriteriaSet, new: CriteriaSet) -> tuple[SetChange, ...]:
    """Every difference: of the set itself first, then node by node in printed order.

    What was removed follows last. Equal sets (their versions aside) have none.
    """
    matches = {match.new.code: match for match in match_nodes(old, new)}
    known = {match.old.code for match in matches.values()}
    parents = _parents(old), _parents(new)
    changes = list(_set_changes(old, new))
    for node in new.nodes():
        match = matches.get(node.code)
        changes.extend(_changed(match, parents, matches) if match else [_added(node)])
    changes.extend(_removed(node) for node in old.nodes() if node.code not in known)
    return tuple(changes)


def _set_changes(old: CriteriaSet, new: CriteriaSet) -> Iterator[SetChange]:
    skipped = {"domains", "version"}
    before, after = document(old), document(new)
    for line in differences(
        {key: value for key, value in before.items() if key not in skipped},
        {key: value for key, value in after.items() if key not in skipped},
    ):
        yield SetChange("set", "", "", f"Bộ tiêu chí, {_in_words(line)}.")


def _added(node: Node) -> SetChange:
    return SetChange("added", "", node.code, f"Thêm {_name(node)}{_worth(node)}.")


def _removed(node: Node) -> SetChange:
    return SetChange("removed", node.code, "", f"Bỏ {_name(node)}{_worth(node)}.")


def _changed(
    match: Match, parents: tuple[dict[str, Node], dict[str, Node]], matches: dict[str, Match]
) -> Iterator[SetChange]:
    old, new = match.old, match.new

    def change(kind: ChangeKind, words: str) -> SetChange:
        told = words.removesuffix(".")
        return SetChange(kind, old.code, new.code, f"{new.code} {_short(new.name)}: {told}.")

    if moved := _moved(match, parents, matches):
        yield change("moved", moved)
    if old.name != new.name:
        yield change("renamed", f"tên cũ “{old.name}”, tên mới “{new.name}”")
    if old.max_points != new.max_points:
        yield change("points", f"điểm tối đa {_points(old)} → {_points(new)}")
    if old.counts_as != new.counts_as:
        before, after = COUNTS_WORDS[old.counts_as], COUNTS_WORDS[new.counts_as]
        yield change("points", f"{before} → {after}")
    if words := _rule_change(old, new):
        yield change("rule", words)
    if old.guidance != new.guidance:
        yield change("guidance", _text_change("hướng dẫn chấm", old.guidance, new.guidance))
    for line in _other(old, new):
        yield change("other", _in_words(line))


def _moved(
    match: Match, parents: tuple[dict[str, Node], dict[str, Node]], matches: dict[str, Match]
) -> str:
    old, new = match.old, match.new
    above, now = parents[0].get(old.code), parents[1].get(new.code)
    same = now is None or (now.code in matches and matches[now.code].old is above)
    if above is not None and now is not None and not same:
        return f"chuyển từ {_name(above)} sang {_name(now)}, mã cũ {old.code}"
    return f"mã cũ {old.code}" if old.code != new.code else ""


def _rule_change(old: Node, new: Node) -> str:
    if old.rule == new.rule or old.rule is None or new.rule is None:
        return ""
    before, after = rule_words(Leaf(old)), rule_words(Leaf(new))
    if before == after:
        return f"cách chấm, {'; '.join(differences(_document(old.rule), _document(new.rule)))}"
    return f"cách chấm “{before}” → “{after}”"


def _document(rule: Spec) -> dict[str, object]:
    return document(rule)


def _text_change(what: str, old: str, new: str) -> str:
    if not old or not new:
        return f"{'thêm' if new else 'bỏ'} {what}"
    return f"sửa {what}, nay là “{_short(new)}”"


def _other(old: Node, new: Node) -> Iterator[str]:
    """What is left: evidence, appraiser, suppliers, sources."""
    own = {"code", "name", "max_points", "counts_as", "rule", "guidance", "criteria"}
    skipped = own | {"sub_criteria"}
    yield from differences(
        {key: value for key, value in document(old).items() if key not in skipped},
        {key: value for key, value in document(new).items() if key not in skipped},
    )


def _in_words(line: str) -> str:
    """A line of ``differences`` with its field named as an office would."""
    field = re.match(r"[a-z_]*", line)
    name = field[0] if field else ""
    return _FIELDS.get(name, name) + line[len(name) :]


def _parents(criteria: CriteriaSet) -> dict[str, Node]:
    return {child.code: node for node in criteria.nodes() for child in node.children}


def _name(node: Node) -> str:
    return f"{node.code} “{_short(node.name)}”"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + "…"


def _worth(node: Node) -> str:
    points = sum((leaf.max_points for leaf in node.leaves()), Decimal(0))
    return f" ({written(points.normalize() + 0)} điểm)"


def _points(node: Node) -> str:
    return "không có" if node.max_points is None else written(node.max_points)
