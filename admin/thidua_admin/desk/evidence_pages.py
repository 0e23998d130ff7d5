"""Sổ minh chứng: the register of a unit, one document, the documents of a row, the printed list."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from thidua.work import evidence_register as register
from thidua.work.evidence_list import evidence_list
from thidua.work.my_sheets import my_sheets
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.saving import rule_kinds
from thidua_admin.security import actor, db_session


@desk.get("/minh-chung")
def evidence() -> ResponseReturnValue:
    """The register that the person keeps now; all sheets where there are several or none."""
    found = my_sheets(db_session(), by=actor(), at=now())
    if len(found.open) != 1:
        return redirect(url_for("desk.sheets"))
    (sheet,) = found.open
    at = "desk.evidence_register"
    return redirect(url_for(at, campaign_id=sheet.campaign_id, unit_id=sheet.unit_id))


@desk.get("/minh-chung/<int:campaign_id>/<int:unit_id>")
def evidence_register(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """The register of a unit, by domain and criterion."""
    page = register.register_of(
        db_session(), campaign_id=campaign_id, unit_id=unit_id, by=actor(), at=now()
    )
    return render_template("desk/evidence.html", page=page)


@desk.get("/minh-chung/<int:campaign_id>/<int:unit_id>/danh-muc")
def evidence_printed(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """The list as it is printed and handed in."""
    found = evidence_list(db_session(), campaign_id=campaign_id, unit_id=unit_id, by=actor())
    register = url_for("desk.evidence_register", campaign_id=campaign_id, unit_id=unit_id)
    return render_template("desk/evidence_list.html", found=found, register=register)


@desk.get("/minh-chung/<int:campaign_id>/<int:unit_id>/dong/<leaf>")
def evidence_of_row(campaign_id: int, unit_id: int, leaf: str) -> ResponseReturnValue:
    """What proves one row, to be put into the page of the sheet."""
    found = register.leaf_documents(
        db_session(), campaign_id=campaign_id, unit_id=unit_id, leaf_code=leaf, by=actor(),
        at=now(), kinds=rule_kinds(),
    )  # fmt: skip
    address = url_for("desk.evidence_register", campaign_id=campaign_id, unit_id=unit_id)
    return render_template("desk/evidence_row.html", found=found, register=address)


@desk.get("/minh-chung/tai-lieu/<int:item_id>")
def evidence_item(item_id: int) -> ResponseReturnValue:
    """One document: what is written of it, where it is used."""
    page = register.document_of(db_session(), item_id=item_id, by=actor(), at=now())
    return render_template("desk/evidence_item.html", page=page)
