"""Stored results are those of the sheets scored and graded one by one, whatever was entered."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from tests.small import NAMES, compute, enter

from thidua.scoring.grading import Standing, grade, ties_of
from thidua.scoring.sheet import score_sheet
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.sheets import EntryStage, ScoreEntry
from thidua.work.campaigns import scoring_sets
from thidua.work.detail import read_detail

Inputs = dict[str, dict[str, int]]
EXEMPT = {"so-ba": ["1.1"]}


def drawn(draw: random.Random) -> Inputs:
    """Some leaves that a unit fills in, not always wholly."""
    whole: Inputs = {
        "1.1": {"numerator": draw.randint(0, 50), "denominator": draw.choice([0, 40, 40])},
        "1.2": {"points": draw.choice([0, 350_000, 400_000])},
        "2.2": {"count": draw.randint(0, 3)},
    }
    kept = {code: row for code, row in whole.items() if draw.random() < 0.7}
    return {
        code: {name: n for name, n in row.items() if draw.random() < 0.9}
        for code, row in kept.items()
    }


@pytest.mark.parametrize("seed", range(6))
def test_stored_rows_equal_the_sheets(inside: Session, campaign: Campaign, seed: int) -> None:
    draw, counted = random.Random(seed), {}
    for key in NAMES:
        stages: dict[EntryStage, Inputs] = {
            "self": drawn(draw),
            "appraised": drawn(draw),
            "survey": {"2.1": {"percent": 700_000}} if draw.random() < 0.7 else {},
        }
        for stage, inputs in stages.items():
            enter(inside, campaign, key, inputs, stage)
        filled = [{c: row for c, row in stage.items() if row} for stage in stages.values()]
        counted[NAMES[key]] = {code: row for stage in filled for code, row in stage.items()}
    version = compute(inside, campaign)
    sets = scoring_sets(inside, campaign)
    units = inside.scalars(select(CampaignUnit).where(CampaignUnit.campaign_id == campaign.id))
    standings, scores = [], {}
    for unit in units:
        exempt = EXEMPT["so-ba"] if unit.name == "Sở Ba" else []
        score = score_sheet(sets[unit.kind].criteria, counted[unit.name], exempt=exempt)
        scores[unit.name] = score
        ties = ties_of(score, sets[unit.kind].grading)
        standings.append(
            Standing(unit.name, unit.group_label, score.total, score.maximum, ties=ties)
        )
    expected = {item.key: item for item in grade(standings, sets["so"].grading)}
    for row in version.rows:
        sheet = read_detail(inside, row=row)
        assert sheet is not None
        assert (sheet.score, row.points) == (scores[row.name], scores[row.name].total)
        placed = expected[row.name]
        index = None if row.index_percent is None else Decimal(row.index_percent)
        assert (index, row.rank, row.tied, row.band) == (
            placed.index, placed.rank, placed.tied, placed.band,
        )  # fmt: skip
    assert len(version.rows) == len(expected)


def test_figures_beyond_64_bits_are_read_and_scored(inside: Session, campaign: Campaign) -> None:
    enter(inside, campaign, "so-mot", {"1.1": {"numerator": 1, "denominator": 2}}, "self")
    huge = {"numerator": 10**25, "denominator": 2 * 10**25}
    inside.execute(update(ScoreEntry).values(inputs=huge))
    row = next(row for row in compute(inside, campaign).rows if row.name == "Sở Một")
    sheet = read_detail(inside, row=row)
    assert sheet is not None
    assert (row.points, sheet.inputs["1.1"]) == (200_000, huge)
