"""A set from the office's own annex: choose, look through, keep; and as an annex again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from thidua.errors import Invalid, Problem
from thidua.exchange.annex import Annex, annex_set, read_annex, unknown_agencies
from thidua.exchange.annex_workbook import annex_template, annex_workbook
from thidua.spec.criteria import CriteriaSet
from thidua.spec.document import document
from thidua.spec.loading import parse
from thidua.store.documents import StoredGrading
from thidua.work.access import STAFF, require
from thidua.work.criteria import (
    ImportedSet,
    compare_stored,
    import_set,
    refuse_unknown,
    stored_row,
    stored_sets,
)
from thidua.work.set_amendments import lint_of
from thidua.work.sets import parsed
from thidua_admin.console.criteria_comparing import told_changes
from thidua_admin.console.criteria_tree import agency_names, maximum, tree
from thidua_admin.console.export import TYPES, file_name
from thidua_admin.console.importing import FileImport, Preview
from thidua_admin.console.lists import identifier
from thidua_admin.console.lookups import kind_names, today
from thidua_admin.security import actor, db_session


class CriteriaImport(FileImport):
    """The pages of an import; a part of the view of criteria sets."""

    import_template = "console/criteria_import.html"
    import_title = lazy_gettext("Nhập bộ tiêu chí từ bảng tính")
    import_lead = lazy_gettext(
        "Chọn phụ lục của quyết định, hoặc phụ lục đã tải từ đây và sửa lại; xem trước cả cây tiêu "
        "chí rồi mới lưu. Có một lỗi thì không gì được lưu."
    )
    import_hint = lazy_gettext(
        "Bảng có cột tên tiêu chí và cột điểm tối đa; hàng tiêu đề đứng ở đâu cũng được."
    )
    import_files = ((lazy_gettext("Tải mẫu phụ lục"), ".annex_template_view"),)

    @expose("/mau-phu-luc.xlsx")  # type: ignore[untyped-decorator]
    def annex_template_view(self) -> ResponseReturnValue:
        """The workbook to fill in, with lines that show how each kind is written."""
        return _workbook(annex_template(), "mau-phu-luc.xlsx")

    @expose("/phu-luc.xlsx")  # type: ignore[untyped-decorator]
    def annex_view(self) -> ResponseReturnValue:
        """A stored set as an annex in the office's layout; taken in again it is the same set."""
        row = stored_row(db_session(), identifier(request.args.get("id")))
        book = annex_workbook(parsed(row), agencies=agency_names())
        name = file_name(f"{row.code} {row.version}", today(), "xlsx")
        return _workbook(book, name)

    def may_import(self) -> None:
        """Only who runs the scoring."""
        require(db_session(), actor(), STAFF, gettext("nhập bộ tiêu chí"))

    def import_form(self) -> Mapping[str, Any]:
        """What an annex does not say, to be typed beside it."""
        return {
            "typed": request.form,
            "kinds": kind_names(),
            "chosen": request.form.getlist("kind"),
            "gradings": _gradings(),
            "stored": stored_sets(db_session(), by=actor()),
        }

    def read_file(self, path: Path) -> Annex:
        """The annex in the file."""
        return read_annex(path)

    def preview(self, found: Annex) -> Preview:
        """The set that the annex makes, and how it differs from the one that is stored."""
        criteria = _made(found)
        against = compare_stored(stored_sets(db_session(), by=actor()), criteria)
        if not (against and against.same_version):
            refuse_unknown(db_session(), criteria)
        findings = lint_of(db_session(), criteria)
        names = agency_names()
        shown = {
            "annex": found,
            "criteria": criteria,
            "kinds": ", ".join(kind_names().get(kind, kind) for kind in criteria.kinds),
            "points": maximum(criteria.leaves),
            "domains": tree(criteria, findings, names),
            "findings": findings,
            "proposed": {line.code: line.line for line in found.lines if line.rule},
            "lines": {line.code: line.line for line in found.lines},
            "unknown": unknown_agencies(found, _keys(names)),
            "against": against,
            "changes": told_changes(against.changes) if against else (),
        }
        return Preview("console/criteria_preview.html", document(criteria), shown)

    def take_in(self, held: Any) -> ImportedSet:
        """Keep the set as a new version."""
        return import_set(db_session(), criteria=parse(CriteriaSet, held), by=actor())

    def taken_in(self, done: ImportedSet) -> ResponseReturnValue:
        """The set as it is stored."""
        words = gettext("Đã lưu bộ tiêu chí thành một phiên bản mới.")
        if not done.is_new:
            words = gettext("Phiên bản này đã có, đúng nội dung này; không có gì thay đổi.")
        flash(words, "success")
        return redirect(self.get_url(".details_view", id=done.row.id))


def _made(annex: Annex) -> CriteriaSet:
    """The set of the annex under what was typed beside it; ``Invalid`` names both's problems."""
    typed = {name: " ".join(request.form.get(name, "").split()) for name in _TYPED}
    problems = list(_wrong(typed, whole=annex.kept is not None))
    problems += [
        Problem(file=annex.file, place=f"dòng {item.line}", reason=item.reason)
        for item in annex.fatal
    ]
    if problems:
        refusal = Invalid(problems)
        for item in annex.problems:
            if not item.fatal:
                refusal.add_note(
                    gettext("dòng %(line)s: %(reason)s", line=item.line, reason=item.reason)
                )
        raise refusal
    source = {} if annex.kept else {"source": annex.file}
    header = {**source, **_kept(), **_header(typed)}
    return annex_set(annex, agencies=_keys(agency_names()), **header)


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


_CODE = r"[a-z0-9][a-z0-9._-]*"
_TYPED = (
    "code", "version", "title", "grading", "pending", "first_year", "bonus_cap", "basis_title",
    "basis_number",
)  # fmt: skip


_NEEDED = {
    "title": lazy_gettext("Tên bộ"), "version": lazy_gettext("Phiên bản"),
    "grading": lazy_gettext("Xếp hạng, xếp loại theo"),
    "pending": lazy_gettext("Điểm điều tra, chỉ số chưa có"),
}  # fmt: skip


def _wrong(typed: Mapping[str, str], *, whole: bool) -> Iterator[Problem]:
    """What is unusable beside the file, and missing unless the file says it itself (``whole``)."""
    if (typed["code"] or not whole) and not re.fullmatch(_CODE, typed["code"]):
        reason = gettext("ghi chữ thường không dấu, số, dấu gạch nối, ví dụ so-2027.")
        yield Problem(place=gettext("Mã bộ"), reason=reason)
    for name, label in _NEEDED.items():
        if not (typed[name] or whole):
            yield Problem(place=str(label), reason=gettext("hãy ghi."))
    if not (request.form.getlist("kind") or whole):
        yield Problem(place=gettext("Loại đơn vị"), reason=gettext("hãy chọn ít nhất một loại."))
    if not re.fullmatch(r"(20\d\d)?", typed["first_year"]):
        yield Problem(place=gettext("Dùng từ năm"), reason=gettext("ghi năm bốn chữ số."))
    if not re.fullmatch(r"(\d{1,4}([.,]\d{1,4})?)?", typed["bonus_cap"]):
        yield Problem(place=gettext("Trần điểm thưởng"), reason=gettext("ghi số điểm, ví dụ 2,5."))


def _header(typed: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the set that were typed; empty ones are left to the file or their defaults."""
    plain = ("code", "version", "title", "grading", "pending")
    title, number = typed["basis_title"], typed["basis_number"]
    basis = {"title": title or number, **({"number": number} if number else {})}
    chosen = {
        **{name: typed[name] for name in plain},
        "kinds": request.form.getlist("kind"),
        "first_year": int(typed["first_year"] or 0),
        "bonus_cap": typed["bonus_cap"].replace(",", "."),
        "legal_basis": [basis] if title or number else (),
        "provenance": "illustrative" if request.form.get("illustrative") else "",
    }
    return {name: value for name, value in chosen.items() if value}


def _keys(names: Mapping[str, str]) -> dict[str, str]:
    return {name: key for key, name in names.items()}


def _gradings() -> dict[str, str]:
    rows = db_session().scalars(select(StoredGrading).order_by(StoredGrading.id))
    return {row.code: row.document.get("title") or row.code for row in rows}


def _workbook(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), TYPES["xlsx"], as_attachment=True, download_name=name)
