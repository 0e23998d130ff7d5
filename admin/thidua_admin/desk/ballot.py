"""Phiếu bầu: a present member of the council votes here, once, in secret."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from thidua.awards.voting import CHOICES, Choice
from thidua.work.votes import Ballot, ballot_of, cast_ballot
from thidua_admin.console.lists import identifier
from thidua_admin.console.verbs import through
from thidua_admin.desk.pages import desk
from thidua_admin.security import actor, db_session


@desk.get("/khen-thuong/<int:round_id>/phieu-bau")
def round_ballot(round_id: int) -> ResponseReturnValue:
    """The ballot of this member, where a vote is held here."""
    ballot = ballot_of(db_session(), round_id=round_id, by=actor())
    return render_template(
        "desk/round_ballot.html", ballot=ballot, round_id=round_id, choices=CHOICES
    )


@desk.post("/khen-thuong/<int:round_id>/phieu-bau")
def round_ballot_cast(round_id: int) -> ResponseReturnValue:
    """Put the ballot in; it is counted and kept nowhere."""
    ballot = ballot_of(db_session(), round_id=round_id, by=actor())
    choices = _choices(ballot) if ballot else {}
    if through(lambda: _cast(choices)):
        flash(gettext("Đã bỏ phiếu. Phiếu không sửa được và không ai xem được."), "success")
    return redirect(url_for("desk.round_ballot", round_id=round_id))


def _cast(choices: Mapping[int, Choice]) -> bool:
    """In the meeting whose ballot was filled in: another may have been opened since."""
    meeting = identifier(request.form.get("meeting"))
    cast_ballot(db_session(), meeting_id=meeting, choices=choices, by=actor())
    return True


def _choices(ballot: Ballot) -> Mapping[int, Choice]:
    known: dict[str, Choice] = {choice: choice for choice in CHOICES}
    said = {
        line.nomination: request.form.get(f"phieu-{line.nomination}", "") for line in ballot.lines
    }
    return {nomination: known[choice] for nomination, choice in said.items() if choice in known}
