"""What is written into a set before a campaign freezes it: guidance, acknowledgements."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext

from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.criteria import (
    guidable_leaves,
    leaves_without_guidance,
    missing_guidance,
    stored_row,
    write_guidance,
)
from thidua.work.guidance_requests import guidance_requests
from thidua.work.rule_words import rule_words
from thidua.work.set_amendments import acknowledge
from thidua.work.sets import parsed
from thidua_admin.console.criteria_tree import agency_names
from thidua_admin.console.lists import identifier
from thidua_admin.console.rule_words import SUPPLIERS
from thidua_admin.console.verbs import through
from thidua_admin.security import actor, db_session


class CriteriaAmending:
    """The pages of guidance; a part of the view of criteria sets."""

    render: Any
    get_url: Any

    @expose("/huong-dan/", methods=("GET", "POST"))  # type: ignore[untyped-decorator]
    def guidance_view(self) -> ResponseReturnValue:
        """Write the guidance of one leaf over what stood there when the form was opened."""
        set_id = identifier(request.values.get("id"))
        row = stored_row(db_session(), set_id)
        leaf = _leaf(parsed(row), request.values.get("ma", ""))
        back = f"{self.get_url('.details_view', id=set_id)}#tc-{leaf.code if leaf else ''}"
        if leaf is None or leaf.code not in _guidable(set_id):
            flash(gettext("Hướng dẫn của tiêu chí này không sửa được ở đây."), "error")
            return redirect(back)
        if request.method == "POST" and _written(set_id, leaf.code):
            flash(gettext("Đã ghi hướng dẫn của tiêu chí %(code)s.", code=leaf.code), "success")
            return redirect(back)
        return self._guidance_form(row, leaf, back)

    @expose("/thieu-huong-dan/")  # type: ignore[untyped-decorator]
    def missing_view(self) -> ResponseReturnValue:
        """What is still to be written, agency by agency, with the letter that asks for it."""
        row = stored_row(db_session(), identifier(request.args.get("id")))
        requests = guidance_requests(
            missing_guidance(db_session(), set_id=row.id, by=actor()),
            names=agency_names(),
            title=row.title,
            authority=g.province.authority,
        )
        page: str = self.render(
            "console/criteria_missing.html",
            row=row,
            illustrative=parsed(row).illustrative,
            requests=requests,
            guidable=_guidable(row.id),
            back=self.get_url(".details_view", id=row.id),
        )
        return page

    @expose("/ghi-nhan/", methods=("POST",))  # type: ignore[untyped-decorator]
    def acknowledge_view(self) -> ResponseReturnValue:
        """Keep a contradiction of the source as it is printed."""
        set_id = identifier(request.form.get("id"))
        if through(lambda: _acknowledged(set_id)):
            flash(gettext("Đã ghi nhận mâu thuẫn của nguồn."), "success")
        return redirect(self.get_url(".details_view", id=set_id))

    def missing_count(self, criteria: CriteriaSet) -> int:
        """How many leaves are without guidance."""
        return len(leaves_without_guidance(criteria))

    def _guidance_form(self, row: StoredCriteriaSet, leaf: Leaf, back: str) -> str:
        page: str = self.render(
            "console/criteria_guidance.html",
            row=row,
            illustrative=parsed(row).illustrative,
            leaf=leaf,
            rule=rule_words(leaf),
            supplier=SUPPLIERS[leaf.supplier],
            typed=request.form.get("text", leaf.node.guidance),
            back=back,
        )
        return page


def _written(set_id: int, code: str) -> bool:
    done = through(
        lambda: write_guidance(
            db_session(),
            set_id=set_id,
            leaf_code=code,
            text=_lines(request.form.get("text", "")),
            instead_of=_lines(request.form.get("instead_of", "")),
            by=actor(),
        )
    )
    return done is not None


def _acknowledged(set_id: int) -> StoredCriteriaSet:
    return acknowledge(
        db_session(),
        set_id=set_id,
        finding=request.form.get("finding", ""),
        note=request.form.get("note", ""),
        source=request.form.get("source", ""),
        seen=request.form.get("seen", ""),
        by=actor(),
    )


def _lines(text: str) -> str:
    """Typed text with the line ends that are kept."""
    return "\n".join(text.splitlines())


def _leaf(criteria: CriteriaSet, code: str) -> Leaf | None:
    return next((leaf for leaf in criteria.leaves if leaf.code == code), None)


def _guidable(set_id: int) -> frozenset[str]:
    return guidable_leaves(db_session(), set_id=set_id, by=actor())
