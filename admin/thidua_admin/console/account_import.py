"""Accounts from a workbook: choose, look through, make, print slips."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from pydantic import TypeAdapter, ValidationError
from werkzeug.datastructures import FileStorage

from thidua.errors import Invalid
from thidua.exchange.accounts import AccountSlip, accounts_form, read_accounts, slips_of
from thidua.work.access import ROLE_NAMES
from thidua.work.account_import import (
    AccountLine,
    PlannedAccount,
    import_accounts,
    plan_accounts,
)
from thidua.work.accounts import domains_of
from thidua.work.campaigns import units_on
from thidua.work.passwords import one_time_password
from thidua_admin.console.lookups import today
from thidua_admin.console.verbs import sentences, through
from thidua_admin.security import actor, db_session, one_time_hash

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LINES = TypeAdapter(tuple[AccountLine, ...])


class AccountImport:
    """The pages of an import; a part of the view of accounts, whose slips and back it uses."""

    slips: Any
    render: Any
    get_url: Any

    @expose("/mau-nhap.xlsx")  # type: ignore[untyped-decorator]
    def form_file_view(self) -> ResponseReturnValue:
        """The workbook to fill in, a line for every unit of today."""
        units = [period.name for period in units_on(db_session(), day=today())]
        book = accounts_form(units, domains_of(db_session()))
        return send_file(
            BytesIO(book), XLSX, as_attachment=True, download_name="mau-tai-khoan.xlsx"
        )

    @expose("/nhap/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def import_view(self) -> ResponseReturnValue:
        """Look through what a file would do; nothing is written."""
        problems: Sequence[str] = ()
        if request.method == "POST":
            try:
                lines = _read(request.files.get("file"))
                return self._preview(lines)
            except Invalid as refusal:
                problems = sentences(refusal)
        page: str = self.render(
            "console/account_import.html", problems=problems, back=self.get_url(".index_view")
        )
        return page

    @expose("/nhap/lap/", methods=("POST",))  # type: ignore[untyped-decorator]
    def import_do_view(self) -> ResponseReturnValue:
        """Make the accounts that were looked through, all or none; then their slips."""
        made = through(lambda: _made(_posted(request.form.get("lines", ""))))
        if made is None:
            return redirect(self.get_url(".import_view"))
        slips: ResponseReturnValue = self.slips(made)
        return slips

    def _preview(self, lines: Sequence[AccountLine]) -> str:
        planned = plan_accounts(db_session(), lines=lines, day=today(), by=actor())
        page: str = self.render(
            "console/account_preview.html",
            planned=planned,
            new=len({item.username for item in planned if not item.known}),
            changes=sum(not item.held for item in planned),
            lines=json.dumps([asdict(line) for line in lines], ensure_ascii=False),
            role_names=ROLE_NAMES,
            back=self.get_url(".import_view"),
        )
        return page


def _made(lines: Sequence[AccountLine]) -> list[AccountSlip]:
    planned = plan_accounts(db_session(), lines=lines, day=today(), by=actor())
    passwords = one_time_passwords(planned)
    hashes = {name: one_time_hash(password) for name, password in passwords.items()}
    users = import_accounts(db_session(), planned=planned, hashes=hashes, by=actor())
    return slips_of(users, passwords, planned)


def one_time_passwords(planned: Sequence[PlannedAccount]) -> Mapping[str, str]:
    """A password for every new account, by user name."""
    return {item.username: one_time_password() for item in planned if not item.known}


def _read(file: FileStorage | None) -> tuple[AccountLine, ...]:
    if file is None or not file.filename:
        raise Invalid.one("Tệp", "Hãy chọn tệp .xlsx hoặc .csv theo mẫu.")
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.filename.replace("\\", "/")).name.replace("\0", "")
        file.save(path)
        return read_accounts(path)


def _posted(text: str) -> tuple[AccountLine, ...]:
    """The lines that were looked through, as the page carried them."""
    try:
        return _LINES.validate_json(text)
    except ValidationError as error:
        raise Invalid.one("Tệp", "Hãy chọn lại tệp rồi xem trước.") from error
