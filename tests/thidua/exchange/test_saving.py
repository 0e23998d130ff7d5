"""A checked table becomes a historical result version."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND

from thidua.errors import Conflict, Invalid
from thidua.exchange.checking import Checked, by_province, check_table
from thidua.exchange.saving import save_table
from thidua.exchange.tables import read_table
from thidua.registry import load_province
from thidua.spec.bundle import ProvinceSpec
from thidua.store.results import ResultVersion
from thidua.work.provinces import apply_province
from thidua.work.units import register_unit
from thidua_tiengiang.plugin import province as tiengiang

TABLE = """TT;Tên đơn vị;Điểm;Khối
1;Sở Tài chính;98,50;Sở, ban, ngành
2;Sở Y tế;98,60;Sở, ban, ngành
3;Sở Nội vụ;97,00;Sở, ban, ngành
1;UBND huyện Cai Lậy;101,25;Huyện
"""


@pytest.fixture(scope="module")
def spec() -> ProvinceSpec:
    return load_province("tiengiang", tiengiang).spec


@pytest.fixture
def inside(sessions: sessionmaker[Session], spec: ProvinceSpec) -> Iterator[Session]:
    with sessions() as session:
        apply_province(session, spec=spec, by=COMMAND)
        yield session


def checked(tmp_path: Path, spec: ProvinceSpec, text: str) -> Checked:
    file = tmp_path / "bang.csv"
    file.write_text(text, encoding="utf-8")
    table = read_table(file)
    return check_table(table, by_province(table, spec))


def test_saved_table_is_a_published_historical_version(
    inside: Session, spec: ProvinceSpec, tmp_path: Path
) -> None:
    table = checked(tmp_path, spec, TABLE)
    saved = save_table(inside, checked=table, spec=spec, year=2021, by=COMMAND)
    inside.refresh(saved)
    assert (saved.kind, saved.year, saved.number, saved.source) == (
        "historical", 2021, 1, "bang.csv",
    )  # fmt: skip
    assert saved.published_at is not None
    assert [(r.name, r.group_label, r.points, r.printed_points, r.rank) for r in saved.rows] == [
        ("Sở Tài chính", "Sở, ban, ngành", 985_000, "98.50", 2),
        ("Sở Y tế", "Sở, ban, ngành", 986_000, "98.60", 1),
        ("Sở Nội vụ", "Sở, ban, ngành", 970_000, "97.00", 3),
        ("Huyện Cai Lậy", "Huyện", 1_012_500, "101.25", 1),
    ]


def test_saved_index_without_points_keeps_the_index(
    inside: Session, spec: ProvinceSpec, tmp_path: Path
) -> None:
    text = "Đơn vị;Chỉ số (%)\nSở Y tế;88,10\nSở Nội vụ;91,25\n"
    saved = save_table(
        inside, checked=checked(tmp_path, spec, text), spec=spec, year=2022, by=COMMAND
    )
    inside.refresh(saved)
    assert [(r.name, r.points, r.index_percent, r.rank) for r in saved.rows] == [
        ("Sở Y tế", None, Decimal("88.10"), 2),
        ("Sở Nội vụ", None, Decimal("91.25"), 1),
    ]


def test_table_with_an_unknown_unit_is_not_saved_at_all(
    inside: Session, spec: ProvinceSpec, tmp_path: Path
) -> None:
    text = TABLE.replace("Sở Y tế", "Sở Không Có")
    with pytest.raises(Invalid) as caught:
        save_table(inside, checked=checked(tmp_path, spec, text), spec=spec, year=2021, by=COMMAND)
    assert str(caught.value) == "“Sở Không Có”: cuối năm 2021 tỉnh không có đơn vị tên này."
    count = select(func.count()).where(ResultVersion.year == 2021)
    assert inside.scalar(count) == 0


def test_year_is_saved_once(inside: Session, spec: ProvinceSpec, tmp_path: Path) -> None:
    table = checked(tmp_path, spec, TABLE)
    with pytest.raises(Conflict, match="Năm 2020 đã có kết quả công bố"):
        save_table(inside, checked=table, spec=spec, year=2020, by=COMMAND)


def test_table_that_names_a_unit_twice_is_not_saved(
    inside: Session, spec: ProvinceSpec, tmp_path: Path
) -> None:
    text = TABLE.replace("Sở Y tế", "Sở Tài chính")
    with pytest.raises(Invalid) as caught:
        save_table(inside, checked=checked(tmp_path, spec, text), spec=spec, year=2021, by=COMMAND)
    assert str(caught.value) == (
        "“Sở Tài chính”: đơn vị này đứng hai lần trong bảng; hãy bỏ một dòng."
    )


def test_line_without_a_figure_is_refused_in_a_sentence(
    inside: Session, spec: ProvinceSpec, tmp_path: Path
) -> None:
    text = "Đơn vị;Điểm;Hạng\nSở Y tế;95,5;1\nSở Nội vụ;;2\n"
    with pytest.raises(Invalid) as caught:
        save_table(inside, checked=checked(tmp_path, spec, text), spec=spec, year=2021, by=COMMAND)
    assert str(caught.value) == "bang.csv, groups.0.rows.1: ghi points hoặc index"


def test_accents_tell_units_apart_when_a_table_is_saved(
    inside: Session, spec: ProvinceSpec, tmp_path: Path
) -> None:
    for name in ("Xã Tân Hội", "Xã Tân Hồi"):
        register_unit(
            inside, name=name, kind="huyen", cluster="", official_code="", valid_from=None,
            valid_to=None, by=COMMAND,
        )  # fmt: skip
    text = "Đơn vị;Điểm\nXã Tân Hồi;90\nXã Tân Hội;80\n"
    saved = save_table(
        inside, checked=checked(tmp_path, spec, text), spec=spec, year=2021, by=COMMAND
    )
    inside.refresh(saved)
    assert [(r.name, r.points) for r in saved.rows] == [
        ("Xã Tân Hồi", 900_000), ("Xã Tân Hội", 800_000),
    ]  # fmt: skip
    with pytest.raises(Invalid, match="có 2 đơn vị cùng tên như vậy"):
        save_table(
            inside, checked=checked(tmp_path, spec, text.replace("Hồi", "Hoi")), spec=spec,
            year=2022, by=COMMAND,
        )  # fmt: skip
