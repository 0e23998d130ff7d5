"""The console's first page: what there is, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_admin import AdminIndexView, BaseView, expose
from flask_admin.menu import MenuLink
from flask_babel import gettext, lazy_gettext
from sqlalchemy import ColumnElement, func, select

from thidua.errors import ThiduaError
from thidua.store.audit_rows import AuditEvent, AuditSeal
from thidua.store.awards import StoredAwardScheme
from thidua.store.base import Base
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredMovement
from thidua.store.people import Membership
from thidua.store.results import ResultVersion
from thidua.store.successions import Succession
from thidua.store.units import UnitPeriod
from thidua.work.access import STAFF
from thidua.work.opening import refuse_ended
from thidua_admin.console.imports import IMPORTS
from thidua_admin.console.lists import Access
from thidua_admin.console.lookups import loaded_province, today
from thidua_admin.security import db_session, rights

_SCHEMES = select(func.count(StoredAwardScheme.code.distinct()))


@dataclass(frozen=True)
class Counts:
    """How much there is of what the next step depends on."""

    units: int
    sets: int
    campaigns_open: int
    results: int
    unpublished: int


@dataclass(frozen=True)
class Step:
    """The next thing to do, and where."""

    text: str
    label: str = ""
    endpoint: str = ""


@dataclass(frozen=True)
class Card:
    """One place of the console with what is in it."""

    view: BaseView
    text: str


class ConsoleIndex(Access, AdminIndexView):  # type: ignore[misc]
    """The console's first page."""

    roles = STAFF | {"auditor"}

    @expose("/")  # type: ignore[untyped-decorator]
    def index(self) -> str:
        """Cards for the places this person may go to, and the next step for the staff."""
        counts = _counts()
        page: str = self.render(
            "console/index.html",
            cards=self._cards(counts),
            step=next_step(counts, ended=_ended()) if rights().any_of(STAFF) else None,
        )
        return page

    def _cards(self, counts: Counts) -> Sequence[Card]:
        views = {view.endpoint: view for view in self.admin._views}
        return [
            Card(views[endpoint], text)
            for endpoint, text in _texts(counts).items()
            if views[endpoint].is_accessible()
        ]


class IndexLink(MenuLink):  # type: ignore[misc]
    """The sidebar's way to the first page; the shell leaves the index itself out."""

    def __init__(self, index: ConsoleIndex, category: str) -> None:
        super().__init__(
            lazy_gettext("Tổng quan"), endpoint="admin.index", category=category,
            icon_type="tabler", icon_value="clipboard-list",
        )  # fmt: skip
        self.index = index

    def is_accessible(self) -> bool:
        """As the page."""
        return self.index.is_accessible()

    def is_active(self, view: Any) -> bool:
        """Whether it is the page."""
        return view is self.index


def next_step(counts: Counts, *, ended: str) -> Step:
    """What the staff does next; ``ended`` says that the province is over, if it is."""
    if ended:
        return Step(ended, gettext("Xem kết quả"), "desk.results")
    if not counts.sets:
        return Step(
            gettext("Chưa có bộ tiêu chí. Quản trị hệ thống chạy: thidua province apply <mã tỉnh>.")
        )
    if not counts.units:
        return Step(
            gettext("Chưa có đơn vị nào để chấm."), gettext("Khai đơn vị"), "units.create_view"
        )
    if counts.unpublished:
        return Step(
            gettext("Có %(count)s bản kết quả chưa công bố.", count=counts.unpublished),
            gettext("Xem các bản kết quả"),
            "results.index_view",
        )
    if counts.campaigns_open:
        return Step(
            gettext("Kỳ đánh giá đang mở. Khi đã đủ số liệu, hãy tính kết quả."),
            gettext("Xem kỳ đánh giá"),
            "campaigns.index_view",
        )
    return Step(
        gettext("Chưa có kỳ đánh giá nào đang mở."),
        gettext("Mở kỳ đánh giá"),
        "campaigns.create_view",
    )


def _ended() -> str:
    try:
        refuse_ended(loaded_province().spec, today())
    except ThiduaError as ended:  # over, or its plugin is gone
        return str(ended)
    return ""


def _counts() -> Counts:
    return Counts(
        units=_count(UnitPeriod, UnitPeriod.during.contains(today())),
        sets=_count(StoredCriteriaSet),
        campaigns_open=_count(Campaign, Campaign.stage == "open"),
        results=_count(ResultVersion),
        unpublished=_count(ResultVersion, ResultVersion.published_at.is_(None)),
    )


def _texts(counts: Counts) -> dict[str, str]:
    """What each card says, by the endpoint of its view, in the order of the work."""
    people = db_session().scalar(select(func.count(Membership.user_id.distinct())))
    return {
        "units": gettext("%(count)s đơn vị đang hoạt động hôm nay", count=counts.units),
        "successions": gettext("%(count)s việc đã ghi", count=_count(Succession)),
        "criteria": gettext("%(count)s bộ tiêu chí", count=counts.sets),
        "campaigns": gettext("%(count)s kỳ đang mở", count=counts.campaigns_open),
        "results": gettext(
            "%(count)s bản, %(open)s chưa công bố", count=counts.results, open=counts.unpublished
        ),
        "movements": gettext("%(count)s phong trào", count=_count(StoredMovement)),
        "schemes": gettext(
            "%(count)s cách xét khen, có phiên bản", count=db_session().scalar(_SCHEMES)
        ),
        "accounts": gettext("%(count)s người có vai trò trong tỉnh", count=people),
        "audit": gettext(
            "%(count)s việc đã ghi, %(sealed)s đã niêm phong",
            count=_count(AuditEvent),
            sealed=_count(AuditSeal),
        ),
        "imports": gettext(
            "%(count)s lần nhập", count=_count(AuditEvent, AuditEvent.action.in_(IMPORTS))
        ),
        "legal": gettext("Nơi viện dẫn và hiệu lực của từng văn bản"),
        "provinces": gettext("Các phần mở rộng đã cài và bị từ chối"),
    }


def _count(table: type[Base], *where: ColumnElement[bool]) -> int:
    return db_session().scalar(select(func.count()).select_from(table).where(*where)) or 0
