"""A sample year that does not open is not passed over in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from obstore.store import MemoryStore
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import TIMEZONE, criteria, small_spec

from thidua.evidence.files import EvidenceFiles
from thidua.registry import load_province
from thidua.testing.sample.thidua_mau.plugin import province as mau
from thidua.work.provinces import apply_province
from thidua_admin.sample.campaigns import fill_campaigns

NOW = datetime(2026, 11, 1, 9, tzinfo=TIMEZONE)
WHY = (
    "Chưa có cơ quan thẩm định thay cho: Sở Hai. Không ai thẩm định đơn vị của chính mình; "
    "hãy phân công trước khi mở kỳ."
)


def test_years_that_do_not_open_are_told_with_the_reason(sessions: sessionmaker[Session]) -> None:
    spec = small_spec(criteria_sets=[criteria(substitutes=[])])
    province = replace(load_province("mau", mau), name="nho", spec=spec, rule_kinds={})
    files = EvidenceFiles(MemoryStore())
    with sessions.begin() as session:
        apply_province(session, spec=spec, by=COMMAND)
        told = fill_campaigns(session, province, NOW, TIMEZONE, files, 0)
    assert told == [f"Chưa mở được kỳ mẫu năm {year} của Tỉnh Nhỏ: {WHY}" for year in (2025, 2026)]
