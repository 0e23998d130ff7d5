"""A round as each role reads it: nominations, findings, the newest proposal, the marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import (
    DECIDES_ON,
    HELD,
    award_spec,
    collective,
    confirm,
    open_2025,
    publish_small,
    scheme,
    scheme_document,
    somebody,
)
from tests.factories import COMMAND
from tests.small import criteria, grading, person

from thidua.errors import NotFound
from thidua.spec.bundle import ProvinceSpec
from thidua.store.awards import AwardRound
from thidua.work.award_page import RoundLine, SlotView, list_rounds, round_page
from thidua.work.awards import amend_scheme, propose_awards
from thidua.work.nominations import withdraw_nomination
from thidua.work.provinces import apply_province


def official_spec() -> ProvinceSpec:
    """The province with nothing illustrative in it."""
    official = {"provenance": "official"}
    return award_spec(criteria_sets=[{**criteria(), **official}], grading=[grading(**official)])


@pytest.fixture
def published(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Tỉnh Nhỏ, nothing illustrative, with a final result of 2025."""
    with sessions() as session:
        publish_small(session, official_spec())
        yield session


@pytest.fixture
def filled(published: Session) -> AwardRound:
    """A round with two collectives, a person with an initiative, a withdrawn one; proposed."""
    round_ = open_2025(published)
    confirm(published, somebody(published, round_, "so-ba", "Bà Ba", title="Trưởng phòng"))
    collective(published, round_, "so-mot")
    collective(published, round_, "xa-mot")
    gone = somebody(published, round_, "so-mot", "Ông Một")
    withdraw_nomination(published, nomination_id=gone.id, by=COMMAND)
    propose_awards(published, round_id=round_.id, by=COMMAND)
    return round_


def test_rounds_are_listed_whether_they_can_be_opened_or_not(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        apply_province(session, spec=award_spec(), by=COMMAND)
        first = RoundLine(
            scheme="khen-cchc", title="Khen thưởng cải cách hành chính", movement="cchc",
            year=2025, index_year=2025, held="", round_id=None, nominations=0, proposals=0,
        )  # fmt: skip
        held = replace(first, year=2026, index_year=2026, held=HELD)
        assert list_rounds(session, by=COMMAND) == [first, held]
        round_ = open_2025(session)
        collective(session, round_, "so-mot")
        collective(session, round_, "so-hai")
        officer = person(session, "officer", "so-mot")
        opened = replace(first, round_id=round_.id, nominations=2)
        assert list_rounds(session, by=COMMAND) == [opened, held]
        assert list_rounds(session, by=officer) == [replace(opened, nominations=1), held]


def test_an_opened_round_is_listed_as_it_was_opened(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        apply_province(session, spec=award_spec(), by=COMMAND)
        round_ = open_2025(session)
        later = [{"year": 2026, "index_year": 2025}]
        basis = [{"title": "Kế hoạch sửa đổi"}]
        amended = scheme(version="2", title="Khen thưởng mới", rounds=later, legal_basis=basis)
        amend_scheme(session, scheme=amended, by=COMMAND)
        assert [
            (line.title, line.year, line.index_year, line.held, line.round_id)
            for line in list_rounds(session, by=COMMAND)
        ] == [
            ("Khen thưởng mới", 2025, 2025, "", round_.id),
            ("Khen thưởng mới", 2026, 2025, "", None),
        ]


def test_the_page_shows_the_round_and_what_counts_for_it(
    published: Session, filled: AwardRound
) -> None:
    page = round_page(published, round_id=filled.id, by=COMMAND)
    assert (page.authority, page.form, page.year, page.index_year, page.decides_on) == (
        "Sở Nội vụ tỉnh Nhỏ", "Bằng khen", 2025, 2025, DECIDES_ON,
    )  # fmt: skip
    assert page.slots == [
        SlotView("tt-so", "tập thể sở", "collective", 1, False),
        SlotView("tt-xa", "tập thể xã", "collective", 1, False),
        SlotView("cn-khac", "cá nhân khác", "person", 1, False),
        SlotView("cn-chon", "cá nhân được chọn", "person", 1, True),
    ]
    assert page.conditions == {"sang-kien": "có sáng kiến được công nhận"}
    assert page.notes == [
        "Xét theo kết quả chính thức năm 2025, bản số 1.",
        "Đơn vị được xem xét theo tình trạng ngày 15/03/2026.",
        "Cách xét khen không nêu thành phần hồ sơ; đề nghị được xét kể cả khi hồ sơ chưa tiếp "
        "nhận.",
    ]
    assert (page.illustrative, page.whole) == (False, True)


def test_nominations_stand_with_collectives_first_and_their_findings(
    published: Session, filled: AwardRound
) -> None:
    page = round_page(published, round_id=filled.id, by=COMMAND)
    said = [
        (item.name, item.title, item.category_words, item.unit, str(item.index), item.band,
         item.withdrawn, {found.slot.code: found.answer for found in item.slots})
        for item in page.nominations
    ]  # fmt: skip
    assert said == [
        ("Sở Một", "", "", "Sở Một", "80.00", "Tốt", False, {"tt-so": "yes", "tt-xa": "no"}),
        ("Xã Một", "", "", "Xã Một", "65.50", "Khá", False, {"tt-so": "no", "tt-xa": "yes"}),
        ("Bà Ba", "Trưởng phòng", "công chức", "Sở Ba", "75.00", "Khá", False,
         {"cn-khac": "yes", "cn-chon": "yes"}),
        ("Ông Một", "", "công chức", "Sở Một", "None", "", True, {}),
    ]  # fmt: skip
    chosen = page.nominations[2].slots[1]
    assert [(f.condition, f.answer) for f in chosen.findings] == [
        ("exists", "yes"), ("limit", "yes"), ("once", "yes"), ("band", "yes"),
        ("category", "yes"), ("sang-kien", "yes"),
    ]  # fmt: skip
    assert chosen.findings[3].words == (
        "Tính theo Sở Ba: chỉ số 75,00%, hạng 3 trong Sở, ban, ngành / Khối 1, xếp loại Khá, theo "
        "kết quả chính thức năm 2025, bản số 1: đạt xếp loại từ Khá trở lên."
    )


def test_the_newest_proposal_is_shown_and_says_when_it_is_out_of_date(
    published: Session, filled: AwardRound
) -> None:
    proposal = round_page(published, round_id=filled.id, by=COMMAND).proposal
    assert proposal
    assert [(p.name, p.outcome, p.outcome_words, p.slots) for p in proposal.lines] == [
        ("Sở Một", "chosen", "Đề xuất khen", ["tập thể sở"]),
        ("Xã Một", "chosen", "Đề xuất khen", ["tập thể xã"]),
        ("Bà Ba", "chosen", "Đề xuất khen", ["cá nhân được chọn"]),
    ]
    assert (proposal.number, proposal.stale, proposal.ties) == (1, False, [])
    assert proposal.result == "kết quả chính thức năm 2025, bản số 1"
    assert proposal.gaps == [
        "Còn trống 01 suất cá nhân khác: những đề nghị đủ điều kiện đã nhận suất khác."
    ]
    published.commit()
    published.expire_all()
    again = round_page(published, round_id=filled.id, by=COMMAND).proposal
    assert again == proposal
    somebody(published, filled, "so-hai", "Ông Hai")
    changed = round_page(published, round_id=filled.id, by=COMMAND).proposal
    assert changed == replace(proposal, stale=True)
    propose_awards(published, round_id=filled.id, by=COMMAND)
    new = round_page(published, round_id=filled.id, by=COMMAND).proposal
    assert new
    assert (new.number, new.stale, len(new.lines), new.gaps) == (2, False, 4, [])


def test_an_officer_sees_the_own_nominations_and_no_proposal(
    published: Session, filled: AwardRound
) -> None:
    page = round_page(published, round_id=filled.id, by=person(published, "officer", "so-ba"))
    assert [item.name for item in page.nominations] == ["Bà Ba"]
    assert (page.proposal, page.whole) == (None, False)


@pytest.mark.parametrize("role", ["leader", "council", "auditor", "secretariat", "admin"])
def test_others_see_all_of_it(published: Session, filled: AwardRound, role: str) -> None:
    whole = round_page(published, round_id=filled.id, by=COMMAND)
    assert round_page(published, round_id=filled.id, by=person(published, role)) == whole  # type: ignore[arg-type]


@pytest.mark.parametrize("round_id", [0, 999, 2**70])
def test_an_unknown_round_is_not_found(published: Session, round_id: int) -> None:
    with pytest.raises(NotFound, match="Không có đợt xét khen này"):
        round_page(published, round_id=round_id, by=COMMAND)


ILLUSTRATIVE = {"provenance": "illustrative"}


@pytest.mark.parametrize(
    ("changed", "invented"),
    [
        ({"criteria_sets": [criteria()]}, False),
        ({"grading": [grading()]}, False),
        ({"award_schemes": [scheme_document(comparison=ILLUSTRATIVE)]}, False),
        ({}, True),
    ],
)
def test_whatever_is_invented_marks_the_page(
    sessions: sessionmaker[Session], changed: dict[str, Any], invented: bool
) -> None:
    with sessions() as session:
        publish_small(session, official_spec().model_copy(update=award_parts(changed)))
        round_ = open_2025(session)
        assert round_page(session, round_id=round_.id, by=COMMAND).illustrative is not invented
        somebody(session, round_, "so-mot", "Bà Ánh", illustrative=True)
        page = round_page(session, round_id=round_.id, by=COMMAND)
        assert page.illustrative
        assert page.notes[-1] == (
            "Kết quả, hồ sơ hoặc căn cứ là minh họa; không phải đề nghị khen thưởng thật."
        )


def test_a_proposal_with_an_invented_person_stays_marked(published: Session) -> None:
    round_ = open_2025(published)
    made = somebody(published, round_, "so-mot", "Bà Ánh", illustrative=True)
    propose_awards(published, round_id=round_.id, by=COMMAND)
    withdraw_nomination(published, nomination_id=made.id, by=COMMAND)
    page = round_page(published, round_id=round_.id, by=COMMAND)
    assert page.proposal
    assert (page.illustrative, page.proposal.stale) == (True, True)


def award_parts(changed: dict[str, Any]) -> dict[str, Any]:
    """The same parts as spec objects."""
    spec = award_spec(**changed)
    return {name: getattr(spec, name) for name in changed}


def test_without_a_result_the_page_says_so(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        apply_province(session, spec=award_spec(), by=COMMAND)
        round_ = open_2025(session)
        collective(session, round_, "so-mot")
        page = round_page(session, round_id=round_.id, by=COMMAND)
    assert (page.result, page.result_version_id, page.proposal) == ("", None, None)
    assert page.notes[0] == "Chưa công bố kết quả chính thức năm 2025; chưa lập được đề xuất."
    [nomination] = page.nominations
    band = nomination.slots[0].findings[-1]
    assert (band.answer, band.words) == (
        "verify",
        "Sở Một không có chỉ số năm 2025 trong kết quả chính thức đã công bố; cần xác minh xếp "
        "loại từ Khá trở lên.",
    )


def test_more_nominations_need_no_more_queries(published: Session, filled: AwardRound) -> None:
    def queries() -> int:
        published.expire_all()
        seen: list[object] = []
        bind = published.get_bind()
        event.listen(bind, "before_cursor_execute", lambda *a: seen.append(a))
        round_page(published, round_id=filled.id, by=COMMAND)
        return len(seen)

    published.commit()
    few = queries()
    for number in range(30):
        somebody(published, filled, "so-hai", f"Bà số {number}")
    published.commit()
    assert queries() == few
