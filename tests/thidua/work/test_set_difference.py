"""What changed between two versions, in sentences; which node is which."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.small import COUNT, RATIO, SURVEY, criteria, domain, leaf

from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.work.criteria import ProposedMapping, ProposedPair, propose_mapping
from thidua.work.set_difference import SetChange, diff_sets

MANUAL = {"kind": "manual"}


def version(*domains: dict[str, Any], **changed: Any) -> CriteriaSet:
    return parse(
        CriteriaSet,
        criteria(declared={}, exemption_groups=[], domains=list(domains), **changed),
    )


OLD = version(
    domain(
        "1", "Chỉ đạo",
        leaf("1.1", "Kế hoạch năm", 2, MANUAL),
        leaf("1.2", "Báo cáo định kỳ đúng hạn", 3, RATIO),
        leaf("1.3", "Kiểm tra", 1, MANUAL),
        leaf("1.4", "Tuyên truyền", 1, MANUAL),
    ),
    domain("2", "Hài lòng", leaf("2.1", "Mức độ hài lòng", 20, SURVEY)),
)  # fmt: skip
NEW = version(
    domain(
        "1", "Chỉ đạo",
        {
            **leaf("1.1", "Kế hoạch năm", 2, MANUAL, guidance="Xem quyết định"),
            "max_points": "2.5",
        },
        leaf("1.2", "Báo cáo định kỳ đầy đủ, đúng hạn", 3, {**RATIO, "floor": "0.5"}),
        leaf("1.3", "Sáng kiến", 1, COUNT, counts_as="bonus"),
    ),
    domain(
        "2", "Hài lòng",
        leaf("2.1", "Mức độ hài lòng", 20, SURVEY, evidence="Báo cáo"),
        leaf("2.2", "Kiểm tra", 1, MANUAL),
    ),
    version="2", bonus_cap=2,
)  # fmt: skip


def test_a_difference_is_told_in_sentences() -> None:
    ratio = "(Số nhiệm vụ đã hoàn thành) / (Số nhiệm vụ được giao) × 3 điểm"
    zero = "mẫu số bằng 0: 0 điểm"
    assert diff_sets(OLD, NEW) == (
        SetChange("set", "", "", "Bộ tiêu chí, trần điểm thưởng: 1 → 2."),
        SetChange("points", "1.1", "1.1", "1.1 Kế hoạch năm: điểm tối đa 2 → 2,5."),
        SetChange("guidance", "1.1", "1.1", "1.1 Kế hoạch năm: thêm hướng dẫn chấm."),
        SetChange(
            "renamed", "1.2", "1.2",
            "1.2 Báo cáo định kỳ đầy đủ, đúng hạn: tên cũ “Báo cáo định kỳ đúng hạn”, tên mới "
            "“Báo cáo định kỳ đầy đủ, đúng hạn”.",
        ),
        SetChange(
            "rule", "1.2", "1.2",
            f"1.2 Báo cáo định kỳ đầy đủ, đúng hạn: cách chấm “{ratio}; {zero}” → "
            f"“{ratio}; dưới 50%: 0 điểm; {zero}”.",
        ),
        SetChange("added", "", "1.3", "Thêm 1.3 “Sáng kiến” (1 điểm)."),
        SetChange(
            "other", "2.1", "2.1",
            "2.1 Mức độ hài lòng: tài liệu minh chứng: (không có) → Báo cáo.",
        ),
        SetChange(
            "moved", "1.3", "2.2",
            "2.2 Kiểm tra: chuyển từ 1 “Chỉ đạo” sang 2 “Hài lòng”, mã cũ 1.3.",
        ),
        SetChange("removed", "1.4", "", "Bỏ 1.4 “Tuyên truyền” (1 điểm)."),
    )  # fmt: skip


def test_equal_sets_differ_in_nothing() -> None:
    assert diff_sets(OLD, OLD.model_copy(update={"version": "9"})) == ()


def test_a_mapping_is_proposed_with_what_speaks_for_it() -> None:
    assert propose_mapping(OLD, NEW) == ProposedMapping(
        pairs=(
            ProposedPair("1.1", "1.1", "same", Fraction(1)),
            ProposedPair("1.2", "1.2", "alike", Fraction(3, 4)),
            ProposedPair("1.3", "2.2", "name", Fraction(1)),
            ProposedPair("2.1", "2.1", "same", Fraction(1)),
        ),
        only_here=("1.4",),
        only_there=("1.3",),
    )


def test_names_that_only_look_alike_need_the_code_or_most_words() -> None:
    one = version(domain("1", "A", leaf("1.1", "Báo cáo quý một gửi đúng hạn", 1, MANUAL)))
    near = version(domain("1", "A", leaf("1.5", "Báo cáo quý hai gửi đúng hạn", 1, MANUAL)))
    assert propose_mapping(one, near).pairs == ()
    same = version(domain("1", "A", leaf("1.1", "Báo cáo quý hai gửi đúng hạn", 1, MANUAL)))
    assert [pair.to for pair in propose_mapping(one, same).pairs] == ["1.1"]
    other = version(domain("1", "A", leaf("1.1", "Sáng kiến cấp tỉnh", 1, MANUAL)))
    assert propose_mapping(one, other).pairs == ()


def test_of_two_leaves_with_one_name_none_is_surely_meant() -> None:
    one = version(domain("1", "A", leaf("1.1", "Khác", 1, MANUAL), leaf("1.2", "Khác", 1, MANUAL)))
    moved = version(domain("1", "A", leaf("1.3", "Khác", 1, MANUAL), leaf("1.4", "K", 1, MANUAL)))
    found = propose_mapping(one, moved)
    assert found.pairs == (ProposedPair("1.1", "1.3", "alike", Fraction(1)),)
    assert (found.only_here, found.only_there) == (("1.2",), ("1.4",))
