"""Task pages: what people read and do, apart from the console."""

from __future__ import annotations

from thidua_admin.desk import (  # noqa: F401 (their addresses join the desk)
    about,
    account,
    appraisal,
    appraisal_entry,
    appraisal_figures,
    appraisal_paper,
    award_pages,
    awards,
    ballot,
    evidence_actions,
    evidence_file,
    evidence_pages,
    guide,
    home,
    public,
    row,
    saving,
    secretariat,
    secretariat_figures,
    secretariat_intervals,
    secretariat_petitions,
    secretariat_results,
    secretariat_schedule,
    secretariat_surveys,
    sheet_pages,
    sheet_signing,
    survey_page,
)
from thidua_admin.desk.navigation import navigation
from thidua_admin.desk.pages import desk

__all__ = ["desk", "navigation"]
