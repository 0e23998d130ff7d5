"""Many units graded at once are graded as one by one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring.strategies import gradings, law
from tests.thidua.scoring.test_vector import KINDS, batches

from thidua.scoring.batch import grade_batch, quotients_of
from thidua.scoring.grading import Graded, Standing, grade, ties_of
from thidua.scoring.orders import Quotient
from thidua.scoring.sheet import score_sheet
from thidua.scoring.vector import score_batch
from thidua.spec.grading import Grading

HUGE = 10**13
POINTS = st.integers(-20, 120) | st.integers(-HUGE, HUGE) | st.sampled_from([HUGE, HUGE - 1])
MAXIMA = st.integers(0, 5) | st.sampled_from([0, 100, 200, 300, HUGE - 1, HUGE])
ROWS = st.tuples(POINTS, MAXIMA, st.integers(0, 2), st.booleans(), POINTS, MAXIMA)


def seen(rows: list[Any], grading: Grading) -> list[Graded]:
    """The rows graded at once."""
    points, maximum, group, ranked, tie, of = (np.array(row) for row in zip(*rows, strict=True))
    batch = grade_batch(
        [Quotient(points, maximum), Quotient(tie, of)], group, grading, ranked=ranked
    )
    return [batch.unit(str(at), at, grading) for at in range(len(rows))]


@law(usual=40, soak=5_000)
@given(st.lists(ROWS, min_size=1, max_size=12), gradings())
def test_batch_grades_as_one_by_one(rows: list[Any], grading: Grading) -> None:
    standings = [
        Standing(
            key=str(at), group=str(group), points=points, maximum=maximum, ranked=ranked,
            ties=(Fraction(100 * tie, of) if of else Fraction(0),),
        )
        for at, (points, maximum, group, ranked, tie, of) in enumerate(rows)
    ]  # fmt: skip
    assert seen(rows, grading) == [*grade(standings, grading)]


@law(usual=40, soak=5_000)
@given(batches(), gradings(), st.data())
def test_a_scored_batch_is_graded_with_its_ties(
    case: Any, grading: Grading, data: st.DataObject
) -> None:
    criteria, units, exempt = case
    codes = st.sampled_from([node.code for node in criteria.nodes()])
    rank = grading.rank.model_copy(update={"ties": tuple(data.draw(st.lists(codes, max_size=2)))})
    grading = grading.model_copy(update={"rank": rank})
    batch = score_batch(criteria, units, exempt=exempt, kinds=KINDS)
    groups = np.arange(len(units)) % 2
    graded = grade_batch(quotients_of(batch, grading), groups, grading)
    scores = [
        score_sheet(criteria, inputs, exempt=out, kinds=KINDS)
        for inputs, out in zip(units, exempt, strict=True)
    ]
    standings = [
        Standing(
            key=str(at), group=str(at % 2), points=score.total, maximum=score.maximum,
            ties=ties_of(score, grading),
        )
        for at, score in enumerate(scores)
    ]  # fmt: skip
    got = [graded.unit(str(at), at, grading) for at in range(len(units))]
    assert got == [*grade(standings, grading)]
