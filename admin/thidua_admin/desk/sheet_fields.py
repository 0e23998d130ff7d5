"""What is typed into the forms of the unit's desk, and how an action answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from flask import flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.errors import Invalid, ThiduaError
from thidua.evidence.files import Upload
from thidua_admin.console.forms import read_day
from thidua_admin.console.verbs import sentences
from thidua_admin.desk.saving import STATUS
from thidua_admin.security import db_session


def text(field: str) -> str:
    """What stands in a field, on one line, without blanks around it."""
    return " ".join(request.form.get(field, "").split())


def day(field: str, label: str) -> date | None:
    """A day as ``01/07/2025``, or none; ``Invalid`` names ``label``."""
    typed = text(field)
    found = read_day(typed)
    if typed and found is None:
        raise Invalid.one(label, gettext("Hãy ghi ngày/tháng/năm, ví dụ 01/07/2025."))
    return found


def upload(field: str) -> Upload | None:
    """The file that was sent, if one was."""
    file = request.files.get(field)
    return Upload(file.filename, file.stream) if file and file.filename else None


def done(said: str, back: str, verb: Callable[[], object]) -> ResponseReturnValue:
    """Do it and commit, or undo it all; then say so, to a script as JSON, else on ``back``."""
    session = db_session()
    try:
        verb()
        session.commit()
    except ThiduaError as refusal:
        session.rollback()
        return _refused(refusal, back)
    if _by_script():
        return jsonify({"state": "done", "sentence": said})
    flash(said, "success")
    return redirect(back)


def _refused(refusal: ThiduaError, back: str) -> ResponseReturnValue:
    said = sentences(refusal)
    if _by_script():
        status = next(
            (code for known, code in STATUS.items() if isinstance(refusal, known)),
            HTTPStatus.CONFLICT,
        )
        return jsonify({"state": "refused", "sentence": "\n".join(said)}), status
    for sentence in said:
        flash(sentence, "error")
    return redirect(back)


def _by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"
