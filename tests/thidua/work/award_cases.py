"""The use cases of award schemes, of the law and of what if, for the matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from tests import awarding

from thidua.spec.legal import LegalRegime
from thidua.store.actor import Actor
from thidua.work import award_displaced, awards, legal

UseCase = Callable[[Session, Actor, Any], object]
LAW = LegalRegime(
    code="luat", title="Luật", number="06/2022/QH15", in_force_from=date(2024, 1, 1)
)  # fmt: skip

USE_CASES: Mapping[str, UseCase] = {
    "awards.add_scheme": lambda s, by, at: awards.add_scheme(
        s, scheme=awarding.scheme(code="khen-moi", movement=at.spec.movements[0].code), by=by
    ),
    "award_displaced.if_added": lambda s, by, at: award_displaced.if_added(
        s, round_id=at.round, nomination_id=at.nominated_one, by=by
    ),
    "legal.list_regimes": lambda s, by, at: list(legal.list_regimes(s, by=by)),
    "legal.enter_regime": lambda s, by, at: legal.enter_regime(s, regime=LAW, by=by),
}
"""By module and function, and what is asked of it."""

TABLE = """
awards.add_scheme                   vx- --- --- --- --- --- vx- ---
award_displaced.if_added            v0- --- --- v0- v0- --- v0- ---
legal.list_regimes                  00- 00- 00- 00- 00- 00- 00- ---
legal.enter_regime                  vv- --- --- --- --- --- vv- ---
"""
"""As in ``test_matrix``."""
