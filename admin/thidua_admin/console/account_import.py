"""Accounts from a workbook: choose, look through, make, print slips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import send_file
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext
from pydantic import TypeAdapter

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
from thidua_admin.console.export import TYPES
from thidua_admin.console.importing import FileImport, Preview
from thidua_admin.console.lookups import today
from thidua_admin.security import actor, db_session, one_time_hash

_LINES = TypeAdapter(tuple[AccountLine, ...])


class AccountImport(FileImport):
    """The pages of an import; a part of the view of accounts, whose slips it uses."""

    import_title = lazy_gettext("Nhập tài khoản từ bảng tính")
    import_lead = lazy_gettext(
        "Mỗi dòng một người: họ tên, tên đăng nhập, vai trò, đơn vị. Có một lỗi thì không tài "
        "khoản nào được lập."
    )
    import_files = ((lazy_gettext("Tải mẫu, đã có sẵn các đơn vị"), ".form_file_view"),)
    slips: Any

    @expose("/mau-nhap.xlsx")  # type: ignore[untyped-decorator]
    def form_file_view(self) -> ResponseReturnValue:
        """The workbook to fill in, a line for every unit of today."""
        units = [period.name for period in units_on(db_session(), day=today())]
        book = BytesIO(accounts_form(units, domains_of(db_session())))
        name = "mau-tai-khoan.xlsx"
        return send_file(book, TYPES["xlsx"], as_attachment=True, download_name=name)

    def read_file(self, path: Path) -> tuple[AccountLine, ...]:
        """The lines of a workbook."""
        return read_accounts(path)

    def preview(self, found: tuple[AccountLine, ...]) -> Preview:
        """The accounts and roles that the lines would make."""
        planned = plan_accounts(db_session(), lines=found, day=today(), by=actor())
        shown = {
            "count": len(planned),
            "planned": planned,
            "new": len({item.username for item in planned if not item.known}),
            "roles": sum(not item.held for item in planned),
            "phones": sum(bool(item.phone) for item in planned),
            "role_names": ROLE_NAMES,
        }
        held = _LINES.dump_python(found, mode="json")
        return Preview("console/account_preview.html", held, shown)

    def take_in(self, held: Any) -> list[AccountSlip]:
        """Make the accounts; their slips."""
        lines = _LINES.validate_python(held)
        planned = plan_accounts(db_session(), lines=lines, day=today(), by=actor())
        passwords = one_time_passwords(planned)
        hashes = {name: one_time_hash(password) for name, password in passwords.items()}
        users = import_accounts(db_session(), planned=planned, hashes=hashes, by=actor())
        return slips_of(users, passwords, planned)

    def taken_in(self, done: list[AccountSlip]) -> ResponseReturnValue:
        """The slips to print."""
        page: ResponseReturnValue = self.slips(done)
        return page


def one_time_passwords(planned: Sequence[PlannedAccount]) -> Mapping[str, str]:
    """A password for every new account, by user name."""
    return {item.username: one_time_password() for item in planned if not item.known}
