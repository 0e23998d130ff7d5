"""Who appraises which leaf of which unit: the set says it, the campaign may say otherwise.

Nobody appraises the own unit: what an agency would appraise of itself is its substitute's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import NotAllowed
from thidua.spec.criteria import CriteriaSet, Node
from thidua.store.actor import Actor
from thidua.store.appraisal import Assignment, SubstituteAgency
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.units import Unit
from thidua.work.access import Rights


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
    assigned = _assigned(session, campaign, criteria)
    overrides = dict(_inherited(criteria.domains, assigned, ()))
    ids = _ids(session, criteria)
    by_set = {code: ids[key] for code, key in criteria.appraisers.items() if key in ids}
    return Duties(
        agencies={**by_set, **{code: rows[0].agency_id for code, rows in overrides.items()}},
        people={
            code: frozenset(row.user_id for row in rows if row.user_id)
            for code, rows in overrides.items()
        },
        substitutes=_substitutes(session, campaign, criteria, ids),
        domains={leaf.code: domain.code for domain in criteria.domains for leaf in domain.leaves()},
    )


def unit_names(session: Session, campaign: Campaign, ids: Iterable[int]) -> dict[int, str]:
    """What units are called in the campaign, or, outside it, by their newest name."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = session.scalars(select(Unit).where(Unit.id.in_(wanted)))
    names = {unit.id: unit.periods[-1].name if unit.periods else unit.key for unit in rows}
    inside = select(CampaignUnit.unit_id, CampaignUnit.name).where(
        CampaignUnit.campaign_id == campaign.id, CampaignUnit.unit_id.in_(wanted)
    )
    return {**names, **{row.unit_id: row.name for row in session.execute(inside)}}


def _assigned(
    session: Session, campaign: Campaign, criteria: CriteriaSet
) -> dict[str, list[Assignment]]:
    """The overrides by node."""
    found: dict[str, list[Assignment]] = {}
    ours = Assignment.campaign_id == campaign.id, Assignment.set_code == criteria.code
    for row in session.scalars(select(Assignment).where(*ours).order_by(Assignment.id)):
        found.setdefault(row.node, []).append(row)
    return found


def _inherited(
    nodes: Sequence[Node], assigned: Mapping[str, list[Assignment]], above: Sequence[Assignment]
) -> Iterator[tuple[str, Sequence[Assignment]]]:
    """Each leaf with the rows of the nearest node that has some."""
    for node in nodes:
        here = assigned.get(node.code) or above
        if node.rule is not None and here:
            yield node.code, here
        yield from _inherited(node.children, assigned, here)


def _ids(session: Session, criteria: CriteriaSet) -> dict[str, int]:
    keys = {*criteria.appraisers.values()}
    keys |= {key for item in criteria.substitutes for key in (item.agency, item.by)}
    rows = session.execute(select(Unit.key, Unit.id).where(Unit.key.in_(keys))) if keys else ()
    return {row.key: row.id for row in rows}


def _substitutes(
    session: Session, campaign: Campaign, criteria: CriteriaSet, ids: Mapping[str, int]
) -> dict[int, int]:
    declared = {
        ids[item.agency]: ids[item.by]
        for item in criteria.substitutes
        if item.agency in ids and item.by in ids
    }
    rows = session.execute(
        select(SubstituteAgency.agency_id, SubstituteAgency.by_id).where(
            SubstituteAgency.campaign_id == campaign.id
        )
    )
    return {**declared, **{row.agency_id: row.by_id for row in rows}}
