"""What a unit does with its register of evidence."""

from __future__ import annotations

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.errors import Invalid
from thidua.evidence.files import EvidenceFiles
from thidua.runtime import Runtime
from thidua.work.evidence import (
    add_evidence,
    change_evidence,
    unuse_evidence,
    use_evidence,
    withdraw_evidence,
)
from thidua.work.evidence_facts import EvidenceFacts
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.sheet_fields import day, done, text, upload
from thidua_admin.security import actor, db_session


@desk.post("/minh-chung/<int:campaign_id>/<int:unit_id>")
def evidence_added(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """Enter a document, with its file, and say at once which row it proves."""

    def add() -> None:
        item = add_evidence(
            db_session(), campaign_id=campaign_id, unit_id=unit_id, facts=_facts(), by=actor(),
            at=now(), files=files(), file=upload("file"),
        )  # fmt: skip
        if text("leaf"):
            _use(item.id)

    back = url_for("desk.evidence_register", campaign_id=campaign_id, unit_id=unit_id)
    return done(gettext("Đã ghi tài liệu vào sổ."), back, add)


@desk.post("/minh-chung/tai-lieu/<int:item_id>")
def evidence_changed(item_id: int) -> ResponseReturnValue:
    """Correct what is written of a document, or give it another file."""
    return done(
        gettext("Đã sửa tài liệu."),
        _item(item_id),
        lambda: change_evidence(
            db_session(), item_id=item_id, facts=_facts(), by=actor(), at=now(), files=files(),
            file=upload("file"), expected_version=request.form.get("version", type=int),
        ),
    )  # fmt: skip


@desk.post("/minh-chung/tai-lieu/<int:item_id>/rut")
def evidence_withdrawn(item_id: int) -> ResponseReturnValue:
    """Take a document back."""
    return done(
        gettext("Đã rút tài liệu; tài liệu vẫn được lưu để tra cứu."),
        _item(item_id),
        lambda: withdraw_evidence(
            db_session(), item_id=item_id, by=actor().because(text("reason")), at=now()
        ),
    )


@desk.post("/minh-chung/tai-lieu/<int:item_id>/dung")
def evidence_used(item_id: int) -> ResponseReturnValue:
    """Say which row a document proves, and where in it that stands."""
    return done(gettext("Đã gắn tài liệu."), _item(item_id), lambda: _use(item_id))


@desk.post("/minh-chung/tai-lieu/<int:item_id>/bo")
def evidence_unused(item_id: int) -> ResponseReturnValue:
    """Say that a document does not prove a row after all."""
    return done(
        gettext("Đã bỏ gắn."),
        _item(item_id),
        lambda: unuse_evidence(
            db_session(), item_id=item_id, leaf_code=text("leaf"), by=actor(), at=now()
        ),
    )


def files() -> EvidenceFiles:
    """The installation's files of evidence."""
    runtime: Runtime = current_app.extensions["thidua"]
    return runtime.files


def _use(item_id: int) -> None:
    if not text("leaf"):
        label = gettext("Tiêu chí")
        raise Invalid.one(label, gettext("Hãy chọn tiêu chí mà tài liệu chứng minh."))
    use_evidence(
        db_session(), item_id=item_id, leaf_code=text("leaf"), by=actor(), at=now(),
        section=text("section"), page=text("page"), note=text("note"),
    )  # fmt: skip


def _facts() -> EvidenceFacts:
    return EvidenceFacts(
        summary=text("summary"),
        reference=text("reference"),
        issued_on=day("issued_on", gettext("Ngày ban hành")),
        issuer=text("issuer"),
        link=text("link"),
        link_seen_on=day("link_seen_on", gettext("Ngày truy cập")),
    )


def _item(item_id: int) -> str:
    return url_for("desk.evidence_item", item_id=item_id)
