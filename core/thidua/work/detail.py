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

from sqlalchemy import select, tuple_
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
    return read_details(session, rows=[row])[0]


def read_details(session: Session, *, rows: Sequence[ResultRow]) -> list[SheetDetail | None]:
    """The sheets behind rows of one version, in their order, by as many queries as for one row."""
    held = [row for row in rows if row.detail]
    if not held:
        return [None for _ in rows]
    version = session.get_one(ResultVersion, held[0].version_id)
    kinds = _kinds(version.sentences)
    sets = _sets(session, {tuple(row.detail["set"]) for row in held})
    gradings = {
        kind: parse(Grading, version.grading[kind]) for kind in dict.fromkeys(r.kind for r in held)
    }
    return [
        _detail(row, sets[tuple(row.detail["set"])], gradings[row.kind], kinds)
        if row.detail
        else None
        for row in rows
    ]


def _sets(session: Session, names: set[tuple[str, str]]) -> dict[tuple[str, str], CriteriaSet]:
    """Sets by code and version."""
    named = tuple_(StoredCriteriaSet.code, StoredCriteriaSet.version).in_(names)
    query = select(StoredCriteriaSet).where(named).options(defer(StoredCriteriaSet.document))
    return {(row.code, row.version): parsed(row) for row in session.scalars(query)}


def _detail(
    row: ResultRow, criteria: CriteriaSet, grading: Grading, kinds: Mapping[str, RuleKind]
) -> SheetDetail:
    lines = [_lined(line) for line in row.detail["leaves"]]
    counts_as = {leaf.code: leaf.counts_as for leaf in criteria.leaves}
    claims = row.detail.get("claims", ())
    return SheetDetail(
        criteria=criteria,
        grading=grading,
        score=sum_leaves(criteria, tuple(_score(line, counts_as) for line in lines)),
        sources={line[0]: Source(*line[4:7]) for line in lines if len(line) > 4},
        claims={line[0]: (_score(line, counts_as), Source(*line[4:7])) for line in claims},
        reasons=row.detail.get("exempt", {}),
        kinds=kinds,
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
