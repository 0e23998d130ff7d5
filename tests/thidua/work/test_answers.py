"""The officials' survey: forms, one-time codes, answers nobody can be found by, closing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import OPENED_AT, compute, unit_id
from tests.surveying import ABOUT, open_form, open_surveyed, surveyed

from thidua.errors import Conflict, Invalid, NotFound, ThiduaError
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.surveys import SurveyCode, SurveyCount
from thidua.store.tenancy import enter_province, province_of
from thidua.work.answers import (
    LETTERS,
    NO_CODE,
    Answers,
    answer,
    blank_form,
    enter_paper,
    make_codes,
)
from thidua.work.campaigns import close_campaign
from thidua.work.questionnaires import (
    About,
    close_survey,
    list_surveys,
    open_survey,
    reopen_survey,
    survey_state,
)

ALL = ("so-mot", "so-hai", "so-ba", "xa-mot")


@dataclass(frozen=True)
class Asked:
    """Ids of the surveyed province, committed: its form is open."""

    province: int
    campaign: int
    form: int


@pytest.fixture
def asked(sessions: sessionmaker[Session]) -> Asked:
    with sessions.begin() as session:
        campaign = open_surveyed(session)
        return Asked(province_of(session), campaign.id, open_form(session, campaign).id)


@pytest.fixture
def inside(sessions: sessionmaker[Session], asked: Asked) -> Iterator[Session]:
    with sessions() as session:
        enter_province(session, asked.province)
        yield session


@pytest.fixture
def campaign(inside: Session, asked: Asked) -> Campaign:
    return inside.get_one(Campaign, asked.campaign)


def codes(session: Session, form: int, group: str, count: int, key: str = "") -> Sequence[str]:
    unit = unit_id(session, key) if key else None
    return make_codes(
        session, form_id=form, group=group, count=count, unit_id=unit, by=COMMAND
    ).codes


def said(session: Session, **chosen: dict[str, str]) -> Answers:
    """Answers by unit key with underscores: ``so_mot={"3.1": "a"}``."""
    return {unit_id(session, key.replace("_", "-")): given for key, given in chosen.items()}


def counted(session: Session) -> dict[tuple[str, str, str], tuple[int, dict[str, dict[str, int]]]]:
    """Forms and answers by group, unit key and way, where there are any."""
    keys = {unit_id(session, key): key for key in ALL}
    rows = session.scalars(select(SurveyCount).execution_options(populate_existing=True))
    return {
        (row.respondents, keys[row.unit_id], row.how): (row.forms, row.answers)
        for row in rows
        if row.forms
    }


# Codes


def test_codes_are_short_readable_and_kept_as_salted_hashes(inside: Session, asked: Asked) -> None:
    made = codes(inside, asked.form, "ld", 5)
    assert len(set(made)) == 5
    assert all(re.fullmatch(f"[{LETTERS}]{{5}}-[{LETTERS}]{{5}}", code) for code in made)
    stored = inside.scalars(select(SurveyCode).order_by(SurveyCode.id)).all()
    assert [row.hash for row in stored] == sorted(row.hash for row in stored)
    kept = inside.scalars(text("SELECT t::text FROM survey_code t")).all()
    assert not [code for code in made for row in kept if code in row or code[:5] in row]
    (event,) = inside.scalars(select(AuditEvent).where(AuditEvent.action == "survey.codes"))
    assert event.after == {"group": "ld", "unit": None, "count": 5}


@pytest.mark.parametrize(
    ("group", "key", "count", "reason"),
    [
        ("khac", "", 1, "Phiếu không có nhóm “khac”."),
        ("cc", "", 1, "Nhóm này đánh giá đơn vị mình: hãy chọn đơn vị nhận mã."),
        ("ld", "so-mot", 1, "Nhóm này không đánh giá đơn vị mình: hãy bỏ chọn đơn vị."),
        ("ld", "", 0, "Phải từ 1 đến 2000 mỗi lần."),
        ("ld", "", 2001, "Phải từ 1 đến 2000 mỗi lần."),
    ],
)
def test_codes_that_cannot_be_are_refused(
    inside: Session, asked: Asked, group: str, key: str, count: int, reason: str
) -> None:
    with pytest.raises(Invalid) as error:
        codes(inside, asked.form, group, count, key)
    assert [item.reason for item in error.value.problems] == [reason]


# Answers


def test_the_form_asks_what_the_leaves_say(inside: Session, asked: Asked) -> None:
    (code,) = codes(inside, asked.form, "cc", 1, "so-mot")
    form = blank_form(inside, form_id=asked.form, code=code.lower().replace("-", " "))
    assert (form.group, [unit.name for unit in form.units]) == ("Công chức", ["Sở Một"])
    answers = (("a", "Tốt"), ("b", "Khá"), ("c", "Kém"))
    asked_of = [(q.leaf, q.text, q.guidance, q.answers) for q in form.units[0].questions]
    assert asked_of == [
        ("3.1", "Chỉ đạo", "Xem cả năm", answers), ("3.2", "Thái độ", "", answers),
    ]  # fmt: skip
    (code,) = codes(inside, asked.form, "ld", 1)
    whole = blank_form(inside, form_id=asked.form, code=code)
    assert {unit.name for unit in whole.units} == {"Sở Một", "Sở Hai", "Sở Ba", "Xã Một"}


def test_an_answer_adds_to_the_counts_and_uses_the_code_up(inside: Session, asked: Asked) -> None:
    one, two = codes(inside, asked.form, "ld", 2)
    first = said(inside, so_mot={"3.1": "a", "3.2": "b"}, xa_mot={"3.1": "c"})
    answer(inside, form_id=asked.form, code=one, answers=first)
    answer(inside, form_id=asked.form, code=two, answers=said(inside, so_mot={"3.1": "a"}))
    assert counted(inside) == {
        ("ld", "so-mot", "online"): (2, {"3.1": {"a": 2}, "3.2": {"b": 1}}),
        ("ld", "so-hai", "online"): (2, {}),
        ("ld", "so-ba", "online"): (2, {}),
        ("ld", "xa-mot", "online"): (2, {"3.1": {"c": 1}}),
    }
    assert inside.scalars(select(SurveyCode)).all() == []


def test_used_and_wrong_codes_are_refused_by_one_sentence(inside: Session, asked: Asked) -> None:
    (code,) = codes(inside, asked.form, "cc", 1, "so-mot")
    answers = said(inside, so_mot={"3.1": "a"})
    answer(inside, form_id=asked.form, code=code, answers=answers)
    sentences = set()
    for form, tried in ((asked.form, code), (asked.form, "AAAAA-AAAAA"), (asked.form, ""),
                        (asked.form + 9, code), (0, code), (asked.form, "\ud800")):  # fmt: skip
        with pytest.raises(NotFound) as error:
            answer(inside, form_id=form, code=tried, answers=answers)
        sentences.add(str(error.value))
        with pytest.raises(NotFound):
            blank_form(inside, form_id=form, code=tried)
    assert sentences == {NO_CODE}
    assert counted(inside) == {("cc", "so-mot", "online"): (1, {"3.1": {"a": 1}})}


def test_a_code_is_good_in_its_own_province_and_form_alone(
    sessions: sessionmaker[Session], inside: Session, asked: Asked, campaign: Campaign
) -> None:
    (code,) = codes(inside, asked.form, "ld", 1)
    answers = said(inside, so_mot={"3.1": "a"})
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    inside.commit()
    with sessions() as session:
        elsewhere = open_form(session, open_surveyed(session, "khac"))
        for form in (asked.form, elsewhere.id):
            with pytest.raises(NotFound, match="không dùng được"):
                answer(session, form_id=form, code=code, answers=answers)
    with pytest.raises(NotFound, match="không dùng được"):  # the campaign is over
        answer(inside, form_id=asked.form, code=code, answers=answers)


def test_what_the_form_does_not_have_is_refused_and_the_code_stays_good(
    inside: Session, asked: Asked
) -> None:
    (code,) = codes(inside, asked.form, "cc", 1, "so-mot")
    for wrong in (
        {}, said(inside, so_mot={}), said(inside, so_hai={"3.1": "a"}),
        said(inside, so_mot={"1.1": "a"}), said(inside, so_mot={"3.1": "d"}),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            answer(inside, form_id=asked.form, code=code, answers=wrong)
    assert counted(inside) == {}
    answer(inside, form_id=asked.form, code=code, answers=said(inside, so_mot={"3.1": "a"}))
    assert counted(inside) == {("cc", "so-mot", "online"): (1, {"3.1": {"a": 1}})}


def test_no_row_tells_whose_answer_it_was(
    sessions: sessionmaker[Session], inside: Session, asked: Asked
) -> None:
    one, two = codes(inside, asked.form, "ld", 2)
    first = said(inside, so_mot={"3.1": "a"})
    second = said(inside, xa_mot={"3.2": "c"})
    inside.commit()
    for code, answers in ((one, first), (two, second)):
        with sessions.begin() as session:
            enter_province(session, asked.province)
            answer(session, form_id=asked.form, code=code, answers=answers)
    ours = "FROM survey_count WHERE respondents = 'ld' AND how = 'online'"
    written = inside.scalars(text(f"SELECT DISTINCT xmin::text {ours}")).all()
    assert len(written) == 1  # every count of the group was written by the last answer
    events = inside.scalars(select(AuditEvent).where(AuditEvent.action == "survey.answer")).all()
    assert [
        (e.actor_id, e.actor_name, e.subject_kind, e.subject_id, e.reason, e.before, e.after)
        for e in events
    ] == [(None, "Người trả lời khảo sát", "survey_form", asked.form, "", None, None)] * 2


def test_one_code_used_by_many_at_once_counts_once(
    sessions: sessionmaker[Session], inside: Session, asked: Asked
) -> None:
    used = [*codes(inside, asked.form, "ld", 2), *codes(inside, asked.form, "cc", 1, "so-mot")]
    answers = said(inside, so_mot={"3.1": "b"})
    inside.commit()

    def use(code: str) -> bool:
        with sessions() as session:
            enter_province(session, asked.province)
            try:
                answer(session, form_id=asked.form, code=code, answers=answers)
                session.commit()
            except NotFound:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(use, used * 4))
    assert sum(done) == 3
    assert counted(inside)["ld", "so-mot", "online"] == (2, {"3.1": {"b": 2}})
    assert counted(inside)["cc", "so-mot", "online"] == (1, {"3.1": {"b": 1}})


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_counts_are_what_was_answered_in_whatever_order(
    inside: Session, asked: Asked, data: st.DataObject
) -> None:
    chosen = data.draw(
        st.lists(
            st.dictionaries(st.sampled_from(("3.1", "3.2")), st.sampled_from("abc"), min_size=1),
            min_size=1, max_size=4,
        )
    )  # fmt: skip
    inside.rollback()
    held = codes(inside, asked.form, "cc", len(chosen), "so-ba")
    orders = st.permutations([*range(len(chosen))] * 2)
    refused = 0
    for number in data.draw(orders):
        try:
            answer(
                inside, form_id=asked.form, code=held[number],
                answers=said(inside, so_ba=chosen[number]),
            )  # fmt: skip
        except NotFound:
            refused += 1
    expected: dict[str, dict[str, int]] = {}
    for given_ in chosen:
        for leaf, code in given_.items():
            answers = expected.setdefault(leaf, {})
            answers[code] = answers.get(code, 0) + 1
    assert refused == len(chosen)
    assert counted(inside) == {("cc", "so-ba", "online"): (len(chosen), expected)}
    inside.rollback()


# Paper


def paper(
    session: Session, form: int, key: str, forms: int, counts: dict[str, dict[str, int]],
    seen: int | None = None, group: str = "ld",
) -> SurveyCount:  # fmt: skip
    return enter_paper(
        session, form_id=form, group=group, unit_id=unit_id(session, key), forms=forms,
        counts=counts, by=COMMAND, expected_version=seen,
    )  # fmt: skip


def test_paper_stands_beside_online_and_replaces_what_was_typed_before(
    inside: Session, asked: Asked
) -> None:
    first = paper(inside, asked.form, "so-mot", 3, {"3.1": {"a": 3}})
    seen = first.row_version
    paper(inside, asked.form, "so-mot", 4, {"3.1": {"a": 3, "b": 1}}, seen)
    with pytest.raises(Conflict, match="vừa được người khác nhập"):
        paper(inside, asked.form, "so-mot", 5, {}, seen)
    (code,) = codes(inside, asked.form, "ld", 1)
    answer(inside, form_id=asked.form, code=code, answers=said(inside, so_mot={"3.1": "c"}))
    found = counted(inside)
    assert found["ld", "so-mot", "paper"] == (4, {"3.1": {"a": 3, "b": 1}})
    assert found["ld", "so-mot", "online"] == (1, {"3.1": {"c": 1}})


@pytest.mark.parametrize(
    ("forms", "counts", "reason"),
    [
        (-1, {}, "Phải từ 0 đến 1000000."),
        (1, {"3.1": {"a": 2}}, "Số câu trả lời nhiều hơn 1 phiếu."),
        (1, {"3.1": {"a": -1}}, "Số câu trả lời không được âm."),
        (1, {"3.1": {"x": 1}}, "Phiếu không có câu hỏi hoặc câu trả lời này."),
        (1, {"1.1": {"a": 1}}, "Phiếu không có câu hỏi hoặc câu trả lời này."),
    ],
)
def test_impossible_paper_is_refused(
    inside: Session, asked: Asked, forms: int, counts: dict[str, dict[str, int]], reason: str
) -> None:
    with pytest.raises(Invalid) as error:
        paper(inside, asked.form, "so-mot", forms, counts)
    assert [item.reason for item in error.value.problems] == [reason]


def test_paper_of_whom_the_form_does_not_ask_is_not_found(inside: Session, asked: Asked) -> None:
    with pytest.raises(NotFound, match="Phiếu không hỏi nhóm này về đơn vị này"):
        paper(inside, asked.form, "so-mot", 1, {}, group="khac")


# Opening and closing


def test_a_form_says_of_every_group_whom_it_judges(inside: Session, campaign: Campaign) -> None:
    def opened(survey: str, **about: About) -> None:
        open_survey(
            inside, campaign_id=campaign.id, survey=survey, about=about, by=COMMAND, at=OPENED_AT
        )

    with pytest.raises(Conflict, match="đã mở rồi"):
        opened("can-bo", **ABOUT)
    with pytest.raises(NotFound, match="không có khảo sát công chức “sipas”"):
        opened("sipas", ld="all")
    inside.execute(text("DELETE FROM survey_count"))
    inside.execute(text("DELETE FROM survey_form"))
    with pytest.raises(Invalid) as error:
        opened("can-bo", ld=[0], dan="all")
    assert [str(item) for item in error.value.problems] == [
        "Công chức: Hãy chọn nhóm này đánh giá những đơn vị nào.",
        "Lãnh đạo: Chỉ chọn đơn vị của kỳ mà phiếu có câu hỏi cho nhóm này, ít nhất một.",
        "dan: Phiếu không có nhóm người trả lời này.",
    ]
    opened("can-bo", ld=[unit_id(inside, "so-hai")], cc="own")
    units = inside.scalars(select(SurveyCount.unit_id).where(SurveyCount.respondents == "ld"))
    assert set(units) == {unit_id(inside, "so-hai")}


def fill_form(session: Session, form: int) -> None:
    """Two leaders on Sở Một (one on paper), and one of its staff."""
    (leader,) = codes(session, form, "ld", 1)
    answer(
        session, form_id=form, code=leader,
        answers=said(session, so_mot={"3.1": "a", "3.2": "b"}),
    )  # fmt: skip
    paper(session, form, "so-mot", 1, {"3.1": {"b": 1}, "3.2": {"b": 1}})
    (staff,) = codes(session, form, "cc", 1, "so-mot")
    answer(session, form_id=form, code=staff, answers=said(session, so_mot={"3.1": "c"}))


def test_until_it_closes_only_the_minimum_is_told(inside: Session, asked: Asked) -> None:
    fill_form(inside, asked.form)
    before = survey_state(inside, form_id=asked.form, by=COMMAND)
    assert {(c.group, c.unit) for c in before if c.reached} == {("ld", "Sở Một")}
    assert {(c.online, c.paper) for c in before} == {(None, None)}
    close_survey(inside, form_id=asked.form, by=COMMAND, at=OPENED_AT)
    after = survey_state(inside, form_id=asked.form, by=COMMAND)
    numbers = {(c.label, c.unit): (c.online, c.paper) for c in after if c.unit == "Sở Một"}
    assert numbers == {("Lãnh đạo", "Sở Một"): (1, 1), ("Công chức", "Sở Một"): (1, 0)}


def test_closing_turns_counts_into_points(
    inside: Session, asked: Asked, campaign: Campaign
) -> None:
    fill_form(inside, asked.form)
    done = close_survey(inside, form_id=asked.form, by=COMMAND, at=OPENED_AT)
    none = dict.fromkeys(("cc.a", "cc.b", "cc.c"), 0)  # one of three that it takes: withheld
    entries = surveyed(inside, campaign)
    assert entries["so-mot", "3.1"] == {"ld.a": 1, "ld.b": 1, "ld.c": 0, **none}
    assert entries["so-mot", "3.2"] == {"ld.a": 0, "ld.b": 2, "ld.c": 0, **none}
    assert set(entries["xa-mot", "3.1"].values()) == {0}
    assert (done.version.what, done.version.number, done.missing) == ("can-bo", 1, ())
    points = {row.name: row.points for row in compute(inside, campaign).rows}
    assert points == {"Sở Một": 140_000, "Sở Hai": 0, "Sở Ba": 0, "Xã Một": 0}


def test_it_closes_once_and_opens_again_with_a_reason(
    inside: Session, asked: Asked, campaign: Campaign
) -> None:
    (left,) = codes(inside, asked.form, "ld", 1)
    fill_form(inside, asked.form)
    with pytest.raises(Conflict, match="đang mở"):
        reopen_survey(inside, form_id=asked.form, by=COMMAND.because("Thử"))
    close_survey(inside, form_id=asked.form, by=COMMAND, at=OPENED_AT)
    answers = said(inside, so_mot={"3.1": "a", "3.2": "a"})
    tries = (
        lambda: close_survey(inside, form_id=asked.form, by=COMMAND, at=OPENED_AT),
        lambda: codes(inside, asked.form, "ld", 1),
        lambda: paper(inside, asked.form, "so-mot", 1, {}),
        lambda: answer(inside, form_id=asked.form, code=left, answers=answers),
        lambda: reopen_survey(inside, form_id=asked.form, by=COMMAND),
    )
    refused: list[str] = []
    for attempt in tries:
        with pytest.raises(ThiduaError) as error:
            attempt()
        refused.append(str(error.value))
    over = "Cuộc khảo sát đã kết thúc. Hãy mở lại kèm lý do rồi làm tiếp."
    assert refused == [
        "Cuộc khảo sát đã kết thúc rồi.", over, over, NO_CODE,
        "Lý do: Hãy ghi lý do mở lại khảo sát.",
    ]  # fmt: skip
    reopen_survey(inside, form_id=asked.form, by=COMMAND.because("Thiếu phiếu giấy"))
    answer(inside, form_id=asked.form, code=left, answers=answers)
    done = close_survey(inside, form_id=asked.form, by=COMMAND, at=OPENED_AT)
    assert done.version.number == 2
    assert done.changes == ("Sở Một: 3.1 Lãnh đạo: Tốt 1 → 2; 3.2 Lãnh đạo: Tốt 0 → 1.",)
    assert [f.id for f in list_surveys(inside, campaign_id=campaign.id, by=COMMAND)] == [asked.form]
