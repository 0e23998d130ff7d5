"""A stored row read again: figures from the row, words made on reading, nothing recomputed."""

from __future__ import annotations

from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import (
    OPENED_AT,
    compute,
    criteria,
    enter,
    fill,
    fill_all,
    leaf,
    open_small,
    person,
    small_spec,
)

from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import LeafScore
from thidua.scoring.sheet import score_sheet
from thidua.store.campaigns import Campaign
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.campaigns import scoring_sets
from thidua.work.detail import Line, SheetDetail, Source, read_detail
from thidua.work.entries import save_entry
from thidua.work.results import compute_results


def detail(session: Session, version: ResultVersion, name: str) -> SheetDetail:
    """The sheet behind the row of this unit."""
    session.flush()
    session.expire_all()
    row = next(row for row in version.rows if row.name == name)
    found = read_detail(session, row=row)
    assert found is not None
    return found


def test_a_row_is_read_as_it_was_scored(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    fill(inside, campaign, "so-hai", tasks=30, points=349_949, percent=749_997, bonus=3)
    sheet = detail(inside, compute(inside, campaign), "Sở Hai")
    scoring = scoring_sets(inside, campaign)["so"]
    assert (sheet.criteria, sheet.grading) == (scoring.criteria, scoring.grading)
    assert sheet.score == score_sheet(scoring.criteria, sheet.inputs)
    assert sheet.inputs == {
        "1.1": {"numerator": 30, "denominator": 40},
        "1.2": {"points": 349_949},
        "2.1": {"percent": 749_997},
        "2.2": {"count": 3},
    }
    assert sheet.lines() == [
        Line("1", "Chỉ đạo, điều hành", 649_949, 800_000, False, ""),
        Line("1.1", "Hoàn thành nhiệm vụ", 300_000, 400_000, True,
             "30/40 = 75% của 40 điểm → 30 điểm"),
        Line("1.2", "Trang thông tin", 349_949, 400_000, True,
             "Chấm trực tiếp, tối đa 40 điểm → 34,9949 điểm"),
        Line("2", "Hài lòng và sáng kiến", 159_999, 200_000, False, ""),
        Line("2.1", "Mức độ hài lòng", 149_999, 200_000, True,
             "Mức độ hài lòng 74,9997% của 20 điểm → 14,9999 điểm"),
        Line("2.2", "Sáng kiến", 10_000, 0, True,
             "3 × 0,5 điểm, không quá 1 điểm → cộng 1 điểm"),
    ]  # fmt: skip


def test_a_row_says_who_entered_what_and_what_the_unit_had_claimed(
    inside: Session, campaign: Campaign
) -> None:
    officer, appraiser = person(inside, "officer", "so-mot"), person(inside, "appraiser", "so-hai")
    unit = unit_of(campaign, "Sở Một")
    for leaf_code, inputs in (("1.1", {"numerator": 3, "denominator": 4}), ("1.2", {"points": 9})):
        save_entry(inside, campaign_id=campaign.id, unit_id=unit, leaf_code=leaf_code,
                   stage="self", inputs=inputs, by=officer, at=OPENED_AT)  # fmt: skip
    save_entry(inside, campaign_id=campaign.id, unit_id=unit, leaf_code="1.2",
               stage="appraised", inputs={"points": 7}, by=appraiser, at=OPENED_AT)  # fmt: skip
    sheet = detail(inside, compute(inside, campaign), "Sở Một")
    assert sheet.sources == {
        "1.1": Source("self", officer.id, {"numerator": 3, "denominator": 4}),
        "1.2": Source("appraised", appraiser.id, {"points": 7}),
    }
    claim = LeafScore("1.2", 9, 400_000, "entered", "points")
    assert sheet.claims == {"1.2": (claim, Source("self", officer.id, {"points": 9}))}


def unit_of(campaign: Campaign, name: str) -> int:
    return next(unit.unit_id for unit in campaign.units if unit.name == name)


def test_what_is_not_assessed_has_its_reason(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    sheet = detail(inside, compute(inside, campaign), "Sở Ba")
    assert sheet.reasons == {"1.1": "Năm nay không được giao nhiệm vụ"}
    assert sheet.score.leaves[0] == LeafScore("1.1", 0, 0, "exempt", "points")
    assert sheet.words()["1.1"] == "Không đánh giá, đã bỏ khỏi điểm tối đa"


OWN = {"kind": "custom", "name": "so-le", "takes": [{"name": "n", "label": "n"}]}


def test_sentences_of_own_kinds_stay_when_the_plugin_has_gone(
    sessions: sessionmaker[Session],
) -> None:
    changed = criteria()
    changed["domains"][0]["criteria"][1] = leaf("1.2", "Trang thông tin", 40, OWN)
    kind = RuleKind("so-le", lambda settings, maximum, inputs: (inputs["n"], "le"),
                    {"le": "{n} lần lẻ"})  # fmt: skip
    unused = RuleKind("khac", kind.score, {"x": "không dùng"})
    with sessions.begin() as session:
        campaign = open_small(session, small_spec(criteria_sets=[changed]))
        enter(session, campaign, "so-mot", {"1.2": {"n": 5}}, "self")
        version = compute_results(
            session, campaign_id=campaign.id, by=COMMAND, plugin_version="3",
            kinds={"so-le": kind, "khac": unused},
        )  # fmt: skip
        assert version.sentences == {"so-le": {"le": "{n} lần lẻ"}}
        sheet = detail(session, version, "Sở Một")
        assert sheet.words()["1.2"] == "5 lần lẻ → 0,0005 điểm"


def test_a_version_stored_with_its_words_is_still_read(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    version = compute(inside, campaign)
    row = next(row for row in version.rows if row.name == "Sở Ba")
    now = detail(inside, version, "Sở Ba")
    row.detail = {
        "set": ["bo-nho", "1"],
        "bonus": 0,
        "penalty": 0,
        "nodes": [],
        "leaves": [
            {
                "code": score.code, "ticks": score.ticks, "max": score.maximum,
                "branch": score.branch, "inputs": dict(now.inputs[score.code]),
                "words": f"lời đã lưu của {score.code}",
            }
            for score in now.score.leaves
        ],
    }  # fmt: skip
    then = detail(inside, version, "Sở Ba")
    assert (then.score, then.inputs) == (now.score, now.inputs)
    assert (then.reasons, then.claims) == ({}, {})
    assert then.words() == {code: f"lời đã lưu của {code}" for code in ("1.1", "1.2", "2.1", "2.2")}


def test_a_printed_table_has_no_sheets(inside: Session) -> None:
    row = ResultRow(detail={})
    assert read_detail(inside, row=row) is None
