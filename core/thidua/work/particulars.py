"""Lý lịch trích ngang: what a nomination says of whom it honours, as the certificate prints it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.spec.award_conditions import CATEGORIES, PersonCategory
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import Nomination, Sex
from thidua.store.base import Json
from thidua.store.vietnamese import nfc
from thidua.work.access import require
from thidua.work.award_facts import round_by_id
from thidua.work.award_page import READERS, WHOLE
from thidua.work.dossiers import NOMINATORS, standing_nomination
from thidua.work.given import find, words
from thidua.work.nominations import refuse_again

SEXES: dict[Sex, str] = {"male": "ông", "female": "bà"}
AGES = range(15, 111)
"""Ages on the day of decision beyond which a day of birth is a slip of the keyboard."""

_LENGTHS = {"name": 200, "title": 200, "printed_unit": 300, "achievement": 4000}
_LABELS = {
    "name": "Họ và tên",
    "title": "Chức vụ",
    "printed_unit": "Đơn vị in trên bằng",
    "achievement": "Tóm tắt thành tích",
}


@dataclass(frozen=True)
class Particulars:
    """As the certificate is to print them; name, title, birth, sex and category are a person's.

    ``printed_unit``: the workplace, or a collective's own name; empty, the unit's name on the day
    of decision. ``achievement``: the short account of the danh sách trích ngang.
    """

    name: str = ""
    title: str = ""
    category: PersonCategory | None = None
    born_on: date | None = None
    sex: Sex | None = None
    printed_unit: str = ""
    achievement: str = ""


def particulars_of(nomination: Nomination) -> Particulars:
    """What a nomination says now."""
    return Particulars(
        name=nomination.person_name,
        title=nomination.person_title,
        category=nomination.person_category,
        born_on=nomination.person_born_on,
        sex=nomination.person_sex,
        printed_unit=nomination.printed_unit,
        achievement=nomination.achievement,
    )


def particulars_by_id(session: Session, *, nomination_id: int, by: Actor) -> Particulars:
    """What a nomination says now, for those who see all, and the officer of its nominator.

    ``NotFound`` also for another unit's.
    """
    rights = require(session, by, READERS, "xem lý lịch trích ngang")
    found = find(session, Nomination, nomination_id)
    own = rights.units_as("officer")
    if found is None or not (rights.any_of(WHOLE) or found.nominator_id in own):
        raise NotFound("Không có đề nghị này, hoặc đề nghị do đơn vị khác lập.")
    return particulars_of(found)


def set_particulars(
    session: Session,
    *,
    nomination_id: int,
    particulars: Particulars,
    by: Actor,
    expected_version: int | None = None,
) -> Nomination:
    """Write all particulars of a nomination, exactly as the certificate is to print them.

    ``expected_version`` is the ``row_version`` the person saw: ``Conflict`` if another changed the
    nomination since, or if it would equal another of the round. ``Invalid`` names each problem.
    """
    rights = require(session, by, NOMINATORS, "ghi lý lịch trích ngang")
    nomination = standing_nomination(session, rights, nomination_id)
    if expected_version not in (None, nomination.row_version):
        raise Conflict("Đề nghị này vừa được người khác sửa. Hãy tải lại rồi sửa tiếp.")
    fit = _fit(particulars)
    day = round_by_id(session, round_id=nomination.round_id).decides_on
    if problems := list(_problems(nomination, fit, day)):
        raise Invalid(problems)
    before = _said(nomination)
    nomination.person_name, nomination.person_title = fit.name, fit.title
    nomination.person_category, nomination.person_sex = fit.category, fit.sex
    nomination.person_born_on = fit.born_on
    nomination.printed_unit, nomination.achievement = fit.printed_unit, fit.achievement
    with session.no_autoflush:
        refuse_again(session, nomination, fit.name)
    session.flush()
    if _said(nomination) != before:
        record(
            session, actor=by, action="nomination.particulars",
            subject=("nomination", nomination.id), before=before, after=_said(nomination),
        )  # fmt: skip
    return nomination


def _fit(given: Particulars) -> Particulars:
    """The same with composed words, or ``Invalid``."""
    said = {
        name: nfc(words(label, getattr(given, name), longest=_LENGTHS[name]))
        for name, label in _LABELS.items()
    }
    return Particulars(category=given.category, born_on=given.born_on, sex=given.sex, **said)


def _problems(nomination: Nomination, given: Particulars, day: date) -> Iterator[Problem]:
    if nomination.recipient == "collective":
        if any((given.name, given.title, given.category, given.born_on, given.sex)):
            yield Problem(
                "Tập thể", "Không ghi họ tên, chức vụ, ngày sinh; tên in trên bằng ghi ở đơn vị."
            )
        return
    if not given.name:
        yield Problem("Họ và tên", "Hãy ghi họ và tên như sẽ in trên bằng.")
    if given.category is not None and given.category not in CATEGORIES:
        yield Problem("Diện", "Hãy chọn cán bộ, công chức, viên chức hoặc người lao động.")
    if given.sex is not None and given.sex not in SEXES:
        yield Problem("Giới tính", "Hãy chọn nam hoặc nữ.")
    if given.born_on is not None and day.year - given.born_on.year not in AGES:
        yield Problem("Ngày sinh", "Ngày sinh không hợp lý. Hãy nhập lại.")


def _said(nomination: Nomination) -> Json:
    """What the audit keeps of the particulars."""
    said = particulars_of(nomination)
    return {
        "name": said.name, "title": said.title, "category": said.category,
        "born_on": said.born_on and said.born_on.isoformat(), "sex": said.sex,
        "unit": said.printed_unit, "achievement": said.achievement,
    }  # fmt: skip
