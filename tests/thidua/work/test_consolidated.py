"""The consolidated list, as data and as a workbook: collectives first, what lacks for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import (
    award_spec,
    collective,
    open_2025,
    publish_small,
    scheme_document,
    somebody,
)
from tests.factories import COMMAND
from tests.moving import NOW, PAPER, TODAY
from tests.small import person, unit_id

from thidua.exchange.consolidated_workbook import DOSSIERS, EXTRACT, LIST, consolidated_workbook
from thidua.work.awards import propose_awards
from thidua.work.consolidated import ConsolidatedList, DossierLine, Listed, consolidated_list
from thidua.work.dossier_papers import hand_in_paper
from thidua.work.initiatives import add_initiative
from thidua.work.intake import return_dossier, take_back, take_in
from thidua.work.opinions import answer_opinion, ask_opinions
from thidua.work.papers import PaperFacts
from thidua.work.particulars import Particulars, set_particulars

ITEMS = [
    {"code": "to-trinh", "label": "tờ trình"},
    {"code": "bao-cao", "label": "báo cáo thành tích", "recipients": ["person"]},
]


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A published year and its round: Sở Một handed in two, Sở Hai's came back, Sở Ba prepares."""
    with sessions() as session:
        publish_small(session, award_spec(award_schemes=[scheme_document(dossier=ITEMS)]))
        round_ = open_2025(session)
        anh = somebody(session, round_, "so-mot", "Bà Ánh")
        unit = collective(session, round_, "so-mot")
        back = collective(session, round_, "so-hai")
        somebody(session, round_, "so-ba", "=Bà Ba")
        _fill(session, anh.id, unit.dossier_id)
        _hand_in(session, unit.dossier_id, "15")
        _hand_in(session, back.dossier_id, "16")
        return_dossier(
            session, dossier_id=back.dossier_id, missing=["tờ trình"], on=date(2026, 2, 15),
            due_on=date(2026, 2, 20), by=COMMAND, at=NOW,
        )  # fmt: skip
        _ask(session, anh.id)
        yield session


def _fill(session: Session, nomination: int, dossier: int) -> None:
    said = Particulars(
        name="Trần Thị Ánh", title="Trưởng phòng", category="cong_chuc", sex="female",
        born_on=date(1985, 2, 28), printed_unit="Phòng Tổ chức, Sở Một", achievement="Ba việc",
    )  # fmt: skip
    set_particulars(session, nomination_id=nomination, particulars=said, by=COMMAND)
    add_initiative(
        session, nomination_id=nomination, name="Nhắc việc", level="unit", number="5/QĐ",
        recognised_by="Sở Một", recognised_on=date(2025, 11, 1), by=COMMAND,
    )  # fmt: skip
    hand_in_paper(session, dossier_id=dossier, item="to-trinh", paper=PAPER, by=COMMAND, at=NOW)


def _hand_in(session: Session, dossier: int, number: str) -> None:
    day = date(2026, 2, 10)
    take_in(session, dossier_id=dossier, number=number, received_on=day, by=COMMAND, at=NOW)


def _ask(session: Session, nomination: int) -> None:
    for key, due in (("so-hai", date(2026, 2, 25)), ("so-ba", None)):
        [asked] = ask_opinions(
            session, nomination_ids=[nomination], agency_id=unit_id(session, key), due_on=due,
            paper=PaperFacts("20/SNV", date(2026, 2, 12)), by=COMMAND, at=NOW,
        )  # fmt: skip
    answer_opinion(
        session, opinion_id=asked.id, stand="agree", paper=PaperFacts("7/SB", TODAY), by=COMMAND,
        at=NOW,
    )  # fmt: skip


def found(session: Session, by: Any = COMMAND) -> ConsolidatedList:
    return consolidated_list(session, round_id=1, by=by, on=TODAY)


def test_collectives_stand_before_persons_with_all_that_is_known(inside: Session) -> None:
    whole = found(inside)
    assert [(item.name, item.state) for item in whole.collectives] == [
        ("Sở Hai", "returned"), ("Sở Một", "received"),
    ]  # fmt: skip
    [anh] = whole.persons
    assert anh == Listed(
        nomination=anh.nomination, dossier=anh.dossier, recipient="person", name="Trần Thị Ánh",
        title="Trưởng phòng", sex="bà", born_on=date(1985, 2, 28), category="công chức",
        unit="Phòng Tổ chức, Sở Một", nominator="Sở Một", state="received",
        state_words="đã tiếp nhận", arrival="số đến 15 ngày 10/02/2026",
        standing="Sở Một: 80,00%, hạng 1, Tốt", achievement="Ba việc",
        initiatives=["Nhắc việc: cấp cơ sở, Sở Một công nhận tại 5/QĐ ngày 01/11/2025"],
        opinions=[
            "Sở Hai: chưa trả lời (20/SNV ngày 12/02/2026, hạn 25/02/2026 (đã quá hạn))",
            "Sở Ba: đồng ý (7/SB ngày 01/03/2026)",
        ],
        missing=["thiếu báo cáo thành tích"], illustrative=False,
    )  # fmt: skip
    assert whole.result == "kết quả chính thức năm 2025, bản số 1"


def test_dossiers_say_where_they_stand_and_what_they_lack(inside: Session) -> None:
    whole = found(inside)
    ba, hai, mot = whole.dossiers
    hai_id = whole.collectives[0].nomination
    assert (ba.nominator, ba.state, ba.arrival, ba.persons) == ("Sở Ba", "preparing", "", 1)
    assert hai == DossierLine(
        id=hai.id, nominator_id=unit_id(inside, "so-hai"), nominator="Sở Hai", state="returned",
        state_words="đã trả lại để bổ sung", arrival="số đến 16 ngày 10/02/2026",
        received_on=date(2026, 2, 10), nominations={hai_id: "Sở Hai"},
        collectives=1, persons=0, papers=[],
        missing=["Sở Hai: thiếu tờ trình"],
        returned="trả ngày 15/02/2026 vì tờ trình; hạn bổ sung 20/02/2026", overdue=True,
    )  # fmt: skip
    assert [(item.words, item.nomination, item.signed) for item in mot.papers] == [
        ("tờ trình 12/KH-SM ngày 01/09/2025", None, False)
    ]
    assert mot.missing == ["Trần Thị Ánh: thiếu báo cáo thành tích"]
    proposed = propose_awards(inside, round_id=whole.round_id, by=COMMAND).document["lines"]
    assert [(line["name"], line["outcome"]) for line in proposed if not line["title"]] == [
        ("Sở Một", "chosen"), ("Sở Hai", "verify"), ("=Bà Ba", "verify"),
    ]  # fmt: skip
    assert proposed[1]["words"] == (
        "Chưa xét vào suất tập thể sở. Hồ sơ đã trả lại ngày 15/02/2026 để bổ sung, hạn "
        "20/02/2026, chưa nhận lại. Hồ sơ chưa đủ: thiếu tờ trình."
    )
    take_back(inside, dossier_id=hai.id, number="30", received_on=TODAY, by=COMMAND, at=NOW)
    again = found(inside).dossiers[1]
    assert (again.overdue, again.returned) == (
        False,
        "trả ngày 15/02/2026 vì tờ trình; đã nhận lại, số đến 30 ngày 01/03/2026",
    )


def test_an_officer_sees_the_own_unit_alone(inside: Session) -> None:
    own = found(inside, person(inside, "officer", "so-hai"))
    assert ([item.name for item in own.collectives], own.persons) == (["Sở Hai"], [])
    assert [line.nominator for line in own.dossiers] == ["Sở Hai"]


def test_the_workbook_has_its_sheets_in_the_lists_order(inside: Session) -> None:
    book = load_workbook(BytesIO(consolidated_workbook(found(inside))))
    rows = {
        sheet.title: [
            [cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
    }
    people, extract, dossiers = rows.values()
    assert [*rows] == ["Danh sách tổng hợp", "Trích ngang", "Hồ sơ"]
    assert people[:9] == [
        ["SỞ NỘI VỤ TỈNH NHỎ"],
        ["DANH SÁCH TỔNG HỢP ĐỀ NGHỊ KHEN THƯỞNG"],
        ["Bằng khen: Khen thưởng cải cách hành chính, đợt năm 2025"],
        ["SỐ LIỆU MINH HỌA"],
        [*LIST],
        ["Tập thể: 02"],
        [1, *["Sở Hai"] * 3, "Sở Hai: 80,00%, hạng 1, Tốt",
         "số đến 16 ngày 10/02/2026; đã trả lại để bổ sung; thiếu tờ trình"],
        [2, *["Sở Một"] * 3, "Sở Một: 80,00%, hạng 1, Tốt",
         "số đến 15 ngày 10/02/2026; đã tiếp nhận"],
        ["Cá nhân: 01"],
    ]  # fmt: skip
    assert people[9][:2] == [1, "Bà Trần Thị Ánh, Trưởng phòng"]
    assert people[-1] == ["Chưa tính 01 hồ sơ đang lập, chưa tiếp nhận: Sở Ba."]
    assert (extract[4], extract[-1]) == (
        [*EXTRACT],
        [1, "Bà Trần Thị Ánh", "28/02/1985", "Trưởng phòng, công chức", "Phòng Tổ chức, Sở Một",
         "Ba việc", "Nhắc việc: cấp cơ sở, Sở Một công nhận tại 5/QĐ ngày 01/11/2025"],
    )  # fmt: skip
    assert dossiers[4] == [*DOSSIERS]
    assert [row[:2] for row in dossiers[5:]] == [
        [1, "Sở Ba"], [2, "Sở Hai"], [3, "Sở Một"], ["Cộng", 2],
    ]  # fmt: skip
