"""A small award scheme for Tỉnh Nhỏ: one movement, Bằng khen, two quotas.

Collectives: one place for a department, one for a commune. Persons: first a reserved place for a
civil servant with a recognised initiative, then one other. Everybody needs at least Khá; a body
nominates one of each. Round 2025 counts the index of 2025; round 2026 is held.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import fill_all, open_small, small_spec, unit_id

from thidua.spec.awards import AwardScheme
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.loading import parse
from thidua.store.awards import AwardRound, Nomination
from thidua.store.base import Json
from thidua.store.results import ResultVersion
from thidua.work.awards import open_round
from thidua.work.nominations import answer_condition, nominate_collective, nominate_person
from thidua.work.results import compute_results, publish_results

DECIDES_ON = date(2026, 3, 15)
HELD = "Cấp huyện đã kết thúc."
MOVEMENT = {
    "code": "cchc",
    "title": "Phong trào",
    "theme": "Cải cách hành chính",
    "plan": {"title": "Kế hoạch"},
    "award_forms": ["bang-khen"],
    "period": {"years": [2025, 2026]},
}
FORM = {
    "code": "bang-khen",
    "name": "Bằng khen",
    "category": "form",
    "recipients": ["collective", "person"],
}


def scheme_document(**changed: Any) -> dict[str, Any]:
    """The document of the scheme, changed."""
    initiative = {"kind": "attested", "code": "sang-kien", "label": "có sáng kiến được công nhận"}
    servants = {"kind": "category", "categories": ["can_bo", "cong_chuc"]}
    return {
        "code": "khen-cchc",
        "version": "1",
        "title": "Khen thưởng cải cách hành chính",
        "movement": "cchc",
        "form": "bang-khen",
        "legal_basis": [{"title": "Kế hoạch", "number": "1/KH"}],
        "rounds": [
            {"year": 2025, "index_year": 2025},
            {"year": 2026, "index_year": 2026, "held": HELD},
        ],
        "conditions": [{"kind": "band", "at_least": "Khá"}],
        "quotas": [
            {
                "recipient": "collective",
                "count": 2,
                "per_body": 1,
                "slots": [
                    {"code": "tt-so", "label": "tập thể sở", "count": 1, "levels": ["province"]},
                    {"code": "tt-xa", "label": "tập thể xã", "count": 1, "levels": ["commune"]},
                ],
            },
            {
                "recipient": "person",
                "count": 2,
                "per_body": 1,
                "slots": [
                    {"code": "cn-khac", "label": "cá nhân khác", "count": 1},
                    {
                        "code": "cn-chon",
                        "label": "cá nhân được chọn",
                        "count": 1,
                        "reserved": True,
                        "conditions": [servants, initiative],
                    },
                ],
            },
        ],
        **changed,
    }


def scheme(**changed: Any) -> AwardScheme:
    """The scheme, changed."""
    return parse(AwardScheme, scheme_document(**changed))


def award_spec(code: str = "nho", **changed: Any) -> ProvinceSpec:
    """Tỉnh Nhỏ with the movement, the form and the scheme."""
    answers = {
        "movements": [MOVEMENT],
        "award_forms": [FORM],
        "award_schemes": [scheme_document()],
        **changed,
    }
    return small_spec(code, **answers)


def publish_small(session: Session, spec: ProvinceSpec | None = None) -> ResultVersion:
    """The province applied and entered, with a published final result of 2025.

    Sở Hai and Sở Một 80,00 Tốt, Sở Ba 75,00 Khá, Xã Một 65,50 Khá.
    """
    campaign = open_small(session, spec or award_spec())
    fill_all(session, campaign)
    version = compute_results(session, campaign_id=campaign.id, by=COMMAND, plugin_version="3")
    return publish_results(session, version_id=version.id, by=COMMAND)


def open_2025(session: Session) -> AwardRound:
    """The round of 2025, decided on 15 March 2026."""
    return open_round(session, scheme="khen-cchc", year=2025, decides_on=DECIDES_ON, by=COMMAND)


def collective(session: Session, round_: AwardRound, key: str, by: str = "") -> Nomination:
    """A unit put forward by itself, or by another."""
    return nominate_collective(
        session, round_id=round_.id, nominator_id=unit_id(session, by or key),
        unit_id=unit_id(session, key), by=COMMAND,
    )  # fmt: skip


def somebody(session: Session, round_: AwardRound, key: str, name: str, **more: Any) -> Nomination:
    """A civil servant of a unit, put forward by it."""
    return nominate_person(
        session, round_id=round_.id, nominator_id=unit_id(session, key),
        unit_id=unit_id(session, key), name=name, by=COMMAND, **{"category": "cong_chuc", **more},
    )  # fmt: skip


def confirm(session: Session, nomination: Nomination, answer: bool = True) -> Nomination:
    """The initiative, confirmed or denied by the standing office."""
    return answer_condition(
        session, nomination_id=nomination.id, code="sang-kien", answer=answer,
        basis="QĐ 5/QĐ-BNV", by=COMMAND,
    )  # fmt: skip


def outcomes(document: Json) -> list[tuple[str, str, list[str]]]:
    """Name, outcome and places of every line of a proposal's document."""
    return [(line["name"], line["outcome"], line["slots"]) for line in document["lines"]]
