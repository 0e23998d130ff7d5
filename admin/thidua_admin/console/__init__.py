"""The console (Flask-Admin): lists and forms for those who run the scoring."""

from __future__ import annotations

from flask_admin import Admin
from flask_babel import lazy_gettext

from thidua.runtime import Runtime
from thidua.store.audit_rows import AuditEvent
from thidua.store.awards import StoredAwardScheme
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredMovement
from thidua.store.people import Membership
from thidua.store.results import ResultVersion
from thidua.store.successions import Succession
from thidua.store.units import UnitPeriod
from thidua_admin.console.accounts import AccountView
from thidua_admin.console.audit import AuditView
from thidua_admin.console.campaigns import CampaignView
from thidua_admin.console.criteria import CriteriaView
from thidua_admin.console.imports import ImportView
from thidua_admin.console.index import ConsoleIndex, IndexLink
from thidua_admin.console.legal import LegalView
from thidua_admin.console.movements import MovementView
from thidua_admin.console.provinces import ProvincesView
from thidua_admin.console.results import ResultView
from thidua_admin.console.schemes import SchemeView
from thidua_admin.console.successions import SuccessionView
from thidua_admin.console.units import UnitView
from thidua_admin.db import CoreDB
from thidua_admin.shell import ADMINISTRATION

__all__ = ["ConsoleIndex", "add_views"]

SCORING = lazy_gettext("Chấm điểm")
"""The sidebar's group of the year's work."""

AWARDS = lazy_gettext("Khen thưởng")
"""The group of movements and awards."""

LISTS = (
    (UnitView, UnitPeriod, lazy_gettext("Đơn vị"), SCORING, "units", "don-vi", "building"),
    (
        SuccessionView, Succession, lazy_gettext("Sắp xếp đơn vị"), SCORING, "successions",
        "sap-xep-don-vi", "list-details",
    ),
    (
        CriteriaView, StoredCriteriaSet, lazy_gettext("Bộ tiêu chí"), SCORING, "criteria",
        "bo-tieu-chi", "checklist",
    ),
    (
        CampaignView, Campaign, lazy_gettext("Kỳ đánh giá"), SCORING, "campaigns",
        "ky-danh-gia", "calendar",
    ),
    (
        ResultView, ResultVersion, lazy_gettext("Bản kết quả"), SCORING, "results",
        "ban-ket-qua", "report",
    ),
    (
        MovementView, StoredMovement, lazy_gettext("Kế hoạch phong trào"), AWARDS, "movements",
        "phong-trao", "file-text",
    ),
    (
        SchemeView, StoredAwardScheme, lazy_gettext("Cách xét khen"), AWARDS, "schemes",
        "cach-xet-khen", "scale",
    ),
    (
        AccountView, Membership, lazy_gettext("Tài khoản và vai trò"), ADMINISTRATION, "accounts",
        "tai-khoan", "users",
    ),
    (
        AuditView, AuditEvent, lazy_gettext("Nhật ký kiểm toán"), ADMINISTRATION, "audit",
        "nhat-ky", "history",
    ),
    (
        ImportView, AuditEvent, lazy_gettext("Lịch sử nhập dữ liệu"), ADMINISTRATION, "imports",
        "lich-su-nhap", "upload",
    ),
)  # fmt: skip


def add_views(admin: Admin, db: CoreDB, runtime: Runtime) -> None:
    """Register the console's views, in the order of the sidebar."""
    admin.add_link(IndexLink(admin.index_view, ADMINISTRATION))
    for view, model, name, category, endpoint, url, icon in LISTS:
        admin.add_view(
            view(
                model, db, name=name, category=category, endpoint=endpoint, url=url,
                menu_icon_type="tabler", menu_icon_value=icon,
            )
        )  # fmt: skip
    admin.add_view(
        LegalView(
            name=lazy_gettext("Văn bản căn cứ"), category=ADMINISTRATION, endpoint="legal",
            url="van-ban", menu_icon_type="tabler", menu_icon_value="paperclip",
        )
    )  # fmt: skip
    admin.add_view(
        ProvincesView(
            runtime.registry,
            name=lazy_gettext("Các tỉnh"), category=ADMINISTRATION, endpoint="provinces",
            url="cac-tinh", menu_icon_type="tabler", menu_icon_value="map-pin",
        )
    )  # fmt: skip
