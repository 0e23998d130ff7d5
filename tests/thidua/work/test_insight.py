"""A stored result read closely, by those who may: figures, what is missing, what would be if."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import (
    EXEMPT,
    OPENED_AT,
    compute,
    criteria,
    domain,
    enter,
    fill,
    fill_all,
    grading,
    leaf,
    open_small,
    person,
    small_spec,
)
from tests.thidua.work.conftest import Opened

from thidua.errors import Invalid
from thidua.scoring.explanation import Explanation
from thidua.scoring.grading import Graded
from thidua.scoring.kinds import RuleKind
from thidua.scoring.whatif import Distance, Loss, RankDistance, Step
from thidua.store.campaigns import Campaign
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.entries import save_entries
from thidua.work.history import import_published
from thidua.work.insight import RowExplained, campaign_losses, explain_row, row_distance, what_if
from thidua.work.results import compute_results, publish_results
from thidua.work.versions import RULES_VERSION, engine_version


def row_of(version: ResultVersion, name: str) -> ResultRow:
    return next(row for row in version.rows if row.name == name)


@pytest.fixture
def version(inside: Session, campaign: Campaign) -> ResultVersion:
    """The four units of ``fill_all``: 80, 80.0001, 45 of 60, and 65.5 with half a bonus."""
    fill_all(inside, campaign)
    return compute(inside, campaign)


def test_row_is_explained_from_the_leaf_to_the_rank(
    inside: Session, version: ResultVersion
) -> None:
    found = explain_row(inside, row_id=row_of(version, "Sở Ba").id, by=COMMAND)
    assert found.total is not None
    assert (found.total.value, found.total.words) == (
        450_000,
        (
            "Điểm đạt: 45 điểm",
            "Điểm tối đa của đơn vị: 60 điểm, của cả bộ tiêu chí: 100 điểm",
            f"Bỏ 40 điểm của 1.1 khỏi điểm tối đa: không đánh giá ({EXEMPT['reason']})",
        ),
    )
    assert [(one.code, one.value) for one in found.total.walk()] == [
        ("", 450_000), ("1", 300_000), ("1.1", 0), ("1.2", 300_000), ("2", 150_000),
        ("2.1", 150_000), ("2.2", 0),
    ]  # fmt: skip
    assert (found.index.value, found.index.words) == (
        Decimal("75.00"), ("Điểm ÷ điểm tối đa của đơn vị: 45 ÷ 60 = 75%",),
    )  # fmt: skip
    assert (found.band.value, found.band.words[0]) == (
        "Khá", "Xếp loại Khá: chỉ số 75% đạt ngưỡng từ 65",
    )  # fmt: skip
    assert (found.rank.value, found.rank.words) == (
        3,
        (
            "Hạng 3 trong 3 đơn vị được xếp hạng của nhóm “Sở, ban, ngành / Khối 1”",
            "Ngay trên: Sở Hai, Sở Một (hạng 1, 80,00%)",
            "Không đơn vị nào đứng dưới",
            "Xếp theo chỉ số đã làm tròn để công bố",
        ),
    )
    assert json.loads(json.dumps(found.document())) == found.document()
    assert found.versions == {"engine": engine_version(), "rules": RULES_VERSION, "province": "3"}


def test_appraisal_that_differs_is_set_beside_the_claim(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    enter(inside, campaign, "so-mot", {"1.2": {"points": 300_000}}, "appraised")
    row = row_of(compute(inside, campaign), "Sở Một").id
    assert node(explain_row(inside, row_id=row, by=COMMAND), "1.2").words == (
        "Chấm trực tiếp, tối đa 40 điểm → 30 điểm",
        "Số liệu theo thẩm định",
        "Đơn vị tự chấm 35 điểm",
    )


def test_distance_is_told_in_points_that_leaves_can_bring(inside: Session) -> None:
    whole = small_spec(criteria_sets=[criteria(version="2", leaf_decimals=0)])
    small = open_small(inside, whole, year=2026)
    fill(inside, small, "so-mot", tasks=30, points=350_000, percent=700_000)
    fill(inside, small, "so-hai", tasks=30, points=350_000, percent=750_000)
    row = row_of(compute(inside, small), "Sở Một").id
    assert row_distance(inside, row_id=row, by=COMMAND).words == (
        "Thêm 1 điểm thì xếp loại Tốt",
        "Thêm 1 điểm thì ngang Sở Hai (hạng 1); thêm 2 điểm thì vượt lên hạng 1",
    )


def test_leaf_names_the_person_and_the_stage(inside: Session, campaign: Campaign) -> None:
    fill(inside, campaign, "so-mot", tasks=30, points=350_000, percent=750_000)
    officer = person(inside, "officer", "xa-mot")
    unit = next(one for one in campaign.units if one.name == "Xã Một").unit_id
    save_entries(
        inside, campaign_id=campaign.id, unit_id=unit, stage="self",
        inputs={"1.2": {"points": 1}}, by=officer, at=OPENED_AT,
    )  # fmt: skip
    version = compute(inside, campaign)
    said = {
        name: node(explain_row(inside, row_id=row_of(version, name).id, by=COMMAND), "1.2")
        for name in ("Sở Một", "Xã Một")
    }
    assert said["Sở Một"].words[-1] == "Số liệu theo thẩm định"
    assert said["Xã Một"].words[-1] == f"Số liệu theo tự chấm, người nhập: {officer.name}"


def node(found: RowExplained, code: str) -> Explanation:
    assert found.total is not None
    return next(one for one in found.total.walk() if one.code == code)


def test_officer_sees_the_leaves_of_the_own_unit_alone(
    inside: Session, version: ResultVersion
) -> None:
    publish_results(inside, version_id=version.id, by=COMMAND)
    officer = person(inside, "officer", "so-mot")
    own, other = row_of(version, "Sở Một").id, row_of(version, "Sở Ba").id
    mine, theirs = (explain_row(inside, row_id=row, by=officer) for row in (own, other))
    assert mine == explain_row(inside, row_id=own, by=COMMAND)
    all_of_it = explain_row(inside, row_id=other, by=COMMAND)
    assert (theirs.total, theirs.index, theirs.band, theirs.rank) == (
        None, all_of_it.index, all_of_it.band, all_of_it.rank,
    )  # fmt: skip
    assert str(EXEMPT["reason"]) not in json.dumps(theirs.document(), ensure_ascii=False)
    distance = row_distance(inside, row_id=other, by=officer)
    assert (distance.losses, distance.steps, distance.titles) == ((), (), {})
    assert distance.words == row_distance(inside, row_id=other, by=COMMAND).words != ()


def test_distance_names_the_next_band_and_place_and_the_dearest_leaves(
    inside: Session, version: ResultVersion
) -> None:
    found = row_distance(inside, row_id=row_of(version, "Sở Ba").id, by=COMMAND)
    # 79,995 % of 60 is 47,997; 80,005 % is 48,003
    assert (found.band, found.rank) == (
        Distance(29_970, "Tốt"), RankDistance(Distance(29_970, 1), Distance(30_030, 1)),
    )  # fmt: skip
    assert found.words == (
        "Thêm 2,997 điểm thì xếp loại Tốt",
        "Thêm 2,997 điểm thì ngang Sở Hai và 1 đơn vị khác (hạng 1); "
        "thêm 3,003 điểm thì vượt lên hạng 1",
    )
    assert found.losses == (
        Loss("bo-nho", "1.2", 100_000, 1, Fraction(10, 15)),
        Loss("bo-nho", "2.1", 50_000, 1, Fraction(5, 15)),
    )
    key = str(row_of(version, "Sở Ba").id)
    assert found.steps == (
        Step("2.1", 50_000, Graded(key, Decimal("83.33"), 1, "Tốt", False)),
        Step("1.2", 100_000, Graded(key, Decimal("91.67"), 1, "Tốt", False)),
    )
    assert found.gains[0] == "từ hạng 3 lên hạng 1, lên loại Tốt"
    assert found.titles["2.1"] == "Mức độ hài lòng"


def test_losses_of_a_version_by_group(inside: Session, version: ResultVersion) -> None:
    found = campaign_losses(inside, version_id=version.id, by=COMMAND)
    # 1.1: 10 + 10 + 20; 1.2: 5 + 4,9999 + 10 + 10; 2.1: 5 each
    assert [(one.code, one.ticks, one.units) for one in found.whole] == [
        ("1.1", 400_000, 3), ("1.2", 299_999, 4), ("2.1", 200_000, 4),
    ]  # fmt: skip
    assert {label: [one.ticks for one in group] for label, group in found.groups.items()} == {
        "Sở, ban, ngành / Khối 1": [200_000, 199_999, 150_000],
        "Cấp xã": [200_000, 100_000, 50_000],
    }
    assert found.titles["bo-nho", "1.1"] == "Hoàn thành nhiệm vụ"


def test_what_if_moves_others_and_stores_nothing(inside: Session, version: ResultVersion) -> None:
    row = row_of(version, "Sở Ba")
    changes = {"1.2": {"points": Decimal(40)}}
    found, names = what_if(inside, row_id=row.id, changes=changes, by=COMMAND)
    assert (found.score.total, found.own.after) == (
        550_000, Graded(str(row.id), Decimal("91.67"), 1, "Tốt", False),
    )  # fmt: skip
    moved = {names[move.after.key]: (move.before.rank, move.after.rank) for move in found.others}
    assert moved == {"Sở Một": (1, 2), "Sở Hai": (1, 2)}
    assert not inside.dirty
    assert not inside.new


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"9.9": {"x": Decimal(1)}}, "9.9: bộ tiêu chí không có mã này; hãy chọn lại"),
        ({"1.2": {"points": Decimal(50)}}, "1.2.points: “Điểm” phải từ 0 đến 40; hãy nhập lại"),
        ({"1.2": {"points": Decimal("1.00001")}}, "1.2.points: có quá nhiều số lẻ; hãy nhập lại"),
    ],
)
def test_what_if_refuses_unusable_inputs(
    inside: Session, version: ResultVersion, changes: Mapping[str, Mapping[str, Decimal]], said: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        what_if(inside, row_id=version.rows[0].id, changes=changes, by=COMMAND)
    assert str(refusal.value) == said


OWN = {
    "kind": "custom",
    "name": "rieng",
    "takes": [{"name": "x", "label": "Số việc"}],
}


def thirds(parts: int) -> Mapping[str, RuleKind]:
    """A province's own kind: each thing is worth a part of the maximum."""

    def score(
        settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]
    ) -> tuple[Fraction, str]:
        return Fraction(maximum * inputs["x"], parts), "some"

    return {"rieng": RuleKind("rieng", score, {"some": "{x} việc" if parts == 3 else "khác"})}


def test_version_stays_readable_when_the_plugin_has_moved_on(
    sessions: sessionmaker[Session],
) -> None:
    own = criteria(domains=[domain("1", "Việc", leaf("1.1", "Việc riêng", 10, OWN))])
    own |= {"exemption_groups": [], "declared": None, "bonus_cap": 0}
    with sessions.begin() as session:
        campaign = open_small(session, small_spec(criteria_sets=[own]))
        enter(session, campaign, "xa-mot", {"1.1": {"x": 1}}, "self")
        version = compute_results(
            session, campaign_id=campaign.id, by=COMMAND, plugin_version="3", kinds=thirds(3)
        )
        row = row_of(version, "Xã Một").id
        said = [
            node(explain_row(session, row_id=row, by=COMMAND, kinds=kinds), "1.1").words
            for kinds in (thirds(3), thirds(4), {})
        ]
        own_words = ("1 việc → 3,3333 điểm", "Số liệu theo tự chấm")
        rounding = "3,33333… làm tròn 4 số lẻ thành 3,3333"
        assert said == [(own_words[0], rounding, own_words[1]), own_words, own_words]
        with pytest.raises(Invalid, match="chưa đăng ký cách chấm “rieng”"):
            what_if(session, row_id=row, changes={"1.1": {"x": Decimal(2)}}, by=COMMAND)


def test_tie_breaks_of_the_neighbours_are_compared(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        spec = small_spec(grading=[grading(rank={"ties": ["2"]})])
        campaign = open_small(session, spec)
        fill(session, campaign, "so-mot", tasks=30, points=350_000, percent=750_000)
        fill(session, campaign, "so-hai", tasks=30, points=340_000, percent=800_000)
        version = compute(session, campaign)
        found = explain_row(session, row_id=row_of(version, "Sở Hai").id, by=COMMAND)
        assert found.rank.words[1:4] == (
            "Không đơn vị nào đứng trên",
            "Ngay dưới: Sở Một (hạng 2, 80,00%)",
            "Bằng Sở Một về chỉ số; so mã 2: 80% hơn 75% nên đứng trên",
        )


def test_published_table_of_others_explains_what_it_printed(
    inside: Session, opened: Opened
) -> None:
    rows = [
        {"position": 1, "unit": "so-mot", "points": "81"},
        {"position": 2, "unit": "so-hai", "points": "79.5"},
    ]
    table = {
        "year": 2024, "title": "Bảng", "grading": "chung", "published_on": "2025-08-01",
        "groups": [{"name": "Sở", "rows": rows}],
    }  # fmt: skip
    spec = small_spec(published_results=[table])
    version = import_published(inside, spec=spec, published=spec.published_results[0], by=COMMAND)
    row = row_of(version, "Sở Hai").id
    found = explain_row(inside, row_id=row, by=COMMAND)
    assert (found.total, found.index.words, found.band.words[0], found.rank.words[0]) == (
        None,
        ("Bảng đã công bố không in chỉ số",),
        "Xếp loại Khá: 79,5 điểm đạt ngưỡng từ 65",
        "Hạng 2 trong 2 đơn vị được xếp hạng của nhóm “Sở”",
    )
    assert row_distance(inside, row_id=row, by=COMMAND).words == (
        "Thêm 0,5 điểm thì xếp loại Tốt",
        "Thêm 1,5 điểm thì ngang Sở Một (hạng 1); thêm 1,5001 điểm thì vượt lên hạng 1",
    )
    with pytest.raises(Invalid, match="chỉ in tổng điểm"):
        what_if(inside, row_id=row, changes={}, by=COMMAND)
