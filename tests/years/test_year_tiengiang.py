"""A whole year of Tiền Giang, 2023, as its offices live it: from the plugin to the sealed audit.

The leaves and bands of the sets are illustrative; each set has 100 points. Whoever does all that
the set asks for reaches 100 of 100, Trung ương's offices 90,5 of 90,5 (2.1, 2.2 and 4.2 are not
theirs). What the story takes away is worked out beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from math import ceil

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, Database, seal_all
from tests.small import TIMEZONE, person, unit_id

from thidua.errors import Conflict, NotAllowed, NotFound
from thidua.exchange.workbook import results_workbook
from thidua.jobs import seal_all as seal_by_job
from thidua.runtime import Database as Opened
from thidua.runtime import Runtime, open_runtime
from thidua.scoring.ticks import to_ticks
from thidua.settings import read_settings
from thidua.spec.criteria import CriteriaSet, Leaf
from thidua.spec.parts import Supplier
from thidua.spec.rules import Bands, Choice, Count, Deduction, Ratio
from thidua.store.actor import Actor
from thidua.store.audit import verify
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import CampaignUnit
from thidua.store.results import ResultVersion
from thidua.store.sheets import EntryStage
from thidua.work.adoption import adopt_results
from thidua.work.campaigns import campaign_by_id, close_campaign, scoring_sets
from thidua.work.entries import SURVEYED, save_entries, save_entry
from thidua.work.opening import open_campaign
from thidua.work.petitions import answer_petition, file_petition
from thidua.work.planning import plan_campaign
from thidua.work.provinces import apply_province
from thidua.work.results import compute_results, publish_results, visible_versions
from thidua.work.schedule import extend
from thidua.work.tables import ResultTable, result_table
from thidua.work.windows import Window

CODE = "tiengiang"


def day(month: int, date: int, hour: int = 8) -> datetime:
    """An hour of 2023."""
    return datetime(2023, month, date, hour, tzinfo=TIMEZONE)


OPENED_AT = day(11, 10)
WINDOWS = [
    Window("self", OPENED_AT, day(11, 20, 17)),
    Window("appraisal_1", day(11, 21), day(11, 30, 17)),
    Window("adoption", day(12, 4), day(12, 8, 17)),
    Window("petitions", day(12, 11), day(12, 22, 17)),
]
MEMBERS = ("Ông Mẫu, Chủ tịch",)
DISTRICTS = {
    "Huyện Chợ Gạo": "huyen-cho-gao",
    "Huyện Cai Lậy": "huyen-cai-lay",
    "Huyện Gò Công Tây": "huyen-go-cong-tay",
    "Huyện Tân Phước": "huyen-tan-phuoc",
}
AGENCIES = {
    "so-noi-vu": "Sở Nội vụ",
    "so-tu-phap": "Sở Tư pháp",
    "so-tai-chinh": "Sở Tài chính",
    "so-thong-tin-va-truyen-thong": "Sở Thông tin và Truyền thông",
    "so-khoa-hoc-va-cong-nghe": "Sở Khoa học và Công nghệ",
    "van-phong": "Văn phòng Đoàn đại biểu Quốc hội, Hội đồng nhân dân và Ủy ban nhân dân",
}
SO = "các sở, ban, ngành tỉnh"
VERTICAL = "cơ quan ngành dọc trên địa bàn tỉnh"
CLUSTER = "UBND cấp huyện - Cụm 1"


def best(leaf: Leaf) -> Mapping[str, int]:
    """Inputs with which a unit reaches the leaf's maximum; no bonus is claimed, no fault made."""
    names = [spec.name for spec in leaf.rule.inputs()]
    match leaf.rule:
        case Ratio():
            return {"numerator": 10, "denominator": 10}
        case Bands(steps=steps):
            none = leaf.counts_as == "bonus"
            return {"value": 0 if none else to_ticks(steps[0].from_)}
        case Count(each=each):
            return {"count": ceil(leaf.max_points / each) if leaf.counts_as == "points" else 0}
        case Choice() | Deduction():
            return dict.fromkeys(names, 0)
        case _:
            tops = {"yes_no": 1, "manual": to_ticks(leaf.max_points)}
            return dict.fromkeys(names, tops.get(leaf.rule.kind, 100 * 10_000))


@dataclass
class Year:
    """The year under way: its people and what they do, each act in a transaction of its own."""

    runtime: Runtime
    province: int
    campaign: int
    people: Mapping[str, Actor]
    now: datetime = OPENED_AT

    def units(self) -> list[tuple[int, str, str]]:
        """Id, name and kind of all who take part."""
        with self.runtime.in_province(self.province) as session:
            mine = CampaignUnit.campaign_id == self.campaign
            rows = session.scalars(select(CampaignUnit).where(mine).order_by(CampaignUnit.id))
            return [(row.unit_id, row.name, row.kind) for row in rows]

    def criteria(self, kind: str) -> CriteriaSet:
        """The set by which a kind of unit is scored."""
        with self.runtime.in_province(self.province) as session:
            campaign = campaign_by_id(session, campaign_id=self.campaign)
            return scoring_sets(session, campaign)[kind].criteria

    def leaves(self, kind: str) -> tuple[Leaf, ...]:
        """The leaves by which a kind of unit is scored."""
        return self.criteria(kind).leaves

    def save(
        self, who: Actor, unit: int, stage: EntryStage, given: Mapping[str, Mapping[str, int]]
    ) -> None:
        """Enter figures of one unit at one stage."""
        with self.runtime.in_province(self.province) as session:
            save_entries(
                session, campaign_id=self.campaign, unit_id=unit, by=who, inputs=given, stage=stage,
                at=self.now,
            )  # fmt: skip

    def change(self, who: Actor, key: str, leaf: str, stage: EntryStage, **inputs: int) -> None:
        """Change one figure."""
        with self.runtime.in_province(self.province) as session:
            save_entry(
                session, campaign_id=self.campaign, unit_id=unit_id(session, key), leaf_code=leaf,
                inputs=inputs, by=who, explanation="Theo tài liệu kiểm chứng", stage=stage,
                at=self.now,
            )  # fmt: skip

    def compute(self, who: Actor) -> int:
        """A new version; its id."""
        with self.runtime.in_province(self.province) as session:
            province = self.runtime.registry.province(CODE)
            return compute_results(
                session, campaign_id=self.campaign, by=who,
                plugin_version=province.spec.info.version, kinds=province.rule_kinds,
            ).id  # fmt: skip

    def publish(self, who: Actor, version: int, reason: str = "") -> None:
        """Publish a version."""
        with self.runtime.in_province(self.province) as session:
            publish_results(session, version_id=version, by=who.because(reason))

    def adopt(self, version: int, number: str) -> None:
        """The board adopts a version."""
        with self.runtime.in_province(self.province) as session:
            adopt_results(
                session, version_id=version, number=number, held_on=self.now.date(),
                members=MEMBERS, by=self.people["thuong-truc"], at=self.now,
            )  # fmt: skip

    def table(self, who: Actor, version: int) -> ResultTable:
        """A version as ``who`` sees it."""
        with self.runtime.in_province(self.province) as session:
            return result_table(session, version_id=version, by=who)


@pytest.fixture
def year(database: Database) -> Iterator[Year]:
    """Applied from the installed plugin, opened on 10 November 2023, with people of each role."""
    settings = read_settings(database_url=database.app_url, provinces=(CODE,))
    opened = Opened(database.app_url, None, embedded=False)
    with open_runtime(settings, opened) as runtime:
        with runtime.sessions.begin() as session:
            apply_province(session, spec=runtime.registry.province(CODE).spec, by=COMMAND)
        province = runtime.province_id(CODE)
        with runtime.in_province(province) as session:
            people = {key: person(session, "officer", key) for key in DISTRICTS.values()}
            people |= {key: person(session, "appraiser", key) for key in AGENCIES}
            people["thuong-truc"] = person(session, "secretariat")
            people["hoi-dong"] = person(session, "council")
            people["lanh-dao"] = person(session, "leader")
            by = people["thuong-truc"]
            plan_campaign(session, year=2023, windows=WINDOWS, by=by, at=day(10, 20))
            campaign = open_campaign(
                session, spec=runtime.registry.province(CODE).spec, year=2023,
                by=people["thuong-truc"], at=OPENED_AT, timezone=runtime.timezone,
            )  # fmt: skip
            assert (campaign.opens_on, campaign.illustrative) == (date(2023, 11, 10), True)
            campaign_id = campaign.id
        yield Year(runtime, province, campaign_id, people)


def lines(table: ResultTable) -> dict[str, list[str]]:
    """Each row as text, by group."""
    return {
        group.label: [
            f"{row.rank} {row.name} {row.points}/{row.maximum} {row.index} {row.band}"
            for row in group.rows
        ]
        for group in table.groups
    }


def assess(year: Year) -> None:
    """Units assess themselves as having done all; Chợ Gạo leaves out one task of ten."""
    for unit, name, kind in year.units():
        by_whom: dict[Supplier, dict[str, Mapping[str, int]]] = {who: {} for who in Supplier}
        for leaf in year.leaves(kind):
            by_whom[leaf.supplier][leaf.code] = best(leaf)
        year.save(COMMAND, unit, "agency", by_whom[Supplier.AGENCY])
        own = by_whom[Supplier.UNIT]
        year.save(year.people.get(DISTRICTS.get(name, ""), COMMAND), unit, "self", own)
    year.now = day(11, 20, 17)
    given = {"numerator": 9, "denominator": 10}
    with pytest.raises(Conflict, match="17 giờ 00 ngày 20/11/2023"):
        year.change(year.people["huyen-cho-gao"], "huyen-cho-gao", "1.1", "self", **given)
    with year.runtime.in_province(year.province) as session:
        extend(
            session, campaign_id=year.campaign, step="self", until=day(11, 21, 17),
            unit_id=unit_id(session, "huyen-cho-gao"), reason="Mất điện trên địa bàn",
            by=year.people["thuong-truc"], at=year.now,
        )  # fmt: skip
    year.now = day(11, 21, 16)
    year.change(year.people["huyen-cho-gao"], "huyen-cho-gao", "1.1", "self", **given)


def appraise(year: Year) -> None:
    """Each agency appraises its leaves, a substitute its own; Gò Công Tây loses half of 1.4."""
    year.now = day(11, 22)
    for unit, name, kind in year.units():
        owners = year.criteria(kind).appraisers
        for agency, key in AGENCIES.items():
            own = {
                leaf.code: best(leaf)
                for leaf in year.leaves(kind)
                if leaf.supplier not in SURVEYED and owners[leaf.code] == agency
            }
            substitute = "so-noi-vu" if agency == "van-phong" else "van-phong"
            who = year.people[substitute if name == key else agency]
            year.save(who, unit, "appraised", own)
    so_noi_vu = year.people["so-noi-vu"]
    year.change(so_noi_vu, "huyen-cho-gao", "1.1", "appraised", numerator=9, denominator=10)
    van_phong = year.people["van-phong"]
    year.change(van_phong, "huyen-go-cong-tay", "1.4", "appraised", numerator=5, denominator=10)
    year.change(so_noi_vu, "huyen-tan-phuoc", "1.5", "appraised", count=1)


def survey(year: Year) -> None:
    """Everybody is content, but 80 % in Cai Lậy."""
    for unit, _, kind in year.units():
        late = {leaf.code: best(leaf) for leaf in year.leaves(kind) if leaf.supplier in SURVEYED}
        year.save(year.people["thuong-truc"], unit, "survey", late)
    year.change(year.people["thuong-truc"], "huyen-cai-lay", "3.5", "survey", percent=800_000)


def first_computed(year: Year) -> None:
    """By self-assessment alone the early version stands, for those who prepare it."""
    staff = year.people["thuong-truc"]
    with pytest.raises(NotAllowed, match="phiếu của đơn vị mình"):
        year.change(year.people["huyen-cho-gao"], "huyen-cai-lay", "1.1", "self", numerator=1)
    with pytest.raises(NotAllowed, match="Không ai thẩm định đơn vị của chính mình"):
        year.change(year.people["so-noi-vu"], "so-noi-vu", "1.3", "appraised", numerator=1)
    early = year.compute(staff)
    # by self-assessment, the survey (8) and DDCI (13) out of the maximum: 3,6 of 4 in Chợ Gạo
    assert lines(year.table(staff, early))[CLUSTER] == [
        "1 Huyện Cai Lậy 79/79 100.00 Xuất sắc",
        "1 Huyện Gò Công Tây 79/79 100.00 Xuất sắc",
        "1 Huyện Tân Phước 79/79 100.00 Xuất sắc",
        "4 Huyện Chợ Gạo 78.6/79 99.49 Xuất sắc",
    ]
    with pytest.raises(NotFound, match="chưa công bố"):
        year.table(year.people["hoi-dong"], early)


def finally_computed(year: Year, final: int) -> None:
    """Appraised and surveyed, each unit has what the story left it."""
    table = year.table(year.people["lanh-dao"], final)
    # Tân Phước 100 + 1,5 bonus; Chợ Gạo 100 - 0,4; Cai Lậy 100 - 1,6; Gò Công Tây 100 - 2,5
    assert lines(table)[CLUSTER] == [
        "1 Huyện Tân Phước 101.5/100 101.50 Xuất sắc",
        "2 Huyện Chợ Gạo 99.6/100 99.60 Xuất sắc",
        "3 Huyện Cai Lậy 98.4/100 98.40 Xuất sắc",
        "4 Huyện Gò Công Tây 97.5/100 97.50 Xuất sắc",
    ]
    assert {line.partition(" ")[2].rpartition("/")[2] for line in lines(table)[SO]} == {
        "100 100.00 Xuất sắc"
    }
    assert lines(table)[VERTICAL] == [
        f"1 {name} 90.5/90.5 100.00 Xuất sắc"
        for name in (
            "Bảo hiểm Xã hội tỉnh", "Công an tỉnh", "Cục Thuế tỉnh", "Kho bạc Nhà nước tỉnh",
            "Ngân hàng Nhà nước chi nhánh tỉnh",
        )
    ]  # fmt: skip
    assert table.findings == []


def petition(year: Year) -> None:
    """Cai Lậy asks for its survey to be looked at again, and is right."""
    year.now = day(12, 12)
    with year.runtime.in_province(year.province) as session:
        filed = file_petition(
            session, campaign_id=year.campaign, unit_id=unit_id(session, "huyen-cai-lay"),
            leaf_code="3.5", text="Có phiếu ghi nhầm địa bàn.", by=year.people["huyen-cai-lay"],
            at=year.now,
        )  # fmt: skip
        session.flush()
        answer_petition(
            session, petition_id=filed.id, accepted=True, answer="Đơn vị điều tra sửa phiếu.",
            by=year.people["thuong-truc"], at=day(12, 14),
        )  # fmt: skip
    year.now = day(12, 18)


def corrected(year: Year, final: int) -> int:
    """The result is published, corrected once, and the year closed; the correction's version."""
    staff, council = year.people["thuong-truc"], year.people["hoi-dong"]
    year.now = day(12, 5)
    year.adopt(final, "07/BB-HĐTĐ")
    year.publish(staff, final)
    assert year.table(council, final).kind == "final"
    petition(year)
    year.change(staff, "huyen-cai-lay", "3.5", "survey", percent=900_000)
    second = year.compute(staff)
    year.adopt(second, "09/BB-HĐTĐ")
    year.publish(staff, second, "Đơn vị điều tra sửa phiếu")
    # 99,2: still third
    assert year.table(council, second).findings == [
        "Huyện Cai Lậy: Theo kiến nghị về tiêu chí 3.5, được tiếp thu: Đơn vị điều tra sửa phiếu.",
        "Huyện Cai Lậy: So với bản số 2: điểm 98,4 → 99,2; chỉ số 98,40 → 99,20.",
    ]
    with year.runtime.in_province(year.province) as session:
        close_campaign(session, campaign_id=year.campaign, by=staff)
        kinds = [(v.year, v.number, v.kind) for v in visible_versions(session, by=council)]
        assert kinds == [
            (2023, 3, "corrected"), (2023, 2, "final"), (2020, 1, "historical"),
        ]  # fmt: skip
    with pytest.raises(Conflict, match="đã đóng, không nhập được nữa"):
        year.change(staff, "huyen-cai-lay", "3.5", "survey", percent=0)
    return second


def year_is_kept(year: Year, sessions: sessionmaker[Session], version: int) -> None:
    """The workbook is marked and whole; the audit names every act and is whole; 2026 is over."""
    table = year.table(year.people["hoi-dong"], version)
    sheet = load_workbook(BytesIO(results_workbook(table, ""))).worksheets[0]
    cells = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert (len(cells), cells[24][:6]) == (
        28, (1, "Huyện Tân Phước", 101.5, 100, 101.5, "Xuất sắc"),
    )  # fmt: skip
    assert "SỐ LIỆU MINH HỌA" in {row[0] for row in sheet.iter_rows(values_only=True)}
    seal_by_job(year.runtime)
    seal_all(sessions, year.province)
    with year.runtime.in_province(year.province) as session:
        acts = Counter(session.scalars(select(AuditEvent.action)))
        assert acts == {
            "results.import": 1, "province.apply": 1, "campaign.open": 1, "entries.save": 252,
            "entry.save": 6, "results.compute": 3, "results.publish": 2, "campaign.close": 1,
            "succession.record": 1, "campaign.plan": 1, "campaign.extend": 1, "results.adopt": 2,
            "petition.file": 1, "petition.answer": 1,
        }  # fmt: skip
        found = verify(session)
        assert (found.sealed, found.unsealed, found.broken) == (acts.total(), 0, ())
        spec = year.runtime.registry.province(CODE).spec
        with pytest.raises(Conflict) as told:
            open_campaign(
                session, spec=spec, year=2026, by=year.people["thuong-truc"],
                at=datetime(2026, 1, 5, tzinfo=TIMEZONE), timezone=TIMEZONE,
            )  # fmt: skip
        assert str(told.value) == (
            "Tỉnh Tiền Giang đã kết thúc ngày 30/06/2025 và được Đồng Tháp kế tục; "
            "dữ liệu chỉ để xem, không mở được kỳ đánh giá mới."
        )
        assert len(session.scalars(select(ResultVersion)).all()) == 4


def test_a_year_from_the_plugin_to_the_sealed_audit(
    year: Year, sessions: sessionmaker[Session]
) -> None:
    kinds = Counter(kind for _, _, kind in year.units())
    assert kinds == {"so": 19, "nganh-doc": 5, "huyen": 4}
    assess(year)
    first_computed(year)
    appraise(year)
    survey(year)
    final = year.compute(year.people["thuong-truc"])
    finally_computed(year, final)
    year_is_kept(year, sessions, corrected(year, final))
