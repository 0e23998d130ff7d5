"""One unit through time, and what is done to it from a day on: changed, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.helpers import get_form_data
from flask_babel import gettext
from sqlalchemy import select
from wtforms import Form

from thidua.spec.loading import parse
from thidua.spec.succession import KINDS, Succession
from thidua.store.units import UnitPeriod
from thidua.work.successions import record_succession
from thidua.work.unit_changes import UnitUse, change_unit_from, use_of_unit
from thidua.work.unit_life import LifeEvent, LifePeriod, UnitLife, unit_life
from thidua.work.units import days_of, end_unit
from thidua.work.versions import wait_turn
from thidua_admin.console.confirm import Question, carried, step
from thidua_admin.console.forms import day
from thidua_admin.console.lists import FormWords, identifier
from thidua_admin.console.lookups import (
    cluster_names,
    kind_names,
    today,
    unit_keys,
    unit_names,
)
from thidua_admin.console.units_forms import ChangeForm, EndForm, said_of
from thidua_admin.console.verbs import flash_stale, through, tried
from thidua_admin.security import actor, db_session


@dataclass(frozen=True)
class Moment:
    """One place of a timeline: a period that began, or a reorganisation that took effect."""

    on: date | None
    period: LifePeriod | None = None
    event: LifeEvent | None = None


def moments(life: UnitLife) -> list[Moment]:
    """The timeline, latest first; a reorganisation stands above the period that began with it."""
    found = [Moment(period.first, period=period) for period in life.periods]
    found += [Moment(event.effective_on, event=event) for event in life.events]
    return sorted(found, key=lambda item: (item.on or date.min, item.event is not None))[::-1]


class UnitPages:
    """Pages of one unit; a part of the view of units, whose words and back it uses."""

    render: Any
    back: Callable[[], str]
    gone: Callable[[], ResponseReturnValue]
    get_url: Any
    asked: Any

    @expose("/details/")  # type: ignore[untyped-decorator]
    def details_view(self) -> ResponseReturnValue:
        """The timeline of a unit, asked for by one of its periods or by its own id."""
        period = self._period_of_unit() if "don-vi" in request.args else self.asked()
        if period is None:
            return self.gone()
        life = unit_life(db_session(), unit_id=period.unit_id, day=today(), by=actor())
        last = days_of(db_session().get_one(UnitPeriod, life.periods[0].id))[1]
        page: str = self.render(
            "console/unit.html",
            life=life,
            ended=last is not None and last < today(),
            open_ended=last is None,
            moments=moments(life),
            kinds=kind_names(),
            clusters=cluster_names(),
            words=KINDS,
            return_url=self.back(),
        )
        return page

    @expose("/doi/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def change_view(self) -> ResponseReturnValue:
        """A unit from a day on: the form, what will happen, and the thing itself."""
        period = self._held()
        if period is None:
            return self.gone()
        now = {**said_of(period), "row_version": str(period.row_version)}
        form = ChangeForm(get_form_data(), **now)
        return self._two_steps(period, form, _Change(period, form))

    @expose("/ket-thuc/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def end_view(self) -> ResponseReturnValue:
        """Ask for the last day and end the unit."""
        period = self._held()
        if period is None:
            return self.gone()
        form = EndForm(get_form_data(), row_version=str(period.row_version))
        return self._two_steps(period, form, _End(period, form))

    def _two_steps(
        self, period: UnitPeriod, form: Form, act: _Change | _End
    ) -> ResponseReturnValue:
        at = step(form)
        if at != "fill" and form.row_version.data != str(period.row_version):
            flash_stale()
            return redirect(request.full_path)
        if at == "do" and through(act.do) is not None:
            flash(act.done, "success")
            return redirect(self.get_url(".details_view", id=period.id))
        if at == "ask" and tried(act.do) is not None:
            question: str = self.render(
                "console/confirm.html",
                question=act.question(),
                carried=carried(),
                return_url=self.back(),
            )
            return question
        page: str = self.render(
            "console/form.html", form=form, words=act.words(), return_url=self.back()
        )
        return page

    def _period_of_unit(self) -> UnitPeriod | None:
        unit = identifier(request.args["don-vi"])
        periods = select(UnitPeriod).where(UnitPeriod.unit_id == unit)
        return db_session().scalars(periods.order_by(UnitPeriod.during.desc()).limit(1)).first()

    def _held(self) -> UnitPeriod | None:
        """The period asked for; once it is to be changed, as nobody else changes it meanwhile."""
        if "confirmed" in request.form:
            wait_turn(db_session())
        period: UnitPeriod | None = self.asked()
        return period


class _Change:
    """A unit changed from a day on; a new name by a document is recorded as one, too."""

    def __init__(self, period: UnitPeriod, form: ChangeForm) -> None:
        self.period, self.form, self.name = period, form, unit_names()[period.unit_id]
        self.done = gettext("Đã ghi thay đổi.")
        self.version = period.row_version
        self.old = said_of(period)

    def words(self) -> FormWords:
        """What the form says of itself."""
        return FormWords(
            gettext("Đổi từ một ngày: %(name)s", name=self.name),
            gettext("Xem việc sẽ làm"),
            gettext(
                "Đơn vị vẫn là một: lịch sử, kết quả, khen thưởng được nối liền. Sửa những mục đã "
                "đổi, giữ nguyên các mục khác."
            ),
        )

    def do(self) -> UnitPeriod:
        """Begin the next period; record the new name with its document."""
        begun = change_unit_from(
            db_session(),
            period_id=self.period.id,
            on=self.form.on.data,
            **self.form.facts(),
            expected_version=self.version,
            by=actor().because(self.form.basis_words()),
        )
        if self._renames():
            record_succession(db_session(), succession=self._renamed(), by=actor())
        return begun

    def question(self) -> Question:
        """What will happen."""
        return Question(
            self.words().heading, list(self._does()), list(self._notes()), gettext("Ghi thay đổi")
        )

    def _renames(self) -> bool:
        named = self.form.name.data.strip() != self.old["name"]
        return named and self.form.basis() is not None

    def _renamed(self) -> Succession:
        key, on = unit_keys()[self.period.unit_id], self.form.on.data
        said = {
            "code": f"doi-ten-{self.period.unit_id}-{on:%Y%m%d}",
            "kind": "rename",
            "title": gettext(
                "%(old)s đổi tên thành %(new)s",
                old=self.old["name"],
                new=self.form.name.data.strip(),
            ),
            "effective_on": on,
            "legal_basis": [self.form.basis()],
            "links": [{"predecessor": key, "successor": key}],
        }
        return parse(Succession, said)

    def _does(self) -> Iterator[str]:
        eve = self.form.on.data - timedelta(days=1)
        yield gettext(
            "“%(name)s” giữ nguyên đến hết ngày %(eve)s.", name=self.old["name"], eve=day(eve)
        )
        for label, old, new in self._differences():
            yield gettext(
                "Từ ngày %(on)s, %(label)s: “%(old)s” đổi thành “%(new)s”.",
                on=day(self.form.on.data),
                label=label,
                old=old or "–",
                new=new or "–",
            )
        if self._renames():
            yield gettext("Ghi việc đổi tên, căn cứ %(basis)s.", basis=self.form.basis_words())

    def _differences(self) -> Iterator[tuple[str, str, str]]:
        for name, old in self.old.items():
            field = self.form[name]
            new = (field.data or "").strip()
            if new != old:
                yield str(field.label.text).lower(), _said(field, old), _said(field, new)

    def _notes(self) -> Iterator[str]:
        if not self._renames() and self.form.name.data.strip() != self.old["name"]:
            yield gettext(
                "Chưa ghi văn bản căn cứ nên việc đổi tên không hiện trong danh sách sắp xếp."
            )
        for campaign in _use(self.period, self.form.on.data).campaigns:
            yield gettext(
                "%(campaign)s đang mở vẫn giữ tên, khối của đơn vị như lúc mở.", campaign=campaign
            )


class _End:
    """A unit ended."""

    def __init__(self, period: UnitPeriod, form: EndForm) -> None:
        self.period, self.form, self.name = period, form, unit_names()[period.unit_id]
        self.done = gettext("Đã ghi ngày kết thúc hoạt động.")

    def words(self) -> FormWords:
        """What the form says of itself."""
        return FormWords(
            gettext("Kết thúc hoạt động: %(name)s", name=self.name),
            gettext("Xem việc sẽ làm"),
            gettext(
                "Đơn vị hợp nhất, sáp nhập, chia tách thì ghi ở “Sắp xếp đơn vị” để có đơn vị kế "
                "tục. Lịch sử của đơn vị được giữ. Sau ngày này, đơn vị không được xét khen."
            ),
        )

    def do(self) -> UnitPeriod:
        """End it."""
        return end_unit(
            db_session(),
            unit_id=self.period.unit_id,
            on=self.form.on.data,
            reason=self.form.reason.data,
            by=actor(),
        )

    def question(self) -> Question:
        """What will happen."""
        last = self.form.on.data
        does = [
            gettext(
                "“%(name)s” kết thúc hoạt động, ngày cuối cùng là %(last)s.",
                name=self.name,
                last=day(last),
            ),
            gettext("Sau ngày đó, đơn vị không vào kỳ đánh giá mới và không được xét khen."),
            gettext("Kết quả, khen thưởng và minh chứng đã có vẫn được giữ."),
        ]
        used = _use(self.period, last + timedelta(days=1))
        return Question(
            self.words().heading,
            does,
            warnings_of(used),
            gettext("Kết thúc hoạt động"),
            danger=True,
        )


def warnings_of(used: UnitUse) -> Sequence[str]:
    """What loses its unit, in sentences."""
    said: list[str] = []
    if used.accounts:
        names = ", ".join(used.accounts)
        said.append(gettext("Tài khoản đang giữ vai trò của đơn vị: %(names)s.", names=names))
    if used.below:
        names = ", ".join(used.below)
        said.append(
            gettext(
                "Đơn vị trực thuộc còn hoạt động, cần khai lại cấp trên: %(names)s.", names=names
            )
        )
    said += [
        gettext("Đơn vị có phiếu trong %(campaign)s đang mở; phiếu ấy vẫn được chấm.", campaign=one)
        for one in used.campaigns
    ]
    return said


def _use(period: UnitPeriod, on: date) -> UnitUse:
    return use_of_unit(db_session(), unit_id=period.unit_id, day=on)


def _said(field: Any, value: str) -> str:
    """A value of a field as its choice box shows it, else as typed."""
    options = field.iter_choices() if hasattr(field, "iter_choices") else ()
    return next((str(option.label) for option in options if option.value == value), value)
