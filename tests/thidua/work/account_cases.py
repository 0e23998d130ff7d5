"""The use cases of sign-in and of accounts in bulk for the matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.small import OPENED_AT

from thidua.store.actor import Actor
from thidua.store.people import Membership
from thidua.work import account_import, sign_in, telephones
from thidua.work.account_import import AccountLine, PlannedAccount

UseCase = Callable[[Session, Actor, Any], object]
LINE = AccountLine("Bà Mới", "moi", "Lãnh đạo", line=2)
PLANNED = PlannedAccount(2, "Bà Mới", "moi", "leader")


def own(verb: Callable[..., object], **more: Any) -> UseCase:
    """A use case about the own account."""
    return lambda s, by, at: verb(s, by=by, **more)


def of_another(verb: Callable[..., object], **more: Any) -> UseCase:
    """A use case about the account of the council's member."""

    def attempt(session: Session, by: Actor, at: Any) -> object:
        whose = select(Membership.user_id).where(Membership.id == at.membership)
        return verb(session, user_id=session.scalar(whose) or 0, by=by, **more)

    return attempt


USE_CASES: Mapping[str, UseCase] = {
    "sign_in.change_password": own(
        sign_in.change_password, password="bốn từ không liên quan", hashed=str
    ),
    "sign_in.set_two_factor": own(sign_in.set_two_factor, secret="{}", recovery_codes=()),
    "sign_in.renew_recovery_codes": own(sign_in.renew_recovery_codes, recovery_codes=()),
    "sign_in.sign_out_everywhere": own(sign_in.sign_out_everywhere),
    "sign_in.link_provider": own(sign_in.link_provider, identity="https://sso 1"),
    "sign_in.reset_password": of_another(sign_in.reset_password, password_hash=""),
    "sign_in.unlock": of_another(sign_in.unlock),
    "sign_in.reset_two_factor": of_another(sign_in.reset_two_factor),
    "sign_in.end_sessions": of_another(sign_in.end_sessions),
    "sign_in.unlink_provider": of_another(sign_in.unlink_provider),
    "telephones.set_phone": of_another(telephones.set_phone, phone="0296 3852 123"),
    "account_import.plan_accounts": lambda s, by, at: account_import.plan_accounts(
        s, lines=[LINE], day=OPENED_AT.date(), by=by
    ),
    "account_import.import_accounts": lambda s, by, at: account_import.import_accounts(
        s, planned=[PLANNED], hashes={"moi": ""}, by=by
    ),
}

TABLE = """
sign_in.change_password             vvv vvv vvv vvv vvv vvv vvv vvv
sign_in.set_two_factor              vvv vvv vvv vvv vvv vvv vvv vvv
sign_in.renew_recovery_codes        ccc ccc ccc ccc ccc ccc ccc ccc
sign_in.sign_out_everywhere         vvv vvv vvv vvv vvv vvv vvv vvv
sign_in.link_provider               vvv vvv vvv vvv vvv vvv vvv vvv
sign_in.reset_password              --- --- --- --- --- --- v0- ---
sign_in.unlock                      --- --- --- --- --- --- v0- ---
sign_in.reset_two_factor            --- --- --- --- --- --- v0- ---
sign_in.end_sessions                --- --- --- --- --- --- v0- ---
sign_in.unlink_provider             --- --- --- --- --- --- v0- ---
telephones.set_phone                --- --- --- --- --- --- v0- ---
account_import.plan_accounts        --- --- --- --- --- --- vv- ---
account_import.import_accounts      --- --- --- --- --- --- vv- ---
"""
"""As in ``test_matrix``."""
