"""An Giang's round of 2024, from invented figures to a proposal; later rounds are held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import outcomes
from tests.factories import COMMAND
from tests.small import TIMEZONE, unit_id

from thidua.errors import Conflict
from thidua.registry import load_province
from thidua.scoring.rules import score_leaf
from thidua.spec.awards import AwardScheme
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.document import document
from thidua.spec.loading import parse
from thidua.spec.parts import Supplier
from thidua.store.actor import Actor
from thidua.store.awards import AwardRound, Nomination
from thidua.testing.conformance import extremes
from thidua.work.award_page import round_page
from thidua.work.awards import amend_scheme, open_round, propose_awards
from thidua.work.entries import SURVEYED, save_entries
from thidua.work.nominations import answer_condition, nominate_collective, nominate_person
from thidua.work.opening import open_campaign
from thidua.work.provinces import apply_province
from thidua.work.results import compute_results, publish_results
from thidua_angiang.plugin import province

SPEC = load_province("angiang", province).spec
[SCHEME] = SPEC.award_schemes
CODE = SCHEME.code
DECIDES_ON = date(2025, 3, 31)
RESERVED = ["hoan-thanh-xuat-sac", "sang-kien-bo-noi-vu", "dong-gop-tich-cuc", "ban-chi-dao-chon"]
WEAK = {"so-noi-vu": 0, "so-tu-phap": 1, "so-tai-chinh": 1, "so-ngoai-vu": 14}
"""How many leaves of a department earn least; the others of its earn most. Of the rest: 3."""


def inputs(criteria: CriteriaSet, leaf: Leaf, *, weak: bool) -> Mapping[str, int]:
    """Invented inputs that earn most, or least."""
    ways = list(extremes(leaf))
    return (min if weak else max)(
        ways, key=lambda given: score_leaf(leaf, given, criteria=criteria, kinds={}).ticks
    )


def entered_at(leaf: Leaf) -> set[str]:
    """The stages at which a leaf is entered."""
    if leaf.supplier in SURVEYED:
        return {"survey"}
    return {"agency"} if leaf.supplier is Supplier.AGENCY else {"self", "appraised"}


def score_2024(session: Session) -> None:
    """The campaign of 2024, wholly entered for all departments, and its result published."""
    campaign = open_campaign(
        session, spec=SPEC, year=2024, by=COMMAND, at=datetime(2025, 1, 6, tzinfo=UTC),
        timezone=TIMEZONE,
    )  # fmt: skip
    [criteria] = [item for item in SPEC.criteria_sets if item.code == "so-2024"]
    known = {unit_id(session, key): count for key, count in WEAK.items()}
    for unit in campaign.units:
        weak = known.get(unit.unit_id, 3)
        given = {
            leaf.code: inputs(criteria, leaf, weak=at < weak)
            for at, leaf in enumerate(criteria.leaves)
        }
        for stage in ("agency", "self", "appraised", "survey"):
            part = {
                leaf.code: given[leaf.code] for leaf in criteria.leaves if stage in entered_at(leaf)
            }
            save_entries(
                session, campaign_id=campaign.id, unit_id=unit.unit_id, stage=stage,
                inputs=part, by=COMMAND, at=datetime.now(UTC),
            )  # fmt: skip
    version = compute_results(
        session, campaign_id=campaign.id, by=COMMAND, plugin_version=SPEC.info.version
    )
    publish_results(session, version_id=version.id, by=COMMAND)
    assert version.kind == "final"


@pytest.fixture
def applied(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """An Giang as its data say it."""
    with sessions() as session:
        apply_province(session, spec=SPEC, by=COMMAND)
        yield session


@pytest.fixture
def scored(applied: Session) -> Session:
    """An Giang with a published result of 2024."""
    score_2024(applied)
    return applied


@pytest.fixture
def round_(scored: Session) -> AwardRound:
    return open_round(scored, scheme=CODE, year=2024, decides_on=DECIDES_ON, by=COMMAND)


def put(session: Session, round_: AwardRound, key: str, name: str = "") -> Nomination:
    """A unit, or an invented civil servant of it, put forward by the unit itself."""
    unit = unit_id(session, key)
    where = {"round_id": round_.id, "nominator_id": unit, "unit_id": unit, "by": COMMAND}
    if not name:
        return nominate_collective(session, **where)  # type: ignore[arg-type]
    return nominate_person(
        session,
        name=name,
        category="cong_chuc",
        illustrative=True,
        **where,  # type: ignore[arg-type]
    )


def prove(session: Session, nomination: Nomination, codes: Sequence[str], by: Actor) -> None:
    for code in codes:
        answer_condition(
            session, nomination_id=nomination.id, code=code, answer=True, basis="Văn bản minh họa",
            by=by,
        )  # fmt: skip


def test_the_round_of_2024_fills_what_it_can_and_says_the_rest(
    scored: Session, round_: AwardRound
) -> None:
    for key in ("so-noi-vu", "so-tu-phap", "so-tai-chinh", "so-ngoai-vu", "huyen-minh-hoa-01"):
        put(scored, round_, key)
    people = {
        key: put(scored, round_, key, f"Người minh họa {number}")
        for number, key in enumerate(
            ["so-y-te", "so-xay-dung", "so-noi-vu", "so-tu-phap", "so-cong-thuong", "van-phong"], 1
        )
    }
    prove(scored, people["so-noi-vu"], RESERVED, COMMAND)
    prove(scored, people["so-y-te"], RESERVED[:3], COMMAND)
    made = propose_awards(scored, round_id=round_.id, by=COMMAND)
    assert outcomes(made.document) == [
        ("Sở Nội vụ", "chosen", ["tap-the-cap-tinh"]),
        ("Sở Tư pháp", "tied", ["tap-the-cap-tinh"]),
        ("Sở Tài chính", "tied", ["tap-the-cap-tinh"]),
        ("Huyện minh họa 01", "verify", []),
        ("Sở Ngoại vụ", "refused", []),
        ("Người minh họa 3", "chosen", ["ca-nhan-ban-chi-dao"]),
        ("Người minh họa 4", "chosen", ["ca-nhan-khac"]),
        ("Người minh họa 1", "chosen", ["ca-nhan-khac"]),
        ("Người minh họa 2", "chosen", ["ca-nhan-khac"]),
        ("Người minh họa 5", "chosen", ["ca-nhan-khac"]),
        ("Người minh họa 6", "verify", []),
    ]
    assert [(tie["pick"], tie["slots"]) for tie in made.document["ties"]] == [
        (1, ["tap-the-cap-tinh"])
    ]
    assert [gap["words"] for gap in made.document["gaps"]] == [
        "Còn trống 02 suất tập thể cấp huyện, cấp xã: 01 đề nghị còn phải xác minh.",
        "Còn trống 01 suất cá nhân do Ban Chỉ đạo cải cách hành chính tỉnh chọn: "
        "05 đề nghị còn phải xác minh.",
    ]
    page = round_page(scored, round_id=round_.id, by=COMMAND)
    assert (page.form, page.illustrative) == ("Bằng khen của Chủ tịch UBND tỉnh", True)
    assert any("nguồn không nói dùng chỉ số năm nào" in note for note in page.notes)


def test_a_department_that_has_ended_gets_nothing_after_the_merger(applied: Session) -> None:
    late = open_round(applied, scheme=CODE, year=2024, decides_on=date(2025, 7, 1), by=COMMAND)
    put(applied, late, "so-noi-vu")
    [nomination] = round_page(applied, round_id=late.id, by=COMMAND).nominations
    [first, *_] = nomination.slots[0].findings
    assert (first.answer, first.words) == (
        "no",
        "Sở Nội vụ đã kết thúc hoạt động ngày 30/06/2025, trước ngày xét 01/07/2025; không khen "
        "đơn vị đã giải thể.",
    )


def test_later_rounds_are_held_until_the_plan_is_amended(applied: Session) -> None:
    for year in range(2025, 2030):
        with pytest.raises(Conflict, match=f"Đợt năm {year} đang tạm dừng: Kế hoạch dành 02 suất"):
            open_round(applied, scheme=CODE, year=year, decides_on=date(2026, 3, 1), by=COMMAND)
    old = document(SCHEME)
    rounds = [{**item, "held": ""} for item in old["rounds"]]
    amendment = {"title": "Văn bản điều chỉnh (minh họa)", "provenance": "illustrative"}
    basis = [*old["legal_basis"], amendment]
    amended = {**old, "version": "2", "rounds": rounds, "legal_basis": basis}
    amend_scheme(applied, scheme=parse(AwardScheme, amended), by=COMMAND)
    for year in range(2025, 2030):
        opened = open_round(
            applied, scheme=CODE, year=year, decides_on=date(2026, 3, 1), by=COMMAND
        )
        page = round_page(applied, round_id=opened.id, by=COMMAND)
        assert (page.scheme_version, page.illustrative) == ("2", True)
