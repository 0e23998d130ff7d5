"""Tỉnh Nhỏ with what comes from outside: SIPAS twice, DDCI by value or rank, a survey of officials.

Departments: 1.1 and 1.2 rest on ``sipas`` (20 and 5 points), 2.1 on ``ddci`` by value (10). The
commune: 1.1 on ``sipas``, 2.1 on ``ddci`` by rank. All: 3.1 and 3.2 (10 each) on ``can-bo``,
asked of leaders (``ld``, weight 2, at least 2) and staff (``cc``, at least 3); a 100 %, b 60 %,
c 0 %; a group below its minimum is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import OPENED_AT, criteria, domain, leaf, open_small, small_spec

from thidua.spec.bundle import ProvinceSpec
from thidua.store.campaigns import Campaign
from thidua.store.criteria import Leaf
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.store.surveys import SurveyForm
from thidua.store.units import Unit
from thidua.work.questionnaires import About, open_survey

SIPAS = {"kind": "survey", "survey": "sipas"}
VALUE = {
    "kind": "indicator", "indicator": "ddci",
    "between": [{"at": 50, "share": "0.5"}, {"at": 80, "share": 1}],
}  # fmt: skip
RANK = {
    "kind": "indicator", "indicator": "ddci", "by": "rank",
    "ranks": [{"to": 1, "share": 1}, {"to": 3, "share": "0.5"}],
}  # fmt: skip
OFFICIALS: Mapping[str, Any] = {
    "kind": "officials", "survey": "can-bo", "too_few": "leave_out",
    "answers": [
        {"code": "a", "label": "Tốt", "share": 1}, {"code": "b", "label": "Khá", "share": "0.6"},
        {"code": "c", "label": "Kém", "share": 0},
    ],
    "groups": [
        {"code": "ld", "label": "Lãnh đạo", "weight": 2, "minimum": 2},
        {"code": "cc", "label": "Công chức", "weight": 1, "minimum": 3},
    ],
}  # fmt: skip
ABOUT: Mapping[str, About] = {"ld": "all", "cc": "own"}


def surveyed_spec(code: str = "nho") -> ProvinceSpec:
    """The province with one set for departments and one for the commune."""
    asked = domain(
        "3", "Công chức đánh giá",
        leaf("3.1", "Chỉ đạo", 10, OFFICIALS, guidance="Xem cả năm"),
        leaf("3.2", "Thái độ", 10, OFFICIALS),
    )  # fmt: skip
    plain: dict[str, Any] = {
        "declared": None,
        "bonus_cap": 0,
        "exemption_groups": [],
        "substitutes": [],
    }
    so = [
        domain(
            "1", "Hài lòng",
            leaf("1.1", "SIPAS chung", 20, SIPAS), leaf("1.2", "Bộ phận", 5, SIPAS),
        ),
        domain("2", "Cạnh tranh", leaf("2.1", "DDCI", 10, VALUE)),
        asked,
    ]  # fmt: skip
    xa = [
        domain("1", "Hài lòng", leaf("1.1", "SIPAS chung", 20, SIPAS)),
        domain("2", "Cạnh tranh", leaf("2.1", "DDCI", 10, RANK)),
        asked,
    ]
    return small_spec(
        code,
        indicators=[{"code": "ddci", "name": "DDCI"}],
        criteria_sets=[
            criteria(code="bo-so", kinds=["so"], domains=so, **plain),
            criteria(code="bo-xa", kinds=["xa"], domains=xa, **plain),
        ],
    )


def open_surveyed(session: Session, code: str = "nho") -> Campaign:
    """The province applied and entered, its campaign open."""
    return open_small(session, surveyed_spec(code))


def open_form(session: Session, campaign: Campaign) -> SurveyForm:
    """The form of ``can-bo``: leaders judge every unit, staff their own."""
    return open_survey(
        session, campaign_id=campaign.id, survey="can-bo", about=ABOUT, by=COMMAND, at=OPENED_AT
    )


def surveyed(session: Session, campaign: Campaign) -> dict[tuple[str, str], dict[str, int]]:
    """What stands in the sheets at the stage ``survey``, by unit key and leaf."""
    rows = session.execute(
        select(Unit.key, Leaf.code, ScoreEntry.inputs)
        .join(ScoreSheet, ScoreSheet.unit_id == Unit.id)
        .join(ScoreEntry, ScoreEntry.sheet_id == ScoreSheet.id)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .where(ScoreSheet.campaign_id == campaign.id, ScoreEntry.stage == "survey")
    )
    return {(row.key, row.code): row.inputs for row in rows}
