"""Signing in, and the province a signed-in person works in."""

from __future__ import annotations

from thidua_admin.security.entering import (
    BY_PROVIDER,
    actor,
    db_session,
    must_set_up,
    open_to_all,
    provinces,
    public_address,
    rights,
    switch_province,
)
from thidua_admin.security.model import LOCKED, TRIES, Account, one_time_hash, password_hash
from thidua_admin.security.secret import secret
from thidua_admin.security.setting_up import init_security

__all__ = [
    "BY_PROVIDER", "LOCKED", "TRIES", "Account", "actor", "db_session", "init_security",
    "must_set_up", "one_time_hash", "open_to_all", "password_hash", "provinces",
    "public_address", "rights", "secret", "switch_province",
]  # fmt: skip
