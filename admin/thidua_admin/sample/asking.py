"""A survey of officials under way: forms are open, codes given out, some have answered."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from thidua.spec.surveys import Officials
from thidua.store.surveys import SurveyForm
from thidua.work.answers import Answers, answer, blank_form, make_codes
from thidua.work.questionnaires import About, Asked, Question, asked_in, open_survey
from thidua_admin.sample.actor import DEMO
from thidua_admin.sample.entering import Work

SHORT, SPARE = -1, 2
"""Of a second unit one answer is lacking; so many more codes are out than have been used."""


def ask_officials(work: Work) -> None:
    """Open each survey of officials that the sets rest on.

    The first group, the leaders, judges every unit and has answered; those who judge their own
    unit have done so in the sample officer's, and too few in another.
    """
    leaves = [leaf for one in work.sets.values() for leaf in one.criteria.leaves]
    surveys = {leaf.rule.survey for leaf in leaves if isinstance(leaf.rule, Officials)}
    for survey in sorted(surveys):
        asked = asked_in(work.session, work.campaign, survey)
        first, *others = asked.labels
        about: Mapping[str, About] = {first: "all", **dict.fromkeys(others, "own")}
        form = open_survey(
            work.session, campaign_id=work.campaign.id, survey=survey, about=about, by=DEMO,
            at=work.at("self"),
        )  # fmt: skip
        _let_answer(work, form, first, None, _minimum(asked, first))
        for group in others:
            for unit_id, more in zip(_two(work, asked, group), (0, SHORT), strict=False):
                _let_answer(work, form, group, unit_id, _minimum(asked, group) + more)


def _minimum(asked: Asked, group: str) -> int:
    """So many answers make the group count in every question."""
    return max(
        question.group.minimum
        for questions in asked.questions.values()
        for question in questions.get(group, ())
    )


def _two(work: Work, asked: Asked, group: str) -> list[int]:
    """The sample officer's unit, where the group is asked about it, and the next ones."""
    able = [unit.unit_id for unit in work.units if asked.questions[unit.kind].get(group)]
    return sorted(able, key=lambda unit_id: unit_id != work.officer)[:2]


def _let_answer(
    work: Work, form: SurveyForm, group: str, unit_id: int | None, answered: int
) -> None:
    """Give out codes, of which so many are used."""
    slips = make_codes(
        work.session, form_id=form.id, group=group, count=answered + SPARE, by=DEMO,
        unit_id=unit_id,
    )  # fmt: skip
    for number, code in enumerate(slips.codes[:answered]):
        blank = blank_form(work.session, form_id=form.id, code=code)
        chosen: Answers = {
            unit.unit_id: _chosen(unit.questions, f"{group}:{unit.name}:{number}")
            for unit in blank.units
        }
        answer(work.session, form_id=form.id, code=code, answers=chosen)


def _chosen(questions: Sequence[Question], seed: str) -> dict[str, str]:
    """Mostly the better answers, the same in every demo."""
    chance = random.Random(seed)  # noqa: S311 (no secret: sample answers)
    return {
        question.leaf: question.answers[
            min(int(chance.expovariate(1.3)), len(question.answers) - 1)
        ][0]
        for question in questions
    }
