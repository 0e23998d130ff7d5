"""Ký xác nhận a sheet: what it lacks, by click or as a paper says, and taking it back."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.errors import Invalid, NotAllowed
from thidua.evidence.files import Upload
from thidua.work.access import STAFF
from thidua.work.evidence import add_evidence
from thidua.work.evidence_facts import EvidenceFacts
from thidua.work.signoff import Paper, sign_off, withdraw_sign_off
from thidua_admin.desk.evidence_actions import files
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.saving import rule_kinds
from thidua_admin.desk.sheet_fields import day, done, text, upload
from thidua_admin.desk.sheet_pages import check_code_of, page_of
from thidua_admin.security import actor, db_session, rights


@desk.get("/phieu/<int:campaign_id>/<int:unit_id>/ky")
def sheet_signing(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """What the sheet lacks, its check code, and the two ways to sign."""
    page = page_of(campaign_id, unit_id)
    if page.progress is None:
        raise NotAllowed(gettext("Xác nhận của phiếu chỉ dành cho đơn vị và Thường trực."))
    own = unit_id in rights().units_as("officer")
    staff = rights().any_of(STAFF)
    return render_template(
        "desk/sheet_signing.html",
        page=page,
        code=check_code_of(page),
        base=url_for("desk.sheet_shown", campaign_id=campaign_id, unit_id=unit_id),
        may_click=own and page.entering.open,
        may_paper=staff or (own and page.entering.open),
        may_file=own and page.entering.open,
        may_withdraw=staff or (own and page.entering.open),
    )


@desk.post("/phieu/<int:campaign_id>/<int:unit_id>/ky")
def sheet_signed(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """Sign, with a click or as the paper says; its signed file goes into the register."""

    def sign() -> None:
        paper = _paper() if request.form.get("how") == "paper" else None
        if paper and (file := upload("file")):
            _keep(campaign_id, unit_id, paper, file)
        sign_off(
            db_session(), campaign_id=campaign_id, unit_id=unit_id, by=actor(), at=now(),
            paper=paper, reason=text("reason"), kinds=rule_kinds(),
        )  # fmt: skip

    return done(gettext("Đã ký xác nhận phiếu tự chấm."), _back(campaign_id, unit_id), sign)


@desk.post("/phieu/<int:campaign_id>/<int:unit_id>/rut")
def sheet_sign_off_withdrawn(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """Take the sign-off back."""
    return done(
        gettext("Đã rút xác nhận; số liệu nhập lại được đến hết hạn tự đánh giá."),
        _back(campaign_id, unit_id),
        lambda: withdraw_sign_off(
            db_session(),
            campaign_id=campaign_id,
            unit_id=unit_id,
            reason=text("reason"),
            by=actor(),
            at=now(),
        ),
    )


def _keep(campaign_id: int, unit_id: int, paper: Paper, file: Upload) -> None:
    """The signed file in the unit's register, where all may find it who may see the sheet."""
    add_evidence(
        db_session(),
        campaign_id=campaign_id,
        unit_id=unit_id,
        facts=EvidenceFacts(
            summary=gettext("Phiếu tự chấm điểm đã ký, %(signer)s", signer=paper.signer),
            reference=paper.number,
            issued_on=paper.signed_on,
        ),
        by=actor(),
        at=now(),
        files=files(),
        file=file,
    )


def _paper() -> Paper:
    return Paper(
        number=text("number"),
        signed_on=_signed_on(),
        signer=text("signer"),
        printed_code=text("printed_code"),
    )


def _signed_on() -> date:
    label = gettext("Ngày ký")
    signed_on = day("signed_on", label)
    if signed_on is None:
        raise Invalid.one(label, gettext("Hãy ghi ngày ký văn bản."))
    return signed_on


def _back(campaign_id: int, unit_id: int) -> str:
    return url_for("desk.sheet_signing", campaign_id=campaign_id, unit_id=unit_id)
