"""An invented amendment for rounds that wait because districts have ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from thidua.registry import LoadedProvince
from thidua.spec.award_conditions import RECIPIENTS
from thidua.spec.awards import AwardScheme
from thidua.spec.bodies import LEVELS
from thidua.spec.document import document
from thidua.spec.loading import parse
from thidua.work.awards import amend_scheme
from thidua_admin.sample.actor import DEMO

DOCUMENT = {
    "title": "Văn bản điều chỉnh kế hoạch (minh họa)",
    "number": "00/KH-MINHHOA",
    "provenance": "illustrative",
    "note": "Văn bản minh họa; chưa có nguồn nào cho biết kế hoạch đã được điều chỉnh.",
}

VOTING = {
    "threshold": 70,
    "base": "members",
    "quorum": 70,
    "provenance": "illustrative",
    "note": "Tỷ lệ phiếu là minh họa.",
}


def amend_held_rounds(session: Session, province: LoadedProvince) -> None:
    """Enter the amendment for each scheme that has places and holds rounds."""
    for scheme in province.spec.award_schemes:
        if scheme.quotas and any(terms.held for terms in scheme.rounds):
            amend_scheme(session, scheme=amended(scheme), by=DEMO)


def amended(scheme: AwardScheme) -> AwardScheme:
    """The scheme with nothing held: what was the districts' is the communes', all illustrative."""
    old = document(scheme)
    said = {
        **old,
        "version": f"{scheme.version}-minh-hoa",
        "legal_basis": [*old.get("legal_basis", ()), DOCUMENT],
        "voting": VOTING,
        "rounds": [{**item, "held": ""} for item in old["rounds"]],
        "quotas": [
            {**quota, "slots": [_slot(quota["recipient"], slot) for slot in quota["slots"]]}
            for quota in old["quotas"]
        ],
    }
    for name in ("launchers", "nominators"):
        if name in old:
            said[name] = _bodies(old[name])
    return parse(AwardScheme, said)


def _slot(recipient: Any, slot: dict[str, Any]) -> dict[str, Any]:
    if "district" not in slot.get("levels", ()):
        return slot
    levels = _levels(slot["levels"])
    label = f"{RECIPIENTS[recipient]} {_named(levels)}"
    return {**slot, "levels": levels, "label": label, "provenance": "illustrative"}


def _bodies(bodies: dict[str, Any]) -> dict[str, Any]:
    levels = _levels(bodies.get("levels", ()))
    return {**bodies, "levels": levels, "label": _named(levels), "provenance": "illustrative"}


def _levels(levels: Any) -> list[Any]:
    """The same with communes for districts."""
    there = ("commune" if level == "district" else level for level in levels)
    return [*dict.fromkeys(there)]


def _named(levels: list[Any]) -> str:
    return ", ".join(LEVELS[level] for level in levels)
