"""A province small enough to be computed by hand: three departments and a commune, four leaves.

The leaves, in points: 1.1 ratio 40, 1.2 entered 40, 2.1 survey 20 (late), 2.2 bonus, each 0.5,
at most 1. "Sở Ba" is not assessed on 1.1, so that its maximum is 60 where the others have 100.
Domain 1 is appraised by "Sở Hai", and that of "Sở Hai" by "Sở Ba"; domain 2 by any agency.
Bands: Tốt from 80, Khá from 65, Trung bình below.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND, make_membership

from thidua.spec.bundle import ProvinceSpec
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign
from thidua.store.people import Role
from thidua.store.results import ResultVersion
from thidua.store.sheets import EntryStage
from thidua.store.units import Unit
from thidua.work.entries import save_entries
from thidua.work.opening import open_campaign
from thidua.work.provinces import apply_province
from thidua.work.results import compute_results

TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OPENED_AT = datetime(2026, 1, 15, 1, tzinfo=UTC)
YEAR = 2025
NAMES = {"so-mot": "Sở Một", "so-hai": "Sở Hai", "so-ba": "Sở Ba", "xa-mot": "Xã Một"}
UNIT_LEAVES = ("1.1", "1.2", "2.2")


def grading(**changed: Any) -> dict[str, Any]:
    """The document of the grading, changed."""
    bands = [
        {"label": "Tốt", "from": 80},
        {"label": "Khá", "from": 65},
        {"label": "Trung bình"},
    ]
    return {"code": "chung", "bands": bands, "provenance": "illustrative", **changed}


RATIO = {
    "kind": "ratio",
    "numerator": "Số nhiệm vụ đã hoàn thành",
    "denominator": "Số nhiệm vụ được giao",
    "zero_denominator": "zero",
}
COUNT = {"kind": "count", "item": "Số sáng kiến", "each": "0.5"}
SURVEY = {"kind": "survey", "survey": "sipas"}
EXEMPT = {
    "code": "khong-giao",
    "name": "Không được giao nhiệm vụ",
    "reason": "Năm nay không được giao nhiệm vụ",
    "nodes": ["1.1"],
    "units": ["so-ba"],
}


def leaf(code: str, name: str, points: int, rule: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The document of a criterion that is scored."""
    return {"code": code, "name": name, "max_points": points, "rule": dict(rule), **more}


def domain(code: str, name: str, *leaves: dict[str, Any], appraiser: str = "") -> dict[str, Any]:
    """The document of a domain."""
    return {"code": code, "name": name, "appraiser": appraiser, "criteria": list(leaves)}


def criteria(**changed: Any) -> dict[str, Any]:
    """The document of the criteria set, changed."""
    return {
        "code": "bo-nho",
        "version": "1",
        "title": "Bộ tiêu chí nhỏ",
        "kinds": ["so", "xa"],
        "grading": "chung",
        "provenance": "illustrative",
        "pending": "out_of_maximum",
        "bonus_cap": 1,
        "declared": {"domains": 2, "criteria": 4, "points": 100, "survey_points": 20},
        "exemption_groups": [EXEMPT],
        "substitutes": [{"agency": "so-hai", "by": "so-ba"}],
        "domains": [
            domain(
                "1",
                "Chỉ đạo, điều hành",
                leaf("1.1", "Hoàn thành nhiệm vụ", 40, RATIO),
                leaf("1.2", "Trang thông tin", 40, {"kind": "manual"}),
                appraiser="so-hai",
            ),
            domain(
                "2",
                "Hài lòng và sáng kiến",
                leaf("2.1", "Mức độ hài lòng", 20, SURVEY),
                leaf("2.2", "Sáng kiến", 1, COUNT, counts_as="bonus"),
            ),
        ],
        **changed,
    }


def small_spec(code: str = "nho", **changed: Any) -> ProvinceSpec:
    """The province, whose parts may be given otherwise."""
    unit: dict[str, Any] = {"valid_from": "2025-07-01", "provenance": "illustrative"}
    answers = {
        "info": {
            "code": code,
            "name": "Nhỏ",
            "full_name": "Tỉnh Nhỏ",
            "authority": "Sở Nội vụ tỉnh Nhỏ",
            "version": "3",
        },
        "jurisdictions": [{"code": code, "name": "Nhỏ", "valid_from": "2025-07-01"}],
        "unit_kinds": [
            {
                "code": "so",
                "name": "Sở, ban, ngành",
                "level": "province",
                "clusters": [{"code": "khoi-1", "name": "Khối 1"}],
            },
            {"code": "xa", "name": "Cấp xã", "level": "commune"},
        ],
        "units": [
            {"key": "so-mot", "name": "Sở Một", "kind": "so", "cluster": "khoi-1", **unit},
            {"key": "so-hai", "name": "Sở Hai", "kind": "so", "cluster": "khoi-1", **unit},
            {"key": "so-ba", "name": "Sở Ba", "kind": "so", "cluster": "khoi-1", **unit},
            {"key": "xa-mot", "name": "Xã Một", "kind": "xa", **unit},
        ],
        "criteria_sets": [criteria()],
        "grading": [grading()],
        **changed,
    }
    return parse(ProvinceSpec, answers)


def open_small(session: Session, spec: ProvinceSpec | None = None, year: int = YEAR) -> Campaign:
    """The province applied and entered, and its campaign opened on 15 January 2026."""
    spec = spec or small_spec()
    apply_province(session, spec=spec, by=COMMAND)
    return open_again(session, spec, year)


def open_again(session: Session, spec: ProvinceSpec, year: int = YEAR) -> Campaign:
    """A campaign of the applied and entered province."""
    return open_campaign(session, spec=spec, year=year, by=COMMAND, at=OPENED_AT, timezone=TIMEZONE)


def unit_id(session: Session, key: str) -> int:
    """The id of a unit of the entered province."""
    return session.scalars(select(Unit.id).where(Unit.key == key)).one()


def person(session: Session, role: Role, unit: str = "") -> Actor:
    """A new person with this role in the entered province, on behalf of a unit if named."""
    row = session.scalars(select(Unit).where(Unit.key == unit)).one() if unit else None
    member = make_membership(session, role, unit=row)
    return Actor(kind="person", id=member.user_id, name=member.user.name)


def enter(
    session: Session,
    campaign: Campaign,
    key: str,
    inputs: Mapping[str, Mapping[str, int]],
    stage: EntryStage,
) -> None:
    """Inputs of one unit by leaf code, entered by a command."""
    save_entries(
        session, campaign_id=campaign.id, unit_id=unit_id(session, key), stage=stage,
        inputs=inputs, by=COMMAND, at=OPENED_AT,
    )  # fmt: skip


def fill(
    session: Session, campaign: Campaign, key: str, *, tasks: int, points: int, percent: int,
    bonus: int = 0,
) -> None:  # fmt: skip
    """One unit wholly entered: ``tasks`` of 40 done, ``points`` and ``percent`` in ticks."""
    own = {
        "1.1": {"numerator": tasks, "denominator": 40},
        "1.2": {"points": points},
        "2.2": {"count": bonus},
    }
    enter(session, campaign, key, own, "self")
    enter(session, campaign, key, own, "appraised")
    enter(session, campaign, key, {"2.1": {"percent": percent}}, "survey")


def fill_all(session: Session, campaign: Campaign) -> None:
    """All four units: 80 of 100, 80.0001 of 100, 45 of 60, 65.5 of 100 with half a bonus."""
    fill(session, campaign, "so-mot", tasks=30, points=350_000, percent=750_000)
    fill(session, campaign, "so-hai", tasks=30, points=350_001, percent=750_000)
    fill(session, campaign, "so-ba", tasks=0, points=300_000, percent=750_000)
    fill(session, campaign, "xa-mot", tasks=20, points=300_000, percent=750_000, bonus=1)


def compute(session: Session, campaign: Campaign) -> ResultVersion:
    """A version of the campaign's result as it stands."""
    return compute_results(session, campaign_id=campaign.id, by=COMMAND, plugin_version="3")


PLUGIN = '''
"""Tỉnh Nhỏ: what stands in spec.json; tells a file of each publication."""

import os
import time
from pathlib import Path

from thidua import Province, hookimpl
from thidua.spec.bundle import ProvinceSpec

SPEC = ProvinceSpec.model_validate_json(Path(__file__).with_name("spec.json").read_text())


class Nho(Province):
    contract_version = 1

    @hookimpl
    def info(self):
        return SPEC.info

    @hookimpl
    def jurisdictions(self):
        return SPEC.jurisdictions

    @hookimpl
    def unit_kinds(self):
        return SPEC.unit_kinds

    @hookimpl
    def units(self):
        return SPEC.units

    @hookimpl
    def criteria_sets(self):
        return SPEC.criteria_sets

    @hookimpl
    def grading(self):
        return SPEC.grading

    @hookimpl
    def after_results_published(self, notice):
        folder = Path(os.environ["NHO_NOTICES"])
        with (folder / "told").open("a") as file:
            file.write(f"{notice.province} {notice.year} {notice.version} {notice.title}\\n")
        (folder / "fail-once").rename(folder / "failed") if (folder / "fail-once").exists() else ""
        if (folder / "failed").exists():
            (folder / "failed").unlink()
            raise OSError("máy chủ thư chưa trả lời")
        while (folder / "hang").exists():
            time.sleep(0.05)


province = Nho()
'''


def install_small(folder: Path) -> None:
    """Tỉnh Nhỏ as a plugin in ``folder``: found once that is on Python's path."""
    package = folder / "thidua_nho"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    (package / "spec.json").write_text(small_spec().model_dump_json(by_alias=True))
    facts = folder / "thidua_nho-0.1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: thidua-nho\nVersion: 0.1.0\n")
    (facts / "entry_points.txt").write_text(
        "[thidua.provinces]\nnho = thidua_nho.plugin:province\n"
    )
