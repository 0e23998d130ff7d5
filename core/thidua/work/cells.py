"""Reading sheets: what stands at each stage of each line, with the points it earns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import LeafScore, score_leaf
from thidua.scoring.sentences import explain_leaf
from thidua.scoring.sheet import exempt_leaves
from thidua.spec.criteria import CriteriaSet
from thidua.spec.criteria import Leaf as SpecLeaf
from thidua.spec.parts import LATE_SUPPLIERS, Supplier
from thidua.store.campaigns import Campaign, Exemption
from thidua.store.criteria import Leaf, StoredCriteriaSet
from thidua.store.people import User
from thidua.store.sheets import EntryStage, ScoreEntry, ScoreSheet
from thidua.work.surveys import surveys_not_held

NOTHING: Mapping[str, int] = {}

STAGES: tuple[EntryStage, ...] = ("self", "agency", "appraised", "reappraised", "survey")
"""In the order in which they stand beside each other."""

_ORDER = {stage: place for place, stage in enumerate(STAGES)}

REMEMBERED = 16_384
"""So many scores with their words are remembered: the lines of a province's units."""

APPRAISALS: tuple[EntryStage, ...] = ("appraised", "reappraised")
"""The rounds of appraisal, later ones last."""


class Cell(NamedTuple):
    """One line at one stage: the inputs as entered, points and maximum in ticks as they earn.

    ``text`` is the explanation of the unit or the comment of the appraiser; ``words`` say how the
    points came about; ``by`` is empty for a command or job. ``version`` is to be given on saving.
    """

    inputs: Mapping[str, int]
    text: str
    ticks: int
    maximum: int
    branch: str
    words: str
    version: int
    by: str
    at: datetime | None

    @property
    def missing(self) -> bool:
        """Whether an input is lacking."""
        return self.branch in {"missing", "pending"}


Cells = Mapping[EntryStage, Cell]
"""What stands in a line, by stage."""


class EntryRow(NamedTuple):
    """One entry as it was read, with the name of who wrote it last, if a person did."""

    unit_id: int
    code: str
    stage: EntryStage
    name: str | None
    inputs: Mapping[str, int]
    explanation: str
    row_version: int
    updated_at: datetime | None


@dataclass(frozen=True)
class Rules:
    """All by which the lines of one campaign and set are scored."""

    criteria: CriteriaSet
    kinds: Mapping[str, RuleKind]
    not_held: Mapping[str, str]

    def cell(self, entry: EntryRow, supplied: Mapping[str, int] = NOTHING) -> Cell:
        """What an entry earns, together with what the agency supplies."""
        given = {**supplied, **entry.inputs} if supplied else entry.inputs
        score, words = _earned(self._scorer, entry.code, tuple(given.items()))
        return Cell(
            inputs=entry.inputs,
            text=entry.explanation,
            ticks=score.ticks,
            maximum=score.maximum,
            branch=score.branch,
            words=words,
            version=entry.row_version,
            by=entry.name or "",
            at=entry.updated_at,
        )

    @cached_property
    def _scorer(self) -> _Scorer:
        return _Scorer(self.criteria, self.kinds)


class _Scorer:
    """By what lines are scored: equal where it is the very same set with the same rule kinds."""

    def __init__(self, criteria: CriteriaSet, kinds: Mapping[str, RuleKind]) -> None:
        self.criteria, self.kinds = criteria, kinds

    def __hash__(self) -> int:
        return hash((id(self.criteria), id(self.kinds)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Scorer)
            and self.criteria is other.criteria
            and self.kinds is other.kinds
        )

    @cached_property
    def leaves(self) -> Mapping[str, SpecLeaf]:
        return {leaf.code: leaf for leaf in self.criteria.leaves}


@lru_cache(maxsize=REMEMBERED)
def _earned(
    scorer: _Scorer, code: str, given: tuple[tuple[str, int], ...]
) -> tuple[LeafScore, str]:
    """Score and words; a sheet is opened again and again with the same figures in most lines."""
    leaf, inputs = scorer.leaves[code], dict(given)
    score = score_leaf(leaf, inputs, criteria=scorer.criteria, kinds=scorer.kinds)
    return score, explain_leaf(leaf, inputs, score, scorer.kinds)


def rules_of(
    session: Session, campaign: Campaign, criteria: CriteriaSet, kinds: Mapping[str, RuleKind]
) -> Rules:
    """The rules of a campaign's set."""
    return Rules(criteria, kinds, surveys_not_held(session, campaign))


def cells_of(
    session: Session,
    campaign: Campaign,
    rules: Rules,
    *,
    units: Iterable[int],
    codes: Iterable[str],
) -> Mapping[tuple[int, str], Cells]:
    """By unit id and leaf code: what stands at which stage."""
    set_id = (
        select(StoredCriteriaSet.id)
        .where(
            StoredCriteriaSet.code == rules.criteria.code,
            StoredCriteriaSet.version == rules.criteria.version,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            ScoreSheet.unit_id, Leaf.code, ScoreEntry.stage, User.name, ScoreEntry.inputs,
            ScoreEntry.explanation, ScoreEntry.row_version, ScoreEntry.updated_at,
        )
        .join(ScoreEntry, ScoreEntry.sheet_id == ScoreSheet.id)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .outerjoin(User, User.id == ScoreEntry.updated_by)
        .where(
            ScoreSheet.campaign_id == campaign.id,
            ScoreSheet.unit_id.in_(list(units)),
            Leaf.code.in_(list(codes)),
            Leaf.set_id == set_id,
        )
    ).all()  # fmt: skip
    return cells_in(rules, [EntryRow(*row) for row in rows])


def cells_in(rules: Rules, rows: Sequence[EntryRow]) -> Mapping[tuple[int, str], Cells]:
    """The same of entries that were read."""
    supplied = {(r.unit_id, r.code): r.inputs for r in rows if r.stage == "agency"}
    found: dict[tuple[int, str], dict[EntryStage, Cell]] = {}
    for row in sorted(rows, key=lambda row: _ORDER[row.stage]):
        line = row.unit_id, row.code
        found.setdefault(line, {})[row.stage] = rules.cell(row, supplied.get(line, NOTHING))
    return found


def out_of(session: Session, campaign: Campaign, rules: Rules, unit_id: int) -> dict[str, str]:
    """The leaves that do not count for the unit, with the reason."""
    rows = session.execute(
        select(Exemption.node, Exemption.reason)
        .where(Exemption.campaign_id == campaign.id, Exemption.unit_id == unit_id)
        .order_by(Exemption.id)
    )
    return out_in(rules, ((row.node, row.reason) for row in rows))


def out_in(rules: Rules, exempt: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The same of the nodes of which the unit is exempt, each with the reason."""
    found = {
        leaf.code: f"Không tổ chức điều tra: {rules.not_held[leaf.survey]}"
        for leaf in rules.criteria.leaves
        if leaf.survey in rules.not_held
    }
    for node, reason in exempt:
        found.update(dict.fromkeys(exempt_leaves(rules.criteria, [node]), reason))
    return found


def counted(cells: Cells) -> Cell | None:
    """What counts of a line: the last appraisal, else the unit's own, or what came late."""
    for stage in ("survey", "reappraised", "appraised", "self", "agency"):
        if stage in cells and cells[stage].inputs:
            return cells[stage]
    return None


@lru_cache(maxsize=REMEMBERED)
def own_part(leaf: SpecLeaf) -> frozenset[str]:
    """The names of the inputs that the unit itself enters; none of a survey leaf."""
    if leaf.supplier in LATE_SUPPLIERS:
        return frozenset()
    return frozenset(
        item.name for item in leaf.inputs if leaf.supplier_of(item.name) is Supplier.UNIT
    )
