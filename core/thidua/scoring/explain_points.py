"""Why a leaf, a criterion, a domain or a total is what it is: sentences, data, and the parts.

An explanation is made of the very objects that scoring produced and of the rule that it applied,
so that it cannot disagree with the score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from thidua.errors import Invalid
from thidua.scoring.explanation import Basis, Explanation
from thidua.scoring.figures import (
    number,
    percent_words,
    point_text,
    point_words,
    points_of,
    rounding_words,
    sum_words,
)
from thidua.scoring.rules import OUTSIDE, UNASSESSED, LeafScore, evaluate, settle
from thidua.scoring.sentences import explain_leaf
from thidua.scoring.sheet import SheetScore
from thidua.scoring.ticks import round_percent, round_ticks, to_points, to_ticks, written
from thidua.spec.criteria import CriteriaSet, Domain, Leaf, Node
from thidua.spec.document import document
from thidua.spec.rules import InputSpec

STAGE_WORDS = {
    "self": "theo tự chấm",
    "agency": "do cơ quan thẩm định cung cấp",
    "appraised": "theo thẩm định",
    "reappraised": "theo thẩm định lần 2",
    "survey": "theo điều tra, chỉ số",
}
LEFT_WORDS = {
    "exempt": "không đánh giá",
    "not_applicable": "không áp dụng",
    "pending": "chưa có kết quả",
    "not_held": "không tổ chức điều tra",
}
"""Why a leaf is out of a unit's maximum, by its branch."""


def explain_node(basis: Basis, code: str) -> Explanation:
    """The node of this code with all below it; ``KeyError`` if the set has none."""
    nodes = {node.code: node for node in basis.criteria.nodes()}
    return _node(basis, nodes[code], reasons(basis))


def explain_total(basis: Basis) -> Explanation:
    """A unit's total: earned + bonus - penalty after the caps, and what left its maximum."""
    score, why = basis.score, reasons(basis)
    domains = [_node(basis, node, why) for node in basis.criteria.domains]
    caps = _caps(basis.criteria, score)
    left = _left(basis, why)
    extra = [(" + điểm thưởng", score.bonus), (" − điểm trừ", -score.penalty)]
    terms = [("Điểm đạt", score.earned), *(term for term in extra if term[1])]
    formula = sum_words([ticks for _, ticks in terms], score.total)
    return Explanation(
        subject="total",
        code="",
        title="Tổng điểm",
        value=score.total,
        words=(
            f"{''.join(label for label, _ in terms)}: {formula}",
            *(line for cap in caps for line in cap.words),
            *_maximum_words(basis, left),
        ),
        data={
            **_set(basis.criteria),
            "formula": formula,
            "earned": point_text(score.earned),
            "bonus": point_text(score.bonus),
            "penalty": point_text(score.penalty),
            "maximum": point_text(score.maximum),
            "left": left,
        },
        parts=(*domains, *caps),
    )


def reasons(basis: Basis) -> dict[str, str]:
    """Why each exempt node is exempt, its own reason or the inherited one, by code."""

    def walk(nodes: Sequence[Node], inherited: str) -> Iterator[tuple[str, str]]:
        for node in nodes:
            here = basis.reasons.get(node.code, inherited)
            if here:
                yield node.code, here
            yield from walk(node.children, here)

    return dict(walk(basis.criteria.domains, ""))


def _node(basis: Basis, node: Node, why: Mapping[str, str]) -> Explanation:
    if node.rule is not None:
        return _leaf(basis, Leaf(node), why)
    score = basis.score.nodes[node.code]
    parts = tuple(_node(basis, child, why) for child in node.children)
    formula = sum_words([_ticks(part) for part in parts], score.ticks)
    return Explanation(
        subject="domain" if isinstance(node, Domain) else "criterion",
        code=node.code,
        title=node.name,
        value=score.ticks,
        words=(
            formula,
            *_share_words(score.ticks, score.maximum, basis.decimals),
            *_reason_words(why.get(node.code)),
        ),
        data={
            **_set(basis.criteria),
            "formula": formula,
            **_share(score.ticks, score.maximum, basis.decimals),
            "reason": why.get(node.code),
        },
        parts=parts,
    )


def _leaf(basis: Basis, leaf: Leaf, why: Mapping[str, str]) -> Explanation:
    score = next(item for item in basis.score.leaves if item.code == leaf.code)
    inputs, exact = basis.inputs.get(leaf.code, {}), _exact(basis, leaf, score)
    ticks = -score.ticks if score.counts_as == "penalty" else score.ticks
    formula = basis.kept.get(leaf.code) or explain_leaf(leaf, inputs, score, basis.kinds)
    return Explanation(
        subject="leaf",
        code=leaf.code,
        title=leaf.name,
        value=ticks,
        words=(
            formula,
            *_settled_words(basis.criteria, exact, score),
            *_reason_words(why.get(leaf.code)),
            *(() if score.branch in UNASSESSED else _origin_words(basis, leaf.code, ticks)),
        ),
        data={
            **_set(basis.criteria),
            "rule": document(leaf.rule),
            "branch": score.branch,
            "counts_as": score.counts_as,
            "inputs": [
                _input(spec, inputs[spec.name]) for spec in leaf.inputs if spec.name in inputs
            ],
            "formula": formula,
            "exact": None if exact is None else str(points_of(exact)),
            "decimals": basis.criteria.leaf_decimals,
            **_share(ticks, score.maximum, basis.decimals),
            "reason": why.get(leaf.code),
            **_origin(basis, leaf.code),
        },
    )


def _exact(basis: Basis, leaf: Leaf, score: LeafScore) -> Fraction | None:
    """The rule's own result in exact ticks; None where no rule was applied.

    Also None where the rule as it is now gives something else than what was scored: a stored
    score may be older than the province's plugin.
    """
    given = {
        spec.name: value
        for spec in leaf.inputs
        if (value := basis.inputs.get(leaf.code, {}).get(spec.name)) is not None
    }
    if score.branch in {"exempt", "missing", "pending", *OUTSIDE}:
        return None
    try:
        exact, branch = evaluate(leaf, given, basis.kinds)
    except Invalid:  # the province no longer has this kind of its own
        return None
    settled = settle(leaf, exact, basis.criteria.leaf_decimals)
    return Fraction(exact) if (settled, branch) == (score.ticks, score.branch) else None


def _settled_words(
    criteria: CriteriaSet, exact: Fraction | None, score: LeafScore
) -> Iterator[str]:
    if exact is None:
        return
    rounded = round_ticks(exact, criteria.leaf_decimals)
    change = rounding_words(points_of(exact), to_points(rounded), criteria.leaf_decimals)
    if change:
        yield change
    if rounded != score.ticks:
        side = "cao" if rounded > score.ticks else "thấp"
        yield f"{number(rounded)} vượt giới hạn, lấy mức {side} nhất {point_words(score.ticks)}"


def _share(ticks: int, maximum: int, decimals: int) -> dict[str, Any]:
    """Points, maximum and sub-index; the last is None without a maximum."""
    ratio = Fraction(ticks, maximum) if maximum else None
    return {
        "points": point_text(ticks),
        "maximum": point_text(maximum),
        "sub_index": None if ratio is None else str(round_percent(ratio, decimals)),
    }


def _share_words(ticks: int, maximum: int, decimals: int) -> Iterator[str]:
    if not maximum:
        yield "Không có điểm tối đa nên không có chỉ số thành phần"
        return
    yield f"Chỉ số thành phần: {percent_words(ticks, maximum)}"
    exact = Fraction(ticks, maximum)
    change = rounding_words(100 * exact, round_percent(exact, decimals), decimals, "%")
    if change:
        yield change


def _caps(criteria: CriteriaSet, score: SheetScore) -> tuple[Explanation, ...]:
    """What the caps took from the bonus and gave back of the penalty; nothing where none bound."""
    bonus = sum(leaf.ticks for leaf in score.leaves if leaf.counts_as == "bonus")
    penalty = sum(leaf.ticks for leaf in score.leaves if leaf.counts_as == "penalty")
    caps = []
    if score.bonus != bonus:
        caps.append(_cap("bonus", "Điểm thưởng vượt trần", bonus, score.bonus, criteria))
    if score.penalty != penalty:
        caps.append(_cap("penalty", "Điểm trừ vượt trần", penalty, score.penalty, criteria))
    return tuple(caps)


def _cap(code: str, title: str, before: int, after: int, criteria: CriteriaSet) -> Explanation:
    limit = criteria.bonus_cap if code == "bonus" else criteria.penalty_cap
    assert limit is not None  # an undeclared cap changes nothing
    extra = ""
    if code == "bonus" and criteria.bonus_capped == "after_penalty":
        extra = " của phần còn lại sau khi bù điểm trừ"
    kind = {"bonus": "thưởng", "penalty": "trừ"}[code]
    cap = f"trần {point_words(to_ticks(limit))}{extra}"
    return Explanation(
        subject="cap",
        code=code,
        title=title,
        value=after - before if code == "bonus" else before - after,
        words=(f"Điểm {kind} {point_words(before)} vượt {cap}, tính {point_words(after)}",),
        data={
            **_set(criteria),
            "before": point_text(before),
            "after": point_text(after),
            "cap": point_text(to_ticks(limit)),
            "bonus_capped": criteria.bonus_capped,
        },
    )


def _left(basis: Basis, why: Mapping[str, str]) -> list[dict[str, str | None]]:
    """The leaves that are out of this unit's maximum, and why."""
    scores = {leaf.code: leaf for leaf in basis.score.leaves}
    return [
        {
            "code": leaf.code,
            "title": leaf.name,
            "points": point_text(to_ticks(leaf.max_points)),
            "branch": scores[leaf.code].branch,
            "reason": why.get(leaf.code),
        }
        for leaf in _counted(basis.criteria)
        if leaf.max_points and not scores[leaf.code].maximum
    ]


def _maximum_words(basis: Basis, left: Sequence[Mapping[str, str | None]]) -> Iterator[str]:
    own = f"Điểm tối đa của đơn vị: {point_words(basis.score.maximum)}"
    if not left:
        yield own
        return
    full = sum(to_ticks(leaf.max_points) for leaf in _counted(basis.criteria))
    yield f"{own}, của cả bộ tiêu chí: {point_words(full)}"
    maxima = {leaf.code: to_ticks(leaf.max_points) for leaf in basis.criteria.leaves}
    for item in left:
        code, branch, reason = item["code"], item["branch"], item["reason"]
        word = LEFT_WORDS[str(branch)] + (f" ({reason})" if reason else "")
        yield f"Bỏ {point_words(maxima[str(code)])} của {code} khỏi điểm tối đa: {word}"


def _counted(criteria: CriteriaSet) -> Iterator[Leaf]:
    return (leaf for leaf in criteria.leaves if leaf.counts_as == "points")


def _reason_words(reason: str | None) -> tuple[str, ...]:
    return (f"Lý do không đánh giá: {reason}",) if reason else ()


def _origin(basis: Basis, code: str) -> dict[str, str | None]:
    origin, claimed = basis.origins.get(code), basis.claims.get(code)
    return {
        "stage": origin.stage if origin else None,
        "by": origin.by if origin else None,
        "claimed": None if claimed is None else point_text(claimed),
    }


def _origin_words(basis: Basis, code: str, ticks: int) -> Iterator[str]:
    origin, claimed = basis.origins.get(code), basis.claims.get(code)
    if origin is not None:
        who = f", người nhập: {origin.by}" if origin.by else ""
        yield f"Số liệu {STAGE_WORDS[origin.stage]}{who}"
    if claimed is not None and claimed != ticks:
        yield f"Đơn vị tự chấm {point_words(claimed)}"


def _input(spec: InputSpec, value: int) -> dict[str, str]:
    """An input with its label, as a decimal string and as people read it."""
    if spec.options and 0 <= value < len(spec.options):
        shown = spec.options[value]
    else:
        shown = written(value if spec.scale == 1 else to_points(value))
    exact = str(value) if spec.scale == 1 else point_text(value)
    return {"name": spec.name, "label": spec.label, "value": exact, "shown": shown}


def _ticks(part: Explanation) -> int:
    assert isinstance(part.value, int)
    return part.value


def _set(criteria: CriteriaSet) -> dict[str, str]:
    return {"set": criteria.code, "version": criteria.version}
