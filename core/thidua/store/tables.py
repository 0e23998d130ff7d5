"""All tables in one place, for whoever needs the whole metadata."""

from __future__ import annotations

from thidua.store import (  # noqa: F401 (importing a module registers its tables)
    appraisal,
    audit_rows,
    awards,
    campaigns,
    councils,
    criteria,
    decisions,
    documents,
    dossiers,
    evidence,
    movements,
    papers,
    people,
    provinces,
    publication,
    reissue,
    results,
    schedules,
    sheets,
    successions,
    surveys,
    units,
)
from thidua.store.base import Base

metadata = Base.metadata
