"""The life of a unit: its periods and reorganisations, latest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session
from tests.factories import COMMAND, make_kind

from thidua.spec.base import LegalBasis, Provenance
from thidua.spec.succession import Succession
from thidua.work.register import UnitLine, import_units, unit_lines
from thidua.work.successions import record_succession
from thidua.work.unit_life import (
    HandedOver,
    LifeEvent,
    LifePeriod,
    UnitLife,
    UnitName,
    life_event,
    unit_life,
)

DAY, EVE = date(2025, 7, 1), date(2025, 6, 30)
OLD = UnitLine(line=2, key="so-cu", name="Sở Cũ", kind="so", valid_from=date(2020, 1, 1))
BASIS = LegalBasis(title="Nghị quyết mẫu", number="1/NQ")
MERGED = Succession.model_validate(
    {
        "code": "nhap", "kind": "absorb", "title": "Sáp nhập", "effective_on": DAY,
        "legal_basis": [BASIS], "links": [{"predecessor": "so-cu", "successor": "so-moi"}],
    }
)  # fmt: skip


def test_life_tells_times_and_what_they_came_from(session: Session) -> None:
    make_kind(session)
    new = replace(OLD, line=3, key="so-moi", name="Sở Mới", parent="so-tren", cluster="khoi-1",
                  official_code="007")  # fmt: skip
    above = replace(OLD, line=4, key="so-tren", name="Sở Trên")
    import_units(session, lines=(OLD, new, above), by=COMMAND)
    row = record_succession(session, succession=MERGED, by=COMMAND)
    handed = row.links[0]
    old = UnitName(handed.predecessor_id, "Sở Cũ")
    heir = UnitName(handed.successor_id or 0, "Sở Mới")
    event = LifeEvent(
        id=row.id, kind="absorb", title="Sáp nhập", effective_on=DAY, legal_basis=[BASIS],
        links=[HandedOver(old, heir, Decimal(1), "")], provenance=Provenance.OFFICIAL, facts=[],
        source="", note="",
    )  # fmt: skip
    life = unit_life(session, unit_id=heir.unit_id, day=DAY, by=COMMAND)
    (period,) = life.periods
    assert life == UnitLife(heir.unit_id, "so-moi", "Sở Mới", [period], [event])
    assert period == LifePeriod(
        id=period.id, name="Sở Mới", kind="so", cluster="khoi-1", parent=period.parent,
        official_code="007", first=date(2020, 1, 1), last=None, provenance=Provenance.OFFICIAL,
        facts=[],
    )  # fmt: skip
    assert period.parent is not None
    assert period.parent.name == "Sở Trên"
    assert unit_life(session, unit_id=old.unit_id, day=DAY, by=COMMAND).periods[0].last == EVE
    assert life_event(session, succession_id=row.id, day=DAY, by=COMMAND) == event
    assert len(unit_lines(session, by=COMMAND, day=DAY)) == 2
