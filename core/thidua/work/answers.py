"""Answering a survey of officials: one-time codes, the blank form, an answer, forms on paper.

Who answers has no account; a code is all they need and all that is known of them. Wrong and used
codes are refused by one sentence, after the same work. How often somebody may try is the web's to
limit.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.spec.surveys import MOST_ANSWERS
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.campaigns import CampaignUnit
from thidua.store.surveys import AnsweredHow, SurveyCode, SurveyCount, SurveyForm
from thidua.work.access import STAFF, require
from thidua.work.campaigns import campaign_by_id
from thidua.work.given import find
from thidua.work.questionnaires import Question, asked_in, form_by_id

LETTERS = "34679ACDEFGHJKMNPQRTUVWXY"
"""Of codes: none that is taken for another when written by hand (0 O, 1 I L, 2 Z, 5 S, 8 B)."""

LENGTH = 10
MOST_CODES = 2_000
RESPONDENT = Actor(kind="person", name="Người trả lời khảo sát")
NO_CODE = (
    "Mã phiếu không dùng được: mã không đúng, đã dùng rồi hoặc phiếu không nhận trả lời nữa. "
    "Hãy kiểm tra lại mã; nếu vẫn không được, hãy hỏi nơi phát phiếu."
)

Answers = Mapping[int, Mapping[str, str]]
"""By unit id and leaf code, the code of the answer; what is left out was not answered."""

_SLOWLY = {"n": 2**11, "r": 8, "p": 1, "dklen": 32}
"""Cost of a hash: about 10 ms, so that codes cannot be found from stolen hashes."""


@dataclass(frozen=True)
class Slips:
    """New codes and what is printed beside them; ``unit`` is empty where several are judged."""

    title: str
    group: str
    unit: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class AskedUnit:
    """One unit that the form asks about."""

    unit_id: int
    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class BlankForm:
    """What the holder of a code is asked."""

    title: str
    group: str
    units: tuple[AskedUnit, ...]


def make_codes(
    session: Session, *, form_id: int, group: str, count: int, by: Actor, unit_id: int | None = None
) -> Slips:
    """New one-time codes for a group, told here once and kept only as hashes.

    ``unit_id`` is the own unit of those who get them, where the group judges its own unit, and
    None elsewhere. ``Invalid`` when group, unit or count cannot be; ``Conflict`` once closed.
    """
    require(session, by, STAFF, "phát mã phiếu")
    form = _open(session, form_id)
    problems = _who_problems(session, form, group, unit_id)
    if not 1 <= count <= MOST_CODES:
        problems.append(Problem("Số mã", f"Phải từ 1 đến {MOST_CODES} mỗi lần."))
    if problems:
        raise Invalid(problems)
    codes = {_hashed(code, form): code for code in (_code() for _ in range(count))}
    session.add_all(  # in the order of the hashes, which tells nothing
        SurveyCode(form_id=form.id, respondents=group, unit_id=unit_id, hash=hash_)
        for hash_ in sorted(codes)
    )
    record(
        session, actor=by, action="survey.codes", subject=("survey_form", form.id),
        after={"group": group, "unit": unit_id, "count": count},
    )  # fmt: skip
    session.flush()
    campaign = campaign_by_id(session, campaign_id=form.campaign_id)
    unit = _units(session, form, [] if unit_id is None else [unit_id]).get(unit_id or 0)
    label = asked_in(session, campaign, form.survey).labels[group]
    return Slips(campaign.title, label, unit.name if unit else "", tuple(codes.values()))


def blank_form(session: Session, *, form_id: int, code: str) -> BlankForm:
    """What the code lets its holder answer; the code stays good. ``NotFound`` as in ``answer``."""
    form, held, rows = _admitted(session, form_id, code)
    campaign = campaign_by_id(session, campaign_id=form.campaign_id)
    asked, units = asked_in(session, campaign, form.survey), _units(session, form, _ids(rows))
    return BlankForm(
        title=campaign.title,
        group=asked.labels[held.respondents],
        units=tuple(
            AskedUnit(id_, unit.name, asked.questions[unit.kind][held.respondents])
            for id_, unit in units.items()
        ),
    )


def answer(session: Session, *, form_id: int, code: str, answers: Answers) -> None:
    """Count one answered form and use its code up. The time is not kept with it.

    ``NotFound``, always by the same sentence, for a code that is not good here: wrong, used, of
    another form or province, or the form is closed. ``Invalid`` with every answer that the form
    does not have, or none at all; the code stays good then.
    """
    form, held, rows = _admitted(session, form_id, code)
    _refuse_unfit(session, form, held, rows, answers)
    for row in rows:  # all of them, so that no row shows by its transaction what was answered
        row.answers = _added(row.answers, answers.get(row.unit_id, {}))
        row.forms += 1
    session.delete(held)
    record(session, actor=RESPONDENT, action="survey.answer", subject=("survey_form", form.id))
    session.flush()


def enter_paper(
    session: Session,
    *,
    form_id: int,
    group: str,
    unit_id: int,
    forms: int,
    counts: Mapping[str, Mapping[str, int]],
    by: Actor,
    expected_version: int | None = None,
) -> SurveyCount:
    """Type in how a group answered about a unit on paper: all its paper forms, in place of before.

    ``counts`` by leaf and answer. ``Invalid`` with what the form does not have and where answers
    are more than forms; ``Conflict`` when another typed in meanwhile (``expected_version`` is the
    ``row_version`` the person saw) or the form is closed.
    """
    require(session, by, STAFF, "nhập phiếu giấy")
    form = _open(session, form_id)
    found = [row for row in _rows(session, form, group, "paper") if row.unit_id == unit_id]
    if not found:
        raise NotFound("Phiếu không hỏi nhóm này về đơn vị này.")
    row = found[0]
    if expected_version not in {None, row.row_version}:
        raise Conflict("Phiếu giấy vừa được người khác nhập. Hãy tải lại rồi nhập tiếp.")
    questions = _questions(session, form, group, found)[unit_id]
    if problems := _paper_problems(questions, forms, counts):
        raise Invalid(problems)
    before = {"forms": row.forms, "answers": row.answers}
    row.forms, row.answers = forms, {leaf: dict(given) for leaf, given in counts.items()}
    session.flush()
    record(
        session, actor=by, action="survey.paper", subject=("survey_count", row.id),
        before=before, after={"forms": row.forms, "answers": row.answers},
    )  # fmt: skip
    return row


def _code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def _hashed(code: str, form: SurveyForm | None) -> bytes:
    """The hash of a code as typed: case, blanks and hyphens do not count."""
    bare = re.sub(r"[\s-]", "", code[: 4 * LENGTH]).upper()
    salt = form.salt if form else bytes(16)
    return hashlib.scrypt(bare.encode("utf-8", "replace"), salt=salt, **_SLOWLY)


def _admitted(
    session: Session, form_id: int, code: str
) -> tuple[SurveyForm, SurveyCode, Sequence[SurveyCount]]:
    """The form, the code and the counts that it adds to, held until the transaction ends."""
    form = find(session, SurveyForm, form_id)
    hash_ = _hashed(code, form)  # also where there is no form: it takes as long
    if form is None:
        raise NotFound(NO_CODE)
    session.refresh(form, with_for_update={"read": True})
    campaign = campaign_by_id(session, campaign_id=form.campaign_id)
    session.refresh(campaign, with_for_update={"read": True})
    held = session.scalars(
        select(SurveyCode)
        .where(SurveyCode.form_id == form.id, SurveyCode.hash == hash_)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if held is None or form.closed_at or campaign.stage != "open":
        raise NotFound(NO_CODE)
    rows = _rows(session, form, held.respondents, "online")
    mine = [row for row in rows if held.unit_id in {None, row.unit_id}]
    return form, held, mine


def _open(session: Session, form_id: int) -> SurveyForm:
    """The form, open, which nobody closes before this transaction has ended."""
    form = form_by_id(session, form_id)
    session.refresh(form, with_for_update={"read": True})
    if form.closed_at:
        raise Conflict("Cuộc khảo sát đã kết thúc. Hãy mở lại kèm lý do rồi làm tiếp.")
    return form


def _rows(
    session: Session, form: SurveyForm, group: str, how: AnsweredHow
) -> Sequence[SurveyCount]:
    """The counts of a group, held until the transaction ends."""
    return session.scalars(
        select(SurveyCount)
        .where(
            SurveyCount.form_id == form.id, SurveyCount.respondents == group,
            SurveyCount.how == how,
        )
        .order_by(SurveyCount.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip


def _who_problems(
    session: Session, form: SurveyForm, group: str, unit_id: int | None
) -> list[Problem]:
    """What is wrong with giving codes to this group, of this unit."""
    if group not in form.about:
        return [Problem("Nhóm", f"Phiếu không có nhóm “{group}”.")]
    own = form.about[group] == "own"
    if own and unit_id is None:
        return [Problem("Đơn vị", "Nhóm này đánh giá đơn vị mình: hãy chọn đơn vị nhận mã.")]
    if not own and unit_id is not None:
        return [Problem("Đơn vị", "Nhóm này không đánh giá đơn vị mình: hãy bỏ chọn đơn vị.")]
    judged = {row.unit_id for row in _rows(session, form, group, "online")}
    if own and unit_id not in judged:
        return [Problem("Đơn vị", "Phiếu không hỏi nhóm này về đơn vị này.")]
    return []


def _units(session: Session, form: SurveyForm, ids: Sequence[int]) -> dict[int, CampaignUnit]:
    units = session.scalars(
        select(CampaignUnit)
        .where(
            CampaignUnit.campaign_id == form.campaign_id,
            CampaignUnit.unit_id.in_(ids),
        )
        .order_by(CampaignUnit.id)
    )
    return {unit.unit_id: unit for unit in units}


def _ids(rows: Sequence[SurveyCount]) -> list[int]:
    return [row.unit_id for row in rows]


def _questions(
    session: Session, form: SurveyForm, group: str, rows: Sequence[SurveyCount]
) -> dict[int, tuple[Question, ...]]:
    """What the group is asked, by unit."""
    campaign = campaign_by_id(session, campaign_id=form.campaign_id)
    asked, units = asked_in(session, campaign, form.survey), _units(session, form, _ids(rows))
    return {id_: asked.questions[unit.kind][group] for id_, unit in units.items()}


def _refuse_unfit(
    session: Session,
    form: SurveyForm,
    held: SurveyCode,
    rows: Sequence[SurveyCount],
    answers: Answers,
) -> None:
    questions = _questions(session, form, held.respondents, rows)
    known = {
        (id_, question.leaf): {code for code, _ in question.answers}
        for id_, asked in questions.items()
        for question in asked
    }
    problems = [
        Problem(leaf, "Phiếu không có câu hỏi hoặc câu trả lời này. Hãy tải lại phiếu.")
        for id_, given in answers.items()
        for leaf, chosen in given.items()
        if chosen not in known.get((id_, leaf), ())
    ]
    if not any(answers.values()):
        problems.append(Problem("", "Phiếu chưa có câu trả lời nào. Hãy chọn ít nhất một."))
    if problems:
        raise Invalid(problems)


def _added(counts: Json, given: Mapping[str, str]) -> Json:
    added = {leaf: dict(answers) for leaf, answers in counts.items()}
    for leaf, chosen in given.items():
        answers = added.setdefault(leaf, {})
        answers[chosen] = answers.get(chosen, 0) + 1
    return added


def _paper_problems(
    questions: Sequence[Question], forms: int, counts: Mapping[str, Mapping[str, int]]
) -> list[Problem]:
    known = {question.leaf: {code for code, _ in question.answers} for question in questions}
    problems = []
    if not 0 <= forms <= MOST_ANSWERS:
        problems.append(Problem("Số phiếu", f"Phải từ 0 đến {MOST_ANSWERS}."))
    for leaf, given in counts.items():
        if set(given) - known.get(leaf, set()):
            problems.append(Problem(leaf, "Phiếu không có câu hỏi hoặc câu trả lời này."))
        if any(count < 0 for count in given.values()):
            problems.append(Problem(leaf, "Số câu trả lời không được âm."))
        elif sum(given.values()) > forms:
            problems.append(Problem(leaf, f"Số câu trả lời nhiều hơn {forms} phiếu."))
    return problems
