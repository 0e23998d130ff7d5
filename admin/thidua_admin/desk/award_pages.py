"""Khen thưởng, to read: dossiers, what the council and the decision made of them, the figures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.awards.fairness import Share
from thidua.errors import NotFound
from thidua.exchange.consolidated_workbook import consolidated_workbook
from thidua.exchange.statistics_workbook import OWN_LAYOUT, statistics_workbook
from thidua.store.provinces import Province
from thidua.store.tenancy import province_of
from thidua.work.award_facts import units_as_of
from thidua.work.award_fairness import Fairness, fairness_report
from thidua.work.award_history import award_statistics, awards_of_person, awards_of_unit
from thidua.work.award_outcome import round_outcome
from thidua.work.award_page import list_rounds
from thidua.work.consolidated import consolidated_list
from thidua.work.paper_files import open_paper
from thidua.work.windows import local_day
from thidua_admin.desk.evidence_actions import files
from thidua_admin.desk.evidence_file import file_response
from thidua_admin.desk.pages import XLSX, desk
from thidua_admin.security import actor, db_session

YEARS = range(2000, 2101)


@desk.get("/khen-thuong/<int:round_id>/ket-qua")
def round_outcome_shown(round_id: int) -> ResponseReturnValue:
    """The council's meeting, the decision, the register of certificates, who was refused."""
    found = round_outcome(db_session(), round_id=round_id, by=actor())
    return render_template("desk/round_outcome.html", found=found)


@desk.get("/khen-thuong/<int:round_id>/ho-so")
def round_dossiers(round_id: int) -> ResponseReturnValue:
    """The dossiers of a round: how far each has come, what is in it, what it lacks."""
    found = consolidated_list(db_session(), round_id=round_id, by=actor(), on=_today())
    return render_template("desk/round_dossiers.html", found=found)


@desk.get("/khen-thuong/<int:round_id>/danh-sach.xlsx")
def round_list_workbook(round_id: int) -> ResponseReturnValue:
    """The consolidated list as a workbook."""
    found = consolidated_list(db_session(), round_id=round_id, by=actor(), on=_today())
    name = f"danh-sach-tong-hop-{found.year}-{round_id}.xlsx"
    book = BytesIO(consolidated_workbook(found))
    return send_file(book, XLSX, as_attachment=True, download_name=name)


@desk.get("/khen-thuong/thong-ke")
def round_statistics() -> ResponseReturnValue:
    """What was granted in some years, how proposals fall, what one person was granted."""
    session, by, (first, last) = db_session(), actor(), _years()
    name = " ".join(request.args.get("ten", "").split())
    return render_template(
        "desk/award_statistics.html",
        first=first,
        last=last,
        rows=award_statistics(session, first=first, last=last, by=by),
        own_layout=OWN_LAYOUT,
        fairness=(fairness := fairness_report(session, first=first, last=last, by=by)),
        groups=_groups(fairness),
        name=name,
        lines=awards_of_person(session, name=name, by=by) if name else (),
    )


@desk.get("/khen-thuong/thong-ke.xlsx")
def round_statistics_workbook() -> ResponseReturnValue:
    """The figures as a workbook."""
    session, (first, last) = db_session(), _years()
    rows = award_statistics(session, first=first, last=last, by=actor())
    authority = session.get_one(Province, province_of(session)).authority
    book = statistics_workbook(rows, authority=authority, first=first, last=last)
    name = f"so-lieu-khen-thuong-{first}-{last}.xlsx"
    return send_file(BytesIO(book), XLSX, as_attachment=True, download_name=name)


@desk.get("/khen-thuong/don-vi/<int:unit_id>")
def round_history(unit_id: int) -> ResponseReturnValue:
    """What a unit, its people and its predecessors were granted."""
    session = db_session()
    lines = awards_of_unit(session, unit_id=unit_id, by=actor())
    unit = units_as_of(session, _today()).get(unit_id)
    if unit is None:
        raise NotFound("Không có đơn vị này trong tỉnh đang làm việc.")
    return render_template("desk/award_history.html", name=unit.name, lines=lines)


@desk.get("/van-ban/<int:paper_id>/tep")
def paper_file(paper_id: int) -> ResponseReturnValue:
    """The signed file of a document, shown where that is safe, else downloaded."""
    return file_response(open_paper(db_session(), paper_id=paper_id, by=actor(), files=files()))


def _today() -> date:
    return local_day(datetime.now(UTC))


def _years() -> tuple[int, int]:
    """The years asked for; else those of the rounds that are open."""
    opened = [line.year for line in list_rounds(db_session(), by=actor()) if line.round_id]
    first, last = min(opened, default=_today().year), max(opened, default=_today().year)
    asked = [request.args.get(name, type=int) for name in ("tu", "den")]
    given = [year if year in YEARS else None for year in asked]
    return given[0] or first, given[1] or last


def _groups(found: Fairness) -> list[tuple[str, tuple[Share, ...]]]:
    return [
        (gettext("Đối tượng"), found.by_recipient),
        (gettext("Cấp"), found.by_level),
        (gettext("Loại đơn vị"), found.by_kind),
        (gettext("Khối, cụm"), found.by_cluster),
        (gettext("Năm"), found.by_year),
    ]
