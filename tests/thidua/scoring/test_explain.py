"""Every number explained: by hand once, then re-added and re-read for any sheet and table."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring import oracle
from tests.thidua.scoring.strategies import KINDS, Case, cases, gradings, law, tables

from thidua.scoring.explain import explain
from thidua.scoring.explain_place import Table
from thidua.scoring.explain_points import LEFT_WORDS
from thidua.scoring.explanation import POINTS, Basis, Explanation, Origin
from thidua.scoring.grading import Graded, Standing, grade
from thidua.scoring.kinds import RuleKind
from thidua.scoring.rules import OUTSIDE
from thidua.scoring.sheet import score_sheet
from thidua.scoring.ticks import round_percent, round_ticks, to_points, written
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.store.sheets import EntryStage

RATIO = {"kind": "ratio", "numerator": "Hồ sơ đúng hạn", "denominator": "Hồ sơ đã giải quyết"}
MANUAL = {"kind": "manual"}


def leaf(code: str, points: str, rule: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"code": code, "name": f"Tiêu chí {code}", "max_points": points, "rule": rule, **more}


def criteria_set(**changed: Any) -> CriteriaSet:
    """1 (1.1 (1.1.1: ratio 2, 1.1.2: 3), 1.2: 5), 2 survey: 10, 3 (bonus 3.1, penalty 3.2)."""
    subs = [leaf("1.1.1", "2", RATIO), leaf("1.1.2", "3", MANUAL)]
    first = {"code": "1.1", "name": "Giải quyết hồ sơ", "sub_criteria": subs}
    third = [
        leaf("3.1", "4", MANUAL, counts_as="bonus"),
        leaf("3.2", "6", MANUAL, counts_as="penalty"),
    ]
    domains = [
        {"code": "1", "name": "Thủ tục", "criteria": [first, leaf("1.2", "5", MANUAL)]},
        leaf("2", "10", {"kind": "survey", "survey": "sipas"}),
        {"code": "3", "name": "Thưởng, trừ", "criteria": third},
    ]
    head = {"code": "bo", "version": "2025", "title": "Bộ", "kinds": ["so"], "grading": "chung"}
    document = {**head, "pending": "out_of_maximum", "bonus_cap": "2", "domains": domains}
    return CriteriaSet.model_validate({**document, **changed})


INPUTS = {
    "1.1.1": {"numerator": 5, "denominator": 6},
    "1.1.2": {"points": 25_000},
    "3.1": {"points": 30_000},
    "3.2": {"points": 5_000},
}
EXEMPT = {"1.2": "Năm nay không được giao"}
BASIS = Basis(
    criteria=criteria_set(),
    score=score_sheet(criteria_set(), INPUTS, exempt=EXEMPT),
    inputs=INPUTS,
    reasons=EXEMPT,
    origins={"1.1.1": Origin("appraised", "Bà Ba"), "1.1.2": Origin("appraised", "")},
    claims={"1.1.2": 30_000, "3.2": -5_000},
)
BANDS = [{"label": "Tốt", "from": 80}, {"label": "Khá", "from": "65", "inclusive": False}]
GRADING = Grading.model_validate({"bands": BANDS, "rank": {"ties": ["1", "2"]}})


def table(*rows: tuple[str, int, int], **changed: Any) -> Table:
    """Units with points and two tie-breaks' per cent of 100 points, all in one group."""
    standings = [
        Standing(key, "Khối 1", points * 10_000, 1_000_000, ties=(Fraction(tie), Fraction(0)))
        for key, points, tie in rows
    ]
    standings.append(Standing("dac-thu", "Khối 1", 900_000, 1_000_000, ranked=False))
    grading = GRADING.model_copy(update=changed)
    names = {item.key: f"Sở {item.key}" for item in standings}
    return Table(standings, grade(standings, grading), grading, names)


def test_leaf_says_rule_rounding_and_who_entered() -> None:
    found = explain(table(), "", "node", basis=BASIS, code="1.1.1")
    assert found == Explanation(
        subject="leaf",
        code="1.1.1",
        title="Tiêu chí 1.1.1",
        value=16_667,
        words=(
            "5/6 ≈ 83,33% của 2 điểm → 1,6667 điểm",
            "1,66666… làm tròn 4 số lẻ thành 1,6667",
            "Số liệu theo thẩm định, người nhập: Bà Ba",
        ),
        data={
            "set": "bo",
            "version": "2025",
            "rule": RATIO,
            "branch": "share",
            "counts_as": "points",
            "inputs": [
                {"name": "numerator", "label": "Hồ sơ đúng hạn", "value": "5", "shown": "5"},
                {"name": "denominator", "label": "Hồ sơ đã giải quyết", "value": "6", "shown": "6"},
            ],
            "formula": "5/6 ≈ 83,33% của 2 điểm → 1,6667 điểm",
            "exact": "5/3",
            "decimals": 4,
            "points": "1.6667",
            "maximum": "2",
            "sub_index": "83.34",
            "reason": None,
            "stage": "appraised",
            "by": "Bà Ba",
            "claimed": None,
        },
    )


@pytest.mark.parametrize("stage", get_args(EntryStage))
def test_leaf_says_of_every_stage_where_its_figures_come_from(stage: str) -> None:
    words = {
        "self": "Số liệu theo tự chấm, người nhập: Bà Ba",
        "agency": "Số liệu do cơ quan thẩm định cung cấp, người nhập: Bà Ba",
        "appraised": "Số liệu theo thẩm định, người nhập: Bà Ba",
        "reappraised": "Số liệu theo thẩm định lần 2, người nhập: Bà Ba",
        "survey": "Số liệu theo điều tra, chỉ số, người nhập: Bà Ba",
    }
    basis = replace(BASIS, origins={"1.1.1": Origin(stage, "Bà Ba")})
    assert explain(table(), "", "node", basis=basis, code="1.1.1").words[-1] == words[stage]


def test_leaf_that_is_not_assessed_names_nobody_whose_figures_do_not_count() -> None:
    basis = replace(BASIS, origins={"1.2": Origin("self", "Bà Ba")}, claims={"1.2": 40_000})
    assert explain(table(), "", "node", basis=basis, code="1.2").words == (
        "Không đánh giá, đã bỏ khỏi điểm tối đa",
        "Lý do không đánh giá: Năm nay không được giao",
    )


def test_rounding_to_no_decimals_speaks_of_whole_numbers() -> None:
    criteria = criteria_set(leaf_decimals=0)
    basis = replace(BASIS, criteria=criteria, score=score_sheet(criteria, INPUTS), origins={})
    assert explain(table(), "", "node", basis=basis, code="1.1.1").words[1:] == (
        "1,66666… làm tròn đến số nguyên thành 2",
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "1.1",
            (
                "1,6667 + 2,5 = 4,1667 điểm",
                "Chỉ số thành phần: 4,1667 ÷ 5 = 83,334%",
                "83,334% làm tròn 2 số lẻ thành 83,33%",
            ),
        ),
        (
            "1.1.2",
            (
                "Chấm trực tiếp, tối đa 3 điểm → 2,5 điểm",
                "Số liệu theo thẩm định",
                "Đơn vị tự chấm 3 điểm",
            ),
        ),
        (
            "1.2",
            (
                "Không đánh giá, đã bỏ khỏi điểm tối đa",
                "Lý do không đánh giá: Năm nay không được giao",
            ),
        ),
        (
            "3",
            (
                "3 − 0,5 = 2,5 điểm",
                "Không có điểm tối đa nên không có chỉ số thành phần",
            ),
        ),
    ],
)
def test_node_says_its_sum_and_sub_index(code: str, words: tuple[str, ...]) -> None:
    assert explain(table(), "", "node", basis=BASIS, code=code).words == words


def test_total_says_caps_and_what_left_the_maximum() -> None:
    found = explain(table(), "", "total", basis=BASIS)
    assert (found.value, found.words) == (
        56_667,
        (
            "Điểm đạt + điểm thưởng − điểm trừ: 4,1667 + 2 − 0,5 = 5,6667 điểm",
            "Điểm thưởng 3 điểm vượt trần 2 điểm, tính 2 điểm",
            "Điểm tối đa của đơn vị: 5 điểm, của cả bộ tiêu chí: 20 điểm",
            "Bỏ 5 điểm của 1.2 khỏi điểm tối đa: không đánh giá (Năm nay không được giao)",
            "Bỏ 10 điểm của 2 khỏi điểm tối đa: chưa có kết quả",
        ),
    )
    assert [(part.code, part.value) for part in found.parts] == [
        ("1", 41_667),
        ("2", 0),
        ("3", 25_000),
        ("bonus", -10_000),
    ]


def test_caps_after_the_penalty_and_of_the_penalty_are_said() -> None:
    criteria = criteria_set(bonus_cap="1", bonus_capped="after_penalty", penalty_cap="0.25")
    basis = Basis(criteria, score_sheet(criteria, INPUTS), INPUTS)
    words = explain(table(), "", "total", basis=basis).words
    assert words[1:3] == (
        "Điểm thưởng 3 điểm vượt trần 1 điểm của phần còn lại sau khi bù điểm trừ, tính 1,25 điểm",
        "Điểm trừ 0,5 điểm vượt trần 0,25 điểm, tính 0,25 điểm",
    )


def test_every_branch_that_leaves_the_maximum_has_its_words() -> None:

    assert set(LEFT_WORDS) == OUTSIDE | {"pending"}


def test_index_says_the_quotient_and_the_rounding() -> None:
    standing = Standing("a", "", 200_000, 300_000)
    one = Table([standing], grade([standing], GRADING), GRADING, {"a": "Sở A"})
    assert explain(one, "a", "index") == Explanation(
        subject="index",
        code="",
        title="Chỉ số",
        value=Decimal("66.67"),
        words=(
            "Điểm ÷ điểm tối đa của đơn vị: 20 ÷ 30 = 66,66666…%",
            "66,66666…% làm tròn 2 số lẻ thành 66,67%",
        ),
        data={"points": "20", "maximum": "30", "exact": "200/3", "decimals": 2},
    )


@pytest.mark.parametrize(
    ("points", "first"),
    [
        (80, "Xếp loại Tốt: chỉ số 80% đạt ngưỡng từ 80 (bằng đúng ngưỡng)"),
        (79, "Xếp loại Khá: chỉ số 79% đạt ngưỡng trên 65"),
        (65, "Không xếp loại: chỉ số 65% chưa tới loại nào"),
    ],
)
def test_band_says_which_cut_off_was_reached(points: int, first: str) -> None:
    found = explain(table(("a", points, 0)), "a", "band")
    assert found.words == (
        first,
        "Tốt từ 80; Khá trên 65",
        "Xếp theo chỉ số đã làm tròn để công bố",
    )


STANDINGS = (("a", 90, 0), ("b", 80, 50), ("c", 80, 40), ("d", 80, 40), ("e", 70, 99))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "a",
            (
                "Hạng 1 trong 5 đơn vị được xếp hạng của nhóm “Khối 1”",
                "Không đơn vị nào đứng trên",
                "Ngay dưới: Sở b (hạng 2, 80,00%)",
                "Xếp theo chỉ số đã làm tròn để công bố",
            ),
        ),
        (
            "b",
            (
                "Hạng 2 trong 5 đơn vị được xếp hạng của nhóm “Khối 1”",
                "Ngay trên: Sở a (hạng 1, 90,00%)",
                "Ngay dưới: Sở c, Sở d (hạng 3, 80,00%)",
                "Bằng Sở c về chỉ số; so mã 1: 50% hơn 40% nên đứng trên",
                "Bằng Sở d về chỉ số; so mã 1: 50% hơn 40% nên đứng trên",
                "Xếp theo chỉ số đã làm tròn để công bố",
            ),
        ),
        (
            "c",
            (
                "Hạng 3 trong 5 đơn vị được xếp hạng của nhóm “Khối 1”",
                "Đồng hạng với Sở d (hạng 3, 80,00%), so lần lượt các mã 1, 2 vẫn bằng nhau",
                "Ngay trên: Sở b (hạng 2, 80,00%)",
                "Bằng Sở b về chỉ số; so mã 1: 40% kém 50% nên đứng dưới",
                "Ngay dưới: Sở e (hạng 5, 70,00%)",
                "Xếp theo chỉ số đã làm tròn để công bố",
            ),
        ),
        ("dac-thu", ("Được chấm điểm và xếp loại nhưng không xếp hạng chung",)),
    ],
)
def test_rank_says_neighbours_ties_and_tie_breaks(key: str, words: tuple[str, ...]) -> None:
    assert explain(table(*STANDINGS), key, "rank").words == words


def test_rank_as_data_names_neighbours_with_published_figures_only() -> None:
    data = explain(table(*STANDINGS), "e", "rank").data
    above = [
        {"unit": f"Sở {key}", "rank": 3, "index": "80.00", "points": "80"} for key in ("c", "d")
    ]
    assert (data["ranked"], data["above"], data["below"]) == (5, above, [])


def test_a_unit_without_maximum_has_nothing_to_rank() -> None:
    standing = Standing("a", "", 0, 0)
    one = Table([standing], grade([standing], GRADING), GRADING, {"a": "Sở A"})
    assert [explain(one, "a", number).words[0] for number in ("index", "band", "rank")] == [
        "Không có điểm tối đa nên không có chỉ số",
        "Không xếp loại",
        "Không có điểm tối đa nên không xếp hạng",
    ]


def test_points_of_a_printed_table_are_not_explained() -> None:
    standing = Standing("a", "", 800_000)
    one = Table([standing], grade([standing], GRADING), GRADING, {"a": "Sở A"})
    with pytest.raises(ValueError, match="nothing is known"):
        explain(one, "a", "total")
    assert (
        explain(one, "a", "band").words[0]
        == "Xếp loại Tốt: 80 điểm đạt ngưỡng từ 80 (bằng đúng ngưỡng)"
    )


def test_a_kind_that_has_moved_on_is_not_computed_again() -> None:
    takes = [{"name": "x", "label": "Số việc"}]
    own = {"kind": "custom", "name": "rieng", "takes": takes}
    criteria = criteria_set(domains=[leaf("1", "2", own)])
    inputs = {"1": {"x": 1}}
    then = {
        "rieng": RuleKind("rieng", lambda s, m, i: (Fraction(20_000, 3), "x"), {"x": "{x} việc"})
    }
    now = {"rieng": RuleKind("rieng", lambda s, m, i: (5_000, "x"), {"x": "{x} việc"})}
    score = score_sheet(criteria, inputs, kinds=then)
    words = [
        explain(
            table(), "", "node", basis=Basis(criteria, score, inputs, kinds=kinds), code="1"
        ).words
        for kinds in (then, now, {})
    ]
    assert words == [
        ("1 việc → 0,6667 điểm", "0,66666… làm tròn 4 số lẻ thành 0,6667"),
        ("1 việc → 0,6667 điểm",),
        ("Cách chấm riêng “rieng” → 0,6667 điểm",),
    ]


# For any sheet and table


def figure(text: str) -> Fraction:
    """A Vietnamese figure read back."""
    return Fraction(Decimal(text.replace(".", "").replace(",", ".")))


def read_sum(words: str) -> Fraction:
    """A sum as written, added up again; its own total must agree."""
    terms, _, total = words.removesuffix(" điểm").rpartition(" = ")
    signed = re.findall(r"(?:^|([+−]) )(-?[\d.,]+)", terms or total)
    added = sum((-figure(n) if sign == "−" else figure(n) for sign, n in signed), Fraction(0))
    assert added == figure(total), words
    return added


def check_points(found: Explanation) -> None:
    """Parts re-added give the value; the figures of words and data are the value."""
    assert isinstance(found.value, int)
    if found.parts:
        assert sum(int(part.value or 0) for part in found.parts) == found.value
    if found.subject in ("domain", "criterion"):
        assert read_sum(found.data["formula"]) * 10_000 == found.value
    if found.subject == "total":
        assert read_sum(found.data["formula"].rpartition(": ")[2]) * 10_000 == found.value
    if found.subject == "leaf" and found.data["branch"] not in OUTSIDE | {"pending"}:
        assert found.words[0].endswith(f"{written(to_points(abs(found.value)))} điểm") or (
            found.value < 0 and found.words[0].endswith(f"{written(to_points(found.value))} điểm")
        )
    if found.subject != "cap" and found.subject != "total" and found.data["sub_index"]:
        share = Fraction(found.data["points"]) / Fraction(found.data["maximum"])
        assert Decimal(found.data["sub_index"]) == round_percent(share, 2)


def check_rounding(found: Explanation) -> None:
    """Rounding is said if and only if it changed something, and leads to the score."""
    if found.subject != "leaf" or found.data["exact"] is None:
        return
    exact, decimals = Fraction(found.data["exact"]), found.data["decimals"]
    rounded = Fraction(round_ticks(exact * 10_000, decimals), 10_000)
    said = [line for line in found.words[1:] if "làm tròn" in line]
    assert bool(said) == (rounded != exact)
    for line in said:
        assert figure(line.rpartition(" ")[2]) == rounded


@law(usual=80)
@given(cases())
def test_parts_of_any_sheet_add_up_to_the_score(case: Case) -> None:
    for inputs, exempt in zip(case.units, case.exempt, strict=True):
        score = score_sheet(case.criteria, inputs, exempt=exempt, kinds=KINDS)
        basis = Basis(
            case.criteria, score, inputs, reasons=dict.fromkeys(exempt, "Lý do"), kinds=KINDS
        )
        total = explain(table(), "", "total", basis=basis)
        assert total.value == score.total
        for found in total.walk():
            assert found.subject in POINTS
            check_points(found)
            check_rounding(found)
            if found.subject in ("leaf", "criterion", "domain"):
                assert found.value == score.nodes[found.code].ticks
                assert found == explain(table(), "", "node", basis=basis, code=found.code)
        assert json.loads(json.dumps(total.document())) == total.document()


def check_place(found: Table, item: Standing, graded: Graded) -> None:
    """Index, band and rank follow again from what their explanations say."""
    index = explain(found, item.key, "index")
    if index.data["exact"] is not None:
        ratio = Fraction(index.data["exact"]) / 100
        assert index.value == round_percent(ratio, index.data["decimals"])
    assert index.value == graded.index
    if graded.index is not None:
        assert figure(re.findall(r"(-?[\d.,]+)…?%", index.words[-1])[-1]) == graded.index
    band = explain(found, item.key, "band")
    figured = band.data["figure"]
    assert band.value == graded.band
    assert band.value == (
        None if figured is None else oracle.band(Fraction(figured), found.grading)
    )
    rank = explain(found, item.key, "rank")
    assert (graded.band or "Không") in band.words[0]
    assert rank.value == graded.rank
    if graded.rank is not None:
        assert rank.words[0].startswith(f"Hạng {graded.rank} trong {rank.data['ranked']} đơn vị")
        first = graded.rank - len({one["unit"] for one in rank.data["above"]})
        assert all(one["rank"] == first for one in rank.data["above"])
        after = graded.rank + len(rank.data["level"]) + 1
        assert all(one["rank"] == after for one in rank.data["below"])
        assert (rank.data["above"] == []) == (graded.rank == 1)
        assert (rank.data["below"] == []) == (after > rank.data["ranked"])
    for explanation in (index, band, rank):
        assert json.loads(json.dumps(explanation.document())) == explanation.document()


@law(usual=120)
@given(tables(), st.data())
def test_index_band_and_rank_of_any_table_follow_from_their_explanations(
    standings: list[Standing], data: st.DataObject
) -> None:
    figures = [
        Fraction(100 * item.points, item.maximum)
        for item in standings
        if item.points is not None and item.maximum
    ]
    grading = data.draw(gradings(figures))
    grading = grading.model_copy(update={"rank": GRADING.rank})
    names = {item.key: f"Đơn vị {item.key}" for item in standings}
    found = Table(standings, grade(standings, grading), grading, names)
    for item, graded in zip(standings, found.graded, strict=True):
        check_place(found, item, graded)
