"""Doing a thing in two steps: the form, a page that says what will happen, then the thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flask import request
from flask_admin.helpers import is_form_submitted
from wtforms import Form

_OURS = ("csrf_token", "confirmed", "again")


@dataclass(frozen=True)
class Question:
    """What will happen, sentence by sentence, and what to mind."""

    heading: str
    does: Sequence[str]
    notes: Sequence[str]
    submit: str
    danger: bool = False


def step(form: Form) -> Literal["fill", "ask", "do"]:
    """Where a person is: filling the form in, to be asked, or having said yes."""
    if not is_form_submitted() or "again" in request.form or not form.validate():
        return "fill"
    return "do" if "confirmed" in request.form else "ask"


def carried() -> list[tuple[str, str]]:
    """What was typed, as the page that asks carries it on."""
    return [item for item in request.form.items(multi=True) if item[0] not in _OURS]
