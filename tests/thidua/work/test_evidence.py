"""Entering evidence: what is kept, what is refused, until when, and that files come before rows."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from obstore.store import MemoryStore
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import COMMAND, Database
from tests.small import OPENED_AT, person
from tests.thidua.evidence.samples import docx, pdf, upload
from tests.thidua.work.conftest import Opened
from tests.thidua.work.evidence_desk import NOON, Desk
from tests.waiting import wait_for_somebody_waiting

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.evidence.files import EvidenceFiles, open_files
from thidua.settings import Settings
from thidua.store.campaigns import Campaign
from thidua.store.evidence import EvidenceItem, EvidenceUse
from thidua.store.filed import StoredFile
from thidua.store.tenancy import enter_province
from thidua.work.campaigns import close_campaign
from thidua.work.evidence import unuse_evidence, withdraw_evidence
from thidua.work.evidence_counts import evidence_counts
from thidua.work.explanations import request_explanation
from thidua.work.schedule import extend, set_windows
from thidua.work.signoff import sign_off, withdraw_sign_off
from thidua.work.windows import Window

SIGNED = (
    "Phiếu tự chấm đã được ký xác nhận nên không sửa được tài liệu minh chứng. Hãy rút xác nhận "
    "kèm lý do, trước khi hết hạn tự đánh giá."
)
HANDED_IN = (
    "Tài liệu này thuộc phiếu tự chấm đã nộp nên không sửa, không rút được. Hãy ghi thành tài "
    "liệu mới."
)


@pytest.fixture
def desk(inside: Session, opened: Opened) -> Desk:
    officer = person(inside, "officer", "so-mot")
    return Desk(inside, opened.campaign, officer, EvidenceFiles(MemoryStore()))


def refused(act: Callable[[], object]) -> str:
    """The sentence with which the register is closed."""
    with pytest.raises(Conflict) as caught:
        act()
    return str(caught.value)


# -- Entering ----------------------------------------------------------------------------------


def test_a_document_is_kept_with_its_file(desk: Desk) -> None:
    item = desk.add(
        "  Báo cáo công tác CCHC năm 2025 ", reference="123/BC-SNV", issued_on=date(2025, 12, 5),
        issuer="Sở Một", link="https://somot.example.vn/bc", link_seen_on=date(2026, 1, 10),
        file=upload("C:\\fakepath\\Báo cáo Đ.pdf", pdf()),
    )  # fmt: skip
    assert item.file == StoredFile(
        hash=item.file_hash or "", name="Báo cáo Đ.pdf", size=len(pdf()), type="pdf", scan="waiting"
    )
    assert (item.summary, item.added_by, item.added_at) == (
        "Báo cáo công tác CCHC năm 2025", desk.by.id, NOON,
    )  # fmt: skip
    assert desk.acts == [
        (
            "evidence.add",
            None,
            {
                "unit": desk.one, "summary": "Báo cáo công tác CCHC năm 2025",
                "reference": "123/BC-SNV", "issuer": "Sở Một", "issued_on": "2025-12-05",
                "link": "https://somot.example.vn/bc", "link_seen_on": "2026-01-10",
                "file": "Báo cáo Đ.pdf", "sha256": item.file_hash,
            },
        )
    ]  # fmt: skip


def test_the_same_document_sent_twice_is_one(desk: Desk) -> None:
    first = desk.add(file=upload("a.pdf", pdf()))
    assert desk.add(file=upload("a.pdf", pdf())) is first
    other = [desk.add(), desk.add(file=upload("a.pdf", pdf("khác"))), desk.add("Tờ trình")]
    assert len({first.id, *(item.id for item in other)}) == 4
    assert [act for act, _, _ in desk.acts] == ["evidence.add"] * 4


def test_every_problem_of_the_facts_is_told(desk: Desk) -> None:
    with pytest.raises(Invalid) as caught:
        desk.add(" ", reference="x" * 101, link="javascript:alert(1)")
    assert str(caught.value) == (
        "Số, ký hiệu: Không quá 100 ký tự.\n"
        "Trích yếu: Hãy ghi trích yếu nội dung tài liệu.\n"
        "Đường dẫn: Phải bắt đầu bằng http:// hoặc https:// và không có dấu cách."
    )


def test_an_unfit_file_leaves_no_row(desk: Desk) -> None:
    with pytest.raises(Invalid) as caught:
        desk.add(file=upload("đổi đuôi.docx", docx({"word/vbaProject.bin": b"\0"})))
    assert str(caught.value) == (
        "đổi đuôi.docx: có macro. Hãy lưu lại thành tệp không macro hoặc PDF."
    )
    assert (desk.session.scalars(select(EvidenceItem)).all(), desk.acts) == ([], [])


def test_a_change_keeps_what_was_before_in_the_audit(desk: Desk) -> None:
    item = desk.add(file=upload("a.pdf", pdf()))
    before = item.file_hash
    desk.change(item, summary="Báo cáo đã ký", file=upload("b.pdf", pdf("đã ký")))
    assert (item.summary, item.file_name, item.row_version) == ("Báo cáo đã ký", "b.pdf", 2)
    desk.change(item, summary="Báo cáo đã ký")
    assert (item.file_name, item.row_version) == ("b.pdf", 2)  # the file stays, nothing changed
    (_, was, now) = desk.acts[-1]
    assert [(was["summary"], was["sha256"]), (now["summary"], now["sha256"])] == [
        ("Báo cáo", before), ("Báo cáo đã ký", item.file_hash),
    ]  # fmt: skip
    assert [act for act, _, _ in desk.acts] == ["evidence.add", "evidence.change"]


def test_who_changes_an_old_version_is_told(desk: Desk) -> None:
    item = desk.add()
    desk.change(item, summary="Một", expected_version=1)
    assert refused(lambda: desk.change(item, summary="Hai", expected_version=1)) == (
        "Tài liệu này vừa được người khác sửa. Hãy tải lại rồi sửa tiếp."
    )
    assert item.summary == "Một"


def test_a_withdrawn_document_stays_and_counts_no_more(desk: Desk) -> None:
    item = desk.add()
    desk.use(item)
    with pytest.raises(Invalid) as caught:
        withdraw_evidence(desk.session, item_id=item.id, by=desk.by, at=NOON)
    assert str(caught.value) == "Lý do: Hãy ghi lý do rút tài liệu."
    withdraw_evidence(desk.session, item_id=item.id, by=desk.by.because("Ghi nhầm"), at=NOON)
    assert (item.withdrawn_at, item.withdrawal) == (NOON, "Ghi nhầm")
    assert counts(desk) == {}
    assert refused(lambda: desk.change(item)) == (
        "Tài liệu này đã được rút. Hãy ghi thành tài liệu mới."
    )
    assert desk.add().id != item.id


# -- Using -------------------------------------------------------------------------------------


def counts(desk: Desk) -> dict[str, int]:
    """How many documents each leaf of Sở Một has."""
    campaign = desk.session.get_one(Campaign, desk.campaign)
    return {leaf: n for (_, leaf), n in evidence_counts(desk.session, campaign, [desk.one]).items()}


def test_one_document_proves_many_leaves(desk: Desk) -> None:
    item, other = desk.add(), desk.add("Quyết định")
    desk.use(item, "1.1", section="Mục I.2", page="3-5")
    desk.use(item, "1.2", section="Phụ lục")
    desk.use(other, "1.1")
    assert counts(desk) == {"1.1": 2, "1.2": 1}


def test_a_use_said_again_is_corrected_not_doubled(desk: Desk) -> None:
    item = desk.add()
    for page in ("3", "3", "4"):
        desk.use(item, "1.1", section="Mục I", page=page, note="Số liệu tháng 12")
    use = desk.session.scalars(select(EvidenceUse)).one()
    assert (use.section, use.page, use.note) == ("Mục I", "4", "Số liệu tháng 12")
    said = {"leaf": "1.1", "section": "Mục I", "note": "Số liệu tháng 12"}
    assert desk.acts[1:] == [
        ("evidence.use", None, {**said, "page": "3"}),
        ("evidence.use", {**said, "page": "3"}, {**said, "page": "4"}),
    ]
    unuse_evidence(desk.session, item_id=item.id, leaf_code="1.1", by=desk.by, at=NOON)
    assert (counts(desk), desk.acts[-1]) == ({}, ("evidence.unuse", {**said, "page": "4"}, None))
    with pytest.raises(NotFound) as caught:
        unuse_evidence(desk.session, item_id=item.id, leaf_code="1.1", by=desk.by, at=NOON)
    assert str(caught.value) == "Tài liệu này chưa được dùng cho tiêu chí 1.1."


def test_a_leaf_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        desk.use(desk.add(), "9.9")
    assert str(caught.value) == "Bộ tiêu chí không có mã 9.9."


def test_an_infected_file_proves_nothing(desk: Desk) -> None:
    item = desk.add(file=upload("a.pdf", pdf()))
    desk.use(item)
    assert counts(desk) == {"1.1": 1}
    item.scan = "infected"
    desk.session.flush()
    assert counts(desk) == {}


# -- Until when --------------------------------------------------------------------------------

DAY = timedelta(days=1)
SELF = Window("self", OPENED_AT + DAY, OPENED_AT + 10 * DAY)
ROUND_1 = Window("appraisal_1", OPENED_AT + 10 * DAY, OPENED_AT + 20 * DAY)
EXPLAINING = Window("explanation", OPENED_AT + 20 * DAY, OPENED_AT + 25 * DAY)
TYPING, APPRAISING, ANSWERING, OVER = (OPENED_AT + n * DAY for n in (2, 12, 21, 26))


def plan(desk: Desk, *windows: Window) -> None:
    set_windows(desk.session, campaign_id=desk.campaign, windows=windows, by=COMMAND, at=OPENED_AT)


def sign(desk: Desk, at: datetime) -> None:
    sign_off(
        desk.session, campaign_id=desk.campaign, unit_id=desk.one, by=desk.by, at=at, reason="Thử"
    )


def ask(desk: Desk, leaf: str, at: datetime) -> None:
    request_explanation(
        desk.session, campaign_id=desk.campaign, unit_id=desk.one, leaf_code=leaf,
        question="Thiếu phụ lục", by=COMMAND, at=at,
    )  # fmt: skip


def test_the_windows_of_the_self_assessment_hold_for_evidence(desk: Desk) -> None:
    plan(desk, SELF)
    assert refused(lambda: desk.add(at=OPENED_AT)) == (
        "Chưa đến hạn tự đánh giá: bắt đầu từ 8 giờ 00 ngày 16/01/2026."
    )
    desk.add(at=TYPING)
    over = (
        "Đã hết hạn tự đánh giá từ 8 giờ 00 ngày 25/01/2026. "
        "Cần thêm thời gian thì đề nghị Thường trực (Sở Nội vụ) gia hạn."
    )
    assert refused(lambda: desk.add(at=APPRAISING)) == over
    extend(
        desk.session, campaign_id=desk.campaign, step="self", until=APPRAISING + DAY,
        reason="Mất điện", by=COMMAND, at=APPRAISING, unit_id=desk.one,
    )  # fmt: skip
    desk.add("Công văn", at=APPRAISING)


def test_what_is_signed_off_stays_until_that_is_withdrawn(desk: Desk) -> None:
    item = desk.add()
    desk.use(item)
    sign(desk, NOON)
    late = NOON + DAY
    by = desk.by.because("Thử")
    closed = {
        refused(lambda: desk.add("Mới", at=late)),
        refused(lambda: desk.change(item, at=late)),
        refused(lambda: desk.use(item, "1.2", at=late)),
        refused(lambda: withdraw_evidence(desk.session, item_id=item.id, by=by, at=late)),
        refused(
            lambda: unuse_evidence(
                desk.session, item_id=item.id, leaf_code="1.1", by=by, at=late
            )
        ),
    }  # fmt: skip
    assert closed == {SIGNED}
    withdraw_sign_off(
        desk.session, campaign_id=desk.campaign, unit_id=desk.one, reason="Sửa", by=by, at=late
    )
    desk.change(item, summary="Báo cáo đã sửa", at=late)
    assert item.summary == "Báo cáo đã sửa"


def test_while_explaining_a_unit_adds_to_what_was_asked_and_changes_nothing(desk: Desk) -> None:
    plan(desk, SELF, ROUND_1, EXPLAINING)
    item = desk.add(at=TYPING)
    desk.use(item, "1.1", at=TYPING)
    sign(desk, TYPING)
    ask(desk, "1.1", APPRAISING)
    assert refused(lambda: desk.add("Phụ lục", at=APPRAISING)) == (
        "Chưa đến hạn giải trình: bắt đầu từ 8 giờ 00 ngày 04/02/2026."
    )
    added = desk.add("Phụ lục", at=ANSWERING)
    desk.use(added, "1.1", at=ANSWERING, page="1")
    desk.use(added, "1.1", at=ANSWERING, page="2")
    assert refused(lambda: desk.use(added, "1.2", at=ANSWERING)) == (
        "Lúc này chỉ bổ sung tài liệu cho tiêu chí được yêu cầu giải trình: 1.1."
    )
    by = desk.by.because("Thử")
    kept = {
        refused(lambda: desk.change(item, at=ANSWERING)),
        refused(lambda: desk.use(item, "1.1", at=ANSWERING, page="9")),
        refused(lambda: withdraw_evidence(desk.session, item_id=item.id, by=by, at=ANSWERING)),
        refused(
            lambda: unuse_evidence(
                desk.session, item_id=item.id, leaf_code="1.1", by=by, at=ANSWERING
            )
        ),
    }  # fmt: skip
    assert kept == {HANDED_IN}
    desk.use(item, "1.1", at=ANSWERING)  # the same as before is no change
    withdraw_evidence(desk.session, item_id=added.id, by=by, at=ANSWERING)
    assert refused(lambda: desk.add("Muộn", at=OVER)) == (
        "Đã hết hạn giải trình từ 8 giờ 00 ngày 09/02/2026. "
        "Cần thêm thời gian thì đề nghị Thường trực (Sở Nội vụ) gia hạn."
    )


def test_a_unit_that_never_signed_adds_when_asked(desk: Desk) -> None:
    plan(desk, SELF, ROUND_1, EXPLAINING)
    item = desk.add(at=TYPING)
    ask(desk, "1.2", APPRAISING)
    desk.use(item, "1.2", at=ANSWERING)
    assert refused(lambda: desk.change(item, at=ANSWERING)) == HANDED_IN


def test_nothing_is_entered_once_the_campaign_is_closed(desk: Desk) -> None:
    item = desk.add()
    close_campaign(desk.session, campaign_id=desk.campaign, by=COMMAND)
    closed = "Kỳ đánh giá năm 2025 đã đóng, không nhập được nữa."
    assert {refused(lambda: desk.add("Muộn")), refused(lambda: desk.change(item))} == {closed}


def test_no_file_is_kept_that_comes_too_late(
    inside: Session, opened: Opened, tmp_path: Path
) -> None:
    officer = person(inside, "officer", "so-mot")
    desk = Desk(inside, opened.campaign, officer, open_files(Settings(home=tmp_path)))
    close_campaign(inside, campaign_id=opened.campaign, by=COMMAND)
    refused(lambda: desk.add(file=upload("a.pdf", pdf())))
    assert list((tmp_path / "evidence").rglob("*")) == []


# -- Others ------------------------------------------------------------------------------------


def test_only_the_units_own_officers_write(desk: Desk, inside: Session) -> None:
    item = desk.add()
    for role, unit in (("officer", "so-hai"), ("appraiser", "so-mot"), ("secretariat", "")):
        other = Desk(inside, desk.campaign, person(inside, role, unit), desk.files)  # type: ignore[arg-type]
        for act in (lambda: other.add("Chen"), lambda: other.change(item), lambda: other.use(item)):  # noqa: B023
            with pytest.raises(NotAllowed):
                act()
    assert (item.summary, item.row_version, counts(desk)) == ("Báo cáo", 1, {})


def test_two_at_once_enter_one_document(sessions: sessionmaker[Session], opened: Opened) -> None:
    """The second waits for the first at the sheet, and finds what that entered."""
    files = EvidenceFiles(MemoryStore())

    def add(session: Session) -> int:
        enter_province(session, opened.province)
        return Desk(session, opened.campaign, COMMAND, files).add(file=upload("a.pdf", pdf())).id

    def alone() -> int:
        with sessions.begin() as session:
            return add(session)

    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as session:
            first = add(session)
            second = pool.submit(alone)
            wait_for_somebody_waiting(session)
        assert second.result(timeout=30) == first


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy.orm import Session
from thidua.evidence.files import open_files
from thidua.settings import Settings
from thidua.store.actor import Actor
from thidua.store.engine import make_engine
from thidua.store.tenancy import enter_province, make_sessionmaker
from tests.thidua.work.evidence_desk import Desk
from tests.thidua.evidence.samples import pdf, upload

url, home, province, campaign, until = sys.argv[1:]
with make_sessionmaker(make_engine(url))() as session:
    enter_province(session, int(province))
    command = Actor(kind="command", name="thử")
    desk = Desk(session, int(campaign), command, open_files(Settings(home=Path(home))))
    item = desk.add(file=upload("a.pdf", pdf()))
    if until == "commit":
        session.commit()
    print(item.file_hash, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("until", ["file", "commit"])
def test_a_kill_leaves_a_file_without_row_at_most(
    database: Database, sessions: sessionmaker[Session], opened: Opened, tmp_path: Path, until: str
) -> None:
    words = [database.app_url, str(tmp_path), str(opened.province), str(opened.campaign), until]
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *words],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")
    kept = open_files(Settings(home=tmp_path)).altered(opened.province, done.stdout.strip())
    with sessions() as session:
        enter_province(session, opened.province)
        rows = session.scalars(select(EvidenceItem.file_hash)).all()
    assert (kept, rows) == (False, [done.stdout.strip()] if until == "commit" else [])
