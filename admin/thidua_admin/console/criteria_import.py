"""A set from the office's own annex: choose, look through, keep; and as an annex again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import current_app, flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from thidua.errors import Invalid, Problem
from thidua.exchange.annex import Annex, annex_set, read_annex, unknown_agencies
from thidua.exchange.annex_workbook import annex_template, annex_workbook
from thidua.spec.criteria import CriteriaSet
from thidua.spec.document import document
from thidua.spec.loading import parse
from thidua.store.documents import StoredGrading
from thidua.work.access import STAFF, require
from thidua.work.criteria import ImportedSet, import_set, stored_row, stored_sets
from thidua.work.set_amendments import lint_of
from thidua.work.sets import parsed
from thidua_admin.console.criteria_tree import agency_names, maximum, tree
from thidua_admin.console.export import TYPES, file_name
from thidua_admin.console.lists import identifier
from thidua_admin.console.lookups import kind_names, today
from thidua_admin.console.uploads import kept_name
from thidua_admin.console.verbs import sentences, through
from thidua_admin.security import actor, db_session


class CriteriaImport:
    """The pages of an import; a part of the view of criteria sets."""

    render: Any
    get_url: Any

    @expose("/mau-phu-luc.xlsx")  # type: ignore[untyped-decorator]
    def annex_template_view(self) -> ResponseReturnValue:
        """The workbook to fill in, with lines that show how each kind is written."""
        return _workbook(annex_template(), "mau-phu-luc.xlsx")

    @expose("/phu-luc.xlsx")  # type: ignore[untyped-decorator]
    def annex_view(self) -> ResponseReturnValue:
        """A stored set as an annex in the office's layout."""
        row = stored_row(db_session(), identifier(request.args.get("id")))
        book = annex_workbook(parsed(row), agencies=agency_names())
        name = file_name(f"{row.code} {row.version}", today(), "xlsx")
        return _workbook(book, name)

    @expose("/nhap/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def annex_import_view(self) -> ResponseReturnValue:
        """Look through what a file would become; nothing is written."""
        require(db_session(), actor(), STAFF, gettext("nhập bộ tiêu chí"))
        problems: Sequence[str] = ()
        annex: Annex | None = None
        if request.method == "POST":
            try:
                annex = _read(request.files.get("file"))
                return self._preview(annex, _made(annex))
            except Invalid as refusal:
                problems = sentences(refusal)
        page: str = self.render(
            "console/criteria_import.html",
            problems=problems,
            annex=annex,
            typed=request.form,
            kinds=kind_names(),
            chosen=request.form.getlist("kind"),
            gradings=_gradings(),
            stored=stored_sets(db_session(), by=actor()),
            back=self.get_url(".index_view"),
        )
        return page

    @expose("/nhap/luu/", methods=("POST",))  # type: ignore[untyped-decorator]
    def annex_save_view(self) -> ResponseReturnValue:
        """Keep the set that was looked through, whole or not at all."""
        done = through(_saved)
        if done is None:
            return redirect(self.get_url(".annex_import_view"))
        words = gettext("Đã lưu bộ tiêu chí thành một phiên bản mới.")
        if not done.is_new:
            words = gettext("Phiên bản này đã có, đúng nội dung này; không có gì thay đổi.")
        flash(words, "success")
        return redirect(self.get_url(".details_view", id=done.row.id))

    def _preview(self, annex: Annex, criteria: CriteriaSet) -> str:
        findings = lint_of(db_session(), criteria)
        names = agency_names()
        page: str = self.render(
            "console/criteria_preview.html",
            annex=annex,
            criteria=criteria,
            kinds=", ".join(kind_names().get(kind, kind) for kind in criteria.kinds),
            points=maximum(criteria.leaves),
            domains=tree(criteria, findings, names),
            findings=findings,
            proposed={line.code: line.line for line in annex.lines if line.rule},
            lines={line.code: line.line for line in annex.lines},
            unknown=unknown_agencies(annex, _keys(names)),
            packed=_box().dumps(document(criteria)),
            back=self.get_url(".annex_import_view"),
        )
        return page


def _read(file: FileStorage | None) -> Annex:
    if file is None or not file.filename:
        raise Invalid.one(gettext("Tệp"), gettext("Hãy chọn tệp .xlsx hoặc .csv của phụ lục."))
    with TemporaryDirectory() as folder:
        path = Path(folder) / kept_name(file.filename)
        file.save(path)
        return read_annex(path)


def _made(annex: Annex) -> CriteriaSet:
    """The set of the annex under what was typed beside it; ``Invalid`` names both's problems."""
    typed = {name: " ".join(request.form.get(name, "").split()) for name in _TYPED}
    problems = list(_wrong(typed))
    problems += [
        Problem(file=annex.file, place=f"dòng {item.line}", reason=item.reason)
        for item in annex.fatal
    ]
    if problems:
        raise Invalid(problems)
    header = {**_kept(), **_header(typed)}
    return annex_set(annex, agencies=_keys(agency_names()), source=annex.file, **header)


def _kept() -> dict[str, Any]:
    """What no annex says, as a stored set says it, where the form asks for it."""
    chosen = identifier(request.form.get("keep"))
    if not chosen:
        return {}
    said = document(parsed(stored_row(db_session(), chosen)))
    return {name: said[name] for name in _KEPT if name in said}


_KEPT = (
    "substitutes", "exemption_groups", "unranked", "leaf_decimals", "bonus_cap", "bonus_capped",
    "penalty_cap",
)  # fmt: skip
"""Fields of a set that its decision says, but not its annex."""


_TYPED = (
    "code", "version", "title", "grading", "pending", "first_year", "bonus_cap", "basis_title",
    "basis_number",
)  # fmt: skip


def _wrong(typed: Mapping[str, str]) -> Iterator[Problem]:
    """What is missing or unusable beside the file."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", typed["code"]):
        reason = gettext("ghi chữ thường không dấu, số, dấu gạch nối, ví dụ so-2027.")
        yield Problem(place=gettext("Mã bộ"), reason=reason)
    for name, label in (("title", gettext("Tên bộ")), ("version", gettext("Phiên bản"))):
        if not typed[name]:
            yield Problem(place=label, reason=gettext("hãy ghi."))
    if not request.form.getlist("kind"):
        yield Problem(place=gettext("Loại đơn vị"), reason=gettext("hãy chọn ít nhất một loại."))
    if not re.fullmatch(r"(20\d\d)?", typed["first_year"]):
        yield Problem(place=gettext("Dùng từ năm"), reason=gettext("ghi năm bốn chữ số."))
    if not re.fullmatch(r"(\d{1,4}([.,]\d{1,4})?)?", typed["bonus_cap"]):
        yield Problem(place=gettext("Trần điểm thưởng"), reason=gettext("ghi số điểm, ví dụ 2,5."))


def _header(typed: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the set that no annex says; empty ones are left to their defaults."""
    plain = ("code", "version", "title", "grading", "pending")
    title, number = typed["basis_title"], typed["basis_number"]
    basis = {"title": title or number, **({"number": number} if number else {})}
    chosen = {
        "first_year": int(typed["first_year"] or 0),
        "bonus_cap": typed["bonus_cap"].replace(",", "."),
        "legal_basis": [basis] if title or number else (),
        "provenance": "illustrative" if request.form.get("illustrative") else "",
    }
    return {
        **{name: typed[name] for name in plain},
        "kinds": request.form.getlist("kind"),
        **{name: value for name, value in chosen.items() if value},
    }


def _keys(names: Mapping[str, str]) -> dict[str, str]:
    return {name: key for key, name in names.items()}


def _gradings() -> dict[str, str]:
    rows = db_session().scalars(select(StoredGrading).order_by(StoredGrading.id))
    return {row.code: row.document.get("title") or row.code for row in rows}


def _saved() -> ImportedSet:
    try:
        packed = _box().loads(request.form.get("packed", ""))
    except BadSignature as error:
        raise Invalid.one(gettext("Tệp"), gettext("Hãy chọn lại tệp rồi xem trước.")) from error
    return import_set(db_session(), criteria=parse(CriteriaSet, packed), by=actor())


def _box() -> URLSafeSerializer:
    """Packs the previewed set into the form of its confirmation, signed: it comes back as seen."""
    return URLSafeSerializer(str(current_app.secret_key), salt="annex")


def _workbook(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), TYPES["xlsx"], as_attachment=True, download_name=name)
