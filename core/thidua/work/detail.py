"""What a stored result row holds of each leaf: figures alone, which are put into words on reading.

``detail`` of a row is ``{"set": [code, version], "bonus", "penalty", "exempt": {node: reason},
"leaves": [line, …], "claims": [line, …]}``; a line is ``[code, ticks, maximum, branch]``, followed
by ``[stage, user id, inputs]`` where something was entered. ``claims`` are the unit's own
assessments that an appraisal replaced. Set and grading are frozen with the campaign, so that they
can be read as long as the row; the sentences of a province's own rule kinds stay with the version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import LeafScore
from thidua.scoring.sentences import explain_leaf
from thidua.scoring.sheet import SheetScore, sum_leaves
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.loading import parse
from thidua.spec.rules import Custom
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.sets import parsed


class Source(NamedTuple):
    """What was entered for a leaf: at which stage, by which user (None: a command or job)."""

    stage: str
    by: int | None
    inputs: Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """One node as a table shows it, in ticks; ``words`` are empty unless it is a leaf."""

    code: str
    name: str
    ticks: int
    maximum: int
    is_leaf: bool
    words: str


@dataclass(frozen=True)
class SheetDetail:
    """One unit's sheet as it was scored.

    ``sources`` are by leaf code, where something was entered. ``claims`` are what the unit had
    assessed itself where an appraisal counts instead. ``reasons`` say by node code why it is not
    assessed. ``kinds`` can explain, not score. ``kept_words`` are the sentences of versions that
    were stored together with them.
    """

    criteria: CriteriaSet
    grading: Grading
    score: SheetScore
    sources: Mapping[str, Source]
    claims: Mapping[str, tuple[LeafScore, Source]]
    reasons: Mapping[str, str]
    kinds: Mapping[str, RuleKind]
    kept_words: Mapping[str, str]

    @property
    def inputs(self) -> dict[str, Mapping[str, int]]:
        """The inputs that were scored, by leaf code."""
        return {code: source.inputs for code, source in self.sources.items()}

    def words(self) -> dict[str, str]:
        """How each leaf's points came about, by leaf code."""
        inputs = self.inputs
        return {
            leaf.code: self.kept_words.get(leaf.code)
            or explain_leaf(leaf, inputs.get(leaf.code, {}), score, self.kinds)
            for leaf, score in zip(self.criteria.leaves, self.score.leaves, strict=True)
        }

    def lines(self) -> list[Line]:
        """Every node in printed order."""
        words = self.words()
        return [
            Line(
                code=node.code,
                name=node.name,
                ticks=self.score.nodes[node.code].ticks,
                maximum=self.score.nodes[node.code].maximum,
                is_leaf=node.rule is not None,
                words=words.get(node.code, ""),
            )
            for node in self.criteria.nodes()
        ]


def written_line(
    code: str, ticks: int, maximum: int, branch: str, source: Source | None
) -> list[Any]:
    """What a row holds of one leaf."""
    figures = [code, ticks, maximum, branch]
    return figures if source is None else [*figures, *source]


def sentences_of(
    sets: Iterable[CriteriaSet], kinds: Mapping[str, RuleKind]
) -> dict[str, dict[str, str]]:
    """The sentences of the province's own rule kinds that the sets use, by kind and branch."""
    used = {leaf.rule.name for one in sets for leaf in one.leaves if isinstance(leaf.rule, Custom)}
    return {name: dict(kinds[name].sentences) for name in sorted(used & kinds.keys())}


def read_detail(session: Session, *, row: ResultRow) -> SheetDetail | None:
    """The sheet behind a row; None where a published table printed no more than totals."""
    if not row.detail:
        return None
    version = session.get_one(ResultVersion, row.version_id)
    code, number = row.detail["set"]
    stored = session.scalars(
        select(StoredCriteriaSet)
        .where(StoredCriteriaSet.code == code, StoredCriteriaSet.version == number)
        .options(defer(StoredCriteriaSet.document))
    ).one()
    criteria = parsed(stored)
    lines = [_lined(line) for line in row.detail["leaves"]]
    counts_as = {leaf.code: leaf.counts_as for leaf in criteria.leaves}
    scores = tuple(_score(line, counts_as) for line in lines)
    claims = row.detail.get("claims", ())
    return SheetDetail(
        criteria=criteria,
        grading=parse(Grading, version.grading[row.kind]),
        score=sum_leaves(criteria, scores),
        sources={line[0]: Source(*line[4:7]) for line in lines if len(line) > 4},
        claims={line[0]: (_score(line, counts_as), Source(*line[4:7])) for line in claims},
        reasons=row.detail.get("exempt", {}),
        kinds=_kinds(version.sentences),
        kept_words={line[0]: line[7] for line in lines if len(line) > 7},
    )


def _lined(line: Any) -> Sequence[Any]:
    """A line as it is written now; before version 1 the stage was not kept, but the words were."""
    if not isinstance(line, dict):
        found: Sequence[Any] = line
        return found
    figures = line["code"], line["ticks"], line["max"], line["branch"]
    return *figures, "", None, line["inputs"], line["words"]


def _score(line: Sequence[Any], counts_as: Mapping[str, str]) -> LeafScore:
    code, ticks, maximum, branch = line[:4]
    return LeafScore(code, ticks, maximum, branch, counts_as[code])


def _kinds(sentences: Mapping[str, Mapping[str, str]]) -> dict[str, RuleKind]:
    return {name: RuleKind(name, _scored, said) for name, said in sentences.items()}


def _scored(*given: object, **named: object) -> NoReturn:
    raise TypeError("a kind that was kept for its sentences does not score again")
