"""What is written into a stored criteria set beside guidance, until a campaign freezes it.

A mapping to another set, and the acknowledgement of a contradiction in its source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from re import fullmatch

from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, Problem
from thidua.spec.criteria import CriteriaSet
from thidua.spec.document import document
from thidua.spec.lint import Finding, lint
from thidua.spec.loading import parse
from thidua.spec.mappings import SetMapping
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.access import STAFF, require
from thidua.work.criteria import grading_of, held_set, rewrite_set
from thidua.work.given import needed, words
from thidua.work.sets import parsed


def write_mapping(
    session: Session,
    *,
    set_id: int,
    to: str,
    title: str,
    pairs: Mapping[str, Sequence[str]],
    by: Actor,
    seen: str,
) -> StoredCriteriaSet:
    """Write how the nodes of a set answer to those of another; without pairs it is taken away.

    ``to`` names the other set, by its code where it is stored here; ``pairs`` are its codes by the
    own one; ``seen`` is the hash of the set as the writer saw it. ``Invalid`` names the nodes that
    are not there; ``Conflict`` once a campaign has frozen the set or somebody changed it.
    """
    require(session, by, STAFF, "ghi bảng đối chiếu")
    row = _held(session, set_id, seen)
    to, title = words("Bộ đối chiếu", to), words("Tên bảng đối chiếu", title)
    _refuse_unknown(parsed(row), pairs)
    there = row.document.get("mappings", ())
    made = [{"node": node, "to": list(codes)} for node, codes in pairs.items()]
    kept = [one for one in there if one["to"] != to]
    if made:
        kept.append(document(parse(SetMapping, {"to": to, "title": title, "pairs": made})))
    rewrite_set(row, {**row.document, "mappings": kept})
    record(
        session, actor=by, action="criteria.mapping", subject=("criteria_set", row.id),
        before={"mappings": [one for one in there if one["to"] == to]},
        after={"to": to, "pairs": made, "hash": row.hash},
    )  # fmt: skip
    session.flush()
    return row


def acknowledge(
    session: Session,
    *,
    set_id: int,
    finding: str,
    note: str,
    source: str,
    by: Actor,
    seen: str,
) -> StoredCriteriaSet:
    """Acknowledge that the source contradicts itself: the set may then open a campaign with it.

    ``finding`` is an ``acknowledgement`` of an error of the linter; ``note`` says why it is kept,
    ``source`` where it is printed so. ``Conflict`` as for ``write_mapping``.
    """
    require(session, by, STAFF, "ghi nhận mâu thuẫn của bộ tiêu chí")
    row = _held(session, set_id, seen)
    said = {
        "finding": finding,
        "note": _due("Lý do giữ như nguồn in", note),
        "source": _due("Nguồn", source),
    }
    open_ = {acknowledgement(item) for item in lint_of(session, parsed(row)) if item.blocks}
    if finding not in open_ - {""}:
        raise Conflict("Bộ tiêu chí không còn lỗi này. Hãy tải lại trang để xem kết quả kiểm tra.")
    kept = [*row.document.get("acknowledged", ()), said]
    rewrite_set(row, {**row.document, "acknowledged": kept})
    record(
        session, actor=by, action="criteria.acknowledge", subject=("criteria_set", row.id),
        after={**said, "hash": row.hash},
    )  # fmt: skip
    session.flush()
    return row


def lint_of(session: Session, criteria: CriteriaSet) -> tuple[Finding, ...]:
    """What the linter says of a set together with the grading that the province stored for it."""
    return lint(criteria, grading_of(session, criteria.grading))


def acknowledgement(finding: Finding) -> str:
    """By which name a finding may be acknowledged: a contradiction of the source, else empty.

    One of the whole set is meant by its code alone, and so is the same one further down.
    """
    if not finding.code.startswith("declared-"):
        return ""
    inside = fullmatch(r"[a-z0-9._-]+", finding.place)
    return f"{finding.code}.{finding.place}" if inside else finding.code


def _held(session: Session, set_id: int, seen: str) -> StoredCriteriaSet:
    row = held_set(session, set_id)
    if row.frozen:
        raise Conflict(
            "Bộ tiêu chí này đã được một kỳ đánh giá sử dụng nên không sửa được nữa. "
            "Hãy lập phiên bản mới."
        )
    if row.hash != seen:
        raise Conflict(
            "Bộ tiêu chí vừa được người khác sửa. Hãy tải lại trang, xem lại rồi ghi lại."
        )
    return row


def _refuse_unknown(criteria: CriteriaSet, pairs: Mapping[str, Sequence[str]]) -> None:
    known = {node.code for node in criteria.nodes()}
    problems = [
        Problem(place=code, reason="bộ tiêu chí không có mã này.") for code in pairs.keys() - known
    ]
    if problems:
        raise Invalid(sorted(problems, key=lambda problem: problem.place))


def _due(place: str, text: str) -> str:
    return needed(place, text, "Hãy ghi rõ để người sau hiểu vì sao.")
