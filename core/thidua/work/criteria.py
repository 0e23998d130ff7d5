"""Criteria sets of a province before a campaign freezes them: taken in, given guidance, mapped.

Until it is frozen a stored set is edited in place where guidance is concerned, not copied into a
new version: a version is what the legal text says, and many agencies write guidance side by side.
Each writing is audited, the hash follows, and the hash of the set as given stays known.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from thidua.spec.criteria import CriteriaSet
from thidua.spec.criteria import Leaf as SpecLeaf
from thidua.spec.document import document, document_hash
from thidua.spec.grading import Grading
from thidua.spec.lint import Finding, lint
from thidua.spec.loading import parse
from thidua.spec.parts import LATE_SUPPLIERS
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredGrading
from thidua.store.people import ROLES
from thidua.store.units import Unit, UnitKind
from thidua.work.access import STAFF, Rights, require
from thidua.work.given import find, words
from thidua.work.provinces import store_set
from thidua.work.set_difference import SetChange, diff_sets
from thidua.work.set_matching import HOW_WORDS, How, match_nodes
from thidua.work.sets import parsed
from thidua.work.versions import wait_turn

LONGEST_GUIDANCE = 10_000
SHOWN = 20
"""How many differences of a refused set are named."""


@dataclass(frozen=True)
class ImportedSet:
    """A set as it is stored now, whether it is new, and what the linter says of it."""

    row: StoredCriteriaSet
    is_new: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Against:
    """How a set differs from a stored one of its code: the same version, else the newest."""

    row: StoredCriteriaSet
    same_version: bool
    same_content: bool
    changes: tuple[SetChange, ...]


@dataclass(frozen=True)
class MissingGuidance:
    """A leaf that units or agencies enter and nobody has written guidance for.

    ``agency`` is the key of the unit that appraises it, empty where the set names none.
    """

    code: str
    name: str
    agency: str


@dataclass(frozen=True)
class ProposedPair:
    """A node and its counterpart in another set, for a person to confirm."""

    node: str
    to: str
    how: How
    likeness: Fraction

    @property
    def words(self) -> str:
        """What speaks for the pair."""
        return HOW_WORDS[self.how]


@dataclass(frozen=True)
class ProposedMapping:
    """Pairs of leaves or branches, and the leaves of either set that have no counterpart."""

    pairs: tuple[ProposedPair, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


def import_set(session: Session, *, criteria: CriteriaSet, by: Actor) -> ImportedSet:
    """Store a set as a new version, whole or not at all; what the linter finds does not prevent it.

    The same version with the same content is left alone; with another ``Conflict`` names the
    differences. ``Invalid`` when it names a kind, grading or agency that the province lacks.
    """
    require(session, by, STAFF, "nhập bộ tiêu chí")
    wait_turn(session)
    refuse_unknown(session, criteria)
    findings = lint(criteria, grading_of(session, criteria.grading))
    stored = _version(session, criteria.code, criteria.version)
    if stored is not None:
        if not _same_content(stored, criteria):
            raise _other_content(stored, criteria)
        return ImportedSet(stored, is_new=False, findings=findings)
    row = store_set(session, criteria=criteria)
    record(
        session, actor=by, action="criteria.import", subject=("criteria_set", row.id),
        after={"code": row.code, "version": row.version, "hash": row.hash},
    )  # fmt: skip
    session.flush()
    return ImportedSet(row, is_new=True, findings=findings)


def compare_stored(rows: Sequence[StoredCriteriaSet], criteria: CriteriaSet) -> Against | None:
    """A set beside the stored ``rows``, newest first, before it is imported; None: its code is new.

    The same content under the same version changes nothing, other content is refused.
    """
    own = [row for row in rows if row.code == criteria.code]
    row = next((row for row in own if row.version == criteria.version), next(iter(own), None))
    if row is None:
        return None
    changes = diff_sets(parsed(row), criteria)
    return Against(row, row.version == criteria.version, _same_content(row, criteria), changes)


def stored_sets(session: Session, *, by: Actor) -> Sequence[StoredCriteriaSet]:
    """Every version of every set of the entered province, newest first; any role may read."""
    require(session, by, ROLES, "xem bộ tiêu chí")
    return session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id.desc())).all()


def stored_set(session: Session, *, code: str, by: Actor, version: str = "") -> CriteriaSet:
    """A version of a set, or the newest one; ``NotFound`` naming those that are there."""
    rows = stored_sets(session, by=by)
    for row in rows:
        if row.code == code and version in {"", row.version}:
            return parsed(row)
    known = ", ".join(f"{row.code}@{row.version}" for row in rows) or "chưa có bộ nào"
    raise NotFound(f"Tỉnh không có bộ tiêu chí này. Các bộ đã lưu: {known}.")


def write_guidance(
    session: Session,
    *,
    set_id: int,
    leaf_code: str,
    text: str,
    by: Actor,
    instead_of: str | None = None,
) -> StoredCriteriaSet:
    """Write the guidance of one leaf, by staff or an appraiser of the agency that appraises it.

    ``Conflict`` once a campaign has frozen the set, and when ``instead_of``, the guidance that the
    writer saw, is not what stands there. An empty text takes the guidance away.
    """
    rights = require(session, by, STAFF | {"appraiser"}, "viết hướng dẫn chấm")
    text = words("Hướng dẫn chấm", text, longest=LONGEST_GUIDANCE)
    row = held_set(session, set_id)
    criteria = parsed(row)
    leaf = _leaf(criteria, leaf_code)
    if leaf_code not in _writable(session, criteria, rights):
        raise NotAllowed(
            f"Tiêu chí {leaf_code} do cơ quan khác thẩm định hoặc chưa giao cơ quan nào. "
            "Hãy đề nghị Thường trực (Sở Nội vụ) viết hướng dẫn này."
        )
    if row.frozen:
        raise Conflict(
            "Bộ tiêu chí này đã được một kỳ đánh giá sử dụng nên không sửa hướng dẫn được nữa. "
            "Hãy lập phiên bản mới."
        )
    before = leaf.node.guidance
    if before == text:
        return row
    if instead_of is not None and instead_of != before:
        raise Conflict(
            f"Hướng dẫn của tiêu chí {leaf_code} vừa được người khác sửa. "
            "Hãy tải lại trang, xem nội dung mới rồi sửa lại."
        )
    rewrite_set(row, _with_guidance(row.document, leaf_code, text))
    record(
        session, actor=by, action="criteria.guidance", subject=("criteria_set", row.id),
        before={"leaf": leaf_code, "guidance": before},
        after={"leaf": leaf_code, "guidance": text, "hash": row.hash},
    )  # fmt: skip
    session.flush()
    return row


def guidable_leaves(session: Session, *, set_id: int, by: Actor) -> frozenset[str]:
    """The leaves whose guidance the actor may write now: none once the set is frozen."""
    rights = require(session, by, ROLES, "xem bộ tiêu chí")
    row = stored_row(session, set_id)
    return frozenset() if row.frozen else _writable(session, parsed(row), rights)


def missing_guidance(session: Session, *, set_id: int, by: Actor) -> tuple[MissingGuidance, ...]:
    """The leaves of a stored set without guidance, in printed order; any role may read."""
    require(session, by, ROLES, "xem bộ tiêu chí")
    return leaves_without_guidance(parsed(stored_row(session, set_id)))


def leaves_without_guidance(criteria: CriteriaSet) -> tuple[MissingGuidance, ...]:
    """The leaves without guidance; what surveys, indices and leaders bring needs none."""
    return tuple(
        MissingGuidance(leaf.code, leaf.name, criteria.appraisers.get(leaf.code, ""))
        for leaf in criteria.leaves
        if not leaf.node.guidance and leaf.supplier not in LATE_SUPPLIERS
    )


def propose_mapping(criteria: CriteriaSet, other: CriteriaSet) -> ProposedMapping:
    """Pairs for ``CriteriaSet.mappings``, as they look by code and name; nothing is applied.

    Only leaves: branches would count them twice. Sure pairs say so, others how alike they are.
    """
    leaves = {leaf.code for leaf in criteria.leaves}
    pairs = tuple(
        ProposedPair(match.old.code, match.new.code, match.how, match.likeness)
        for match in match_nodes(criteria, other)
        if match.old.code in leaves
    )
    paired = {pair.node for pair in pairs}, {pair.to for pair in pairs}
    return ProposedMapping(
        pairs=pairs,
        only_here=tuple(leaf.code for leaf in criteria.leaves if leaf.code not in paired[0]),
        only_there=tuple(leaf.code for leaf in other.leaves if leaf.code not in paired[1]),
    )


def refuse_unknown(session: Session, criteria: CriteriaSet) -> None:
    """``Invalid`` when a set names a kind of unit, a grading or an agency the province lacks."""
    if problems := list(_unknown(session, criteria)):
        raise Invalid(problems)


def _unknown(session: Session, criteria: CriteriaSet) -> Iterator[Problem]:
    kinds = set(session.scalars(select(UnitKind.code)))
    for kind in criteria.kinds:
        if kind not in kinds:
            yield Problem(place="loại đơn vị", reason=f"tỉnh không có loại đơn vị “{kind}”.")
    if grading_of(session, criteria.grading) is None:
        reason = f"tỉnh không có cách xếp loại “{criteria.grading}”."
        yield Problem(place="cách xếp loại", reason=reason)
    named = {*criteria.appraisers.values()}
    named |= {key for item in criteria.substitutes for key in (item.agency, item.by)}
    for key in sorted(named - set(session.scalars(select(Unit.key)))):
        yield Problem(place="cơ quan thẩm định", reason=f"tỉnh không có đơn vị khóa “{key}”.")


def grading_of(session: Session, code: str) -> Grading | None:
    """The grading that the province stored under this code, if it did."""
    row = session.scalar(select(StoredGrading).where(StoredGrading.code == code))
    return parse(Grading, row.document) if row else None


def _version(session: Session, code: str, version: str) -> StoredCriteriaSet | None:
    return session.scalar(
        select(StoredCriteriaSet).where(
            StoredCriteriaSet.code == code, StoredCriteriaSet.version == version
        )
    )


def _same_content(stored: StoredCriteriaSet, criteria: CriteriaSet) -> bool:
    return document_hash(criteria) in {stored.hash, stored.given_hash}


def _other_content(stored: StoredCriteriaSet, criteria: CriteriaSet) -> Conflict:
    lines = [change.sentence for change in diff_sets(parsed(stored), criteria)]
    more = len(lines) - SHOWN
    shown = "\n".join([*lines[:SHOWN], *([f"và {more} chỗ khác"] if more > 0 else [])])
    return Conflict(
        f"Bộ tiêu chí {criteria.code} phiên bản {criteria.version} đã lưu với nội dung khác. "
        f"Hãy đặt phiên bản mới cho nội dung mới. Khác nhau:\n{shown}"
    )


def stored_row(session: Session, set_id: int) -> StoredCriteriaSet:
    """The row of a stored set of the entered province; ``NotFound`` when there is none."""
    row = find(session, StoredCriteriaSet, set_id)
    if row is None:
        raise NotFound("Không có bộ tiêu chí này trong tỉnh đang làm việc.")
    return row


def held_set(session: Session, set_id: int) -> StoredCriteriaSet:
    """The set as it is now, which nobody changes or freezes before this transaction has ended."""
    row = stored_row(session, set_id)
    session.refresh(row, with_for_update=True)
    return row


def rewrite_set(row: StoredCriteriaSet, changed: dict[str, Any]) -> None:
    """Put a changed document into a held set; the hash of the set as given stays known."""
    written = parse(CriteriaSet, changed)
    row.given_hash = row.given_hash or row.hash
    row.document, row.hash = document(written), document_hash(written)


def _writable(session: Session, criteria: CriteriaSet, rights: Rights) -> frozenset[str]:
    """The leaves whose guidance is the actor's to write: all, or those of the own agencies."""
    leaves = frozenset(leaf.code for leaf in criteria.leaves)
    if rights.any_of(STAFF):
        return leaves
    agencies = select(Unit.key).where(Unit.id.in_(rights.units_as("appraiser")))
    own = set(session.scalars(agencies))
    return leaves & {code for code, agency in criteria.appraisers.items() if agency in own}


def _leaf(criteria: CriteriaSet, code: str) -> SpecLeaf:
    for leaf in criteria.leaves:
        if leaf.code == code:
            return leaf
    raise NotFound(f"Bộ tiêu chí không có tiêu chí chấm điểm mang mã {code}.")


def _with_guidance(stored: dict[str, Any], code: str, text: str) -> dict[str, Any]:
    changed = copy.deepcopy(stored)
    for node in _nodes(changed["domains"]):
        if node["code"] == code:
            node["guidance"] = text
    return changed


def _nodes(items: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        for below in ("criteria", "sub_criteria"):
            yield from _nodes(item.get(below, ()))
