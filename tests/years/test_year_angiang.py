"""A year of An Giang from the plan to the sealed audit, with illustrative units and figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import Database
from tests.years import script
from tests.years.story import Story, story_of

LEAF = "1.1.2"


@pytest.fixture
def story(database: Database) -> Iterator[Story]:
    with story_of("angiang", database) as begun:
        yield begun


def test_a_year_from_the_plan_to_the_sealed_audit(
    story: Story, sessions: sessionmaker[Session]
) -> None:
    final, corrected = script.live(story, LEAF)
    assert story.lines(final)[:7] == [
        "1 Sở minh họa 13: 95.6341/100 95.63 Xuất sắc",
        "2 Sở minh họa 01: 94.562/100 94.56 Xuất sắc",
        "3 Sở minh họa 05: 91.2608/100 91.26 Xuất sắc",
        "4 Sở minh họa 15: 54.8155/61 89.86 Tốt",
        "5 Sở minh họa 10: 89.1457/100 89.15 Tốt",
        "6 Sở minh họa 09: 88.3809/100 88.38 Tốt",
        "7 Sở minh họa 07: 88.2557/100 88.26 Tốt",
    ]
    assert script.findings(story, corrected) == [
        "Sở minh họa 07: Theo kiến nghị về tiêu chí 1.1.2, được tiếp thu: Công nhận năm nhiệm vụ.",
        "Sở minh họa 05: So với bản số 2: hạng 3 → 4.",
        "Sở minh họa 07: So với bản số 2: điểm 88,2557 → 92,2557; chỉ số 88,26 → 92,26; "
        "hạng 7 → 3; xếp loại Tốt → Xuất sắc.",
        "Sở minh họa 09: So với bản số 2: hạng 6 → 7.",
        "Sở minh họa 10: So với bản số 2: hạng 5 → 6.",
        "Sở minh họa 15: So với bản số 2: hạng 4 → 5.",
    ]
    assert script.keep(story, sessions) == {
        "province.apply": 1, "succession.record": 1, "campaign.plan": 1, "criteria.guidance": 1,
        "campaign.open": 1, "campaign.extend": 2, "entries.save": 658, "entry.save": 37,
        "sheet.sign_off": 4, "sheet.withdraw_sign_off": 1, "evidence.add": 2, "evidence.use": 2,
        "explanation.request": 1, "explanation.answer": 1, "figures.import": 3,
        "results.compute": 3, "results.publish": 3, "results.adopt": 2, "petition.file": 1,
        "petition.answer": 1, "campaign.close": 1,
    }  # fmt: skip
