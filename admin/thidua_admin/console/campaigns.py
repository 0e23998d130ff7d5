"""Kỳ đánh giá: opening a year's scoring, closing it, computing its result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from sqlalchemy import func, select

from thidua.spec.criteria import CriteriaSet
from thidua.spec.document import document_hash
from thidua.spec.grading import Grading
from thidua.store.campaigns import Campaign, CampaignUnit, Exemption
from thidua.store.vietnamese import sort_key
from thidua.work.campaigns import ScoringSet, close_campaign, scoring_sets
from thidua.work.reissue import replacements_of
from thidua.work.results import compute_results
from thidua.work.schedule import schedule_of
from thidua.work.tables import grading_notes
from thidua_admin.console.campaigns_duties import CampaignDuties
from thidua_admin.console.campaigns_opening import CampaignOpening
from thidua_admin.console.campaigns_reissue import CampaignReissue
from thidua_admin.console.forms import day
from thidua_admin.console.lists import EmptyWords, ListView, folded
from thidua_admin.console.lookups import kind_names, loaded_province
from thidua_admin.console.marks import campaign_stage, illustrative
from thidua_admin.console.rows import RowAction
from thidua_admin.console.verbs import ReadOnly, through
from thidua_admin.formats import moment
from thidua_admin.security import actor, db_session

CLOSE = lazy_gettext("Đóng kỳ này? Sau khi đóng không nhập, không thẩm định được nữa.")
COMPUTE = lazy_gettext("Tính một bản kết quả tạm tính từ số liệu đang có?")


@dataclass(frozen=True)
class GradingShown:
    """One way of ranking, banding and rounding, in words too, and the sets that go by it."""

    grading: Grading
    criteria: CriteriaSet
    notes: Sequence[str]
    titles: Sequence[str]


def _is_open(campaign: Campaign) -> bool:
    return campaign.stage == "open"


def _begun(campaign: Campaign) -> bool:
    return campaign.stage != "draft"


class CampaignView(CampaignOpening, CampaignDuties, CampaignReissue, ReadOnly, ListView):
    """The campaigns of the province. Nothing of an open one is edited but by recorded acts."""

    list_template = "console/campaign_list.html"
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
        RowAction(lazy_gettext("Phân công thẩm định"), ".duties_view"),
        RowAction(lazy_gettext("Tính kết quả"), ".compute_view", confirm=COMPUTE, when=_begun),
        RowAction(
            lazy_gettext("Đóng kỳ"), ".close_view", confirm=CLOSE, danger=True, when=_is_open
        ),
    )
    empty = EmptyWords(
        lazy_gettext("Chưa mở kỳ đánh giá nào"),
        lazy_gettext("Khi mở, bộ tiêu chí, cách xếp loại và danh sách đơn vị của kỳ được cố định."),
    )

    @expose("/dong/", methods=("POST",))  # type: ignore[untyped-decorator]
    def close_view(self) -> ResponseReturnValue:
        """Close it."""
        if through(lambda: close_campaign(db_session(), campaign_id=self.posted_id(), by=actor())):
            flash(gettext("Đã đóng kỳ đánh giá."), "success")
        return redirect(self.back())

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
            return redirect(self.back())
        flash(gettext("Đã tính bản kết quả số %(number)s.", number=version.number), "success")
        return redirect(url_for("desk.result_table_page", version_id=version.id))

    def beside(self, row: Campaign) -> dict[str, Any]:
        """Sets by kind, gradings in words, units by group, exemptions, replacements."""
        scoring = scoring_sets(db_session(), row)
        kinds = [kind for kind in kind_names() if kind in scoring]
        return {
            "sets": [(kind_names()[kind], scoring[kind]) for kind in kinds],
            "gradings": _gradings(scoring[kind] for kind in kinds),
            "groups": _groups(row),
            "exemptions": _exemptions(row),
            "replaced": replacements_of(db_session(), campaign_id=row.id, by=actor()),
            "windows": schedule_of(db_session(), row).plan,
            "close": CLOSE,
            "compute": COMPUTE,
            "kinds": kind_names(),
        }


def _gradings(sets: Iterable[ScoringSet]) -> list[GradingShown]:
    """Each way of ranking, banding and rounding once, with the sets that go by it."""
    found: dict[object, list[ScoringSet]] = {}
    for item in {item.row.id: item for item in sets}.values():
        own = item.criteria
        rounding = own.leaf_decimals, own.pending, own.bonus_cap, own.bonus_capped
        found.setdefault((document_hash(item.grading), rounding), []).append(item)
    return [
        GradingShown(
            grading=items[0].grading,
            criteria=items[0].criteria,
            notes=grading_notes(items[0].grading),
            titles=[item.criteria.title for item in items],
        )
        for items in found.values()
    ]


def _groups(campaign: Campaign) -> list[tuple[str, str, int]]:
    """Kind, label and size of every rank group, in Vietnamese order."""
    rows = db_session().execute(
        select(CampaignUnit.kind, CampaignUnit.group_label, func.count())
        .where(CampaignUnit.campaign_id == campaign.id)
        .group_by(CampaignUnit.kind, CampaignUnit.group_label)
    )
    groups = [(kind, label, count) for kind, label, count in rows]
    return sorted(groups, key=lambda group: sort_key(group[1]))


def _exemptions(campaign: Campaign) -> list[tuple[str, str, Sequence[str]]]:
    """Unit, reason and nodes, in the order of units."""
    rows = db_session().execute(
        select(CampaignUnit.name, Exemption.reason, Exemption.node)
        .join(
            CampaignUnit,
            (CampaignUnit.campaign_id == Exemption.campaign_id)
            & (CampaignUnit.unit_id == Exemption.unit_id),
        )
        .where(Exemption.campaign_id == campaign.id)
        .order_by(CampaignUnit.id, Exemption.id)
    )
    nodes: dict[tuple[str, str], list[str]] = {}
    for name, reason, node in rows:
        nodes.setdefault((name, reason), []).append(node)
    return [(name, reason, codes) for (name, reason), codes in nodes.items()]
