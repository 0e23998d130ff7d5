"""Điều tra công chức: opening the survey's form for groups of respondents, closing it into points.

The form asks one question a leaf; its answers and groups are those of the leaf's rule. What was
answered is kept as counts for a group and a unit, online and on paper apart. While the survey
runs nobody is told more than whether a group has answered often enough.

What somebody who can read the whole database still sees: which codes were not used yet (only as
hashes; whoever also kept the list of who got which code learns who has not answered), at what
times some answer came in (the audit), and of the newest answer of each group which time was its
own (by the transaction). What an answer said is seen in no row: all counts of a group are written
anew by every answer, so that neither their place nor their transaction tells which of them grew.
The difference of two copies of the database, one before and one after a single answer, or the
server's write-ahead log, would tell it: they are to be guarded as the paper forms are.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.spec.rules import Officials
from thidua.spec.surveys import Respondents
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import Campaign
from thidua.store.surveys import AnsweredHow, SurveyCount, SurveyForm
from thidua.work.access import OVERSEERS, STAFF, require
from thidua.work.campaigns import campaign_by_id, campaign_units, scoring_sets
from thidua.work.figures import Imported, Source, changeable, keep_figures
from thidua.work.given import find, needed

About = Literal["all", "own"] | Sequence[int]
"""Which units a group judges: all, everybody their own, or these (ids)."""

WAYS: tuple[AnsweredHow, ...] = ("online", "paper")


@dataclass(frozen=True)
class Question:
    """One leaf as it is asked of one group: ``answers`` are codes and labels."""

    leaf: str
    text: str
    guidance: str
    answers: tuple[tuple[str, str], ...]
    group: Respondents


@dataclass(frozen=True)
class Asked:
    """The questions of a survey by kind of unit and group, and the groups' labels by code."""

    questions: Mapping[str, Mapping[str, tuple[Question, ...]]]
    labels: Mapping[str, str]


@dataclass(frozen=True)
class UnitCounted:
    """How far one group is with one unit. The numbers of forms are told once it is closed."""

    group: str
    label: str
    unit_id: int
    unit: str
    reached: bool
    online: int | None
    paper: int | None


def open_survey(
    session: Session,
    *,
    campaign_id: int,
    survey: str,
    about: Mapping[str, About],
    by: Actor,
    at: datetime,
) -> SurveyForm:
    """Open the form of a survey of officials in a campaign.

    ``about`` says for each group, by its code, which units it judges. ``Invalid`` with every group
    that lacks, or is not asked; ``Conflict`` when the form is there already or the campaign is not
    open; ``NotFound`` when no leaf of the campaign rests on such a survey.
    """
    require(session, by, STAFF, "mở phiếu khảo sát")
    campaign = changeable(session, campaign_id, survey, by)
    asked = asked_in(session, campaign, survey)
    if any(form.survey == survey for form in list_surveys(session, campaign_id=campaign_id, by=by)):
        raise Conflict(f"Phiếu khảo sát {survey} của kỳ này đã mở rồi.")
    judged = _judged(session, campaign, asked, about)
    form = SurveyForm(
        campaign_id=campaign.id, survey=survey, salt=secrets.token_bytes(16), opened_at=at,
        about={group: _plain(given) for group, given in about.items()},
    )  # fmt: skip
    session.add(form)
    session.flush()
    session.add_all(
        SurveyCount(form_id=form.id, respondents=group, unit_id=unit, how=how)
        for group, units in judged.items()
        for unit in units
        for how in WAYS
    )
    record(
        session, actor=by, action="survey.open", subject=("survey_form", form.id),
        after={"campaign": campaign.id, "survey": survey, "about": form.about},
    )  # fmt: skip
    session.flush()
    return form


def close_survey(session: Session, *, form_id: int, by: Actor, at: datetime) -> Imported:
    """End the survey: its counts, online and paper together, become the figures of its leaves.

    A group with fewer answers about a unit than its minimum is written as having given none, so
    that few respondents are not found out; the rule counts it so anyway. ``Conflict`` when it is
    closed already, and as for an import of figures.
    """
    require(session, by, STAFF, "kết thúc khảo sát")
    form = _locked(session, form_id)
    if form.closed_at:
        raise Conflict("Cuộc khảo sát đã kết thúc rồi.")
    campaign = changeable(session, form.campaign_id, form.survey, by)
    figures = _figures(session, form, campaign)
    form.closed_at = at
    record(session, actor=by, action="survey.close", subject=("survey_form", form.id))
    source = Source(f"Phiếu khảo sát {form.survey}, trực tuyến và phiếu giấy")
    return keep_figures(
        session, campaign, form.survey, figures, source=source, actor=by, at=at
    )  # fmt: skip


def reopen_survey(session: Session, *, form_id: int, by: Actor) -> SurveyForm:
    """Let a closed survey take answers again; its figures stay until it is closed once more.

    ``Invalid`` without the actor's reason, ``Conflict`` when it is open.
    """
    require(session, by, STAFF, "mở lại khảo sát")
    form = _locked(session, form_id)
    reason = needed("Lý do", by.reason, "Hãy ghi lý do mở lại khảo sát.")
    if not form.closed_at:
        raise Conflict("Cuộc khảo sát đang mở.")
    changeable(session, form.campaign_id, form.survey, by)
    form.closed_at = None
    record(
        session, actor=by.because(reason), action="survey.reopen", subject=("survey_form", form.id)
    )
    session.flush()
    return form


def list_surveys(session: Session, *, campaign_id: int, by: Actor) -> list[SurveyForm]:
    """The forms of a campaign by the code of their survey."""
    require(session, by, OVERSEERS, "xem cuộc khảo sát")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    query = select(SurveyForm).where(SurveyForm.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(SurveyForm.survey)))


def survey_state(session: Session, *, form_id: int, by: Actor) -> list[UnitCounted]:
    """Every group and unit: whether the minimum is reached in each question; forms once closed."""
    require(session, by, OVERSEERS, "xem cuộc khảo sát")
    form = form_by_id(session, form_id)
    campaign = campaign_by_id(session, campaign_id=form.campaign_id)
    asked, units = asked_in(session, campaign, form.survey), campaign_units(session, campaign)
    counts: dict[tuple[str, int], dict[str, SurveyCount]] = {}
    for row in _counts(session, form):
        counts.setdefault((row.respondents, row.unit_id), {})[row.how] = row
    return [
        UnitCounted(
            group=group, label=asked.labels[group], unit_id=unit, unit=units[unit].name,
            reached=all(
                _given(rows.values(), question.leaf) >= question.group.minimum
                for question in asked.questions[units[unit].kind][group]
            ),
            online=rows["online"].forms if form.closed_at else None,
            paper=rows["paper"].forms if form.closed_at else None,
        )
        for (group, unit), rows in counts.items()
    ]  # fmt: skip


def form_by_id(session: Session, form_id: int) -> SurveyForm:
    """The form of the entered province; ``NotFound`` when there is none with this id."""
    form = find(session, SurveyForm, form_id)
    if form is None:
        raise NotFound("Không có cuộc khảo sát này trong tỉnh đang làm việc.")
    return form


def asked_in(session: Session, campaign: Campaign, survey: str) -> Asked:
    """What a survey of officials asks in a campaign; ``NotFound`` when no leaf rests on it."""
    questions: dict[str, dict[str, tuple[Question, ...]]] = {}
    labels: dict[str, str] = {}
    for kind, item in scoring_sets(session, campaign).items():
        groups = questions.setdefault(kind, {})
        for leaf in item.criteria.leaves:
            if not isinstance(leaf.rule, Officials) or leaf.rule.survey != survey:
                continue
            answers = tuple((answer.code, answer.label) for answer in leaf.rule.answers)
            for group in leaf.rule.groups:
                one = Question(leaf.code, leaf.name, leaf.node.guidance, answers, group)
                groups[group.code] = (*groups.get(group.code, ()), one)
                labels.setdefault(group.code, group.label)
    if not labels:
        raise NotFound(f"Bộ tiêu chí của kỳ này không có khảo sát công chức “{survey}”.")
    return Asked(questions, labels)


def _judged(
    session: Session, campaign: Campaign, asked: Asked, about: Mapping[str, About]
) -> dict[str, list[int]]:
    """The units that each group judges; ``Invalid`` with all that is wrong with ``about``."""
    problems = [
        Problem(asked.labels[group], "Hãy chọn nhóm này đánh giá những đơn vị nào.")
        for group in asked.labels
        if group not in about
    ]
    units = campaign_units(session, campaign)
    judged: dict[str, list[int]] = {}
    for group, given in about.items():
        if group not in asked.labels:
            problems.append(Problem(group, "Phiếu không có nhóm người trả lời này."))
            continue
        able = [id_ for id_, unit in units.items() if group in asked.questions[unit.kind]]
        judged[group] = able if isinstance(given, str) else [i for i in able if i in given]
        if not isinstance(given, str) and (not given or set(given) - set(able)):
            reason = "Chỉ chọn đơn vị của kỳ mà phiếu có câu hỏi cho nhóm này, ít nhất một."
            problems.append(Problem(asked.labels[group], reason))
    if problems:
        raise Invalid(problems)
    return judged


def _figures(session: Session, form: SurveyForm, campaign: Campaign) -> dict[int, dict[str, int]]:
    """Counts by unit and ``leaf/group.answer``; none of a group below its minimum."""
    asked, rows = asked_in(session, campaign, form.survey), _counts(session, form)
    figures: dict[int, dict[str, int]] = {}
    for unit_id, unit in campaign_units(session, campaign).items():
        for group, questions in asked.questions[unit.kind].items():
            mine = [r for r in rows if (r.unit_id, r.respondents) == (unit_id, group)]
            for question in questions:
                enough = _given(mine, question.leaf) >= question.group.minimum
                for code, _ in question.answers:
                    count = _given(mine, question.leaf, code) if enough else 0
                    key = f"{question.leaf}/{group}.{code}"
                    figures.setdefault(unit_id, {})[key] = count
    return figures


def _given(rows: Iterable[SurveyCount], leaf: str, answer: str | None = None) -> int:
    """How many answered the question, or answered it so."""
    found: Iterator[Mapping[str, int]] = (row.answers.get(leaf, {}) for row in rows)
    return sum(count for given in found for code, count in given.items() if answer in {None, code})


def _counts(session: Session, form: SurveyForm) -> Sequence[SurveyCount]:
    query = select(SurveyCount).where(SurveyCount.form_id == form.id).order_by(SurveyCount.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _locked(session: Session, form_id: int) -> SurveyForm:
    """The form, held by this transaction alone: nobody answers meanwhile."""
    form = form_by_id(session, form_id)
    session.refresh(form, with_for_update=True)
    return form


def _plain(about: About) -> str | list[int]:
    return about if isinstance(about, str) else list(about)
