"""What people give: ids that may be anything, and words that must be fit to keep."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy.orm import Session

from thidua.errors import Invalid, Problem
from thidua.store.base import Base

R = TypeVar("R", bound=Base)

LARGEST_ID = 2**63 - 1


def find(session: Session, table: type[R], id_: int) -> R | None:
    """The row of the entered province with this id; None also for an id that no row can have."""
    return session.get(table, id_) if is_id(id_) else None


def is_id(id_: int) -> bool:
    """Whether a row could have this id; PostgreSQL refuses to compare with others."""
    return 0 < id_ <= LARGEST_ID


def words(place: str, text: str, *, longest: int = 2000) -> str:
    """``text`` without blanks around it; ``Invalid`` when it is too long or cannot be printed."""
    text = text.strip()
    problems = []
    if len(text) > longest:
        problems.append(Problem(place=place, reason=f"Không quá {longest} ký tự."))
    if not all(line.isprintable() for line in text.replace("\t", " ").splitlines()):
        problems.append(Problem(place=place, reason="Có ký tự không in được. Hãy gõ lại."))
    if problems:
        raise Invalid(problems)
    return text


def needed(place: str, text: str, ask: str, *, longest: int = 2000) -> str:
    """``words`` that must not be missing; ``ask`` says what to write."""
    text = words(place, text, longest=longest)
    if not text:
        raise Invalid.one(place, ask)
    return text
