"""The one address to which every page of figures sends its lines, whatever their stage.

It takes JSON ``{inputs: {name: text or null}, explanation, expected_version, save_id}`` with the
token of the page in ``X-CSRFToken``, and answers with JSON whose ``state`` says what became of it:
``saved`` (200), ``conflict`` (409, with what stands there), ``refused`` (400, 403, 404 or 409, with
sentences). Points are decimal strings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, get_args

from flask import abort, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound, ThiduaError
from thidua.runtime import Runtime
from thidua.scoring.kinds import RuleKind
from thidua.scoring.ticks import to_points
from thidua.store.sheets import EntryStage
from thidua.work.line_saving import LineChanged, SavedLine, StoredLine, save_line
from thidua_admin.desk.moment import now
from thidua_admin.desk.pages import desk
from thidua_admin.formats import moment
from thidua_admin.security import actor, db_session

STAGES: Mapping[str, EntryStage] = {stage: stage for stage in get_args(EntryStage)}
LONGEST_SAVE_ID = 64
NO_KINDS: Mapping[str, RuleKind] = {}
STATUS: Mapping[type[ThiduaError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.BAD_REQUEST,
    Conflict: HTTPStatus.CONFLICT,
}


@dataclass(frozen=True)
class Sent:
    """What a page sends of one line."""

    inputs: Mapping[str, str | None] = field(default_factory=dict)
    explanation: str = ""
    expected_version: int | None = None
    save_id: str = ""

    @classmethod
    def read(cls, document: Any) -> Sent:
        """The line in a JSON document; ``Invalid`` when it is none."""
        given: dict[str, Any] = document if isinstance(document, dict) else {"inputs": None}
        known = {name: given[name] for name in cls.__dataclass_fields__ if name in given}
        sent = cls(**known)
        fits = (
            isinstance(sent.inputs, dict)
            and all(text is None or isinstance(text, str) for text in sent.inputs.values())
            and isinstance(sent.explanation, str)
            and isinstance(sent.expected_version, int | None)
            and isinstance(sent.save_id, str)
            and len(sent.save_id) <= LONGEST_SAVE_ID
        )
        if not fits:
            raise Invalid.one("", gettext("Trang gửi thiếu dữ liệu. Hãy tải lại trang rồi nhập."))
        return sent


@desk.post("/phieu/<int:campaign_id>/<int:unit_id>/<leaf>/<stage>")
def sheet_line_saved(campaign_id: int, unit_id: int, leaf: str, stage: str) -> ResponseReturnValue:
    """Save one line of a sheet at one stage."""
    if stage not in STAGES:
        abort(HTTPStatus.NOT_FOUND)

    def save(sent: Sent) -> SavedLine:
        return save_line(
            db_session(),
            campaign_id=campaign_id,
            unit_id=unit_id,
            leaf_code=leaf,
            stage=STAGES[stage],
            typed=sent.inputs,
            explanation=sent.explanation,
            expected_version=sent.expected_version,
            save_id=sent.save_id,
            by=actor(),
            at=now(),
            kinds=rule_kinds(),
        )

    return _answered(leaf, save)


def rule_kinds() -> Mapping[str, RuleKind]:
    """The province's own rule kinds, where its plugin is installed."""
    runtime: Runtime = current_app.extensions["thidua"]
    installed = runtime.registry.provinces.get(g.province.code)
    return installed.rule_kinds if installed else NO_KINDS


def _answered(leaf: str, save: Callable[[Sent], SavedLine]) -> ResponseReturnValue:
    session = db_session()
    try:
        line = save(Sent.read(request.get_json(silent=True)))
        session.commit()
    except ThiduaError as error:
        session.rollback()
        return _refused(leaf, error)
    return jsonify(_said(line))


def _said(line: SavedLine) -> dict[str, object]:
    cell = line.cell
    return {
        "state": "saved",
        "row_version": cell.version,
        "points": None if cell.missing else str(to_points(cell.ticks)),
        "maximum": str(to_points(cell.maximum)),
        "words": cell.words,
        "gaps": [{"kind": gap.kind, "words": gap.words} for gap in line.gaps],
    }


def _refused(leaf: str, error: ThiduaError) -> ResponseReturnValue:
    if isinstance(error, LineChanged):
        stored = {"sentence": str(error), "stored": _stored(error.stored)}
        return jsonify({"state": "conflict", **stored}), HTTPStatus.CONFLICT
    if isinstance(error, Invalid):
        problems = [(item.place.removeprefix(f"{leaf}."), item.reason) for item in error.problems]
    else:
        problems = [("", str(error))]
    status = next(code for known, code in STATUS.items() if isinstance(error, known))
    listed = [{"place": place, "sentence": _sentence(reason)} for place, reason in problems]
    return jsonify({"state": "refused", "problems": listed}), status


def _stored(stored: StoredLine) -> dict[str, object]:
    return {
        "inputs": dict(stored.inputs),
        "explanation": stored.text,
        "row_version": stored.version,
        "who": stored.who,
        "when": moment(stored.at),
    }


def _sentence(text: str) -> str:
    """The reason of a problem with a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
