"""For which units the sample persons work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.registry import LoadedProvince
from thidua.store.campaigns import CampaignUnit
from thidua.store.people import Role
from thidua.store.units import Unit


def units_for(
    session: Session, province: LoadedProvince, campaign_id: int | None
) -> Mapping[Role, Unit]:
    """The appraiser is of the agency that appraises most; the officer's unit appraises nothing.

    Both take part in the campaign, where there is one.
    """
    sets = province.spec.criteria_sets
    agencies = Counter(leaf_agency for item in sets for leaf_agency in item.appraisers.values())
    query = select(Unit).order_by(Unit.id)
    if campaign_id is not None:
        taking_part = select(CampaignUnit.unit_id).where(CampaignUnit.campaign_id == campaign_id)
        query = query.where(Unit.id.in_(taking_part))
    units = session.scalars(query).all()
    officers = [unit for unit in units if unit.key not in agencies]
    appraisers = sorted(units, key=lambda unit: -agencies[unit.key])
    found: dict[Role, Sequence[Unit]] = {"officer": officers, "appraiser": appraisers}
    return {role: units[0] for role, units in found.items() if units}
