"""Phân công thẩm định: which agency and which of its people appraise what in one campaign."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound
from thidua.spec.criteria import CriteriaSet
from thidua.store.actor import Actor
from thidua.store.appraisal import Assignment, SubstituteAgency
from thidua.store.audit import record
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.people import Membership, Role, User
from thidua.store.units import Unit, UnitPeriod
from thidua.work.access import STAFF, require
from thidua.work.campaigns import campaign_by_id, scoring_sets
from thidua.work.duties import duties_of, unit_names
from thidua.work.given import find
from thidua.work.opening import newest_sets

MAY_READ: frozenset[Role] = STAFF | {"appraiser", "leader", "auditor"}


@dataclass(frozen=True)
class Duty:
    """Who appraises one leaf: agency and people by name; empty: any agency, all of its people."""

    set_code: str
    leaf: str
    name: str
    domain: str
    agency_id: int | None
    agency: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class DutyList:
    """The duties of a campaign in printed order, and who stands in for whom, by name.

    ``titles`` are those of the sets by code; ``illustrative`` says that one of them is. ``alone``
    are appraising agencies that are scored themselves and for which nobody stands in.
    """

    duties: tuple[Duty, ...]
    substitutes: tuple[tuple[str, str], ...]
    titles: Mapping[str, str]
    illustrative: bool
    alone: tuple[str, ...]


@dataclass(frozen=True)
class NodeDuty:
    """What this campaign says of one node itself, and who could be named for it.

    ``agency_id`` is None where the set, or what is said of a node above, holds. ``appraisers``:
    ids and names of people by the id of the agency for which they may appraise.
    """

    name: str
    agency_id: int | None
    user_ids: frozenset[int]
    appraisers: Mapping[int, Sequence[tuple[int, str]]]
    illustrative: bool


def assign(
    session: Session,
    *,
    campaign_id: int,
    set_code: str,
    node: str,
    agency_id: int | None,
    by: Actor,
    user_ids: Collection[int] = (),
) -> None:
    """Let an agency (its id as a unit), or only some of its people, appraise a node.

    It goes before what the set says, and what is said of a node below goes before it. Without an
    agency the set holds again. ``NotFound`` for what is not there, ``Invalid`` for people who are
    no appraisers of the agency, or who all belong to a unit that is scored: nobody appraises the
    own unit. ``Conflict`` once the campaign is closed.
    """
    require(session, by, STAFF, "phân công thẩm định")
    campaign = _changeable(session, campaign_id)
    criteria = _set(session, campaign, set_code)
    _name(criteria, node)
    if agency_id is not None and find(session, Unit, agency_id) is None:
        raise NotFound("Không có cơ quan này trong tỉnh đang làm việc.")
    _refuse_strangers(session, agency_id, user_ids)
    _refuse_own(session, campaign, criteria, agency_id, user_ids)
    ours = _ours(campaign, set_code, node)
    before = session.scalars(select(Assignment).where(*ours)).all()
    said = {"agencies": [row.agency_id for row in before], "users": [r.user_id for r in before]}
    session.execute(delete(Assignment).where(*ours))
    if agency_id is not None:
        session.add_all(
            Assignment(
                campaign_id=campaign.id, set_code=set_code, node=node, agency_id=agency_id,
                user_id=user,
            )
            for user in (*sorted(set(user_ids)), *(() if user_ids else (None,)))
        )  # fmt: skip
    record(
        session, actor=by, action="appraisal.assign", subject=("campaign", campaign.id),
        before={"set": set_code, "node": node, **said},
        after={"set": set_code, "node": node, "agency": agency_id, "users": sorted(user_ids)},
    )  # fmt: skip
    session.flush()


def name_substitute(
    session: Session, *, campaign_id: int, agency_id: int, by_id: int | None, by: Actor
) -> None:
    """Name who appraises the own sheet of an agency; without one what the set says holds again."""
    require(session, by, STAFF, "phân công cơ quan thẩm định thay")
    campaign = _changeable(session, campaign_id)
    for unit in (agency_id, *(() if by_id is None else (by_id,))):
        if find(session, Unit, unit) is None:
            raise NotFound("Không có cơ quan này trong tỉnh đang làm việc.")
    if agency_id == by_id:
        raise Invalid.one("Cơ quan thẩm định thay", "Không cơ quan nào tự thẩm định phiếu mình.")
    ours = (
        SubstituteAgency.campaign_id == campaign.id,
        SubstituteAgency.agency_id == agency_id,
    )
    before = session.scalar(select(SubstituteAgency.by_id).where(*ours))
    session.execute(delete(SubstituteAgency).where(*ours))
    if by_id is not None:
        session.add(SubstituteAgency(campaign_id=campaign.id, agency_id=agency_id, by_id=by_id))
    record(
        session, actor=by, action="appraisal.substitute", subject=("campaign", campaign.id),
        before={"agency": agency_id, "by": before}, after={"agency": agency_id, "by": by_id},
    )  # fmt: skip
    session.flush()


def list_duties(session: Session, *, campaign_id: int, by: Actor) -> DutyList:
    """Who appraises what in a campaign, with names."""
    require(session, by, MAY_READ, "xem phân công thẩm định")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    found: list[Duty] = []
    pairs: dict[int, int] = {}
    sets = _sets(session, campaign)
    for criteria in sets:
        duties = duties_of(session, campaign, criteria)
        pairs.update(duties.substitutes)
        names = unit_names(session, campaign, duties.agencies.values())
        people = _people(session, (user for users in duties.people.values() for user in users))
        for domain in criteria.domains:
            for leaf in domain.leaves():
                agency = duties.agencies.get(leaf.code)
                who = sorted(people[user] for user in duties.people.get(leaf.code, ()))
                found.append(
                    Duty(
                        criteria.code, leaf.code, leaf.name, domain.name, agency,
                        names.get(agency or 0, ""), tuple(who),
                    )
                )  # fmt: skip
    alone = {duty.agency_id for duty in found} - pairs.keys()
    scored = select(CampaignUnit.name).where(
        CampaignUnit.campaign_id == campaign.id, CampaignUnit.unit_id.in_(alone)
    )
    names = unit_names(session, campaign, [*pairs, *pairs.values()])
    return DutyList(
        tuple(found),
        tuple(sorted((names[a], names[b]) for a, b in pairs.items())),
        {criteria.code: criteria.title for criteria in sets},
        any(criteria.illustrative for criteria in sets),
        tuple(session.scalars(scored.order_by(CampaignUnit.id))),
    )


def node_duty(
    session: Session, *, campaign_id: int, set_code: str, node: str, by: Actor
) -> NodeDuty:
    """What a campaign says of one node; ``NotFound`` for what is not there."""
    require(session, by, STAFF, "phân công thẩm định")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    criteria = _set(session, campaign, set_code)
    rows = session.scalars(select(Assignment).where(*_ours(campaign, set_code, node))).all()
    people = (
        select(Membership.unit_id, User.id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == "appraiser", User.active)
        .order_by(User.name, User.id)
    )
    appraisers: dict[int, list[tuple[int, str]]] = {}
    for unit, user, name in session.execute(people):
        if unit is not None:
            appraisers.setdefault(unit, []).append((user, name))
    return NodeDuty(
        name=_name(criteria, node),
        agency_id=rows[0].agency_id if rows else None,
        user_ids=frozenset(row.user_id for row in rows if row.user_id),
        appraisers=appraisers,
        illustrative=criteria.illustrative,
    )


def _name(criteria: CriteriaSet, code: str) -> str:
    for item in criteria.nodes():
        if item.code == code:
            return item.name
    raise NotFound(f"Bộ tiêu chí {criteria.code} không có mã {code}.")


def _ours(campaign: Campaign, set_code: str, node: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Assignment.campaign_id == campaign.id,
        Assignment.set_code == set_code,
        Assignment.node == node,
    )


def _changeable(session: Session, campaign_id: int) -> Campaign:
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    session.refresh(campaign, with_for_update=True)
    if campaign.stage == "closed":
        raise Conflict(f"Kỳ đánh giá năm {campaign.year} đã đóng, không phân công lại được.")
    return campaign


def _sets(session: Session, campaign: Campaign) -> tuple[CriteriaSet, ...]:
    draft = campaign.stage == "draft"
    sets = newest_sets(session, campaign.year) if draft else scoring_sets(session, campaign)
    found = {item.criteria.code: item.criteria for item in sets.values()}
    return tuple(found[code] for code in sorted(found))


def _set(session: Session, campaign: Campaign, set_code: str) -> CriteriaSet:
    for criteria in _sets(session, campaign):
        if criteria.code == set_code:
            return criteria
    raise NotFound(f"Kỳ đánh giá năm {campaign.year} không dùng bộ tiêu chí “{set_code}”.")


def _refuse_strangers(session: Session, agency: int | None, users: Collection[int]) -> None:
    if not users:
        return
    members = set(
        session.scalars(
            select(Membership.user_id).where(
                Membership.role == "appraiser", Membership.unit_id == agency
            )
        )
    )
    if set(users) - members:
        raise Invalid.one(
            "Người thẩm định",
            "Có người không phải cán bộ thẩm định của cơ quan này. Hãy cấp quyền thẩm định trước.",
        )


def _refuse_own(
    session: Session,
    campaign: Campaign,
    criteria: CriteriaSet,
    agency: int | None,
    users: Collection[int],
) -> None:
    """A unit to which all who are named belong would find nobody to appraise it."""
    held = select(Membership.user_id, Membership.unit_id).where(Membership.user_id.in_(users))
    units: dict[int, set[int | None]] = {}
    for user, unit in session.execute(held):
        units.setdefault(user, set()).add(unit)
    shared = set.intersection(*units.values()) - {agency, None} if units else set[int | None]()
    scored = select(UnitPeriod.unit_id).where(
        UnitPeriod.unit_id.in_(shared), UnitPeriod.kind.in_(criteria.kinds)
    )
    names = unit_names(session, campaign, set(session.scalars(scored)) if shared else ())
    if names:
        raise Invalid.one(
            "Người thẩm định",
            f"{', '.join(names.values())} là đơn vị của chính người được giao, mà không ai thẩm "
            "định đơn vị của mình. Hãy giao thêm một người khác của cơ quan.",
        )


def _people(session: Session, ids: Iterable[int]) -> dict[int, str]:
    wanted = sorted(set(ids))
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows} if wanted else {}
