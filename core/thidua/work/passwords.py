"""What a password must be, and one-time passwords for slips of paper."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from thidua.errors import Invalid, Problem
from thidua.store.vietnamese import search_text

MIN_LENGTH = 10
MAX_LENGTH = 128
FEWEST_CHARACTERS = 5
GROUPS, GROUP_LENGTH = 3, 4

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""For one-time passwords: nothing that looks like something else on paper."""


def refuse_weak(password: str, *, username: str, name: str, place: str = "Mật khẩu mới") -> None:
    """``Invalid`` with every reason why this person may not take this password."""
    reasons = password_problems(password, username=username, name=name)
    if reasons:
        raise Invalid([Problem(place, reason) for reason in reasons])


def password_problems(password: str, *, username: str, name: str) -> tuple[str, ...]:
    """Why this person may not take this password, a sentence each; nothing if they may.

    Length, the person's own names, and what everybody tries first (a list of common passwords and
    easy words with figures around). No rule about kinds of characters: they make passwords worse.
    """
    return tuple(_problems(password, _bare(username), _bare(name)))


def one_time_password() -> str:
    """Three groups of four letters and figures, such as ``kx7m-2pqr-t9hw`` (59 bits)."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def _problems(password: str, username: str, name: str) -> Iterator[str]:
    bare = _bare(password)
    if len(password) < MIN_LENGTH:
        yield f"Phải có ít nhất {MIN_LENGTH} ký tự. Hãy dùng vài từ không liên quan với nhau."
    if len(password) > MAX_LENGTH:
        yield f"Không quá {MAX_LENGTH} ký tự."
    if any(len(own) > 2 and own in bare for own in (username, name)):
        yield "Không được chứa tên đăng nhập hoặc họ tên. Hãy chọn mật khẩu khác."
    elif len(set(password)) < FEWEST_CHARACTERS:
        yield "Lặp lại vài ký tự nên dễ đoán. Hãy chọn mật khẩu khác."
    elif bare in _listed("common_passwords") or _letters(bare) in _listed("easy_words"):
        yield "Nhiều người dùng mật khẩu này nên dễ đoán. Hãy chọn mật khẩu khác."
    elif bare.isdigit():
        yield "Chỉ gồm chữ số nên dễ đoán. Hãy thêm vài từ."


def _bare(text: str) -> str:
    """Lower case without marks and blanks."""
    return search_text(text).replace(" ", "")


def _letters(bare: str) -> str:
    return re.sub(r"[\W\d_]+", "", bare)


@cache
def _listed(name: str) -> frozenset[str]:
    """``common_passwords``: those of ten characters and more in the list that Django carries
    (BSD). ``easy_words``: what people put a year or 123 to, without marks and blanks.
    """
    text = files("thidua.work").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
