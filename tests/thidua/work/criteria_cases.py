"""The use cases of criteria sets for the matrix: stored before a campaign, replaced in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import OPENED_AT, TIMEZONE, criteria, small_spec

from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.criteria import StoredCriteriaSet
from thidua.work import criteria as sets
from thidua.work import opening_plan, reissue, set_amendments, set_uses

UseCase = Callable[[Session, Actor, Any], object]


def far_set(version: str) -> CriteriaSet:
    """A version for a far year, whose second domain Sở Một appraises."""
    first, second = criteria()["domains"]
    domains = [first, {**second, "appraiser": "so-mot"}]
    substitutes = [{"agency": key, "by": "so-ba"} for key in ("so-hai", "so-mot")]
    changed = {"version": version, "first_year": 2050, "substitutes": substitutes}
    return parse(CriteriaSet, criteria(domains=domains, **changed))


def lay_out(session: Session) -> int:
    """The id of a set that no campaign has frozen."""
    return sets.import_set(session, criteria=far_set("2"), by=COMMAND).row.id


def guide(code: str) -> UseCase:
    return lambda s, by, at: sets.write_guidance(
        s, set_id=at.rules, leaf_code=code, text="Xem báo cáo", by=by
    )


def map_out(session: Session, by: Actor, at: Any) -> object:
    return set_amendments.write_mapping(
        session, set_id=at.rules, to="bo-kia", title="Với bộ kia", pairs={"1.1": ["1"]},
        by=by, seen=seen(session, at.rules),
    )  # fmt: skip


def admit(session: Session, by: Actor, at: Any) -> object:
    return set_amendments.acknowledge(
        session, set_id=at.rules, finding="declared-points", note="Thử", source="Thử",
        by=by, seen=seen(session, at.rules),
    )  # fmt: skip


def seen(session: Session, set_id: int) -> str:
    row = session.get(StoredCriteriaSet, set_id)
    return row.hash if row else ""


def open_seen(session: Session, by: Actor, at: Any) -> object:
    return opening_plan.open_as_seen(
        session, spec=small_spec(), year=2050, seen="cũ", by=by, at=OPENED_AT, timezone=TIMEZONE
    )


def losses(unit: str) -> UseCase:
    return lambda s, by, at: reissue.losses_of(
        s, campaign_id=at.campaign, unit_id=getattr(at, unit), by=by
    )


USE_CASES: Mapping[str, UseCase] = {
    "criteria.import_set": lambda s, by, at: sets.import_set(s, criteria=far_set("3"), by=by),
    "criteria.stored_sets": lambda s, by, at: list(sets.stored_sets(s, by=by)),
    "criteria.stored_set": lambda s, by, at: sets.stored_set(s, code="bo-nho", by=by),
    "criteria.write_guidance of Sở Hai": guide("1.1"),
    "criteria.write_guidance of Sở Một": guide("2.2"),
    "criteria.guidable_leaves": lambda s, by, at: sorted(
        sets.guidable_leaves(s, set_id=at.rules, by=by)
    ),
    "set_amendments.write_mapping": map_out,
    "set_amendments.acknowledge": admit,
    "set_uses.set_uses": lambda s, by, at: sorted(set_uses.set_uses(s, by=by)),
    "criteria.missing_guidance": lambda s, by, at: list(
        sets.missing_guidance(s, set_id=at.rules, by=by)
    ),
    "opening_plan.opening_plan": lambda s, by, at: opening_plan.opening_plan(
        s, year=2050, by=by, at=OPENED_AT, timezone=TIMEZONE
    ),
    "opening_plan.open_as_seen": open_seen,
    "reissue.reissue_set": lambda s, by, at: reissue.reissue_set(
        s, campaign_id=at.campaign, kind="so", new_set_id=at.rules, mapping={}, reason="Thử",
        legal_basis="Thử", by=by, at=OPENED_AT,
    ),
    "reissue.losses_of one": losses("one"),
    "reissue.losses_of two": losses("two"),
    "reissue.replacements_of": lambda s, by, at: list(
        reissue.replacements_of(s, campaign_id=at.campaign, by=by)
    ),
}  # fmt: skip

TABLE = """
criteria.import_set                 vv- --- --- --- --- --- vv- ---
criteria.stored_sets                22- 22- 22- 22- 22- 22- 22- ---
criteria.stored_set                 vv- vv- vv- vv- vv- vv- vv- ---
criteria.write_guidance of Sở Hai   v0- -0- --- --- --- --- v0- ---
criteria.write_guidance of Sở Một   v0- v0- --- --- --- --- v0- ---
criteria.guidable_leaves            40- 20- 00- 00- 00- 00- 40- ---
set_amendments.write_mapping        v0- --- --- --- --- --- v0- ---
set_amendments.acknowledge          c0- --- --- --- --- --- c0- ---
set_uses.set_uses                   11- 11- 11- 11- 11- 11- 11- ---
criteria.missing_guidance           30- 30- 30- 30- 30- 30- 30- ---
opening_plan.opening_plan           vv- --- --- --- --- --- vv- ---
opening_plan.open_as_seen           cc- --- --- --- --- --- cc- ---
reissue.reissue_set                 c0- --- --- --- --- --- c0- ---
reissue.losses_of one               00- 00- 0-- 00- --- 00- 00- ---
reissue.losses_of two               00- 00- --- 00- --- 00- 00- ---
reissue.replacements_of             00- 00- 00- 00- --- 00- 00- ---
"""
