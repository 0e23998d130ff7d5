"""Công bố: published results for anybody, to read and as JSON and CSV. Off unless switched on."""

from __future__ import annotations

import csv
from io import StringIO

from flask import (
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from thidua.exchange.office import safe_text
from thidua.store.provinces import Province
from thidua.work.public import public_document, public_table, public_versions
from thidua.work.tables import KIND_WORDS, ResultTable
from thidua_admin.console.export import BOM, TYPES
from thidua_admin.console.lookups import runtime
from thidua_admin.desk.figures import point_decimals, shares
from thidua_admin.desk.open_pages import enter_by_code
from thidua_admin.desk.pages import desk
from thidua_admin.security import db_session, open_to_all

SECONDS = 300
"""How long a copy may be shown before it is asked for again."""


@desk.get("/cong-bo")
@open_to_all
def public() -> ResponseReturnValue:
    """The provinces of this installation."""
    _refuse_off()
    provinces = db_session().scalars(select(Province).order_by(Province.code)).all()
    if len(provinces) == 1:
        return redirect(url_for("desk.public_province", code=provinces[0].code))
    return _shared(make_response(render_template("desk/public.html", provinces=provinces)))


@desk.get("/cong-bo/<code>")
@open_to_all
def public_province(code: str) -> ResponseReturnValue:
    """The years of which a province has an official result."""
    _refuse_off()
    province = enter_by_code(code)
    versions = public_versions(db_session())
    shown = render_template(
        "desk/public_province.html", province=province, versions=versions, kind_words=KIND_WORDS
    )
    return _shared(make_response(shown))


@desk.get("/cong-bo/<code>/<int:year>")
@open_to_all
def public_year(code: str, year: int) -> ResponseReturnValue:
    """The official result of one year."""
    _refuse_off()
    province = enter_by_code(code)
    version, table = public_table(db_session(), year=year)
    shown = render_template(
        "desk/public_year.html",
        province=province,
        version=version,
        table=table,
        shares=shares(table),
        decimals=point_decimals(table),
    )
    return _shared(make_response(shown))


@desk.get("/cong-bo/<code>/<int:year>.json")
@open_to_all
def public_json(code: str, year: int) -> ResponseReturnValue:
    """The same for programs: points and indices are decimal strings, indices in per cent."""
    _refuse_off()
    enter_by_code(code)
    return _shared(jsonify(public_document(*public_table(db_session(), year=year))))


@desk.get("/cong-bo/<code>/<int:year>.csv")
@open_to_all
def public_csv(code: str, year: int) -> ResponseReturnValue:
    """The same for a spreadsheet, a line for each unit; nothing in it is a formula."""
    _refuse_off()
    enter_by_code(code)
    _, table = public_table(db_session(), year=year)
    disposition = f'attachment; filename="cong-bo-{code}-{year}.csv"'
    return _shared(
        Response(
            f"{BOM}{_csv(table)}",
            mimetype=TYPES["csv"],
            headers={"Content-Disposition": disposition},
        )
    )


def _csv(table: ResultTable) -> str:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            gettext("Năm"),
            gettext("Nhóm"),
            gettext("Hạng"),
            gettext("Đơn vị"),
            gettext("Điểm"),
            gettext("Điểm tối đa"),
            gettext("Chỉ số (%)"),
            gettext("Xếp loại"),
            gettext("Số liệu"),
        ]
    )
    standing = gettext("SỐ LIỆU MINH HỌA") if table.illustrative else gettext("số liệu thật")
    for group in table.groups:
        for row in group.rows:
            figures = (row.points, row.maximum, row.index)
            texts = ["" if figure is None else f"{figure:f}" for figure in figures]
            name, label, band = map(safe_text, (row.name, group.label, row.band))
            rank = "" if row.rank is None else row.rank
            writer.writerow([table.year, label, rank, name, *texts, band, standing])
    return out.getvalue()


def _refuse_off() -> None:
    if not runtime().settings.public_results:
        abort(404, gettext("Trang công bố kết quả chưa được bật ở hệ thống này."))


def _shared(response: Response) -> Response:
    """May be kept by caches for a while, unless a session comes with the request."""
    signed_in = "session" in request.cookies
    response.headers["Cache-Control"] = "no-store" if signed_in else f"public, max-age={SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response
