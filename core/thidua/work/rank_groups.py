"""A stored rank group as scoring takes it: standings, places and names, by row id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from thidua.errors import Invalid
from thidua.scoring.explain_place import Table
from thidua.scoring.explanation import Basis, Origin
from thidua.scoring.grading import Graded, Standing, ties_of
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import LeafScore
from thidua.spec.grading import Grading
from thidua.spec.loading import parse
from thidua.store.people import User
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.detail import SheetDetail, read_details


def key_of(row: ResultRow) -> str:
    """The key of a row in its table."""
    return str(row.id)


def table_of(session: Session, row: ResultRow) -> Table:
    """Everybody who is graded and ranked together with the unit of this row."""
    version = session.get_one(ResultVersion, row.version_id)
    document = version.grading.get(row.kind, {})
    others = [kind for kind, graded_by in version.grading.items() if graded_by == document]
    grading = parse(Grading, document)
    query = select(ResultRow).where(
        ResultRow.version_id == row.version_id, ResultRow.kind.in_([row.kind, *others])
    )
    if grading.rank.within:
        query = query.where(ResultRow.group_label == row.group_label)
    if not grading.rank.ties:
        query = query.options(defer(ResultRow.detail))  # only tie-breaks need the others' leaves
    rows = session.scalars(query.order_by(ResultRow.id)).all()
    details = read_details(session, rows=rows) if grading.rank.ties else [None] * len(rows)
    paired = zip(rows, details, strict=True)
    return Table(
        standings=[_standing(one, grading, detail) for one, detail in paired],
        graded=[Graded(key_of(r), r.index_percent, r.rank, r.band, r.tied) for r in rows],
        grading=grading,
        names={key_of(one): one.name for one in rows},
    )


def basis_of(session: Session, detail: SheetDetail, kinds: Mapping[str, RuleKind]) -> Basis:
    """What the unit's points rest on. ``kinds`` are the province's own as they are now."""
    return Basis(
        criteria=detail.criteria,
        score=detail.score,
        inputs=detail.inputs,
        reasons=detail.reasons,
        origins=_origins(session, detail),
        claims={code: _signed(score) for code, (score, _) in detail.claims.items()},
        kinds={
            name: RuleKind(name, kinds[name].score if name in kinds else _gone, kept.sentences)
            for name, kept in detail.kinds.items()
        },
        kept=detail.kept_words,
        decimals=detail.grading.index_decimals,
    )


def _signed(score: LeafScore) -> int:
    return -score.ticks if score.counts_as == "penalty" else score.ticks


def _gone(settings: object, maximum: object, inputs: object) -> NoReturn:
    raise Invalid.one("", "tỉnh không còn cách chấm riêng này")


def _standing(row: ResultRow, grading: Grading, detail: SheetDetail | None) -> Standing:
    """A unit that was given no rank is not ranked again."""
    return Standing(
        key=key_of(row),
        group=row.group_label if grading.rank.within else "",
        points=row.points,
        maximum=row.maximum,
        index=row.index_percent,
        ties=ties_of(detail.score, grading) if detail else (),
        ranked=row.rank is not None,
    )


def _origins(session: Session, detail: SheetDetail) -> dict[str, Origin]:
    ids = {source.by for source in detail.sources.values() if source.by is not None}
    people = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    names = {row.id: row.name for row in people}
    return {
        code: Origin(source.stage, names.get(source.by, "") if source.by else "")
        for code, source in detail.sources.items()
        if source.stage
    }
