"""The workbook of a round, read back: collectives first, a reason on every line, no formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import collective, open_2025, publish_small, somebody
from tests.factories import COMMAND

from thidua.exchange.award_workbook import HEADINGS, round_workbook
from thidua.work.award_page import RoundPage, round_page
from thidua.work.awards import propose_awards


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        publish_small(session)
        yield session


@pytest.fixture
def page(inside: Session) -> RoundPage:
    """A round with a person, then two equal collectives; proposed."""
    round_ = open_2025(inside)
    somebody(inside, round_, "so-ba", "=Bà Ba", title="Trưởng phòng")
    collective(inside, round_, "so-mot")
    collective(inside, round_, "so-hai")
    propose_awards(inside, round_id=round_.id, by=COMMAND)
    return round_page(inside, round_id=round_.id, by=COMMAND)


def read(page: RoundPage) -> Worksheet:
    book = load_workbook(BytesIO(round_workbook(page)))
    assert book.sheetnames == ["Đợt 2025"]
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def lines(page: RoundPage) -> list[list[Any]]:
    """What each row holds, without the empty cells behind the last value; no empty rows."""
    rows = [list(cells) for cells in read(page).iter_rows(values_only=True)]
    return [[cell for cell in row if cell is not None] for row in rows if any(row)]


def test_a_proposal_is_listed_with_collectives_first_and_every_reason(page: RoundPage) -> None:
    assert page.proposal
    mot, hai, ba = page.proposal.lines
    assert lines(page) == [
        ["SỞ NỘI VỤ TỈNH NHỎ"],
        ["Khen thưởng cải cách hành chính"],
        ["Bằng khen, đợt năm 2025, đề xuất số 1"],
        ["SỐ LIỆU MINH HỌA"],
        [*HEADINGS],
        ["Tập thể"],
        [1, *["Sở Một"] * 3, "tập thể sở", "Đồng hạng ở ranh giới", mot.words],
        [2, *["Sở Hai"] * 3, "tập thể sở", "Đồng hạng ở ranh giới", hai.words],
        ["Cá nhân"],
        [1, "=Bà Ba, Trưởng phòng", "Sở Ba", "Sở Ba", "cá nhân khác", "Đề xuất khen", ba.words],
        *([words] for words in (*page.proposal.ties, *page.proposal.gaps)),
        *([note] for note in page.notes),
    ]


def test_a_name_that_looks_like_a_formula_stays_text(page: RoundPage) -> None:
    [cell] = [c for row in read(page).iter_rows() for c in row if str(c.value).startswith("=")]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_an_official_round_bears_no_mark(page: RoundPage) -> None:
    official = replace(page, illustrative=False)
    assert ["SỐ LIỆU MINH HỌA"] not in lines(official)


def test_before_a_proposal_nominations_are_listed_slot_by_slot(page: RoundPage) -> None:
    found = lines(replace(page, proposal=None))
    assert found[2] == ["Bằng khen, đợt năm 2025"]
    assert [row[:6] for row in found if isinstance(row[0], int)] == [
        [1, *["Sở Một"] * 3, "tập thể sở", "Đạt"],
        [2, *["Sở Một"] * 3, "tập thể xã", "Không đạt"],
        [3, *["Sở Hai"] * 3, "tập thể sở", "Đạt"],
        [4, *["Sở Hai"] * 3, "tập thể xã", "Không đạt"],
        [1, "=Bà Ba, Trưởng phòng", "Sở Ba", "Sở Ba", "cá nhân khác", "Đạt"],
        [2, "=Bà Ba, Trưởng phòng", "Sở Ba", "Sở Ba", "cá nhân được chọn", "Cần xác minh"],
    ]
    first = page.nominations[0].slots[0]
    assert found[6][6] == " ".join(finding.words for finding in first.findings)
