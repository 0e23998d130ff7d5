"""What pages without sign-in share: the province of their address."""

from __future__ import annotations

from flask import abort
from flask_babel import gettext
from sqlalchemy import select

from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province
from thidua_admin.security import db_session


def enter_by_code(code: str) -> Province:
    """The province of this code, entered for this request; 404 when there is none."""
    province = db_session().scalar(select(Province).where(Province.code == code))
    if province is None:
        abort(404, gettext("Không có tỉnh này trong hệ thống. Hãy xem lại địa chỉ."))
    enter_province(db_session(), province.id)
    return province
