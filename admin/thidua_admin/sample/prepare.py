"""Applying every installed province and filling in its campaigns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import ThiduaError
from thidua.registry import LoadedProvince
from thidua.runtime import Runtime
from thidua.store.campaigns import Campaign
from thidua.work.provinces import apply_province
from thidua_admin.sample.actor import DEMO
from thidua_admin.sample.amendment import amend_held_rounds
from thidua_admin.sample.awards import fill_rounds
from thidua_admin.sample.campaigns import fill_campaigns, lives


def prepare(runtime: Runtime) -> list[str]:
    """Apply every installed province and fill in its sample campaigns.

    A province that cannot is left as it was; the others go on. A sentence for each such province,
    and for each year that did not open.
    """
    refused = []
    today = datetime.now(runtime.timezone).date()
    living = [p.code for p in runtime.registry.provinces.values() if lives(p.spec, today)]
    for province in runtime.registry.provinces.values():
        turn = living.index(province.code) if province.code in living else 0
        try:
            with runtime.sessions.begin() as session:
                apply_province(session, spec=province.spec, by=DEMO)
                told = _fill(session, province, runtime, turn)
            refused += told
        except ThiduaError as error:
            refused.append(f"Chưa lập được dữ liệu mẫu của {province.spec.info.full_name}: {error}")
    return refused


def _fill(session: Session, province: LoadedProvince, runtime: Runtime, turn: int) -> list[str]:
    if session.scalar(select(Campaign.id).limit(1)):
        return []
    now = datetime.now(runtime.timezone)
    told = fill_campaigns(session, province, now, runtime.timezone, runtime.files, turn)
    fill_rounds(session, province, now)
    amend_held_rounds(session, province)
    return told
