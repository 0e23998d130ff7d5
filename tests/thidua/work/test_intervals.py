"""Rank intervals of a stored version: what is assumed is said, and only some may see them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import (
    compute,
    criteria,
    fill_all,
    grading,
    open_small,
    person,
    small_spec,
)

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.scoring.robustness import UnitRobustness
from thidua.spec.loading import parse
from thidua.spec.robustness import Uncertainty
from thidua.store.campaigns import Campaign
from thidua.store.results import ResultVersion
from thidua.work.intervals import RankIntervals, rank_intervals
from thidua.work.results import publish_results


@pytest.fixture
def version(inside: Session, campaign: Campaign) -> ResultVersion:
    """The four units of ``fill_all``: 80, 80.0001, 45 of 60, and 65.5 with half a bonus."""
    fill_all(inside, campaign)
    return compute(inside, campaign)


def assumed(*leaves: dict[str, Any], **more: Any) -> Uncertainty:
    given = {"title": "Chênh lệch giữa hai tổ", "leaves": list(leaves), **more}
    return parse(Uncertainty, given)


def intervals(session: Session, version: ResultVersion, **more: Any) -> RankIntervals:
    given: dict[str, Any] = {
        "uncertainty": assumed({"nodes": ["1.2"], "points": 1}), "quota": 1, "draws": 2_000,
        "seed": 1, "by": COMMAND, **more,
    }  # fmt: skip
    return rank_intervals(session, version_id=version.id, **given)


def by_name(found: RankIntervals) -> dict[str, UnitRobustness]:
    return {name: unit for name, _, unit in found.units}


def test_close_units_share_the_first_rank_and_others_keep_theirs(
    inside: Session, version: ResultVersion
) -> None:
    found = intervals(inside, version)
    (part,) = found.parts
    assert (part.draws, part.seed, part.places, part.uncertain) == (
        2_000, 1, 1, {"bo-nho": ("1.2",)},
    )  # fmt: skip
    units = by_name(found)
    assert list(units) == ["Xã Một", "Sở Hai", "Sở Một", "Sở Ba"]
    # a point either way cannot carry 75 % over 79 %, nor the commune out of its own group
    for name, rank, band in (("Sở Ba", 3, "Khá"), ("Xã Một", 1, "Khá")):
        unit = units[name]
        assert (unit.rank, unit.band, unit.interval, unit.stable) == (
            rank,
            band,
            (rank, rank),
            True,
        )
        assert unit.inside == (2_000 if rank == 1 else 0)
    one, two = units["Sở Một"], units["Sở Hai"]
    assert (one.rank, two.rank, one.interval, two.interval) == (1, 1, (1, 2), (1, 2))
    assert (one.inside, two.inside) == (one.ranks[0], two.ranks[0])
    assert one.ranks[0] + two.ranks[0] >= 2_000
    # half of the draws lie below 80 %
    assert 888 < one.bands["Tốt"] < 1_112
    assert found.notes == (
        "Nội bộ, không công bố: khoảng hạng không làm thay đổi kết quả.",
        "Giả định của người phân tích, không phải quy định: Chênh lệch giữa hai tổ.",
        "Tiêu chí được coi là chưa chắc chắn: 1.2.",
        "Đồng hạng ngay vạch suất thì đều tính trong.",
    )


def test_the_same_seed_gives_the_same_figures(inside: Session, version: ResultVersion) -> None:
    told: list[tuple[int, int]] = []
    found = intervals(inside, version, progress=lambda *done: told.append(done))
    assert intervals(inside, version).parts == found.parts
    assert intervals(inside, version, seed=2).parts != found.parts
    assert told == [(1_024, 2_000), (2_000, 2_000)]


def test_an_exempt_leaf_moves_nothing(inside: Session, version: ResultVersion) -> None:
    found = intervals(inside, version, uncertainty=assumed({"nodes": ["1.1"], "share": 1}))
    assert by_name(found)["Sở Ba"].bands == {"Tốt": 0, "Khá": 2_000, "Trung bình": 0}
    assert sum(by_name(found)["Sở Một"].bands.values()) == 2_000


def test_assumptions_are_said_as_they_are(inside: Session, version: ResultVersion) -> None:
    found = intervals(
        inside, version, uncertainty=assumed(
            source="Biên bản 03", note="Theo năm 2024.", weights="0.1", line_ties="outside"
        ),
    )  # fmt: skip
    assert found.notes[1:] == (
        "Giả định của người phân tích, không phải quy định: Chênh lệch giữa hai tổ. "
        "Nguồn: Biên bản 03.",
        "Theo năm 2024.",
        "Trọng số cũng dao động theo giả định, dù văn bản đã ấn định.",
        "Đồng hạng ngay vạch suất thì đều tính ngoài khi không đủ suất cho tất cả.",
    )


def test_units_of_each_grading_are_drawn_for_themselves(sessions: sessionmaker[Session]) -> None:
    exact = {**grading(decide_on="exact", code="xa"), "bands": [{"label": "Đạt", "from": 50}]}
    sets = [
        criteria(kinds=["so"]),
        criteria(code="bo-xa", kinds=["xa"], grading="xa", exemption_groups=[]),
    ]
    with sessions.begin() as session:
        campaign = open_small(session, small_spec(criteria_sets=sets, grading=[grading(), exact]))
        fill_all(session, campaign)
        told: list[tuple[int, int]] = []
        found = intervals(
            session, compute(session, campaign), draws=10,
            progress=lambda *done: told.append(done),
        )  # fmt: skip
    assert [sorted(found.names[unit.key] for unit in part.units) for part in found.parts] == [
        ["Sở Ba", "Sở Hai", "Sở Một"], ["Xã Một"],
    ]  # fmt: skip
    assert by_name(found)["Xã Một"].bands == {"Đạt": 10}
    assert told == [(10, 20), (20, 20)]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"quota": 0}, "Số suất: phải từ 1 đến 9223372036854775807"),
        ({"draws": 0, "seed": -1},
         "Số lần thử: phải từ 1 đến 1000000\nSố khởi đầu: phải từ 0 đến 9223372036854775807"),
        ({"uncertainty": assumed({"nodes": ["1.2", "7", "9.9"], "points": 1})},
         "leaves.0: bộ tiêu chí không có mã 7, 9.9"),
        ({"uncertainty": assumed({"points": 1}, {"kinds": ["choise"], "points": 1})},
         "leaves.1: không tiêu chí nào có cách chấm (kinds) này"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    inside: Session, version: ResultVersion, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        intervals(inside, version, **more)
    assert str(refused.value) == words


def test_intervals_are_internal(inside: Session, version: ResultVersion) -> None:
    for role in ("secretariat", "leader", "auditor", "admin"):
        assert intervals(inside, version, by=person(inside, role), draws=1).parts
    others = [person(inside, role, "so-mot") for role in ("officer", "appraiser", "council")]
    for by in others:
        with pytest.raises(NotFound):
            intervals(inside, version, by=by)
    publish_results(inside, version_id=version.id, by=COMMAND)
    for by in others:
        with pytest.raises(NotAllowed):
            intervals(inside, version, by=by)


def test_a_version_whose_ranks_do_not_follow_from_its_leaves_is_refused(
    inside: Session, version: ResultVersion
) -> None:
    version.rows[0].rank = 1
    inside.flush()
    with pytest.raises(Conflict) as refused:
        intervals(inside, version)
    assert str(refused.value) == (
        "Hạng trong bản kết quả không trùng với hạng tính lại từ điểm từng tiêu chí. "
        "Hãy tính một bản mới rồi thử lại."
    )
