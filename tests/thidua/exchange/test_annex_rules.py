"""Which words of "cách chấm" are proposed as a rule, and which stay for a person to score by."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from thidua.exchange.annex_rules import SURVEY, proposed_rule

RATIO = {"kind": "ratio", "numerator": "số đúng hạn", "denominator": "tổng số hồ sơ"}


def bands(*steps: tuple[str, str], **last: Any) -> dict[str, Any]:
    found: list[dict[str, Any]] = [{"from": low, "points": points} for low, points in steps]
    found[-1].update(last)
    return {"kind": "bands", "value": "Tiêu chí (%)", "steps": found}


@pytest.mark.parametrize(
    ("method", "rule"),
    [
        ("Có ban hành: 2 điểm; không ban hành: 0 điểm", {"kind": "yes_no"}),
        ("- Đạt: 2đ\n- Không đạt: 0,5đ", {"kind": "yes_no", "no_points": "0.5"}),
        ("Đã công khai: điểm tối đa. Chưa công khai: không tính điểm.", {"kind": "yes_no"}),
        (
            "Từ 90% trở lên: 2 điểm; từ 70% đến dưới 90%: 1 điểm; dưới 70%: 0 điểm",
            bands(("90", "2"), ("70", "1")),
        ),
        (
            "Đạt 100%: 2 điểm\nTừ 85,5% đến dưới 100%: 1,5 điểm\nDưới 85,5%: 0,5 điểm",
            bands(("100", "2"), ("85.5", "1.5"), ("0", "0.5")),
        ),
        ("(b/a) × điểm tối đa; a là tổng số hồ sơ; b là số đúng hạn", RATIO),
        (
            "b/a x 2 điểm. Trong đó: a là tổng số hồ sơ, b là số đúng hạn. Dưới 50%: 0 điểm",
            {**RATIO, "floor": "0.5"},
        ),
        (
            "Mỗi sáng kiến được cộng 0,5 điểm, tối đa 2 điểm",
            {"kind": "count", "item": "sáng kiến", "each": "0.5"},
        ),
        (
            "Mỗi báo cáo chậm bị trừ 0,25 điểm",
            {
                "kind": "deduction",
                "faults": [{"name": "loi", "label": "báo cáo chậm", "points": "0.25"}],
            },
        ),
        ("Theo kết quả điều tra xã hội học.", {"kind": "survey", "survey": SURVEY}),
    ],
)
def test_a_known_wording_is_proposed(method: str, rule: dict[str, Any]) -> None:
    assert proposed_rule(method, "Tiêu chí", Decimal(2)) == rule


@pytest.mark.parametrize(
    "method",
    [
        "",
        "Chấm theo báo cáo",
        "Có: 1 điểm; không: 0 điểm",  # not the maximum
        "Có: 2 điểm; không: 0 điểm; chậm: 1 điểm",
        "Có 5 văn bản: 2 điểm; không có: 0 điểm",
        "Từ 90% trở lên: 2 điểm; từ 70% đến dưới 85%: 1 điểm; dưới 70%: 0 điểm",  # a gap
        "Từ 90% trở lên: 1 điểm; dưới 90%: 0 điểm",  # not the maximum
        "Từ 90% trở lên: 2 điểm; dưới 80%: 0 điểm",
        "Từ 90% trở lên: 2 điểm; từ 70% đến 90%: 1 điểm; dưới 70%: 0 điểm",  # 90 % is twice
        "Từ 90 điểm trở lên: 2 điểm; dưới 90 điểm: 0 điểm",
        "(b/a) × điểm tối đa",  # what a and b are is not said
        "(b/a) × 3 điểm; a là tổng số hồ sơ; b là số đúng hạn",
        "(b/a) × điểm tối đa; a là tổng số; b là số đúng; chậm trừ 0,5 điểm",
        "(b/a) × điểm tối đa; a là tổng số; b là số đúng; từ 80% trở lên: điểm tối đa",
        "Mỗi sáng kiến cộng 0,5 điểm, tối đa 1 điểm",
        "Mỗi sáng kiến cộng 0 điểm",
        "Ban hành kế hoạch điều tra xã hội học: 2 điểm",
        "Kết quả điều tra xã hội học; báo cáo: 1 điểm",
    ],
)
def test_what_is_not_wholly_understood_is_not_proposed(method: str) -> None:
    assert proposed_rule(method, "Tiêu chí", Decimal(2)) is None
