"""Telephone numbers: whom to call when a unit is late."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Invalid, NotFound
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.people import Membership, User
from thidua.work.access import require
from thidua.work.given import find, words

PLACE = "Điện thoại"
LONGEST = 40
FEWEST_DIGITS = 8


@dataclass(frozen=True)
class Contact:
    """Who works for a unit, and their number; "" where none is known."""

    name: str
    phone: str = ""

    @property
    def dial(self) -> str:
        """The number as a telephone dials it, without an extension."""
        return re.sub(r"[^\d+]", "", re.split(r"[^\d+().\- ]", self.phone)[0])

    def __str__(self) -> str:
        return f"{self.name}, {self.phone}" if self.phone else self.name


def telephone(typed: str) -> str:
    """The number as people write it, maybe with an extension; "" for none, ``Invalid`` for others.

    A sheet of figures drops the 0 that a Vietnamese number begins with: it is put back.
    """
    text = words(PLACE, " ".join(typed.split()), longest=LONGEST)
    if text and sum(character.isdecimal() for character in text) < FEWEST_DIGITS:
        raise Invalid.one(PLACE, "Hãy ghi đủ số điện thoại, ví dụ 0296 3852 123.")
    return f"0{text}" if re.fullmatch(r"[1-9]\d{8,9}", text) else text


def set_phone(session: Session, *, user_id: int, phone: str, by: Actor) -> User:
    """Keep the number at which a person is reached; "" forgets it.

    One's own, or as administrator that of somebody with a role in the entered province.
    """
    if by.kind != "person" or user_id != by.id:
        require(session, by, {"admin"}, "ghi số điện thoại của người khác")
    here = select(Membership.id).where(Membership.user_id == user_id).limit(1)
    user = find(session, User, user_id)
    if user is None or session.scalar(here) is None:
        raise NotFound("Không có tài khoản này trong tỉnh đang làm việc.")
    new, old = telephone(phone), user.phone
    if new != old:
        user.phone = new
        record(
            session, actor=by, action="user.set_phone", subject=("user", user.id),
            before={"phone": old}, after={"phone": new},
        )  # fmt: skip
        session.flush()
    return user
