"""Opening rounds, amending schemes, making proposals: what is done, what is refused, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import (
    DECIDES_ON,
    HELD,
    award_spec,
    collective,
    confirm,
    open_2025,
    outcomes,
    publish_small,
    scheme,
    scheme_document,
    somebody,
)
from tests.factories import COMMAND
from tests.small import unit_id

from thidua.errors import Conflict, Invalid, NotFound
from thidua.spec.document import document, document_hash
from thidua.store.audit_rows import AuditEvent
from thidua.store.awards import StoredAwardScheme
from thidua.work.awards import amend_scheme, open_round, propose_awards
from thidua.work.nominations import withdraw_nomination
from thidua.work.provinces import apply_province
from thidua.work.results import compute_results, publish_results
from thidua.work.units import end_unit

AMENDMENT = {
    "version": "2",
    "legal_basis": [
        {"title": "Kế hoạch", "number": "1/KH"},
        {"title": "Kế hoạch sửa đổi", "number": "9/KH"},
    ],
    "rounds": [{"year": 2025, "index_year": 2025}, {"year": 2026, "index_year": 2025}],
}


@pytest.fixture
def applied(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Tỉnh Nhỏ with the scheme, nothing scored."""
    with sessions() as session:
        apply_province(session, spec=award_spec(), by=COMMAND)
        yield session


@pytest.fixture
def published(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """The same with a final result of 2025."""
    with sessions() as session:
        publish_small(session)
        yield session


def test_schemes_are_applied_once_and_kept(applied: Session) -> None:
    [stored] = applied.scalars(select(StoredAwardScheme))
    assert (stored.code, stored.version, stored.title) == (
        "khen-cchc", "1", "Khen thưởng cải cách hành chính",
    )  # fmt: skip
    assert (stored.document, stored.hash) == (document(scheme()), document_hash(scheme()))
    assert apply_province(applied, spec=award_spec(), by=COMMAND) == ()


def test_another_content_under_the_same_version_is_refused(applied: Session) -> None:
    changed = award_spec(award_schemes=[scheme_document(title="Khác")])
    with pytest.raises(Conflict) as refused:
        apply_province(applied, spec=changed, by=COMMAND)
    assert str(refused.value) == (
        "Cách xét khen khen-cchc phiên bản 1 đã lưu với nội dung khác. Hãy đặt phiên bản mới cho "
        "nội dung mới. Khác nhau:\ntitle: Khen thưởng cải cách hành chính → Khác"
    )


def test_a_round_is_opened_under_the_newest_version(applied: Session) -> None:
    made = open_2025(applied)
    assert (made.scheme_code, made.scheme.version, made.year) == ("khen-cchc", "1", 2025)
    assert made.decides_on == DECIDES_ON
    event = applied.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event
    assert (event.action, event.after) == (
        "award_round.open",
        {"scheme": ["khen-cchc", "1"], "year": 2025, "on": "2026-03-15"},
    )


@pytest.mark.parametrize(
    ("code", "year", "day", "sentence"),
    [
        ("khong", 2025, DECIDES_ON, "Không có cách xét khen “khong”. Đã có: khen-cchc."),
        ("khen-cchc", 2030, DECIDES_ON, "“Khen thưởng cải cách hành chính” không có đợt năm 2030."),
        (
            "khen-cchc", 2026, DECIDES_ON,
            f"Đợt năm 2026 đang tạm dừng: {HELD} Khi đã có văn bản điều chỉnh, hãy nhập cách xét "
            "khen sửa đổi rồi mở lại.",
        ),
        (
            "khen-cchc", 2025, date(1, 1, 1),
            "Ngày xét: Năm của ngày xét không hợp lý. Hãy nhập lại.",
        ),
    ],
)  # fmt: skip
def test_a_round_that_cannot_be_opened_says_why(
    applied: Session, code: str, year: int, day: date, sentence: str
) -> None:
    with pytest.raises((NotFound, Conflict, Invalid)) as refused:
        open_round(applied, scheme=code, year=year, decides_on=day, by=COMMAND)
    assert str(refused.value) == sentence


def test_a_round_is_opened_once(applied: Session) -> None:
    open_2025(applied)
    with pytest.raises(Conflict, match=r"Đợt năm 2025 của .* đã mở rồi"):
        open_2025(applied)


def test_an_amendment_releases_a_held_round_and_leaves_open_ones(applied: Session) -> None:
    old = open_2025(applied)
    made = amend_scheme(applied, scheme=scheme(**AMENDMENT), by=COMMAND)
    new = open_round(applied, scheme="khen-cchc", year=2026, decides_on=DECIDES_ON, by=COMMAND)
    assert (old.scheme.version, new.scheme_id, made.version) == ("1", made.id, "2")
    event = applied.scalars(
        select(AuditEvent).where(AuditEvent.action == "award_scheme.amend")
    ).one()
    assert event.before == {"version": "1"}
    assert event.after == {
        "version": "2",
        "changes": [
            "legal_basis[1]: (không có) → {'title': 'Kế hoạch sửa đổi', 'number': '9/KH'}",
            "rounds[1].index_year: 2026 → 2025",
            f"rounds[1].held: {HELD} → (không có)",
            "version: (không có) → 2",
        ],
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "khac"}, "Không có cách xét khen “khac”. Đã có: khen-cchc."),
        (
            {"version": "1"},
            "Cách xét khen khen-cchc phiên bản 1 đã có. Hãy đặt phiên bản mới cho nội dung mới.",
        ),
        (
            {"legal_basis": [{"title": "Kế hoạch", "number": "1/KH"}]},
            "legal_basis: Hãy ghi văn bản làm căn cứ sửa đổi, chưa có ở bản trước.",
        ),
        (
            {"movement": "khac", "form": "co"},
            "movement: Phải là phong trào “cchc” như cũ.\n"
            "award_schemes.khen-cchc: không có phong trào “khac”\n"
            "award_schemes.khen-cchc: không có hình thức khen thưởng “co”",
        ),
    ],
)
def test_an_amendment_that_does_not_hold_is_refused(
    applied: Session, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises((NotFound, Conflict, Invalid)) as refused:
        amend_scheme(applied, scheme=scheme(**{**AMENDMENT, **changes}), by=COMMAND)
    assert str(refused.value) == sentence


def test_without_a_published_result_nothing_is_proposed(applied: Session) -> None:
    round_ = open_2025(applied)
    with pytest.raises(Conflict) as refused:
        propose_awards(applied, round_id=round_.id, by=COMMAND)
    assert str(refused.value) == (
        "Chưa công bố kết quả chính thức năm 2025. Hãy công bố kết quả rồi lập đề xuất."
    )


def test_the_straight_round_is_proposed_with_all_that_it_rests_on(published: Session) -> None:
    round_ = open_2025(published)
    for key in ("so-ba", "so-mot", "xa-mot"):
        collective(published, round_, key)
    confirm(published, somebody(published, round_, "so-ba", "Bà Ba"))
    somebody(published, round_, "so-hai", "Ông Hai")
    somebody(published, round_, "xa-mot", "Bà Xã", category="vien_chuc")
    made = propose_awards(published, round_id=round_.id, by=COMMAND)
    assert outcomes(made.document) == [
        ("Sở Một", "chosen", ["tt-so"]),
        ("Xã Một", "chosen", ["tt-xa"]),
        ("Sở Ba", "not_chosen", []),
        ("Ông Hai", "chosen", ["cn-khac"]),
        ("Bà Ba", "chosen", ["cn-chon"]),
        ("Bà Xã", "not_chosen", []),
    ]
    version = made.result_version_id
    assert made.document["result"] == {
        "id": version, "caption": "kết quả chính thức năm 2025, bản số 1",
    }  # fmt: skip
    first = made.document["lines"][0]
    assert first["words"] == (
        "Đề xuất cho suất tập thể sở: chỉ số 80,00%. "
        "Sở Một đang hoạt động vào ngày xét 15/03/2026. "
        "Sở Một đề nghị 01 tập thể, không quá 01. "
        "Sở Một chưa có khen thưởng nào cho thành tích này trong sổ khen thưởng. "
        "Sở Một thuộc cấp tỉnh, đúng đối tượng của suất. "
        "Sở Một chỉ số 80,00%, hạng 1 trong Sở, ban, ngành / Khối 1, xếp loại Tốt, theo kết quả "
        "chính thức năm 2025, bản số 1: đạt xếp loại từ Khá trở lên."
    )
    band = first["findings"]["tt-so"][4]
    assert (band["condition"], band["facts"]["version"], band["facts"]["index"]) == (
        "band", version, "80.00",
    )  # fmt: skip
    assert made.document["lines"][2]["words"] == (
        "Đủ điều kiện nhưng hết suất tập thể sở: chỉ số 75,00%, xếp sau Sở Một (chỉ số 80,00%)."
    )
    assert (made.document["ties"], made.document["gaps"]) == ([], [])
    assert (made.number, made.made_by, made.scheme_hash) == (
        1, "thidua thử", document_hash(scheme()),
    )  # fmt: skip


def test_equal_ones_at_the_border_are_shown_to_the_council(published: Session) -> None:
    round_ = open_2025(published)
    mot, hai = (collective(published, round_, key) for key in ("so-mot", "so-hai"))
    made = propose_awards(published, round_id=round_.id, by=COMMAND)
    assert outcomes(made.document) == [("Sở Một", "tied", ["tt-so"]), ("Sở Hai", "tied", ["tt-so"])]
    [tie] = made.document["ties"]
    assert tie == {
        "members": [mot.id, hai.id],
        "pick": 1,
        "slots": ["tt-so"],
        "words": "Sở Một, Sở Hai bằng nhau (chỉ số 80,00%) và tranh suất tập thể sở: "
        "Hội đồng chọn 01 trong 02.",
    }
    assert [(gap["slot"], gap["words"]) for gap in made.document["gaps"]] == [
        ("tt-xa", "Còn trống 01 suất tập thể xã: không còn đề nghị nào đủ điều kiện."),
        ("cn-khac", "Còn trống 01 suất cá nhân khác: không còn đề nghị nào đủ điều kiện."),
        ("cn-chon", "Còn trống 01 suất cá nhân được chọn: không còn đề nghị nào đủ điều kiện."),
    ]


def test_an_unconfirmed_dossier_waits_and_its_place_says_so(published: Session) -> None:
    round_ = open_2025(published)
    somebody(published, round_, "so-hai", "Ông Hai")
    somebody(published, round_, "so-ba", "Bà Ba")
    made = propose_awards(published, round_id=round_.id, by=COMMAND)
    assert outcomes(made.document) == [
        ("Ông Hai", "chosen", ["cn-khac"]), ("Bà Ba", "not_chosen", []),
    ]  # fmt: skip
    gaps = {gap["slot"]: gap["words"] for gap in made.document["gaps"]}
    assert gaps["cn-chon"] == ("Còn trống 01 suất cá nhân được chọn: 02 đề nghị còn phải xác minh.")


def test_a_body_that_nominates_too_many_gets_none_until_it_withdraws(published: Session) -> None:
    round_ = open_2025(published)
    collective(published, round_, "so-ba")
    surplus = collective(published, round_, "xa-mot", by="so-ba")
    made = propose_awards(published, round_id=round_.id, by=COMMAND)
    assert outcomes(made.document) == [("Sở Ba", "refused", []), ("Xã Một", "refused", [])]
    assert made.document["lines"][0]["words"].startswith(
        "Sở Ba đề nghị 02 tập thể, vượt quá 01; phải rút bớt 01 rồi mới xét."
    )
    withdraw_nomination(published, nomination_id=surplus.id, by=COMMAND)
    again = propose_awards(published, round_id=round_.id, by=COMMAND)
    assert (again.number, outcomes(again.document)) == (2, [("Sở Ba", "chosen", ["tt-so"])])


def test_a_dissolved_unit_gets_none_and_its_people_are_to_be_verified(published: Session) -> None:
    end_unit(
        published, unit_id=unit_id(published, "so-ba"), on=date(2026, 2, 28), by=COMMAND,
        reason="Sắp xếp",
    )  # fmt: skip
    round_ = open_2025(published)
    collective(published, round_, "so-ba")
    somebody(published, round_, "so-ba", "Bà Ba")
    made = propose_awards(published, round_id=round_.id, by=COMMAND)
    lines = {line["name"]: (line["outcome"], line["words"]) for line in made.document["lines"]}
    ended = "Sở Ba đã kết thúc hoạt động ngày 28/02/2026, trước ngày xét 15/03/2026"
    assert lines["Sở Ba"] == ("refused", f"{ended}; không khen đơn vị đã giải thể.")
    outcome, words = lines["Bà Ba"]
    assert outcome == "verify"
    assert f"{ended}; cần xác minh nơi công tác hiện nay." in words


def test_a_correction_published_later_counts_for_the_next_proposal(published: Session) -> None:
    round_ = open_2025(published)
    collective(published, round_, "so-mot")
    before = propose_awards(published, round_id=round_.id, by=COMMAND)
    used = before.result_version_id
    draft = compute_results(published, campaign_id=1, by=COMMAND, plugin_version="3")
    corrected = publish_results(published, version_id=draft.id, by=COMMAND.because("Sửa"))
    after = propose_awards(published, round_id=round_.id, by=COMMAND)
    assert (before.result_version_id, after.result_version_id) == (used, corrected.id)
    assert after.document["result"]["caption"] == "kết quả điều chỉnh năm 2025, bản số 2"
