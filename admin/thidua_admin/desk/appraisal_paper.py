"""What an agency has appraised, by domain and criterion: to print or download, for signature."""

from __future__ import annotations

from io import BytesIO

from flask import render_template, send_file
from flask.typing import ResponseReturnValue

from thidua.exchange.appraisal import appraisal_workbook
from thidua.work.agency_appraisal import AgencyAppraisal, agency_appraisal
from thidua_admin.desk.pages import XLSX, desk
from thidua_admin.desk.saving import rule_kinds
from thidua_admin.security import actor, db_session


@desk.get("/tham-dinh/<int:campaign_id>/ket-qua/<int:agency_id>")
def appraisal_paper(campaign_id: int, agency_id: int) -> ResponseReturnValue:
    """The agency's part of the appraisal as its head signs it."""
    found = _appraisal(campaign_id, agency_id)
    return render_template(
        "desk/appraisal_paper.html", page=found, campaign_id=campaign_id, agency_id=agency_id
    )


@desk.get("/tham-dinh/<int:campaign_id>/ket-qua/<int:agency_id>.xlsx")
def appraisal_paper_workbook(campaign_id: int, agency_id: int) -> ResponseReturnValue:
    """The same as a workbook."""
    found = _appraisal(campaign_id, agency_id)
    book = BytesIO(appraisal_workbook(found))
    name = f"ket-qua-tham-dinh-{found.year}.xlsx"
    return send_file(book, XLSX, as_attachment=True, download_name=name)


def _appraisal(campaign_id: int, agency_id: int) -> AgencyAppraisal:
    return agency_appraisal(
        db_session(), campaign_id=campaign_id, agency_id=agency_id, by=actor(), kinds=rule_kinds()
    )
