"""Who appraises which leaf of which unit: the set says it, the campaign may say otherwise.

Nobody appraises the own unit: what an agency would appraise of itself is its substitute's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from thidua.errors import NotAllowed
from thidua.spec.criteria import CriteriaSet, Node
from thidua.store.actor import Actor
from thidua.store.appraisal import Assignment, SubstituteAgency
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.units import Unit
from thidua.work.access import Rights


class Assigned(NamedTuple):
    """An override: who appraises a node in a campaign, perhaps one person alone."""

    node: str
    agency_id: int
    user_id: int | None


@dataclass(frozen=True)
class Duties:
    """Agencies by leaf code (ids of units), the persons that an agency named, substitutes.

    A leaf that is not in ``agencies`` may be appraised by any agency. ``domains``: that of each
    leaf, for appraisers who are held to some; a person who was named goes beyond them.
    """

    agencies: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, frozenset[int]] = field(default_factory=dict)
    substitutes: Mapping[int, int] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)

    def agency(self, code: str, unit_id: int) -> int | None:
        """Who appraises this leaf of this unit; None: any agency but the unit itself.

        ``LookupError`` when it is the unit itself and nobody was named instead.
        """
        agency = self.agencies.get(code)
        return self.substitutes[unit_id] if agency == unit_id else agency

    def who(self, code: str, unit_id: int) -> int | None:
        """As ``agency``, None also where nobody was named instead."""
        try:
            return self.agency(code, unit_id)
        except LookupError:
            return None

    def named(self, code: str, unit_id: int, names: Mapping[int, str]) -> str:
        """Who appraises this leaf of this unit, by name; empty: any agency."""
        try:
            return names.get(self.agency(code, unit_id) or 0, "")
        except LookupError:
            return "Chưa có cơ quan thẩm định thay"

    def allows(self, code: str, unit_id: int, rights: Rights, by: Actor) -> bool:
        """Whether the actor may appraise this leaf of this unit; commands and jobs may all."""
        if by.kind != "person":
            return True
        if not rights.any_of({"appraiser"}) or unit_id in rights.units:
            return False
        try:
            agency = self.agency(code, unit_id)
        except LookupError:
            return False
        named = self.people.get(code) if agency == self.agencies.get(code) else None
        if named:
            return agency in rights.units_as("appraiser") and by.id in named
        units = rights.units if agency is None else {agency}
        return any(rights.appraises_for(unit, self.domains.get(code, "")) for unit in units)

    def refuse_others(self, codes: Iterable[str], unit_id: int, rights: Rights, by: Actor) -> None:
        """``NotAllowed`` unless the actor may appraise all these leaves of the unit."""
        if by.kind == "person" and unit_id in rights.units:
            raise NotAllowed(
                "Không ai thẩm định đơn vị của chính mình. "
                "Hãy chuyển phiếu này cho cơ quan thẩm định thay."
            )
        others = [code for code in codes if not self.allows(code, unit_id, rights, by)]
        alone = [code for code in others if self.agencies.get(code) == unit_id]
        if alone and unit_id not in self.substitutes:
            raise NotAllowed(
                f"Tiêu chí {', '.join(alone)} của đơn vị này chưa có cơ quan thẩm định thay. "
                "Hãy đề nghị Thường trực (Sở Nội vụ) phân công."
            )
        if others:
            raise NotAllowed(f"Tiêu chí {', '.join(others)} do cơ quan khác thẩm định.")


def duties_of(session: Session, campaign: Campaign, criteria: CriteriaSet) -> Duties:
    """The duties for one set of a campaign, its overrides before what the set says."""
    ours = Assignment.campaign_id == campaign.id, Assignment.set_code == criteria.code
    assigned = session.execute(
        select(Assignment.node, Assignment.agency_id, Assignment.user_id)
        .where(*ours)
        .order_by(Assignment.id)
    )
    substitutes = session.execute(
        select(SubstituteAgency.agency_id, SubstituteAgency.by_id).where(
            SubstituteAgency.campaign_id == campaign.id
        )
    )
    return duties_in(
        criteria,
        ids=_ids(session, criteria),
        assigned=[Assigned(*row) for row in assigned],
        substitutes={row.agency_id: row.by_id for row in substitutes},
    )


def duties_in(
    criteria: CriteriaSet,
    *,
    ids: Mapping[str, int],
    assigned: Iterable[Assigned],
    substitutes: Mapping[int, int],
) -> Duties:
    """The same of what was read: ids by key of the units of ``keys_of``, and the overrides."""
    by_node: dict[str, list[Assigned]] = {}
    for row in assigned:
        by_node.setdefault(row.node, []).append(row)
    overrides = dict(_inherited(criteria.domains, by_node, ())) if by_node else {}
    by_set = {code: ids[key] for code, key in criteria.appraisers.items() if key in ids}
    return Duties(
        agencies={**by_set, **{code: rows[0].agency_id for code, rows in overrides.items()}},
        people={
            code: frozenset(row.user_id for row in rows if row.user_id)
            for code, rows in overrides.items()
        },
        substitutes={**_declared(criteria, ids), **substitutes},
        domains={
            leaf.code: domain.code
            for domain in criteria.domains
            for leaf in criteria.leaves[slice(*criteria.spans[domain.code])]
        },
    )


def unit_names(session: Session, campaign: Campaign, ids: Iterable[int]) -> dict[int, str]:
    """What units are called in the campaign, or, outside it, by their newest name."""
    wanted = set(ids)
    inside = select(CampaignUnit.unit_id, CampaignUnit.name).where(
        CampaignUnit.campaign_id == campaign.id, CampaignUnit.unit_id.in_(wanted)
    )
    names = {row.unit_id: row.name for row in session.execute(inside)} if wanted else {}
    others = wanted - names.keys()
    if others:
        asked = select(Unit).where(Unit.id.in_(others)).options(selectinload(Unit.periods))
        for unit in session.scalars(asked):
            names[unit.id] = unit.periods[-1].name if unit.periods else unit.key
    return names


def _inherited(
    nodes: Sequence[Node], assigned: Mapping[str, list[Assigned]], above: Sequence[Assigned]
) -> Iterator[tuple[str, Sequence[Assigned]]]:
    """Each leaf with the rows of the nearest node that has some."""
    for node in nodes:
        here = assigned.get(node.code) or above
        if node.rule is not None and here:
            yield node.code, here
        yield from _inherited(node.children, assigned, here)


def keys_of(criteria: CriteriaSet) -> list[str]:
    """The keys of the units that the set names as appraising."""
    substitutes = {key for item in criteria.substitutes for key in (item.agency, item.by)}
    return [*{*criteria.appraisers.values()} | substitutes]


def _ids(session: Session, criteria: CriteriaSet) -> dict[str, int]:
    keys = keys_of(criteria)
    rows = session.execute(select(Unit.key, Unit.id).where(Unit.key.in_(keys))) if keys else ()
    return {row.key: row.id for row in rows}


def _declared(criteria: CriteriaSet, ids: Mapping[str, int]) -> dict[int, int]:
    """The substitutes that the set names."""
    return {
        ids[item.agency]: ids[item.by]
        for item in criteria.substitutes
        if item.agency in ids and item.by in ids
    }
