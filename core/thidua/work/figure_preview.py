"""A table of figures before it is taken: whose each line is, what is wrong, what would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from thidua.errors import Invalid, Problem
from thidua.store.actor import Actor
from thidua.work.access import STAFF, require
from thidua.work.campaigns import campaign_by_id
from thidua.work.figure_lines import FigureColumn, FigureLine, unit_of_line
from thidua.work.figures import (
    Source,
    changeable,
    figure_columns,
    import_figures,
    known_units,
)


@dataclass(frozen=True)
class Matched:
    """One line and the unit it is taken for; ``unit`` is empty where it is taken for none."""

    line: FigureLine
    unit: str


@dataclass(frozen=True)
class Preview:
    """What an import would do. With ``problems`` it would be refused.

    ``changes`` and ``missing`` are those of the import (``figures.Imported``).
    """

    columns: Sequence[FigureColumn]
    lines: Sequence[Matched]
    problems: Sequence[Problem]
    changes: Sequence[str] = ()
    missing: Sequence[str] = ()


def preview_figures(
    session: Session,
    *,
    campaign_id: int,
    what: str,
    rows: Sequence[FigureLine],
    source: Source,
    by: Actor,
    at: datetime,
) -> Preview:
    """What taking these lines would do; nothing is kept.

    Refused as the import would be, but for what is wrong with the lines: the preview says it.
    """
    require(session, by, STAFF, "nhập kết quả điều tra, chỉ số")
    changeable(session, campaign_id, what, by)
    columns = figure_columns(session, campaign_id=campaign_id, what=what, by=by)
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    units = known_units(session, campaign, what)
    named = [unit_of_line(line, units, []) for line in rows]
    lines = [
        Matched(line, unit.name if unit else "") for line, unit in zip(rows, named, strict=True)
    ]
    used = {key for line in rows for key in line.values}
    columns = tuple(column for column in columns if column.key in used)
    tried = session.begin_nested()
    try:
        done = import_figures(
            session, campaign_id=campaign_id, what=what, rows=rows, source=source, by=by, at=at
        )
    except Invalid as refusal:
        return Preview(columns, lines, refusal.problems)
    finally:
        tried.rollback()
    return Preview(columns, lines, (), done.changes, done.missing)
