"""The steps of the tour at the desks where each role works: its own first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, url_for
from flask_babel import gettext
from sqlalchemy import select

from thidua.runtime import Runtime
from thidua.store.campaigns import Campaign
from thidua.store.surveys import SurveyForm
from thidua.work.access import STAFF
from thidua.work.appraisal_duties import my_duties
from thidua.work.lateness import READERS
from thidua.work.my_sheets import ClosedSheet, OpenSheet, my_sheets
from thidua_admin.console.lookups import loaded_province
from thidua_admin.desk.moment import now
from thidua_admin.security import actor, db_session, rights


@dataclass(frozen=True)
class TourStep:
    """One thing to look at: what it is, why, and where."""

    title: str
    text: str
    url: str


def duties(campaigns: Sequence[Campaign]) -> Iterator[TourStep]:
    """What this person does in the campaign that is open: at most three steps."""
    if rights().any_of({"officer"}):
        yield from _sheet()
    if rights().any_of({"appraiser"}):
        yield from _appraisal()
    if rights().any_of(READERS):
        yield from _secretariat(campaigns)


def published_page() -> Iterator[TourStep]:
    """What anybody may read, where it is switched on."""
    runtime: Runtime = current_app.extensions["thidua"]
    if runtime.settings.public_results:
        yield TourStep(
            gettext("Trang công bố cho mọi người"),
            gettext("Chỉ kết quả đã công bố, đọc được mà không cần đăng nhập."),
            url_for("desk.public_province", code=g.province.code),
        )


def _sheet() -> Iterator[TourStep]:
    found = my_sheets(db_session(), by=actor(), at=now(), kinds=loaded_province().rule_kinds)
    sheets: list[OpenSheet | ClosedSheet] = [*found.open, *found.closed]
    for sheet in sheets[:1]:
        place: dict[str, Any] = {"campaign_id": sheet.campaign_id, "unit_id": sheet.unit_id}
        yield TourStep(
            gettext("Phiếu tự chấm của đơn vị, năm %(year)s", year=sheet.year),
            gettext("Còn bao nhiêu dòng, điểm tính ngay khi nhập, tự lưu cả khi mất mạng."),
            url_for("desk.sheet_shown", **place),
        )
        yield TourStep(
            gettext("Sổ minh chứng"),
            gettext("Mỗi tài liệu ghi một lần, dùng cho nhiều tiêu chí."),
            url_for("desk.evidence_register", **place),
        )


def _appraisal() -> Iterator[TourStep]:
    yield TourStep(
        gettext("Việc thẩm định của cơ quan"),
        gettext("Từng tiêu chí được giao: đã thẩm định bao nhiêu dòng, ai đang giải trình."),
        url_for("desk.appraisal"),
    )
    found = my_duties(db_session(), by=actor(), at=now(), kinds=loaded_province().rule_kinds)
    leaves = ((duty, leaf) for duty in found for domain in duty.domains for leaf in domain.leaves)
    for duty, leaf in leaves:
        yield TourStep(
            gettext("Một tiêu chí, mọi đơn vị"),
            gettext("Số liệu cạnh nhau, dòng khác biệt lớn lên đầu; đi từng dòng bằng bàn phím."),
            url_for(
                "desk.appraisal_criterion", campaign_id=duty.campaign_id, leaf=leaf.code,
                loai=leaf.kind,
            ),
        )  # fmt: skip
        return


def _secretariat(campaigns: Sequence[Campaign]) -> Iterator[TourStep]:
    running = next((item for item in campaigns if item.stage == "open"), None)
    if running is None:
        yield TourStep(
            gettext("Bàn làm việc của Thường trực"),
            gettext("Các kỳ đánh giá: thời hạn, tiến độ, đôn đốc, kết quả."),
            url_for("desk.secretariat"),
        )
        return
    yield TourStep(
        gettext("Kỳ đánh giá đang chạy, năm %(year)s", year=running.year),
        gettext("Thời hạn từng bước, tiến độ, đơn vị chưa hoàn thành và văn bản đôn đốc."),
        url_for("desk.secretariat_campaign", campaign_id=running.id),
    )
    if rights().any_of(STAFF):
        yield _surveys(running)


def _surveys(running: Campaign) -> TourStep:
    """The survey of officials where there is one, else what is expected from outside."""
    form_id = db_session().scalar(
        select(SurveyForm.id).where(SurveyForm.campaign_id == running.id).limit(1)
    )
    if form_id is None:
        return TourStep(
            gettext("Điều tra, chỉ số bên ngoài"),
            gettext("Số liệu nào đã có, số liệu nào còn thiếu; xem trước rồi mới ghi."),
            url_for("desk.secretariat_figures", campaign_id=running.id),
        )
    return TourStep(
        gettext("Khảo sát công chức"),
        gettext("Mã dùng một lần, in kèm mã QR; trả lời trên điện thoại."),
        url_for("desk.secretariat_survey", form_id=form_id),
    )
