"""The officials' survey as they meet it: a code, a form, thanks; nobody knows who answered what."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tests.factories import COMMAND
from tests.small import unit_id
from tests.thidua_admin.conftest import Web
from tests.thidua_admin.desk.year import CAMPAIGN, START, plain, read

from thidua.store.surveys import SurveyCode, SurveyCount
from thidua.work.answers import NO_CODE, make_codes
from thidua.work.questionnaires import open_survey

PAGE = "/khao-sat/nho/1"


@pytest.fixture
def codes(year: Web) -> tuple[str, ...]:
    """Codes of the open form 1: two for leaders, who judge departments, one for staff of Sở Một."""
    with year.inside("nho") as session:
        units = [unit_id(session, key) for key in ("so-mot", "so-hai")]
        form = open_survey(
            session, campaign_id=CAMPAIGN, survey="can-bo", about={"ld": units, "cc": "own"},
            by=COMMAND, at=START,
        )  # fmt: skip
        made = make_codes(session, form_id=form.id, group="ld", count=2, by=COMMAND)
        own = make_codes(
            session, form_id=form.id, group="cc", count=1, unit_id=units[0], by=COMMAND
        )
        return (*made.codes, *own.codes)


@pytest.fixture
def stranger(year: Web) -> FlaskClient:
    """A browser in which nobody has signed in."""
    return year.app.test_client()


def counted(year: Web) -> dict[tuple[str, str], tuple[int, dict[str, dict[str, int]]]]:
    """Online forms and answers by group and unit, where there are any."""
    with year.inside("nho") as session:
        names = {unit_id(session, key): key for key in ("so-mot", "so-hai", "so-ba", "xa-mot")}
        rows = session.scalars(select(SurveyCount).where(SurveyCount.forms > 0)).all()
        return {(r.respondents, names[r.unit_id]): (r.forms, r.answers) for r in rows}


def test_code_opens_the_form_and_the_answer_is_counted(
    year: Web, codes: tuple[str, ...], stranger: FlaskClient
) -> None:
    assert "Mã trên phiếu của bạn" in read(stranger, PAGE)
    typed = f" {codes[0].replace('-', '').lower()} "
    shown = stranger.post(PAGE, data={"code": typed})
    assert shown.status_code == 200
    page = plain(shown.text)
    assert "Phiếu khảo sát dành cho: Lãnh đạo." in page
    assert "Sở Hai 1/2 Chỉ đạo của lãnh đạo Xem cả năm Tốt Khá Kém Thái độ phục vụ" in page
    assert "Sở Ba" not in page
    with year.inside("nho") as session:
        mot, hai = (unit_id(session, key) for key in ("so-mot", "so-hai"))
    fields = {f"answer:{mot}:3.1": "a", f"answer:{mot}:3.2": "b", f"answer:{hai}:3.2": "c"}
    sent = stranger.post(f"{PAGE}/gui", data={"code": typed, **fields})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/khao-sat/nho/cam-on")
    assert "Đã nhận phiếu. Cảm ơn bạn." in read(stranger, sent.headers["Location"])
    assert counted(year) == {
        ("ld", "so-mot"): (1, {"3.1": {"a": 1}, "3.2": {"b": 1}}),
        ("ld", "so-hai"): (1, {"3.2": {"c": 1}}),
    }
    for path in (PAGE, f"{PAGE}/gui"):
        again = stranger.post(path, data={"code": codes[0], **fields})
        assert (again.status_code, NO_CODE in again.text) == (404, True)
    with year.inside("nho") as session:
        assert len(session.scalars(select(SurveyCode)).all()) == 2


def test_own_unit_alone_is_judged_by_its_staff(
    year: Web, codes: tuple[str, ...], stranger: FlaskClient
) -> None:
    page = plain(stranger.post(PAGE, data={"code": codes[2]}).text)
    assert "Sở Một Chỉ đạo của lãnh đạo" in page
    assert "Sở Hai" not in page


def test_form_without_an_answer_is_shown_again_and_the_code_stays_good(
    year: Web, codes: tuple[str, ...], stranger: FlaskClient
) -> None:
    with year.inside("nho") as session:
        mot = unit_id(session, "so-mot")
    empty = stranger.post(f"{PAGE}/gui", data={"code": codes[0]})
    assert empty.status_code == 400
    assert "Phiếu chưa có câu trả lời nào. Hãy chọn ít nhất một." in empty.text
    fields = {f"answer:{mot}:3.1": "a", f"answer:{mot}:3.2": "khac", "answer:x:3.1": "a"}
    wrong = stranger.post(f"{PAGE}/gui", data={"code": codes[0], **fields})
    assert "Phiếu không có câu hỏi hoặc câu trả lời này. Hãy tải lại phiếu." in wrong.text
    assert f'name="answer:{mot}:3.1" value="a" checked' in wrong.text
    assert counted(year) == {}
    assert stranger.post(PAGE, data={"code": codes[0]}).status_code == 200


def test_code_is_good_nowhere_else(
    year: Web, codes: tuple[str, ...], stranger: FlaskClient
) -> None:
    for path in ("/khao-sat/khac/1", "/khao-sat/nho/2", f"/khao-sat/nho/{10**30}"):
        answer = stranger.post(path, data={"code": codes[0]})
        assert (answer.status_code, NO_CODE in answer.text) == (404, True)
    unknown = stranger.post("/khao-sat/khong/1", data={"code": codes[0]})
    assert (unknown.status_code, "Không có tỉnh này" in unknown.text) == (404, True)
    assert [stranger.post(PAGE, data={"code": code}).status_code for code in ("", "\0", "x")] == [
        404, 404, 404,
    ]  # fmt: skip


def test_nothing_tells_who_answered(
    year: Web, codes: tuple[str, ...], stranger: FlaskClient
) -> None:
    with year.inside("nho") as session:
        mot = unit_id(session, "so-mot")
    answers = [
        stranger.get(PAGE),
        stranger.post(PAGE, data={"code": codes[0]}),
        stranger.post(f"{PAGE}/gui", data={"code": codes[0], f"answer:{mot}:3.1": "a"}),
        stranger.post(PAGE, data={"code": codes[0]}),
        stranger.get("/khao-sat/nho/cam-on"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 303, 404, 200]
    shown = [answer for answer in answers if answer.status_code != 303]
    assert {answer.headers["Cache-Control"] for answer in shown} == {"no-store"}
    assert {answer.headers["Referrer-Policy"] for answer in shown} == {"no-referrer"}
    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[]] * 5
    kept = str(year.rows("nho"))
    assert [code in kept or code.replace("-", "") in kept for code in codes] == [False] * 3


def test_one_address_cannot_try_for_ever(year: Web, stranger: FlaskClient) -> None:
    tries = [stranger.post("/khao-sat/khong/1").status_code for _ in range(121)]
    assert (set(tries[:120]), tries[120]) == ({404}, 429)
    assert stranger.post("/khao-sat/khong/2").status_code == 404
