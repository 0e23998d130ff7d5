"""The second step of sign-in: a code of an app on the telephone, or a recovery code."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

import segno
from flask import current_app
from flask_security import MfRecoveryCodesUtil, Totp, TwoFactorRescueForm
from wtforms import RadioField

RECOVERY_CODES = 8


class AppCodes(Totp):
    """Codes of the app: each is taken once, and none while the account is locked."""

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Whether this is a code of the secret that has not been used yet."""
        return not user.is_locked() and super().verify_totp(token, totp_secret, user, window)

    def get_last_counter(self, user: Any) -> int | None:
        """The step of the last code that was taken."""
        last: int | None = user.tf_last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Take a code."""
        user.tf_last_counter = tmatch.counter


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes: only their hashes are kept, a wrong one counts like a wrong password."""

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Whether this is one of the codes of an account that is not locked."""
        if user.is_locked():
            return False
        right = recovery_hash(code) in user.mf_recovery_codes
        if not right:
            user.track_failed_authn("recovery_code", tfa=True)
        return right

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Take a code, so that nobody uses it again."""
        used = recovery_hash(code)
        user.mf_recovery_codes = [kept for kept in user.mf_recovery_codes if kept != used]
        return True


class NoRescueForm(TwoFactorRescueForm):
    """Flask-Security builds a form of its ways out, whose choices WTForms deprecates; no page of
    ours shows it.
    """

    help_setup = RadioField(choices=[])


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code; case, blanks and hyphens do not count."""
    bare = re.sub(r"[^0-9a-f]", "", code.lower())
    key = str(current_app.config["SECURITY_TOTP_SECRETS"]["1"])
    return hmac.new(key.encode(), bare.encode(), hashlib.sha256).hexdigest()


def new_recovery_codes() -> list[str]:
    """Codes to write down, such as ``1f3a-09bc-77de``."""
    made: list[str] = codes().generate_recovery_codes(RECOVERY_CODES)
    return made


def qr_code(uri: str) -> str:
    """SVG of what the app reads from the screen, without a style of its own."""
    drawn: str = segno.make_qr(uri).svg_inline(
        omitsize=True, border=2, svgclass="qr", lineclass=None
    )
    return drawn


def codes() -> AppCodes:
    """The factory of secrets and codes."""
    made: AppCodes = current_app.extensions["security"].totp_factory
    return made
