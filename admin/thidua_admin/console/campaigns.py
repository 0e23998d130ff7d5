"""Kỳ đánh giá: opening a year's scoring, closing it, computing its result."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_admin.helpers import get_redirect_target
from flask_babel import gettext, lazy_gettext
from sqlalchemy import func, select
from wtforms import Form, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from thidua.store.campaigns import Campaign, CampaignUnit, Exemption
from thidua.store.vietnamese import sort_key
from thidua.work.campaigns import close_campaign, scoring_sets
from thidua.work.opening import open_campaign
from thidua.work.results import compute_results
from thidua_admin.console.forms import day
from thidua_admin.console.lists import EmptyWords, FormWords, ListView, folded
from thidua_admin.console.lookups import kind_names, loaded_province, runtime
from thidua_admin.console.marks import campaign_stage, illustrative
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import Verbs, through
from thidua_admin.formats import moment
from thidua_admin.security import actor, db_session

CLOSE = lazy_gettext("Đóng kỳ này? Sau khi đóng không nhập, không thẩm định được nữa.")
COMPUTE = lazy_gettext("Tính một bản kết quả tạm tính từ số liệu đang có?")


class CampaignForm(BaseForm):  # type: ignore[misc]
    """The year, and what the campaign is called."""

    year = IntegerField(
        lazy_gettext("Năm đánh giá"), [InputRequired(), NumberRange(min=2000, max=2100)]
    )
    title = StringField(
        lazy_gettext("Tên kỳ"),
        [Length(max=300)],
        description=lazy_gettext("Để trống: Chỉ số cải cách hành chính năm …"),
    )


def _is_open(campaign: Campaign) -> bool:
    return campaign.stage == "open"


class CampaignView(Verbs, ListView):
    """The campaigns of the province. Nothing of an open one is edited; it is closed."""

    can_edit = False
    can_delete = False
    can_view_details = True
    details_template = "console/campaign.html"
    column_list = ("title", "year", "stage", "opens_on", "illustrative")
    column_details_list = ("title", "year", "stage", "opens_on", "opened_at")
    column_labels = {  # noqa: RUF012
        "title": lazy_gettext("Tên kỳ"),
        "year": lazy_gettext("Năm"),
        "stage": lazy_gettext("Trạng thái"),
        "opens_on": lazy_gettext("Ngày mở"),
        "opened_at": lazy_gettext("Thời điểm mở"),
        "illustrative": lazy_gettext("Số liệu"),
    }
    column_formatters = {  # noqa: RUF012
        "stage": lambda view, context, row, name: campaign_stage(row),
        "opens_on": lambda view, context, row, name: day(row.opens_on),
        "opened_at": lambda view, context, row, name: moment(row.opened_at),
        "illustrative": lambda view, context, row, name: illustrative(row.illustrative),
    }
    column_sortable_list = ("year", "opens_on", "stage")
    column_default_sort = [("year", True), ("id", True)]  # noqa: RUF012
    searched = ((lazy_gettext("tên kỳ"), folded(Campaign.title)),)
    row_actions = (
        RowAction(lazy_gettext("Xem kỳ đánh giá"), ".details_view"),
        RowAction(lazy_gettext("Tính kết quả"), ".compute_view", confirm=COMPUTE),
        RowAction(
            lazy_gettext("Đóng kỳ"), ".close_view", confirm=CLOSE, danger=True, when=_is_open
        ),
    )
    create_label = lazy_gettext("Mở kỳ đánh giá")
    empty = EmptyWords(
        lazy_gettext("Chưa mở kỳ đánh giá nào"),
        lazy_gettext("Khi mở, bộ tiêu chí, cách xếp loại và danh sách đơn vị của kỳ được cố định."),
    )
    form = CampaignForm

    def form_words(self, model: Any = None) -> FormWords:
        """What opening means."""
        return FormWords(
            gettext("Mở kỳ đánh giá"),
            gettext("Mở kỳ đánh giá"),
            gettext(
                "Mỗi loại đơn vị được chấm bằng bộ tiêu chí mới nhất của loại đó; các đơn vị đang "
                "hoạt động hôm nay tham gia. Sau khi mở không đổi được nữa."
            ),
        )

    def create_by(self, form: Form) -> Campaign:
        """Open."""
        return open_campaign(
            db_session(),
            spec=loaded_province().spec,
            year=form.year.data,
            title=" ".join((form.title.data or "").split()),
            by=actor(),
            at=datetime.now(UTC),
            timezone=runtime().timezone,
        )

    @expose("/details/")  # type: ignore[untyped-decorator]
    def details_view(self) -> ResponseReturnValue:
        """What the campaign froze."""
        campaign = self.asked()
        if campaign is not None:
            self._template_args.update(self._frozen(campaign))
        shown: ResponseReturnValue = super().details_view()
        return shown

    @expose("/dong/", methods=("POST",))  # type: ignore[untyped-decorator]
    def close_view(self) -> ResponseReturnValue:
        """Close it."""
        if through(lambda: close_campaign(db_session(), campaign_id=self.posted_id(), by=actor())):
            flash(gettext("Đã đóng kỳ đánh giá."), "success")
        return redirect(get_redirect_target() or self.get_url(".index_view"))

    @expose("/tinh/", methods=("POST",))  # type: ignore[untyped-decorator]
    def compute_view(self) -> ResponseReturnValue:
        """Compute a provisional version and show it."""
        version = through(
            lambda: compute_results(
                db_session(),
                campaign_id=self.posted_id(),
                by=actor(),
                plugin_version=loaded_province().spec.info.version,
                kinds=loaded_province().rule_kinds,
            )
        )
        if version is None:
            return redirect(get_redirect_target() or self.get_url(".index_view"))
        flash(gettext("Đã tính bản kết quả số %(number)s.", number=version.number), "success")
        return redirect(url_for("desk.result_table_page", version_id=version.id))

    def _frozen(self, campaign: Campaign) -> dict[str, Any]:
        """Sets by kind, units by group, exemptions."""
        of_campaign = CampaignUnit.campaign_id == campaign.id
        groups = (
            db_session()
            .execute(
                select(CampaignUnit.kind, CampaignUnit.group_label, func.count())
                .where(of_campaign)
                .group_by(CampaignUnit.kind, CampaignUnit.group_label)
            )
            .all()
        )
        exemptions = (
            db_session()
            .execute(
                select(CampaignUnit.name, Exemption.node, Exemption.reason)
                .join(
                    CampaignUnit,
                    of_campaign & (CampaignUnit.unit_id == Exemption.unit_id),
                )
                .where(Exemption.campaign_id == campaign.id)
                .order_by(Exemption.id)
            )
            .all()
        )
        scoring = scoring_sets(db_session(), campaign)
        sets = {name: scoring[kind].row for kind, name in kind_names().items() if kind in scoring}
        return {
            "sets": sets,
            "groups": sorted(groups, key=lambda row: sort_key(row.group_label)),
            "exemptions": exemptions,
            "close": CLOSE,
            "compute": COMPUTE,
            "kinds": kind_names(),
        }
