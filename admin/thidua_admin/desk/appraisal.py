"""Thẩm định: an appraiser's duties, one criterion across units, one unit, one line with evidence.

Figures are saved at the address of ``desk.saving``. A grid keeps its order and filters in its
address, and hands them to the pages of its lines, so that "next" means the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from thidua.store.sheets import EntryStage
from thidua.work.appraisal_desk import criterion_desk, line_desk, unit_desk
from thidua.work.appraisal_duties import my_duties
from thidua_admin.desk.appraisal_rows import (
    STAGE_OF,
    STATES,
    Row,
    chosen,
    columns,
    figure,
    ordered,
    row_of,
    rows_across,
    rows_of_unit,
    shown_stages,
    why,
)
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.desk.saving import rule_kinds
from thidua_admin.security import actor, db_session

KEPT = ("loai", "lan", "xep", "chieu", "loc", "nhom", "theo")
"""What of an address goes on to the next page of the same work."""


@dataclass(frozen=True)
class Way:
    """Where a line stands in the work: its place, what comes before and after, the way back."""

    place: int
    of: int
    before: str
    after: str
    waiting: str
    back: str


@desk.get("/tham-dinh")
def appraisal() -> ResponseReturnValue:
    """What the person has to appraise, by campaign."""
    found = my_duties(db_session(), by=actor(), at=now(), kinds=rule_kinds())
    return render_template("desk/appraisal.html", campaigns=found)


@desk.get("/tham-dinh/<int:campaign_id>/tieu-chi/<leaf>")
def appraisal_criterion(campaign_id: int, leaf: str) -> ResponseReturnValue:
    """One criterion across all units."""
    found = criterion_desk(
        db_session(), campaign_id=campaign_id, leaf_code=leaf, by=actor(), at=now(),
        kind=request.args.get("loai"), stage=asked_stage(), kinds=rule_kinds(),
    )  # fmt: skip
    every = rows_across(found)
    counts = {name: sum(map(holds, every)) for name, (_, holds) in STATES.items()}
    return render_template(
        "desk/appraisal_criterion.html",
        desk=found,
        page=found.page,
        rows=_arranged(every),
        every=every,
        why=why(every),
        counts=counts,
        states=STATES,
        groups=list(dict.fromkeys(row.under for row in every)),
        stages=shown_stages(every),
        **_common(),
    )


@desk.get("/tham-dinh/<int:campaign_id>/don-vi/<int:unit_id>")
def appraisal_unit(campaign_id: int, unit_id: int) -> ResponseReturnValue:
    """One unit across its criteria."""
    found = unit_desk(
        db_session(), campaign_id=campaign_id, unit_id=unit_id, by=actor(), at=now(),
        stage=asked_stage(), kinds=rule_kinds(),
    )  # fmt: skip
    domains = rows_of_unit(found)
    every = [row for rows in domains.values() for row in rows]
    return render_template(
        "desk/appraisal_unit.html",
        desk=found,
        page=found.page,
        domains=domains,
        every=every,
        stages=shown_stages(every),
        **_common(),
    )


@desk.get("/tham-dinh/<int:campaign_id>/dong/<int:unit_id>/<leaf>")
def appraisal_line(campaign_id: int, unit_id: int, leaf: str) -> ResponseReturnValue:
    """One line beside its documents; ``tai-lieu`` in the address chooses which is shown."""
    found = line_desk(
        db_session(), campaign_id=campaign_id, unit_id=unit_id, leaf_code=leaf, by=actor(),
        at=now(), stage=asked_stage(), kinds=rule_kinds(),
    )  # fmt: skip
    row = row_of(found)
    return render_template(
        "desk/appraisal_line.html",
        desk=found,
        row=row,
        stages=shown_stages([row]),
        way=_way(campaign_id, row),
        shown=request.args.get("tai-lieu", type=int),
        page_number=page_number,
        **_common(),
    )


def page_number(text: str) -> str:
    """The first number in what a unit wrote as the page; 1 where there is none."""
    found = re.search(r"\d+", text)
    return found.group() if found else "1"


def asked_stage() -> EntryStage | None:
    """The round that the address names, if it does."""
    return STAGE_OF.get(request.args.get("lan", ""))


def kept(**changed: str | None) -> dict[str, Any]:
    """What of this page's address goes on, changed; without what is empty."""
    args = {name: request.args.get(name) for name in KEPT} | changed
    return {name: value for name, value in args.items() if value}


def _common() -> dict[str, Any]:
    return {
        "kept": kept,
        "figure": figure,
        "columns": columns,
        "person": current_user.id,
        "args": request.args,
    }


def _arranged(rows: Sequence[Row]) -> Sequence[Row]:
    """As the address asks for it."""
    args = request.args
    kept_rows = chosen(rows, state=args.get("loc", ""), group=args.get("nhom", ""))
    return ordered(kept_rows, args.get("xep", ""), descending=args.get("chieu") == "giam")


def _way(campaign_id: int, row: Row) -> Way:
    """Through the units of the criterion, or through the criteria of the unit."""
    across = request.args.get("theo") != "don-vi"
    rows = _across(campaign_id, row) if across else _along(campaign_id, row)
    places = [(item.unit_id, item.code) for item in rows]
    here = (row.unit_id, row.code)
    at = places.index(here) if here in places else -1
    later = [*rows[at + 1 :], *rows[: max(at, 0)]]
    waiting = next((item for item in later if item.state == "waiting"), None)
    page, where = (
        ("desk.appraisal_criterion", {"leaf": row.code})
        if across
        else ("desk.appraisal_unit", {"unit_id": row.unit_id})
    )
    anchor = f"dong-{row.unit_id}-{row.code}"
    return Way(
        place=at + 1,
        of=len(rows),
        before=_address(campaign_id, rows[at - 1]) if at > 0 else "",
        after=_address(campaign_id, rows[at + 1]) if at + 1 < len(rows) else "",
        waiting=_address(campaign_id, waiting) if waiting else "",
        back=url_for(page, campaign_id=campaign_id, _anchor=anchor, **where, **kept()),
    )


def _across(campaign_id: int, row: Row) -> Sequence[Row]:
    found = criterion_desk(
        db_session(), campaign_id=campaign_id, leaf_code=row.code, by=actor(), at=now(),
        kind=request.args.get("loai"), stage=asked_stage(), kinds=rule_kinds(),
    )  # fmt: skip
    return _arranged(rows_across(found))


def _along(campaign_id: int, row: Row) -> Sequence[Row]:
    found = unit_desk(
        db_session(), campaign_id=campaign_id, unit_id=row.unit_id, by=actor(), at=now(),
        stage=asked_stage(), kinds=rule_kinds(),
    )  # fmt: skip
    return [item for rows in rows_of_unit(found).values() for item in rows]


def _address(campaign_id: int, row: Row) -> str:
    return url_for(
        "desk.appraisal_line", campaign_id=campaign_id, unit_id=row.unit_id, leaf=row.code, **kept()
    )
