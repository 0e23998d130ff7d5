"""A year of Tây Ninh from the plan to the sealed audit, with illustrative units and figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import Database
from tests.years import script
from tests.years.story import Story, story_of

LEAF = "1.1"


@pytest.fixture
def story(database: Database) -> Iterator[Story]:
    with story_of("tayninh", database) as begun:
        yield begun


def test_a_year_from_the_plan_to_the_sealed_audit(
    story: Story, sessions: sessionmaker[Session]
) -> None:
    final, corrected = script.live(story, LEAF)
    assert story.lines(final)[:5] == [
        "1 Sở minh họa 09: 64.0266/65 98.50 Tốt",
        "2 Sở minh họa 05: 93.1287/100 93.13 Tốt",
        "3 Sở minh họa 01: 90.9481/100 90.95 Tốt",
        "4 Sở minh họa 10: 58.5114/65 90.02 Tốt",
        "5 Sở minh họa 07: 88.4635/100 88.46 Tốt",
    ]
    assert script.findings(story, corrected) == [
        "Sở minh họa 07: Theo kiến nghị về tiêu chí 1.1, được tiếp thu: Công nhận năm nhiệm vụ.",
        "Sở minh họa 01: So với bản số 2: hạng 3 → 4.",
        "Sở minh họa 05: So với bản số 2: hạng 2 → 3.",
        "Sở minh họa 07: So với bản số 2: điểm 88,4635 → 93,4635; chỉ số 88,46 → 93,46; "
        "hạng 5 → 2.",
        "Sở minh họa 10: So với bản số 2: hạng 4 → 5.",
    ]
    assert script.keep(story, sessions) == {
        "province.apply": 1, "succession.record": 1, "campaign.plan": 1, "criteria.guidance": 1,
        "campaign.open": 1, "campaign.extend": 2, "entries.save": 178, "entry.save": 37,
        "sheet.sign_off": 4, "sheet.withdraw_sign_off": 1, "evidence.add": 2, "evidence.use": 2,
        "explanation.request": 1, "explanation.answer": 1, "figures.import": 1,
        "results.compute": 3, "results.publish": 3, "results.adopt": 2, "petition.file": 1,
        "petition.answer": 1, "campaign.close": 1,
    }  # fmt: skip
