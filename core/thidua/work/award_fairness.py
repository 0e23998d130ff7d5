"""Công bằng của đề xuất: how places fall by kind, level, cluster and year, and how firm they are.

For the leadership: it changes nothing. How firm rests on an analyst's assumption and is internal,
as rank intervals are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from thidua.awards.allocation import Line
from thidua.awards.fairness import Case, Firmness, Interval, Share, firmness, shares
from thidua.errors import Conflict
from thidua.spec.award_conditions import RECIPIENTS
from thidua.spec.bodies import LEVELS
from thidua.spec.robustness import Uncertainty
from thidua.store.actor import Actor
from thidua.store.awards import AwardProposal, AwardRound, Nomination
from thidua.store.base import Json
from thidua.store.results import ResultRow
from thidua.store.units import Cluster, UnitKind
from thidua.work.access import OVERSEERS, require
from thidua.work.award_facts import consider, round_by_id, units_as_of
from thidua.work.award_page import WHOLE
from thidua.work.bodies import levels_of
from thidua.work.intervals import rank_intervals

NONE = "không có"


@dataclass(frozen=True)
class Fairness:
    """How the newest proposals of some years fall; ``rounds``: how many they are."""

    rounds: int
    by_recipient: tuple[Share, ...]
    by_kind: tuple[Share, ...]
    by_level: tuple[Share, ...]
    by_cluster: tuple[Share, ...]
    by_year: tuple[Share, ...]
    illustrative: bool


@dataclass(frozen=True)
class FirmLine:
    """How firm one proposed place is: ``holds`` None where it cannot be said."""

    name: str
    holds: bool | None
    words: str


@dataclass(frozen=True)
class FirmProposal:
    """How firm the places of a round's newest proposal are; ``notes`` say what is assumed."""

    lines: tuple[FirmLine, ...]
    notes: tuple[str, ...]
    illustrative: bool


def fairness_report(session: Session, *, first: int, last: int, by: Actor) -> Fairness:
    """Count the newest proposal of every round of the years from ``first`` to ``last``."""
    require(session, by, WHOLE, "xem báo cáo về đề xuất khen thưởng")
    rows = session.execute(
        select(AwardRound, AwardProposal.document)
        .join(AwardProposal, AwardProposal.round_id == AwardRound.id)
        .where(AwardRound.year.between(first, last), AwardProposal.id.in_(_newest()))
        .order_by(AwardRound.id)
    ).all()
    cases = [case for round_, document in rows for case in _cases(session, round_, document)]
    return Fairness(
        rounds=len(rows),
        by_recipient=shares(cases, lambda case: case.recipient),
        by_kind=shares(cases, lambda case: case.kind),
        by_level=shares(cases, lambda case: case.level),
        by_cluster=shares(cases, lambda case: case.cluster),
        by_year=shares(cases, lambda case: str(case.year)),
        illustrative=any(document["illustrative"] for _, document in rows),
    )


def proposal_firmness(
    session: Session, *, round_id: int, uncertainty: Uncertainty, draws: int, seed: int, by: Actor
) -> FirmProposal:
    """Whether the proposed stay before those left out, were the points as uncertain as assumed.

    ``Conflict`` without a proposal or where the round uses no index.
    """
    require(session, by, WHOLE & OVERSEERS, "xem mức chắc chắn của đề xuất")
    round_ = round_by_id(session, round_id=round_id)
    proposal = session.scalar(
        select(AwardProposal).where(
            AwardProposal.round_id == round_.id, AwardProposal.id.in_(_newest())
        )
    )
    if proposal is None or proposal.result_version_id is None:
        raise Conflict("Đợt này chưa có đề xuất dựa trên chỉ số. Hãy lập đề xuất trước.")
    found = rank_intervals(
        session, version_id=proposal.result_version_id, uncertainty=uncertainty, quota=1,
        draws=draws, seed=seed, by=by,
    )  # fmt: skip
    by_unit = {
        int(unit.key): Interval(unit.group or NONE, *unit.interval)
        for part in found.parts
        for unit in part.units
        if unit.interval
    }
    rows = dict(
        session.execute(
            select(ResultRow.id, ResultRow.unit_id).where(
                ResultRow.version_id == proposal.result_version_id
            )
        ).all()
    )
    judged = consider(session, round_).judged
    intervals = {
        key: by_unit[unit]
        for key, item in judged.items()
        if item.nominee.standing and (unit := rows.get(item.nominee.standing.row)) in by_unit
    }
    lines = proposal.document["lines"]
    names = {line["nomination"]: line["name"] for line in lines}
    said = firmness([_line(line) for line in lines], intervals)
    return FirmProposal(
        lines=tuple(FirmLine(names[item.key], item.holds, item.words) for item in _sorted(said)),
        notes=found.notes,
        illustrative=proposal.document["illustrative"],
    )


def _newest() -> Select[int]:
    return select(func.max(AwardProposal.id)).group_by(AwardProposal.round_id)


def _cases(session: Session, round_: AwardRound, document: Json) -> Iterator[Case]:
    units, levels = units_as_of(session, round_.decides_on), levels_of(session)
    kinds = dict(session.execute(select(UnitKind.code, UnitKind.name)).all())
    clusters = {(row.kind, row.code): row.name for row in session.scalars(select(Cluster))}
    owners = dict(
        session.execute(
            select(Nomination.id, Nomination.unit_id).where(Nomination.round_id == round_.id)
        ).all()
    )
    for line in document["lines"]:
        unit = units[owners[line["nomination"]]]
        level = levels.get(unit.kind)
        yield Case(
            year=round_.year,
            recipient=RECIPIENTS[line["recipient"]],
            level=LEVELS[level] if level else NONE,
            kind=kinds.get(unit.kind, unit.kind),
            cluster=clusters.get((unit.kind, unit.cluster or ""), NONE),
            outcome=line["outcome"],
        )


def _line(line: Json) -> Line:
    return Line(line["nomination"], line["outcome"], tuple(line["slots"]), line["words"])


def _sorted(said: tuple[Firmness, ...]) -> list[Firmness]:
    """The least firm first."""
    return sorted(said, key=lambda item: (item.holds is None, bool(item.holds)))
