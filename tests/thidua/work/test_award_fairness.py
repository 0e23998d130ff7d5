"""How proposals fall over groups, and how firm they are under an assumption."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import collective, open_2025, publish_small
from tests.factories import COMMAND

from thidua.awards.fairness import Share
from thidua.errors import Conflict
from thidua.spec.robustness import Uncertainty
from thidua.work.award_fairness import (
    Fairness,
    FirmProposal,
    fairness_report,
    proposal_firmness,
)
from thidua.work.awards import propose_awards


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Sở Hai, Sở Ba and Xã Một are nominated; Sở Ba finds no place."""
    with sessions() as session:
        publish_small(session)
        round_ = open_2025(session)
        for key in ("so-hai", "so-ba", "xa-mot"):
            collective(session, round_, key)
        yield session


def firm(session: Session, points: int) -> FirmProposal:
    shaken = Uncertainty.model_validate({"title": "Thử", "leaves": [{"points": points}]})
    return proposal_firmness(
        session, round_id=1, uncertainty=shaken, draws=50, seed=1, by=COMMAND
    )  # fmt: skip


def test_places_are_counted_by_group(inside: Session) -> None:
    empty = fairness_report(inside, first=2025, last=2025, by=COMMAND)
    assert empty == Fairness(0, (), (), (), (), (), illustrative=False)
    propose_awards(inside, round_id=1, by=COMMAND)
    propose_awards(inside, round_id=1, by=COMMAND)  # only the newest counts
    assert fairness_report(inside, first=2025, last=2026, by=COMMAND) == Fairness(
        rounds=1,
        by_recipient=(Share("tập thể", nominated=3, able=3, proposed=2, tied=0),),
        by_kind=(
            Share("Cấp xã", nominated=1, able=1, proposed=1, tied=0),
            Share("Sở, ban, ngành", nominated=2, able=2, proposed=1, tied=0),
        ),
        by_level=(
            Share("cấp tỉnh", nominated=2, able=2, proposed=1, tied=0),
            Share("cấp xã", nominated=1, able=1, proposed=1, tied=0),
        ),
        by_cluster=(
            Share("Khối 1", nominated=2, able=2, proposed=1, tied=0),
            Share("không có", nominated=1, able=1, proposed=1, tied=0),
        ),
        by_year=(Share("2025", nominated=3, able=3, proposed=2, tied=0),),
        illustrative=True,
    )


def test_a_place_is_as_firm_as_the_ranking(inside: Session) -> None:
    with pytest.raises(Conflict, match="Hãy lập đề xuất trước"):
        firm(inside, 1)
    propose_awards(inside, round_id=1, by=COMMAND)
    assert [(line.name, line.holds) for line in firm(inside, 1).lines] == [
        ("Sở Hai", True), ("Xã Một", None),
    ]  # fmt: skip
    assert [(line.name, line.holds) for line in firm(inside, 20).lines] == [
        ("Sở Hai", False), ("Xã Một", None),
    ]  # fmt: skip
