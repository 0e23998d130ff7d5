"""A set issued anew for an open campaign: choose, see what is carried over and lost, replace."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext

from thidua.errors import ThiduaError
from thidua.spec.criteria import CriteriaSet
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.access import STAFF, require
from thidua.work.campaigns import ScoringSet, campaign_by_id, scoring_sets
from thidua.work.carrying import sure_mapping
from thidua.work.criteria import stored_row, stored_sets
from thidua.work.reissue import Reissued, reissue_set
from thidua.work.set_matching import HOW_WORDS, match_nodes
from thidua.work.sets import parsed
from thidua_admin.console.lists import identifier
from thidua_admin.console.lookups import kind_names
from thidua_admin.console.verbs import sentences
from thidua_admin.security import actor, db_session


class CampaignReissue:
    """The pages of a re-issue; a part of the view of campaigns."""

    render: Any
    get_url: Any

    @expose("/thay-bo/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def reissue_view(self) -> ResponseReturnValue:
        """Choose the kind and the new set, map its leaves, look at what it does."""
        return self._page()

    @expose("/thay-bo/ghi/", methods=("POST",))  # type: ignore[untyped-decorator]
    def reissue_do_view(self) -> ResponseReturnValue:
        """Replace the set, unless that would do something else than was looked at."""
        campaign_id = identifier(request.form.get("id"))
        try:
            done = _reissued(campaign_id)
        except ThiduaError:  # looking again says why
            db_session().rollback()
            return self._page()
        if _mark(done) != request.form.get("marks"):
            db_session().rollback()
            flash(
                gettext(
                    "Bộ tiêu chí hoặc số liệu sẽ mất đã thay đổi từ lúc bạn xem. "
                    "Hãy xem lại bên dưới."
                ),
                "error",
            )
            return self._page()
        db_session().commit()
        flash(
            gettext("Đã thay bộ tiêu chí: %(count)s dòng chuyển sang bộ mới.", count=done.carried),
            "success",
        )
        return redirect(self.get_url(".details_view", id=campaign_id))

    def _page(self) -> str:
        require(db_session(), actor(), STAFF, gettext("thay bộ tiêu chí"))
        campaign = campaign_by_id(db_session(), campaign_id=identifier(request.values.get("id")))
        shown = self._asked(campaign)
        if request.method == "POST" and "again" not in request.form:
            return self._looked_through(campaign, shown)
        page: str = self.render("console/campaign_reissue.html", **shown)
        return page

    def _asked(self, campaign: Campaign) -> dict[str, Any]:
        """What was chosen so far, and the leaves to map once both sets are known."""
        sets = scoring_sets(db_session(), campaign)
        kind = request.values.get("kind", "")
        old = sets.get(kind)
        stored = stored_sets(db_session(), by=actor())
        options = [row for row in stored if old and _fits(row, campaign, kind, old)]
        asked = request.values.get("set")
        new = next((row for row in options if str(row.id) == asked), None)
        return {
            "campaign": campaign,
            "sets": sets,
            "kinds": {code: name for code, name in kind_names().items() if code in sets},
            "kind": kind,
            "old": old,
            "options": options,
            "new": new,
            "pairs": _pairs(old.criteria, parsed(new)) if old and new else (),
            "targets": parsed(new).leaves if new else (),
            "return_url": self.get_url(".details_view", id=campaign.id),
        }

    def _looked_through(self, campaign: Campaign, shown: Mapping[str, Any]) -> str:
        """What the replacement would do: it is done and taken back."""
        session = db_session()
        campaign_id, marks = campaign.id, ""
        done: Reissued | None = None
        problems: Sequence[str] = ()
        try:
            done = _reissued(campaign_id)
            marks = _mark(done)
            shown = {**shown, "counts": _counts(done)}
        except ThiduaError as refusal:
            problems = sentences(refusal)
        session.rollback()
        shown = {**shown, **self._asked(campaign_by_id(session, campaign_id=campaign_id))}
        template = "campaign_reissue_preview" if done else "campaign_reissue"
        page: str = self.render(
            f"console/{template}.html", **shown,
            done=done, problems=problems, marks=marks, typed=request.form,
        )  # fmt: skip
        return page


def _fits(row: StoredCriteriaSet, campaign: Campaign, kind: str, old: ScoringSet) -> bool:
    criteria = parsed(row)
    return row.id != old.row.id and kind in criteria.kinds and criteria.serves(campaign.year)


def _pairs(old: CriteriaSet, new: CriteriaSet) -> list[tuple[Any, str, str]]:
    """Each leaf of the old set, the leaf that is chosen for it, and why."""
    typed = {name: code for name, code in request.form.items() if name.startswith("tc-")}
    sure = sure_mapping(old, new)
    how = {match.old.code: HOW_WORDS[match.how] for match in match_nodes(old, new)}
    alike = {m.old.code: m.new.code for m in match_nodes(old, new) if m.how == "alike"}
    return [
        (
            leaf,
            typed.get(f"tc-{leaf.code}", sure.get(leaf.code, "")),
            how.get(leaf.code, "") if leaf.code in sure or leaf.code in alike else "",
        )
        for leaf in old.leaves
    ]


def _mark(done: Reissued) -> str:
    """What tells whether a replacement would do and lose something else than was looked at.

    How many lines go over is not of it: units go on typing, and of those nothing is lost.
    """
    made = done.replacement
    sets = (made.old_set_id, made.new_set_id, stored_row(db_session(), made.new_set_id).hash)
    lost = (done.losses, done.exemptions, done.evidence, done.assignments)
    return hashlib.sha256(repr((sets, sorted(done.mapping.items()), lost)).encode()).hexdigest()


def _reissued(campaign_id: int) -> Reissued:
    chosen = {
        name.removeprefix("tc-"): code
        for name, code in request.form.items()
        if name.startswith("tc-") and code
    }
    return reissue_set(
        db_session(),
        campaign_id=campaign_id,
        kind=request.form.get("kind", ""),
        new_set_id=identifier(request.form.get("set")),
        mapping=chosen,
        reason=request.form.get("reason", ""),
        legal_basis=request.form.get("legal_basis", ""),
        by=actor(),
        at=datetime.now(UTC),
    )


def _counts(done: Reissued) -> dict[str, int]:
    """How much is lost: lines, signatures, and by how many units."""
    lines = [loss for loss in done.losses if loss.leaf]
    return {
        "lines": len(lines),
        "signatures": len(done.losses) - len(lines),
        "units": len({loss.unit_id for loss in done.losses}),
    }
