"""Bộ tiêu chí: the versions stored, and one as a tree with what the linter says beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy import select

from thidua.scoring.ticks import to_ticks
from thidua.spec.base import Provenance
from thidua.spec.criteria import CriteriaSet, Leaf, Node
from thidua.spec.grading import Grading
from thidua.spec.lint import Finding, lint
from thidua.spec.loading import parse
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredGrading
from thidua.store.units import Unit
from thidua_admin.console.lists import EmptyWords, ListView, folded
from thidua_admin.console.lookups import kind_names, unit_names
from thidua_admin.console.marks import illustrative, state
from thidua_admin.console.rows import RowAction
from thidua_admin.console.rule_words import SUPPLIERS, rule_words
from thidua_admin.console.verbs import ReadOnly
from thidua_admin.formats import ticks
from thidua_admin.security import db_session

COUNTS_AS = {"bonus": lazy_gettext("Điểm thưởng"), "penalty": lazy_gettext("Điểm trừ")}


@dataclass(frozen=True)
class TreeRow:
    """One node as it is printed; ``depth`` 0 is a domain, ``points`` are ticks."""

    depth: int
    code: str
    name: str
    points: int
    rule: str
    supplier: str
    appraiser: str
    illustrative: bool
    findings: Sequence[Finding]


def tree(
    criteria: CriteriaSet, findings: Sequence[Finding], appraisers: Mapping[str, str]
) -> list[TreeRow]:
    """The nodes of a set in printed order; ``appraisers`` are names by the key of the unit."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.place].append(finding)
    return [
        _row(node, depth, found[node.code], appraisers)
        for node, depth in _walk(criteria.domains, 0)
    ]


def _walk(nodes: Sequence[Node], depth: int) -> Iterator[tuple[Node, int]]:
    for node in nodes:
        yield node, depth
        yield from _walk(node.children, depth + 1)


def _row(
    node: Node, depth: int, findings: Sequence[Finding], appraisers: Mapping[str, str]
) -> TreeRow:
    leaf = Leaf(node) if node.rule is not None else None
    counted = "" if leaf is None else str(COUNTS_AS.get(leaf.counts_as, ""))
    words = [counted, *([rule_words(leaf.rule)] if leaf else [])]
    return TreeRow(
        depth=depth,
        code=node.code,
        name=node.name,
        points=to_ticks(leaf.max_points) if leaf else _maximum(node.leaves()),
        rule=". ".join(word for word in words if word),
        supplier=SUPPLIERS[leaf.supplier] if leaf else "",
        appraiser=appraisers.get(node.appraiser, node.appraiser),
        illustrative=node.provenance is Provenance.ILLUSTRATIVE,
        findings=findings,
    )


def _maximum(leaves: Iterable[Leaf]) -> int:
    """What the leaves that earn points can earn, in ticks."""
    return sum(to_ticks(leaf.max_points) for leaf in leaves if leaf.counts_as == "points")


def _criteria(row: StoredCriteriaSet) -> CriteriaSet:
    return parse(CriteriaSet, row.document)


def _kinds(view: Any, context: Any, row: StoredCriteriaSet, name: str) -> str:
    return ", ".join(kind_names()[kind] for kind in row.document["kinds"])


def _points(view: Any, context: Any, row: StoredCriteriaSet, name: str) -> str:
    return ticks(_maximum(_criteria(row).leaves))


def _use(view: Any, context: Any, row: StoredCriteriaSet, name: str) -> Markup:
    if row.frozen:
        return state(gettext("Đã dùng"), "info")
    return state(gettext("Chưa dùng"))


class CriteriaView(ReadOnly, ListView):
    """Criteria sets are imported as new versions; here they are read."""

    details_template = "console/criteria.html"
    column_list = ("title", "version", "kinds", "leaves", "points", "use", "illustrative")
    column_numeric = ("leaves", "points")
    column_labels = {  # noqa: RUF012
        "title": lazy_gettext("Bộ tiêu chí"),
        "version": lazy_gettext("Phiên bản"),
        "kinds": lazy_gettext("Loại đơn vị"),
        "leaves": lazy_gettext("Tiêu chí chấm điểm"),
        "points": lazy_gettext("Điểm tối đa"),
        "use": lazy_gettext("Kỳ đánh giá"),
        "illustrative": lazy_gettext("Nội dung"),
    }
    column_formatters = {  # noqa: RUF012
        "kinds": _kinds,
        "leaves": lambda view, context, row, name: len(_criteria(row).leaves),
        "points": _points,
        "use": _use,
        "illustrative": lambda view, context, row, name: illustrative(_criteria(row).illustrative),
    }
    column_sortable_list = ("title", "version")
    column_default_sort = ("id", True)
    searched = ((lazy_gettext("tên bộ tiêu chí"), folded(StoredCriteriaSet.title)),)
    row_actions = (RowAction(lazy_gettext("Xem các tiêu chí"), ".details_view"),)
    empty = EmptyWords(
        lazy_gettext("Chưa có bộ tiêu chí nào"),
        lazy_gettext("Quản trị hệ thống nhập dữ liệu của tỉnh bằng lệnh: thidua province apply"),
    )

    @expose("/details/")  # type: ignore[untyped-decorator]
    def details_view(self) -> ResponseReturnValue:
        """The tree of a set."""
        row = self.asked()
        if row is not None:
            self._template_args.update(self._read(_criteria(row)))
        shown: ResponseReturnValue = super().details_view()
        return shown

    def _read(self, criteria: CriteriaSet) -> dict[str, Any]:
        gradings = select(StoredGrading.document).where(StoredGrading.code == criteria.grading)
        grading = parse(Grading, db_session().scalars(gradings).one())
        findings = lint(criteria, grading)
        keys = db_session().execute(select(Unit.key, Unit.id))
        appraisers = {row.key: unit_names().get(row.id, row.key) for row in keys}
        rows = tree(criteria, findings, appraisers)
        placed = {row.code for row in rows}
        return {
            "criteria": criteria,
            "kinds": ", ".join(kind_names()[kind] for kind in criteria.kinds),
            "points": _maximum(criteria.leaves),
            "rows": rows,
            "findings": [finding for finding in findings if finding.place not in placed],
            "blocking": sum(finding.blocks for finding in findings),
        }
