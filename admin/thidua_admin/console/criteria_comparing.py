"""Two sets beside each other: what changed from one version to another, and which node is which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext, lazy_gettext

from thidua.scoring.ticks import to_ticks
from thidua.spec.criteria import CriteriaSet, Leaf, Node
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.access import STAFF, require
from thidua.work.criteria import propose_mapping, stored_row, stored_sets
from thidua.work.rule_words import rule_words
from thidua.work.set_amendments import write_mapping
from thidua.work.set_difference import ChangeKind, SetChange, diff_sets
from thidua.work.set_matching import match_nodes
from thidua.work.sets import parsed
from thidua_admin.console.criteria_tree import agency_names, maximum
from thidua_admin.console.lists import identifier
from thidua_admin.console.rule_words import SUPPLIERS
from thidua_admin.console.verbs import through
from thidua_admin.formats import ticks
from thidua_admin.security import actor, db_session, rights

PROVENANCES = {
    "official": lazy_gettext("văn bản chính thức"),
    "press": lazy_gettext("theo báo chí"),
    "inferred": lazy_gettext("suy từ nguồn"),
    "illustrative": lazy_gettext("minh họa"),
}
CHANGE_WORDS: dict[ChangeKind, Any] = {
    "set": lazy_gettext("Bộ tiêu chí"),
    "added": lazy_gettext("Thêm"),
    "removed": lazy_gettext("Bỏ"),
    "moved": lazy_gettext("Vị trí"),
    "renamed": lazy_gettext("Tên"),
    "points": lazy_gettext("Điểm tối đa"),
    "rule": lazy_gettext("Cách chấm"),
    "guidance": lazy_gettext("Hướng dẫn"),
    "other": lazy_gettext("Khác"),
}


_VALUES = {**{code.value: words for code, words in SUPPLIERS.items()}, **PROVENANCES}


@dataclass(frozen=True)
class ChangeShown:
    """One difference of a node, both sides in full where they are texts, else in sentences."""

    what: str
    before: str
    after: str
    sentences: Sequence[str] = ()


@dataclass(frozen=True)
class NodeChanges:
    """What changed in one node: its codes before and after, and its name now."""

    old_code: str
    new_code: str
    name: str
    changes: Sequence[ChangeShown]


@dataclass(frozen=True)
class DomainPoints:
    """The points of a domain in both sets, in ticks; None where a set does not have it."""

    name: str
    before: int | None
    after: int | None


class CriteriaComparing:
    """The pages of differences and mappings; a part of the view of criteria sets."""

    render: Any
    get_url: Any

    @expose("/so-sanh/")  # type: ignore[untyped-decorator]
    def diff_view(self) -> ResponseReturnValue:
        """What changed from an earlier set to this one."""
        row, others = self._row_and_others()
        other = _chosen(others, request.args.get("voi")) or _earlier(row, others)
        shown: dict[str, Any] = {}
        if other is not None:
            old, new = parsed(other), parsed(row)
            changes = diff_sets(old, new)
            shown = {
                "added": [new_node(new, item) for item in changes if item.kind == "added"],
                "removed": [new_node(old, item) for item in changes if item.kind == "removed"],
                "changed": changed_nodes(old, new, changes),
                "of_set": set_changes(changes),
                "domains": domain_points(old, new),
                "totals": (maximum(old.leaves), maximum(new.leaves)),
            }
        page: str = self.render(
            "console/criteria_diff.html",
            row=row, illustrative=parsed(row).illustrative, other=other, others=others, **shown,
            back=self.get_url(".details_view", id=row.id),
        )  # fmt: skip
        return page

    @expose("/doi-chieu/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def mapping_view(self) -> ResponseReturnValue:
        """Which node of this set answers to which of another; edited until a campaign opens."""
        if request.method == "POST":
            return self._write_mapping()
        row, others = self._row_and_others()
        criteria = parsed(row)
        other = _chosen(others, request.args.get("voi"))
        page: str = self.render(
            "console/criteria_mapping.html",
            row=row,
            criteria=criteria,
            illustrative=criteria.illustrative,
            others=others,
            other=other,
            proposed=other and _proposal(criteria, parsed(other)),
            targets=list(parsed(other).nodes()) if other else (),
            may=not row.frozen and rights().any_of(STAFF),
            names={node.code: node.name for node in criteria.nodes()},
            back=self.get_url(".details_view", id=row.id),
        )
        return page

    def _write_mapping(self) -> ResponseReturnValue:
        require(db_session(), actor(), STAFF, gettext("ghi bảng đối chiếu"))
        set_id = identifier(request.form.get("id"))
        if through(lambda: _mapped(set_id)):
            flash(gettext("Đã ghi bảng đối chiếu."), "success")
        return redirect(self.get_url(".mapping_view", id=set_id))

    def _row_and_others(self) -> tuple[StoredCriteriaSet, list[StoredCriteriaSet]]:
        """The set asked for, and every other one, the newest first."""
        row = stored_row(db_session(), identifier(request.args.get("id")))
        there = stored_sets(db_session(), by=actor())
        return row, [item for item in there if item.id != row.id]


def changed_nodes(
    old: CriteriaSet, new: CriteriaSet, changes: Sequence[SetChange]
) -> list[NodeChanges]:
    """The changes of nodes that both sets have, node by node in printed order."""
    sides = {node.code: node for node in old.nodes()}, {node.code: node for node in new.nodes()}
    by_node: dict[tuple[str, str], list[SetChange]] = {}
    for item in changes:
        if item.kind not in {"set", "added", "removed"}:
            by_node.setdefault((item.old_code, item.new_code), []).append(item)
    return [
        NodeChanges(
            before, after, sides[1][after].name,
            _shown_all(items, sides[0][before], sides[1][after]),
        )
        for (before, after), items in by_node.items()
    ]  # fmt: skip


def set_changes(changes: Sequence[SetChange]) -> list[str]:
    """What changed in the set itself, each of its fields once where the field is a list."""
    said = [_within(item.sentence.partition(", ")[2]) for item in changes if item.kind == "set"]
    return list(dict.fromkeys(line[:1].upper() + line[1:] for line in said))


def told_changes(changes: Sequence[SetChange]) -> list[str]:
    """Every change in a sentence: of the set first, then node by node."""
    own = [_named(_plainly(item)) for item in changes if item.kind != "set"]
    return list(dict.fromkeys([*set_changes(changes), *own]))


def _plainly(change: SetChange) -> str:
    name, colon, told = change.sentence.partition(": ")
    return f"{name}{colon}{_within(told)}" if change.kind == "other" else change.sentence


def _within(line: str) -> str:
    """``field[0].part: old → new`` and what is no plain value say only that the field changed."""
    field = line.partition(":")[0]
    if re.search(r"\w[\[.]", field) or "[{" in line or "{'" in line:
        return str(gettext("%(field)s đã thay đổi.", field=re.split(r"[\[.]", field)[0]))
    return line


def _named(line: str) -> str:
    """The line with the names of units for their keys."""
    names = agency_names()
    return re.sub(r"(?<![\w-])[a-z][a-z0-9]*(-[a-z0-9]+)+", lambda m: names.get(m[0], m[0]), line)


def new_node(criteria: CriteriaSet, change: SetChange) -> tuple[Node, int]:
    """The node that only one set has, and the points at or below it, in ticks."""
    code = change.new_code or change.old_code
    node = next(node for node in criteria.nodes() if node.code == code)
    return node, maximum(node.leaves())


def domain_points(old: CriteriaSet, new: CriteriaSet) -> list[DomainPoints]:
    """The domains of both sets with their points, as they belong together."""
    tops = {node.code for node in old.domains}, {node.code for node in new.domains}
    pairs = {
        match.new.code: match.old
        for match in match_nodes(old, new)
        if match.old.code in tops[0] and match.new.code in tops[1]
    }
    kept = {node.code for node in pairs.values()}
    rows = [
        DomainPoints(node.name, _points(pairs.get(node.code)), _points(node))
        for node in new.domains
    ]
    gone = [DomainPoints(node.name, _points(node), None) for node in old.domains]
    return rows + [
        row for row, node in zip(gone, old.domains, strict=True) if node.code not in kept
    ]


def _shown_all(changes: Sequence[SetChange], old: Node, new: Node) -> list[ChangeShown]:
    """The changes with both sides first, then in one line what only sentences tell."""
    both = [found for item in changes if (found := _sides(item, old, new))]
    told = [item for item in changes if _sides(item, old, new) is None]
    lines = [_named(_told(item.sentence, new)) for item in told]
    kinds = dict.fromkeys(str(CHANGE_WORDS[item.kind]) for item in told)
    more = ChangeShown(", ".join(kinds), "", "", tuple(dict.fromkeys(lines)))
    return [*both, *([more] if told else [])]


def _sides(change: SetChange, old: Node, new: Node) -> ChangeShown | None:
    match change.kind:
        case "renamed":
            before, after = old.name, new.name
        case "guidance":
            before, after = old.guidance, new.guidance
        case "rule" if old.rule and new.rule:
            before, after = rule_words(Leaf(old)), rule_words(Leaf(new))
        case "points":
            before, after = _own_points(old), _own_points(new)
        case _:
            return None
    what = str(CHANGE_WORDS[change.kind])
    return None if before == after else ChangeShown(what, before, after)


def _told(sentence: str, node: Node) -> str:
    line = _within(sentence.removeprefix(f"{node.code} {node.name}: "))
    for code, word in _VALUES.items():
        line = re.sub(rf"(?<=: ){code}\b|(?<=→ ){code}\b", str(word), line)
    return line[:1].upper() + line[1:]


def _own_points(node: Node) -> str:
    return "" if node.max_points is None else ticks(to_ticks(node.max_points))


def _points(node: Node | None) -> int | None:
    return None if node is None else maximum(node.leaves())


def _chosen(rows: Sequence[StoredCriteriaSet], asked: str | None) -> StoredCriteriaSet | None:
    return next((row for row in rows if str(row.id) == asked), None)


def _earlier(
    row: StoredCriteriaSet, others: Sequence[StoredCriteriaSet]
) -> StoredCriteriaSet | None:
    """What a set is compared with at first: its last version before, else one of the same kind."""
    before = [item for item in others if item.id < row.id]
    own = next((item for item in before if item.code == row.code), None)
    kinds = set(parsed(row).kinds)
    return own or next((item for item in before if kinds & set(parsed(item).kinds)), None)


def _proposal(criteria: CriteriaSet, other: CriteriaSet) -> Mapping[str, tuple[list[str], str]]:
    """The codes that answer to each leaf: as written down, else as proposed, with why."""
    written = next((item for item in criteria.mappings if item.to == other.code), None)
    if written:
        return {pair.node: (list(pair.to), gettext("đã ghi")) for pair in written.pairs}
    proposed = propose_mapping(criteria, other).pairs
    return {pair.node: ([pair.to], pair.words) for pair in proposed}


def _mapped(set_id: int) -> StoredCriteriaSet:
    return write_mapping(
        db_session(),
        set_id=set_id,
        to=request.form.get("to", ""),
        title=request.form.get("title", ""),
        pairs=dict(_typed_pairs()),
        seen=request.form.get("seen", ""),
        by=actor(),
    )


def _typed_pairs() -> Iterator[tuple[str, list[str]]]:
    """The nodes with at least one code typed beside them; codes stand apart by comma or blank."""
    for field, typed in request.form.items():
        codes = typed.replace(",", " ").replace(";", " ").split()
        if field.startswith("tc-") and codes:
            yield field.removeprefix("tc-"), codes
