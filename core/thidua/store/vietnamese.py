"""Vietnamese text as it is kept, searched and put in order, the same on every database.

The embedded server has no ICU collations, and ``ILIKE`` does not find “Thái” for “thai”;
therefore names are stored with a search text and a sort key of their own.
"""

from __future__ import annotations

import re
import unicodedata

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTERS = {"ă": "a{", "â": "a|", "đ": "d{", "ê": "e{", "ô": "o{", "ơ": "o|", "ư": "u{"}


def nfc(text: str) -> str:
    """Composed form, no space at the ends, single spaces inside: how text is stored."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def username_key(text: str) -> str:
    """The one form of a user name, so that capitals and composition make no second account."""
    return nfc(text).lower()


def search_text(text: str) -> str:
    """Lower case without marks: ``search_text("Đơn vị") == "don vi"``. Fold the term alike."""
    plain = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def sort_key(text: str) -> str:
    """A key whose byte order is the Vietnamese alphabet's, tones deciding last.

    a ă â b c d đ e ê …; then ngang, huyền, hỏi, ngã, sắc, nặng. Numbers go by value
    (Phường 2 before Phường 10), punctuation does not count.
    """
    letters, tones = [], []
    for char in _numbered(text):
        bare = unicodedata.normalize("NFD", char)
        tone = next((mark for mark in bare if mark in _TONES), "")
        base = unicodedata.normalize("NFC", bare.replace(tone, "")) if tone else char
        letters.append(_LETTERS.get(base, base))
        tones.append(_TONES.get(tone, "0"))
    return f"{''.join(letters)}\t{''.join(tones)}"


def _numbered(text: str) -> str:
    words = " ".join(re.findall(r"\w+", nfc(text).lower()))
    return re.sub(r"\d+", lambda digits: digits.group().zfill(6), words)
