"""Results computed by hand, one tick at a time.

In ``small``: 1.1 is a ratio of 40 points, 1.2 entered points of 40, 2.1 a survey of 20, 2.2 a
bonus of 0.5 each, at most 1. Sở Ba is not assessed on 1.1.
"""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import (
    compute,
    criteria,
    enter,
    fill,
    fill_all,
    grading,
    open_again,
    open_small,
    small_spec,
)

from thidua.errors import NotFound
from thidua.store.campaigns import Campaign
from thidua.store.results import ResultVersion
from thidua.work.results import (
    compute_results,
)

SO = "Sở, ban, ngành / Khối 1"
Line = tuple[str, str, int | None, int | None, str | None, int | None, bool, str | None]


def lines(version: ResultVersion) -> list[Line]:
    """Name, group, ticks, maximum, index, rank, tied and band of every row, by name."""
    return [
        (r.name, r.group_label, r.points, r.maximum,
         None if r.index_percent is None else str(r.index_percent), r.rank, r.tied, r.band)
        for r in sorted(version.rows, key=lambda row: row.name)
    ]  # fmt: skip


def found(version: ResultVersion) -> list[tuple[str, str, str]]:
    return [(item["kind"], item["unit"], item["message"]) for item in version.findings]


BA: Line = ("Sở Ba", SO, 450_000, 600_000, "75.00", 3, False, "Khá")
MOT: Line = ("Sở Một", SO, 800_000, 1_000_000, "80.00", 1, True, "Tốt")
XA: Line = ("Xã Một", "Cấp xã", 655_000, 1_000_000, "65.50", 1, False, "Khá")


def hai(ticks: int, index: str, rank: int, tied: bool, band: str) -> Line:
    return ("Sở Hai", SO, ticks, 1_000_000, index, rank, tied, band)


def test_the_result_is_what_a_hand_calculation_says(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    version = compute(inside, campaign)
    # Sở Một: 30/40 of 40 + 35 + 75% of 20 = 30 + 35 + 15 = 80 of 100
    # Sở Hai: one tick more in 1.2: 80,0001 of 100; published 80,00 as well
    # Sở Ba: 1.1 is out: 30 + 15 = 45 of 60 = 75%
    # Xã Một: 20/40 of 40 + 30 + 15 + half a bonus point = 65,5 of 100
    assert lines(version) == [BA, hai(800_001, "80.00", 1, True, "Tốt"), MOT, XA]
    assert (version.kind, version.number, version.year, version.title) == (
        "provisional", 1, 2025, "Chỉ số cải cách hành chính năm 2025",
    )  # fmt: skip
    assert (version.findings, version.published_at, version.reason) == ([], None, "")
    assert (version.plugin_version, version.rules_version) == ("3", "1")
    assert set(version.grading) == {"so", "xa"}
    assert version.illustrative is True


@pytest.mark.parametrize(
    ("points", "line"),
    [
        # published index: rounded half away from zero to two decimals, then ranked and graded
        (349_950, hai(799_950, "80.00", 1, True, "Tốt")),
        (349_949, hai(799_949, "79.99", 2, False, "Khá")),
        (350_049, hai(800_049, "80.00", 1, True, "Tốt")),
        (350_050, hai(800_050, "80.01", 1, False, "Tốt")),
    ],
)
def test_one_tick_changes_rank_and_band_when_the_published_index_decides(
    inside: Session, campaign: Campaign, points: int, line: Line
) -> None:
    fill_all(inside, campaign)
    fill(inside, campaign, "so-hai", tasks=30, points=points, percent=750_000)
    above = line[4] == "80.01"
    mot = (*MOT[:5], 2 if above else 1, line[6], MOT[7])
    assert lines(compute(inside, campaign)) == [BA, line, mot, XA]


@pytest.mark.parametrize(
    ("points", "line"),
    [
        (350_001, hai(800_001, "80.00", 1, False, "Tốt")),
        (350_000, hai(800_000, "80.00", 1, True, "Tốt")),
        (349_999, hai(799_999, "80.00", 2, False, "Khá")),
    ],
)
def test_one_tick_changes_rank_and_band_when_the_exact_index_decides(
    sessions: sessionmaker[Session], points: int, line: Line
) -> None:
    exact = small_spec(grading=[grading(decide_on="exact")])
    with sessions.begin() as session:
        campaign = open_small(session, exact)
        fill_all(session, campaign)
        fill(session, campaign, "so-hai", tasks=30, points=points, percent=750_000)
        mot = (*MOT[:5], 2 if points > 350_000 else 1, line[6], MOT[7])
        assert lines(compute(session, campaign)) == [BA, line, mot, XA]


@pytest.mark.parametrize(
    ("percent", "ticks"),
    [
        (750_000, 800_000),
        (750_002, 800_000),  # 0,4 ticks more, rounded off
        (750_003, 800_001),  # 0,6 ticks more, rounded up
        (749_998, 800_000),
        (749_997, 799_999),
        (1_000_000, 850_000),
        (0, 650_000),
    ],
)
def test_a_survey_moves_its_points_by_its_share(
    inside: Session, campaign: Campaign, percent: int, ticks: int
) -> None:
    fill(inside, campaign, "so-mot", tasks=30, points=350_000, percent=percent)
    row = next(r for r in compute(inside, campaign).rows if r.name == "Sở Một")
    assert (row.points, row.maximum) == (ticks, 1_000_000)


@pytest.mark.parametrize(
    ("tasks", "of", "ticks"),
    [(1, 3, 133_333), (2, 3, 266_667), (1, 80_000, 5), (1, 800_000, 1), (1, 800_001, 0)],
)
def test_each_leaf_is_rounded_once_half_away_from_zero(
    inside: Session, campaign: Campaign, tasks: int, of: int, ticks: int
) -> None:
    enter(inside, campaign, "so-mot", {"1.1": {"numerator": tasks, "denominator": of}}, "self")
    row = next(r for r in compute(inside, campaign).rows if r.name == "Sở Một")
    # the survey is not there yet, so that 80 points remain
    assert (row.points, row.maximum) == (ticks, 800_000)


def test_a_bonus_adds_to_the_points_alone_up_to_its_cap(
    inside: Session, campaign: Campaign
) -> None:
    for count, ticks in ((0, 1_000_000), (1, 1_005_000), (2, 1_010_000), (9, 1_010_000)):
        fill(inside, campaign, "so-mot", tasks=40, points=400_000, percent=1_000_000, bonus=count)
        row = next(r for r in compute(inside, campaign).rows if r.name == "Sở Một")
        assert (row.points, row.maximum) == (ticks, 1_000_000)
    assert str(row.index_percent) == "101.00"


def test_two_kinds_are_ranked_together_where_the_whole_table_is_one_group(
    sessions: sessionmaker[Session],
) -> None:
    together = small_spec(grading=[grading(rank={"within": []})])
    with sessions.begin() as session:
        campaign = open_small(session, together)
        fill_all(session, campaign)
        assert lines(compute(session, campaign)) == [
            ("Sở Ba", "", 450_000, 600_000, "75.00", 3, False, "Khá"),
            ("Sở Hai", "", 800_001, 1_000_000, "80.00", 1, True, "Tốt"),
            ("Sở Một", "", 800_000, 1_000_000, "80.00", 1, True, "Tốt"),
            ("Xã Một", "", 655_000, 1_000_000, "65.50", 4, False, "Khá"),
        ]


def test_a_tie_is_broken_by_the_declared_chain(sessions: sessionmaker[Session]) -> None:
    spec = small_spec(grading=[grading(rank={"ties": ["1", "2.1"]})])
    with sessions.begin() as session:
        campaign = open_small(session, spec)
        fill(session, campaign, "so-mot", tasks=30, points=350_000, percent=750_000)
        fill(session, campaign, "so-hai", tasks=30, points=360_000, percent=700_000)
        fill(session, campaign, "so-ba", tasks=0, points=360_000, percent=600_000)
        ranks = {row.name: (row.rank, row.tied) for row in compute(session, campaign).rows}
        # 80,00 each; of domain 1 Sở Hai has 66/80, Sở Một 65/80, Sở Ba 36/40
        assert ranks == {
            "Sở Ba": (1, False), "Sở Hai": (2, False), "Sở Một": (3, False), "Xã Một": (1, False),
        }  # fmt: skip


def test_appraised_counts_before_self_and_findings_name_what_is_open(
    inside: Session, campaign: Campaign
) -> None:
    own = {"1.1": {"numerator": 40, "denominator": 40}, "1.2": {"points": 400_000}}
    enter(inside, campaign, "so-mot", own, "self")
    enter(inside, campaign, "so-mot", {"1.2": {"points": 200_000}}, "appraised")
    fill(inside, campaign, "so-hai", tasks=30, points=350_000, percent=750_000)
    version = compute(inside, campaign)
    assert lines(version) == [
        ("Sở Ba", SO, 0, 400_000, "0.00", 3, False, "Trung bình"),
        hai(800_000, "80.00", 1, False, "Tốt"),
        ("Sở Một", SO, 600_000, 800_000, "75.00", 2, False, "Khá"),
        ("Xã Một", "Cấp xã", 0, 800_000, "0.00", 1, False, "Trung bình"),
    ]
    assert found(version) == [
        ("pending", "Sở Ba", "1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo."),
        ("missing", "Sở Ba", "1 dòng chưa nhập số liệu, tính 0 điểm."),
        ("unappraised", "Sở Một", "1 dòng tính theo tự chấm vì chưa thẩm định."),
        ("pending", "Sở Một", "1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo."),
        ("pending", "Xã Một", "1 dòng chưa có kết quả điều tra, chỉ số, đánh giá của lãnh đạo."),
        ("missing", "Xã Một", "2 dòng chưa nhập số liệu, tính 0 điểm."),
    ]


def test_a_late_survey_counts_zero_where_the_set_says_so(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        campaign = open_small(session, small_spec(criteria_sets=[criteria(pending="zero")]))
        enter(session, campaign, "so-mot", {"1.2": {"points": 400_000}}, "self")
        rows = {row.name: (row.points, row.maximum) for row in compute(session, campaign).rows}
        assert rows == {
            "Sở Một": (400_000, 1_000_000),
            "Sở Hai": (0, 1_000_000),
            "Sở Ba": (0, 600_000),
            "Xã Một": (0, 1_000_000),
        }


def test_an_emptied_entry_counts_as_not_entered(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    enter(inside, campaign, "so-mot", {"1.2": {}}, "appraised")
    version = compute(inside, campaign)
    assert lines(version)[2] == MOT
    assert found(version) == [
        ("unappraised", "Sở Một", "1 dòng tính theo tự chấm vì chưa thẩm định.")
    ]


def test_what_is_not_assessed_need_not_be_appraised(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    enter(inside, campaign, "so-ba", {"1.1": {}}, "appraised")
    version = compute(inside, campaign)
    assert (lines(version)[0], version.findings) == (BA, [])


def test_a_row_holds_figures_without_words(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    fill(inside, campaign, "so-hai", tasks=30, points=349_949, percent=749_997, bonus=3)
    details = {row.name: row.detail for row in compute(inside, campaign).rows}
    assert details["Sở Hai"] == {
        "set": ["bo-nho", "1"],
        "bonus": 10_000,
        "penalty": 0,
        "exempt": {},
        "leaves": [
            ["1.1", 300_000, 400_000, "share", "appraised", None,
             {"numerator": 30, "denominator": 40}],
            ["1.2", 349_949, 400_000, "entered", "appraised", None, {"points": 349_949}],
            ["2.1", 149_999, 200_000, "share", "survey", None, {"percent": 749_997}],
            ["2.2", 10_000, 0, "capped", "appraised", None, {"count": 3}],
        ],
        "claims": [
            ["1.1", 300_000, 400_000, "share", "self", None, {"numerator": 30, "denominator": 40}],
            ["1.2", 349_949, 400_000, "entered", "self", None, {"points": 349_949}],
            ["2.2", 10_000, 0, "capped", "self", None, {"count": 3}],
        ],
    }  # fmt: skip
    assert details["Sở Ba"]["exempt"] == {"1.1": "Năm nay không được giao nhiệm vụ"}
    assert details["Sở Ba"]["leaves"][0] == [
        "1.1", 0, 0, "exempt", "appraised", None, {"numerator": 0, "denominator": 40},
    ]  # fmt: skip


def test_versions_count_within_the_year(inside: Session, campaign: Campaign) -> None:
    other = open_again(inside, small_spec(), year=2026)
    numbers = [(v.year, v.number) for v in (compute(inside, c) for c in (campaign, other) * 2)]
    assert numbers == [(2025, 1), (2026, 1), (2025, 2), (2026, 2)]


def test_computing_what_is_not_there_is_not_found(inside: Session) -> None:
    for unknown in (0, 10**9, 10**30):
        with pytest.raises(NotFound, match="Không có kỳ đánh giá này"):
            compute_results(inside, campaign_id=unknown, by=COMMAND, plugin_version="1")


def test_a_budget_in_dong_stays_exact(sessions: sessionmaker[Session]) -> None:
    changed = criteria()
    rule = changed["domains"][0]["criteria"][0]["rule"]
    rule["largest"] = 10**18
    with sessions.begin() as session:
        campaign = open_small(session, small_spec(criteria_sets=[changed]))
        inputs = {"numerator": 10**18 // 3, "denominator": 10**18}
        enter(session, campaign, "so-mot", {"1.1": inputs}, "self")
        row = next(row for row in compute(session, campaign).rows if row.name == "Sở Một")
        # a third of 40 points; an int64 would have run over at 40 * 10**4 * 10**17
        assert (row.points, row.detail["leaves"][0][6]) == (133_333, inputs)
