"""Results beside each other: versions, years along successions, self and appraised, two sets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import (
    YEAR,
    compute,
    criteria,
    enter,
    fill,
    fill_all,
    open_again,
    open_small,
    person,
    small_spec,
)
from tests.thidua.work.conftest import Opened

from thidua.errors import Invalid, NotAllowed, NotFound
from thidua.scoring.comparison import LeafGap
from thidua.scoring.comparison_words import unit_change_words, year_change_words
from thidua.scoring.years import Part
from thidua.spec.succession import Succession
from thidua.store.campaigns import Campaign
from thidua.store.results import ResultVersion
from thidua.work.analysis import (
    compare_versions,
    compare_with_set,
    compare_years,
    self_against_appraised,
)
from thidua.work.campaigns import close_campaign
from thidua.work.history import import_published
from thidua.work.results import publish_results
from thidua.work.successions import record_succession
from thidua.work.units import register_unit

FIRST_DAY = date(2026, 1, 1)


@pytest.fixture
def versions(inside: Session, campaign: Campaign) -> tuple[ResultVersion, ResultVersion]:
    """Two versions; in between Sở Ba got 2 points more in 1.2 and Sở Một lost its survey's half."""
    fill_all(inside, campaign)
    first = compute(inside, campaign)
    fill(inside, campaign, "so-ba", tasks=0, points=320_000, percent=750_000)
    fill(inside, campaign, "so-mot", tasks=30, points=350_000, percent=375_000)
    return first, compute(inside, campaign)


def test_two_versions_tell_what_changed_and_why(
    inside: Session, versions: tuple[ResultVersion, ResultVersion]
) -> None:
    first, second = versions
    found = compare_versions(inside, first=first.id, second=second.id, by=COMMAND)
    assert (found.first.words, found.second.words) == ("bản số 1 năm 2025", "bản số 2 năm 2025")
    assert {change.either.name: unit_change_words(change) for change in found.changes} == {
        "Sở Ba": (
            "Điểm: 45 → 47 (+2 điểm).",
            "Chỉ số: 75,00% → 78,33% (+3,33 điểm phần trăm).",
            "Hạng: 3 → 2 (tăng 1 bậc).",
            "1.2 Trang thông tin: 30 → 32 (+2 điểm), số liệu thay đổi. Trước: Chấm trực tiếp, tối "
            "đa 40 điểm → 30 điểm; sau: Chấm trực tiếp, tối đa 40 điểm → 32 điểm.",
        ),
        "Sở Một": (
            "Điểm: 80 → 72,5 (−7,5 điểm).",
            "Chỉ số: 80,00% → 72,50% (−7,50 điểm phần trăm).",
            "Hạng: 1 → 3 (giảm 2 bậc).",
            "Xếp loại: Tốt → Khá.",
            "2.1 Mức độ hài lòng: 15 → 7,5 (−7,5 điểm), số liệu thay đổi. Trước: Mức độ hài lòng "
            "75% của 20 điểm → 15 điểm; sau: Mức độ hài lòng 37,5% của 20 điểm → 7,5 điểm.",
        ),
    }
    assert compare_versions(inside, first=first.id, second=first.id, by=COMMAND).changes == ()


def test_leaves_are_for_those_who_may_see_them(
    inside: Session, versions: tuple[ResultVersion, ResultVersion]
) -> None:
    first, second = versions
    ids = {"first": first.id, "second": second.id}
    for role in ("leader", "auditor", "secretariat"):
        by = person(inside, role)
        told = compare_versions(inside, by=by, **ids).changes
        assert [len(change.leaves) for change in told] == [1, 1]
    officer, appraiser = person(inside, "officer", "so-ba"), person(inside, "appraiser")
    for by in (officer, appraiser):
        with pytest.raises(NotFound):
            compare_versions(inside, by=by, **ids)
    for version in versions:
        publish_results(inside, version_id=version.id, by=COMMAND.because("Rà soát"))
    told = compare_versions(inside, by=appraiser, **ids).changes
    assert [len(change.leaves) for change in told] == [1, 1]
    told = compare_versions(inside, by=officer, **ids).changes
    assert [(change.either.name, len(change.leaves)) for change in told] == [
        ("Sở Ba", 1), ("Sở Một", 0),
    ]  # fmt: skip


def test_versions_of_two_years_are_for_the_other_comparison(
    inside: Session, versions: tuple[ResultVersion, ResultVersion], campaign: Campaign
) -> None:
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    later = compute(inside, open_again(inside, small_spec(), YEAR + 1))
    with pytest.raises(Invalid) as refused:
        compare_versions(inside, first=versions[0].id, second=later.id, by=COMMAND)
    assert str(refused.value) == "Hai bản thuộc hai năm 2025 và 2026. Hãy so sánh theo năm."
    for pair in ((later.id, versions[0].id), (versions[0].id, versions[1].id)):
        with pytest.raises(Invalid) as refused:
            compare_years(inside, first=pair[0], second=pair[1], by=COMMAND)
        assert str(refused.value) == "Hãy nêu bản của năm trước rồi đến bản của năm sau."


def test_two_years_are_compared_along_what_became_of_the_units(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        spec = small_spec()
        campaign = open_small(session, spec)
        fill_all(session, campaign)
        first = compute(session, campaign)
        register_unit(
            session, name="Sở Mới", kind="so", cluster="khoi-1", official_code="",
            valid_from=FIRST_DAY, valid_to=None, by=COMMAND,
        )  # fmt: skip
        merge = {
            "code": "hop-nhat", "kind": "merge", "title": "Hợp nhất", "effective_on": FIRST_DAY,
            "links": [
                {"predecessor": key, "successor": "so-moi"} for key in ("so-hai", "so-ba")
            ],
        }  # fmt: skip
        record_succession(session, succession=Succession.model_validate(merge), by=COMMAND)
        later = open_again(session, spec, YEAR + 1)
        fill(session, later, "so-mot", tasks=34, points=350_000, percent=750_000)
        fill(session, later, "so-moi", tasks=40, points=400_000, percent=750_000)
        second = compute(session, later)
        found = compare_years(session, first=first.id, second=second.id, by=COMMAND)
    told = {
        (change.first.name if change.first else "", change.second.name if change.second else ""):
        (change.index, change.places, change.whole)
        for change in found.changes
    }  # fmt: skip
    assert told == {
        ("Sở Một", "Sở Một"): (Decimal("4.00"), -1, True),
        ("Sở Hai", "Sở Mới"): (Decimal("15.00"), None, False),
        ("Sở Ba", "Sở Mới"): (Decimal("20.00"), None, False),
        ("Xã Một", "Xã Một"): (Decimal("-65.50"), 0, True),
    }
    (one,) = [c for c in found.changes if c.second and c.second.name == "Sở Một"]
    assert year_change_words(one, YEAR, YEAR + 1) == (
        "Năm 2025: 80,00%, hạng 1, loại Tốt; năm 2026: 84,00%, hạng 2, loại Tốt (+4,00 điểm phần "
        "trăm, giảm 1 bậc).",
        "Theo các tiêu chí đối chiếu được: 80,00% → 84,00% (+4,00 điểm phần trăm).",
        "Hoàn thành nhiệm vụ: 75,00% → 85,00% (+10,00 điểm phần trăm).",
    )


def test_a_year_that_was_only_printed_is_compared_by_index(
    inside: Session, campaign: Campaign
) -> None:
    rows = [{"position": 1, "unit": "so-mot", "index": "77.5"}]
    table = {"year": 2024, "title": "Bảng 2024", "grading": "chung", "published_on": "2025-07-02",
             "groups": [{"name": "Khối", "rows": rows}]}  # fmt: skip
    spec = small_spec(published_results=[table])
    printed = import_published(
        inside, spec=spec, published=spec.published_results[0], by=COMMAND
    )  # fmt: skip
    fill_all(inside, campaign)
    found = compare_years(inside, first=printed.id, second=compute(inside, campaign).id, by=COMMAND)
    told = [year_change_words(change, 2024, 2025) for change in found.changes]
    nobody = "Năm 2024 không có đơn vị tương ứng để so sánh."
    assert told == [
        (f"Năm 2025: 75,00%, hạng 3, loại Khá. {nobody}",),
        (f"Năm 2025: 80,00%, hạng 1, loại Tốt. {nobody}",),
        (
            "Năm 2024: 77,5%, hạng 1, loại Khá; năm 2025: 80,00%, hạng 1, loại Tốt (+2,50 điểm "
            "phần trăm, giữ nguyên hạng).",
            "Hai năm chưa có bảng đối chiếu tiêu chí nên chỉ so sánh được theo chỉ số.",
        ),
        (f"Năm 2025: 65,50%, hạng 1, loại Khá. {nobody}",),
    ]
    with pytest.raises(Invalid) as refused:
        self_against_appraised(inside, version_id=printed.id, by=COMMAND)
    assert str(refused.value) == ("Bản kết quả này không có điểm từng tiêu chí của loại đơn vị ấy.")


def test_appraisals_are_set_against_what_units_had_assessed(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    enter(inside, campaign, "so-mot", {"1.2": {"points": 300_000}}, "appraised")
    enter(inside, campaign, "so-hai", {"1.2": {"points": 350_101}}, "appraised")
    enter(inside, campaign, "xa-mot", {"1.1": {"numerator": 30, "denominator": 40},
                                       "1.2": {"points": 200_000}}, "appraised")  # fmt: skip
    version = compute(inside, campaign)
    leader = person(inside, "leader")
    found = self_against_appraised(inside, version_id=version.id, by=leader)
    assert found.units == 4
    assert [(change.either.name, change.points) for change in found.changes] == [
        ("Sở Một", -50_000), ("Sở Hai", 100), ("Xã Một", 0),
    ]  # fmt: skip
    assert found.gaps == (
        LeafGap("bo-nho", "1.2", "Trang thông tin", -149_900, 150_100, 3),
        LeafGap("bo-nho", "1.1", "Hoàn thành nhiệm vụ", 100_000, 100_000, 1),
    )
    assert unit_change_words(found.changes[0]) == (
        "Điểm: 80 → 75 (−5 điểm).",
        "Chỉ số: 80,00% → 75,00% (−5,00 điểm phần trăm).",
        "1.2 Trang thông tin: 35 → 30 (−5 điểm), số liệu thay đổi. Trước: Chấm trực tiếp, tối đa "
        "40 điểm → 35 điểm; sau: Chấm trực tiếp, tối đa 40 điểm → 30 điểm.",
    )
    only = self_against_appraised(inside, version_id=version.id, by=leader, kinds=["xa"])
    assert ([change.either.name for change in only.changes], only.units) == (["Xã Một"], 1)
    publish_results(inside, version_id=version.id, by=COMMAND)
    with pytest.raises(NotAllowed):
        self_against_appraised(inside, version_id=version.id, by=person(inside, "council"))


def test_the_set_stands_beside_the_ministrys(sessions: sessionmaker[Session]) -> None:
    pairs = [{"node": "1", "to": ["1", "2"]}, {"node": "2.1", "to": ["8"]}]
    mapping = {"to": "bo-noi-vu", "title": "với bộ của Bộ Nội vụ", "pairs": pairs}
    with sessions.begin() as session:
        spec = small_spec(criteria_sets=[criteria(mappings=[mapping])])
        campaign = open_small(session, spec)
        fill_all(session, campaign)
        version = compute(session, campaign)
        figures = {"1": Part(80_000, 100_000), "2": Part(70_000, 100_000)}
        found = compare_with_set(
            session, version_id=version.id, to="bo-noi-vu", figures=figures, by=COMMAND
        )
        # domain 1: 65 + 65,0001 + 30 + 50 of 80 + 80 + 40 + 80
        assert [(row.code, row.own, row.other) for row in found.rows] == [
            ("1", Part(2_100_001, 2_800_000), Part(150_000, 200_000)),
            ("2.1", Part(600_000, 800_000), None),
        ]
        assert found.rows[0].percent == Fraction(100, 2_800_000)
        assert (found.unmapped, found.unused) == ((), ())
        with pytest.raises(NotFound) as refused:
            compare_with_set(session, version_id=version.id, to="khac", figures={}, by=COMMAND)
    assert str(refused.value) == (
        "Bộ tiêu chí của bản kết quả này chưa có bảng đối chiếu với “khac”. "
        "Hãy ghi mappings trong bộ tiêu chí."
    )


def test_what_is_not_there_is_not_found(inside: Session, opened: Opened) -> None:
    for compare in (compare_versions, compare_years):
        with pytest.raises(NotFound):
            compare(inside, first=1, second=2**70, by=COMMAND)
