"""Figures of surveys and indices: whose they are, what they become, and going back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND
from tests.small import OPENED_AT, compute, unit_id
from tests.surveying import open_surveyed, surveyed

from thidua.errors import Conflict, Invalid, NotFound
from thidua.store.actor import Actor
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.surveys import FigureImport
from thidua.store.tenancy import enter_province, province_of
from thidua.store.units import UnitPeriod
from thidua.work.campaigns import close_campaign
from thidua.work.figure_effects import what_figures_changed
from thidua.work.figure_lines import FigureLine
from thidua.work.figures import (
    Imported,
    Source,
    figure_changes,
    import_figures,
    list_figures,
    restore_figures,
)
from thidua.work.results import publish_results
from thidua.work.surveys import declare_survey_not_held

SOURCE = Source("Báo cáo 12/BC-SNV", "sipas.xlsx", "ab12")
LATER = OPENED_AT + timedelta(days=40)


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session inside the surveyed province."""
    with sessions() as session:
        yield session


@pytest.fixture
def campaign(inside: Session) -> Campaign:
    """Its open campaign."""
    return open_surveyed(inside)


def lines(key: str, **values: object) -> list[FigureLine]:
    """A line for each unit, named by its key with underscores."""
    names = {"so_mot": "Sở Một", "so_hai": "Sở Hai", "so_ba": "Sở Ba", "xa_mot": "Xã Một"}
    return [
        FigureLine(unit=names[unit], values={key: Decimal(str(value))}, line=number)
        for number, (unit, value) in enumerate(values.items(), start=2)
    ]


def bring(
    session: Session,
    campaign: Campaign,
    rows: list[FigureLine],
    what: str = "sipas",
    by: Actor = COMMAND,
) -> Imported:
    return import_figures(
        session, campaign_id=campaign.id, what=what, rows=rows, source=SOURCE, by=by, at=LATER
    )


def refused(
    session: Session, campaign: Campaign, *rows: FigureLine, what: str = "sipas"
) -> list[str]:
    with pytest.raises(Invalid) as error:
        bring(session, campaign, list(rows), what)
    return [str(problem) for problem in error.value.problems]


def test_every_leaf_that_names_the_survey_gets_its_figure(
    inside: Session, campaign: Campaign
) -> None:
    done = bring(inside, campaign, lines("percent", so_mot="85.5", xa_mot=90))
    assert surveyed(inside, campaign) == {
        ("so-mot", "1.1"): {"percent": 855_000}, ("so-mot", "1.2"): {"percent": 855_000},
        ("xa-mot", "1.1"): {"percent": 900_000},
    }  # fmt: skip
    made = done.version
    assert (made.number, made.source, made.file_name, made.file_hash) == (
        1, "Báo cáo 12/BC-SNV", "sipas.xlsx", "ab12",
    )  # fmt: skip
    assert (made.made_at, made.after_version, made.equal_to) == (LATER, 0, None)
    assert [(row["unit"], row["figures"]) for row in made.rows] == [
        ("Sở Một", {"percent": 855_000}), ("Xã Một", {"percent": 900_000}),
    ]  # fmt: skip
    assert done.changes == ("Sở Một: thêm số liệu.", "Xã Một: thêm số liệu.")
    assert done.missing == ("Sở Ba", "Sở Hai")


def test_an_index_counts_by_value_here_and_by_rank_there(
    inside: Session, campaign: Campaign
) -> None:
    rows = [*lines("value", so_mot=65), *lines("rank", xa_mot=3)]
    bring(inside, campaign, rows, "ddci")
    assert surveyed(inside, campaign) == {
        ("so-mot", "2.1"): {"value": 650_000}, ("xa-mot", "2.1"): {"rank": 3},
    }  # fmt: skip
    points = {row.name: row.points for row in compute(inside, campaign).rows}
    # half way between 50 % at 50 and all at 80; half for the third
    assert (points["Sở Một"], points["Xã Một"]) == (75_000, 50_000)


def test_the_newest_import_counts_and_says_what_changed(
    inside: Session, campaign: Campaign
) -> None:
    first = bring(inside, campaign, lines("percent", so_mot="85.5", so_hai=80)).version
    done = bring(inside, campaign, lines("percent", so_mot=87, so_ba=70))
    changes = (
        "Sở Một: Mức độ hài lòng (%) 85,5 → 87.",
        "Sở Hai: bỏ số liệu.",
        "Sở Ba: thêm số liệu.",
    )
    assert (done.version.number, done.changes) == (2, changes)
    compared = figure_changes(inside, first=first.id, second=done.version.id, by=COMMAND)
    assert compared == changes
    entered = {key: value for key, value in surveyed(inside, campaign).items() if key[1] == "1.1"}
    assert entered == {
        ("so-mot", "1.1"): {"percent": 870_000}, ("so-hai", "1.1"): {},
        ("so-ba", "1.1"): {"percent": 700_000},
    }  # fmt: skip
    listed = list_figures(inside, campaign_id=campaign.id, by=COMMAND)
    assert [item.number for item in listed] == [2, 1]


def test_the_same_table_again_changes_nothing(inside: Session, campaign: Campaign) -> None:
    rows = lines("percent", so_mot="85.5")
    first = bring(inside, campaign, rows)
    again = bring(inside, campaign, rows)
    assert (again.version.id, again.changes) == (first.version.id, ())


def test_going_back_is_a_new_version_equal_to_the_old(inside: Session, campaign: Campaign) -> None:
    first = bring(inside, campaign, lines("percent", so_mot=80)).version
    bring(inside, campaign, lines("percent", so_mot=90, so_hai=70))
    with pytest.raises(Invalid, match="Hãy ghi lý do"):
        restore_figures(inside, import_id=first.id, by=COMMAND, at=LATER)
    by = COMMAND.because("Bảng sau in nhầm")
    back = restore_figures(inside, import_id=first.id, by=by, at=LATER).version
    assert (back.number, back.equal_to, back.rows) == (3, 1, first.rows)
    assert surveyed(inside, campaign)["so-mot", "1.1"] == {"percent": 800_000}
    assert surveyed(inside, campaign)["so-hai", "1.1"] == {}
    event = inside.scalars(
        select(AuditEvent)
        .where(AuditEvent.action == "figures.import")
        .order_by(AuditEvent.id.desc())
    ).first()
    assert event is not None
    assert (event.subject_id, event.reason) == (back.id, "Bảng sau in nhầm")


def test_units_are_known_by_name_as_written_or_folded_and_by_code(
    inside: Session, campaign: Campaign
) -> None:
    period = inside.scalars(
        select(UnitPeriod).where(UnitPeriod.unit_id == unit_id(inside, "so-ba"))
    ).one()
    period.official_code = "007"
    period.during = Range(period.during.lower, date(2026, 2, 1))
    later = UnitPeriod(
        unit_id=period.unit_id, during=Range(date(2026, 2, 1), None), name="Sở Bốn", kind="so",
        cluster="khoi-1", provenance="illustrative", official_code="008",
    )  # fmt: skip
    inside.add(later)
    inside.flush()
    value = {"percent": Decimal(80)}
    bring(inside, campaign, [
        FigureLine(unit="  SO MOT ", values=value), FigureLine(unit="", code="007", values=value),
        FigureLine(unit="UBND xã Một", values=value),
    ])  # fmt: skip
    assert {key for key, leaf in surveyed(inside, campaign) if leaf == "1.1"} == {
        "so-mot", "so-ba", "xa-mot",
    }  # fmt: skip
    assert refused(inside, campaign, FigureLine(unit="", code="008", values=value, line=5)) == [
        "Dòng 5: không có đơn vị mang mã “008”; hãy sửa mã hoặc bỏ trống"
    ]
    assert refused(
        inside, campaign, FigureLine(unit="Sở Một", code="007", values=value, line=5)
    ) == ["Dòng 5: mã 007 là của “Sở Ba”, không phải “Sở Một”"]


def test_every_problem_is_named_with_its_line_and_nothing_is_kept(
    inside: Session, campaign: Campaign
) -> None:
    rows = [
        *lines("percent", so_mot=80),
        FigureLine(unit="Sở Mọt", values={"percent": Decimal(80)}, line=3),
        FigureLine(unit="Sở Một", values={"percent": Decimal(81)}, line=4),
        FigureLine(unit="Sở Hai", values={"percent": Decimal("100.5")}, line=5),
        FigureLine(unit="Sở Ba", values={"percent": Decimal("80.12345")}, line=6),
        FigureLine(unit="STC", values={"percent": Decimal(80)}, line=7),
    ]
    assert refused(inside, campaign, *rows) == [
        "Dòng 3: “Sở Một” đã có ở dòng 2; hãy giữ một dòng",
        "Dòng 4: “Sở Một” đã có ở dòng 2; hãy giữ một dòng",
        "Dòng 5: “Mức độ hài lòng (%)” phải từ 0 đến 100; hãy nhập lại",
        "Dòng 6: “Mức độ hài lòng (%)” có quá 4 số lẻ; hãy sửa trong bảng",
        "Dòng 7: không có đơn vị “STC” trong kỳ đánh giá.",
    ]
    assert surveyed(inside, campaign) == {}
    assert inside.scalars(select(FigureImport)).all() == []


def test_a_name_that_nobody_has_comes_with_the_nearest(inside: Session, campaign: Campaign) -> None:
    line = FigureLine(unit="Sở Mội", values={"percent": Decimal(80)}, line=3)
    (said,) = refused(inside, campaign, line)
    assert said == (
        "Dòng 3: không có đơn vị “Sở Mội” trong kỳ đánh giá. Gần giống: Sở Một, Sở Hai."
    )


def test_impossible_and_missing_figures_are_said(inside: Session, campaign: Campaign) -> None:
    assert refused(inside, campaign, *lines("percent", so_mot="0.8", so_hai="0.9")) == [
        "Cột “Mức độ hài lòng (%)”: mọi giá trị đều không quá 1; hãy ghi theo phần trăm, ví dụ 85,5"
    ]
    assert refused(inside, campaign, *lines("rank", so_mot=1), what="ddci") == [
        "Dòng 2: thiếu “Giá trị chỉ số”"
    ]
    assert refused(inside, campaign, *lines("rank", xa_mot="1.5"), what="ddci") == [
        "Dòng 2: “Thứ hạng” không phải số nguyên; hãy sửa trong bảng"
    ]
    assert refused(inside, campaign, *lines("ld.a", so_mot=1), what="can-bo") == [
        "Dòng 2: thiếu “Lãnh đạo: Khá”, “Lãnh đạo: Kém”, “Công chức: Tốt”, “Công chức: Khá”, "
        "“Công chức: Kém”; không có thì ghi 0"
    ]
    assert refused(inside, campaign) == ["Bảng không có dòng số liệu nào. Hãy xem lại tệp."]


def test_when_figures_may_not_come(inside: Session, campaign: Campaign) -> None:
    rows = lines("percent", so_mot=80)
    with pytest.raises(NotFound, match=r"“papi”\. Đang có: can-bo, ddci, sipas\.$"):
        bring(inside, campaign, rows, "papi")
    with pytest.raises(Invalid, match=r"^Nguồn: Hãy ghi nguồn"):
        import_figures(
            inside, campaign_id=campaign.id, what="sipas", rows=rows, source=Source(" "),
            by=COMMAND, at=LATER,
        )  # fmt: skip
    declare_survey_not_held(
        inside, campaign_id=campaign.id, survey="sipas", reason="Thử", by=COMMAND
    )
    with pytest.raises(Conflict, match="đã khai là không tổ chức"):
        bring(inside, campaign, rows)
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    with pytest.raises(Conflict, match="không mở, không nhập được số liệu"):
        bring(inside, campaign, rows, "ddci")


def test_two_imports_of_different_things_are_not_compared(
    inside: Session, campaign: Campaign
) -> None:
    first = bring(inside, campaign, lines("percent", so_mot=80)).version
    second = bring(inside, campaign, lines("value", so_mot=60), "ddci").version
    with pytest.raises(Invalid, match="của cùng một điều tra"):
        figure_changes(inside, first=first.id, second=second.id, by=COMMAND)


def test_what_the_figures_changed_is_told_by_the_versions_around_them(
    inside: Session, campaign: Campaign
) -> None:
    bring(inside, campaign, lines("percent", so_mot=80))
    nothing = what_figures_changed(inside, campaign_id=campaign.id, by=COMMAND)
    assert (nothing.imports, nothing.compared, len(nothing.waiting)) == ((), None, 1)
    first = compute(inside, campaign)
    made = bring(inside, campaign, lines("value", so_mot=80), "ddci").version
    second = compute(inside, campaign)
    compute(inside, campaign)
    late = bring(inside, campaign, lines("rank", xa_mot=1), "ddci").version
    found = what_figures_changed(inside, campaign_id=campaign.id, by=COMMAND)
    assert (found.imports, found.waiting) == ((made,), (late,))
    assert found.compared is not None
    assert (found.compared.first.id, found.compared.second.id) == (first.id, second.id)
    (change,) = found.compared.changes
    assert [(leaf.either.code, leaf.ticks) for leaf in change.leaves] == [("2.1", 100_000)]


def test_after_the_official_result_a_reason_is_due(inside: Session, campaign: Campaign) -> None:
    rows = [*lines("percent", so_mot=80, so_hai=80, so_ba=80, xa_mot=80)]
    bring(inside, campaign, rows)
    bring(
        inside, campaign,
        [*lines("value", so_mot=60, so_hai=60, so_ba=60), *lines("rank", xa_mot=1)], "ddci",
    )  # fmt: skip
    names = [f"{group}.{answer}" for group in ("ld", "cc") for answer in "abc"]
    counts = {name: Decimal(3) for name in names}
    bring(
        inside, campaign,
        [FigureLine(unit=name, values=counts) for name in ("Sở Một", "Sở Hai", "Sở Ba", "Xã Một")],
        "can-bo",
    )  # fmt: skip
    final = publish_results(inside, version_id=compute(inside, campaign).id, by=COMMAND)
    assert final.kind == "final"
    changed = lines("percent", so_mot=81, so_hai=80, so_ba=80, xa_mot=80)
    with pytest.raises(Invalid, match="đã có kết quả chính thức"):
        bring(inside, campaign, changed)
    done = bring(inside, campaign, changed, by=COMMAND.because("Đính chính của Bộ"))
    assert done.changes == ("Sở Một: Mức độ hài lòng (%) 80 → 81.",)


def test_two_imports_at_once_are_two_versions(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        campaign = open_surveyed(session)
        province, id_ = province_of(session), campaign.id

    def one(percent: int) -> int:
        with sessions.begin() as session:
            enter_province(session, province)
            rows = lines("percent", so_mot=percent)
            return bring(session, session.get_one(Campaign, id_), rows).version.number

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(one, (70, 80, 90))) == [1, 2, 3]
    with sessions() as session:
        enter_province(session, province)
        campaign = session.get_one(Campaign, id_)
        newest = list_figures(session, campaign_id=id_, by=COMMAND)[0]
        (percent,) = {item["percent"] for item in surveyed(session, campaign).values()}
        assert newest.rows[0]["figures"] == {"percent": percent}
