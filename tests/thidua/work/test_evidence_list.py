"""Reading evidence: everything as it was entered, by those whom it concerns."""

from __future__ import annotations

from datetime import date

import pytest
from obstore.store import MemoryStore
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import person, unit_id
from tests.thidua.evidence import clamd
from tests.thidua.evidence.samples import pdf, upload
from tests.thidua.work.conftest import Opened
from tests.thidua.work.evidence_desk import NOON, Desk, facts

from thidua.errors import Conflict, NotFound
from thidua.evidence.files import EvidenceFiles
from thidua.store.actor import Actor
from thidua.work.evidence import add_evidence, use_evidence, withdraw_evidence
from thidua.work.evidence_list import (
    DomainEvidence,
    EvidenceFile,
    EvidenceList,
    EvidencePlace,
    EvidenceView,
    LeafEvidence,
    evidence_list,
    evidence_of,
    open_file,
)

HIDDEN = "Không có tệp này, hoặc tệp không dành cho bạn."


@pytest.fixture
def desk(inside: Session, opened: Opened) -> Desk:
    officer = person(inside, "officer", "so-mot")
    return Desk(inside, opened.campaign, officer, EvidenceFiles(MemoryStore()))


def seen(desk: Desk, by: Actor, **asked: int | str) -> list[str]:
    """The summaries of what somebody sees."""
    views = evidence_of(desk.session, campaign_id=desk.campaign, by=by, **asked)  # type: ignore[arg-type]
    return [view.facts.summary for view in views]


def elsewhere(desk: Desk, key: str, leaf: str, summary: str) -> None:
    """A document of another unit."""
    item = add_evidence(
        desk.session, campaign_id=desk.campaign, unit_id=unit_id(desk.session, key),
        facts=facts(summary), by=COMMAND, at=NOON, files=desk.files,
    )  # fmt: skip
    use_evidence(desk.session, item_id=item.id, leaf_code=leaf, by=COMMAND, at=NOON)


def test_a_document_is_shown_whole(desk: Desk) -> None:
    item = desk.add(
        "Quyết định", reference="1/QĐ", issued_on=date(2024, 3, 1), issuer="Sở Một",
        link="https://a.vn", file=upload("Đ.pdf", pdf()),
    )  # fmt: skip
    desk.use(item, "1.2", section="Điều 3", page="2", note="Bản ký")
    desk.use(item, "1.1")
    assert evidence_of(desk.session, campaign_id=desk.campaign, by=desk.by) == [
        EvidenceView(
            id=item.id, version=1, unit_id=desk.one, unit="Sở Một",
            facts=facts(
                "Quyết định", reference="1/QĐ", issued_on=date(2024, 3, 1), issuer="Sở Một",
                link="https://a.vn",
            ),
            file=EvidenceFile("Đ.pdf", len(pdf()), "chưa quét vi-rút"),
            places=(
                EvidencePlace("1.1", "", "", ""), EvidencePlace("1.2", "Điều 3", "2", "Bản ký"),
            ),
            warnings=(
                "Ngày 01/03/2024 không thuộc năm đánh giá 2025.",
                "Đường dẫn chưa ghi ngày truy cập.",
            ),
            added_at=NOON, withdrawal="",
        )
    ]  # fmt: skip


def test_who_sees_what(desk: Desk, inside: Session) -> None:
    """Sở Hai appraises domain 1; domain 2 any agency but the unit's own."""
    desk.use(desk.add("Của Sở Một, lĩnh vực 1"), "1.1")
    desk.use(desk.add("Của Sở Một, lĩnh vực 2"), "2.2")
    desk.add("Của Sở Một, chưa dùng")
    elsewhere(desk, "so-ba", "1.1", "Của Sở Ba, lĩnh vực 1")
    elsewhere(desk, "so-hai", "1.1", "Của Sở Hai, lĩnh vực 1")
    everything = [
        "Của Sở Một, lĩnh vực 1", "Của Sở Một, lĩnh vực 2", "Của Sở Một, chưa dùng",
        "Của Sở Ba, lĩnh vực 1", "Của Sở Hai, lĩnh vực 1",
    ]  # fmt: skip
    for role in ("secretariat", "leader", "auditor", "admin"):
        assert seen(desk, person(inside, role)) == everything
    assert seen(desk, person(inside, "council")) == []
    assert seen(desk, desk.by) == everything[:3]
    assert seen(desk, person(inside, "appraiser", "so-hai")) == [*everything[:2], *everything[3:]]
    assert seen(desk, person(inside, "appraiser", "xa-mot")) == everything[1:2]
    assert seen(desk, COMMAND, leaf_code="1.1") == [everything[0], *everything[3:]]
    assert seen(desk, COMMAND, unit_id=desk.one, leaf_code="2.2") == everything[1:2]
    assert seen(desk, desk.by, unit_id=unit_id(inside, "so-ba")) == []


def test_the_list_goes_by_domain_and_criterion(desk: Desk) -> None:
    first, second, third = desk.add("Một"), desk.add("Hai"), desk.add("Ba")
    gone = desk.add("Rút")
    for item, leaf in ((second, "2.2"), (first, "1.2"), (second, "1.2"), (gone, "1.1")):
        desk.use(item, leaf, page=f"{item.summary}")
    withdraw_evidence(desk.session, item_id=gone.id, by=desk.by.because("Nhầm"), at=NOON)
    found = evidence_list(desk.session, campaign_id=desk.campaign, unit_id=desk.one, by=desk.by)
    views = {
        view.id: view for view in evidence_of(desk.session, campaign_id=desk.campaign, by=desk.by)
    }
    one, two = views[first.id], views[second.id]
    assert views[gone.id].withdrawal == "Nhầm"
    assert found == EvidenceList(
        authority="Sở Nội vụ tỉnh Nhỏ", campaign="Chỉ số cải cách hành chính năm 2025",
        unit="Sở Một", illustrative=True,
        domains=(
            DomainEvidence(
                "1", "Chỉ đạo, điều hành",
                (
                    LeafEvidence(
                        "1.2", "Trang thông tin",
                        (
                            (one, EvidencePlace("1.2", "", "Một", "")),
                            (two, EvidencePlace("1.2", "", "Hai", "")),
                        ),
                    ),
                ),
            ),
            DomainEvidence(
                "2", "Hài lòng và sáng kiến",
                (
                    LeafEvidence(
                        "2.2", "Sáng kiến", ((two, EvidencePlace("2.2", "", "Hai", "")),)
                    ),
                ),
            ),
        ),
        unused=(views[third.id],),
    )  # fmt: skip


def test_a_file_is_read_whole_or_in_part(desk: Desk) -> None:
    item = desk.add(file=upload("Báo cáo.pdf", pdf("Đ")))
    found = open_file(desk.session, item_id=item.id, by=desk.by, files=desk.files)
    assert (found.file.name, found.file.size, found.media_type) == (
        "Báo cáo.pdf", len(pdf("Đ")), "application/pdf",
    )  # fmt: skip
    assert b"".join(found.read()) == pdf("Đ")
    assert b"".join(found.read(5, 8)) == pdf("Đ")[5:8]


def test_a_file_is_hidden_from_others_as_if_it_were_not_there(desk: Desk, inside: Session) -> None:
    item, paper = desk.add(file=upload("a.pdf", pdf())), desk.add("Bản giấy")
    desk.use(item, "1.1")
    others = [
        (person(inside, "officer", "so-hai"), item.id),
        (person(inside, "appraiser", "so-ba"), item.id),
        (desk.by, paper.id),
        (desk.by, 10**30),
    ]
    for by, which in others:
        with pytest.raises(NotFound) as caught:
            open_file(inside, item_id=which, by=by, files=desk.files)
        assert str(caught.value) == HIDDEN


def test_with_a_scanner_only_a_clean_file_opens(desk: Desk, inside: Session) -> None:
    with clamd.running() as address:
        files = EvidenceFiles(MemoryStore(), clamd=address)
        scanned = Desk(inside, desk.campaign, desk.by, files)
        item = scanned.add(file=upload("a.pdf", pdf()))
        said = {}
        for scan in ("waiting", "infected", "clean"):
            item.scan = scan
            try:
                found = open_file(inside, item_id=item.id, by=desk.by, files=files)
                said[scan] = b"".join(found.read()).decode()
            except Conflict as refusal:
                said[scan] = str(refusal)
    assert said == {
        "waiting": "Tệp này đang chờ quét vi-rút. Hãy mở lại sau ít phút.",
        "infected": "Tệp này có vi-rút nên không mở được. Hãy đề nghị đơn vị thay tệp khác.",
        "clean": pdf().decode(),
    }


@pytest.mark.parametrize("role", ["secretariat", "appraiser"])
def test_more_documents_are_no_more_queries(desk: Desk, engine: Engine, role: str) -> None:
    by = person(desk.session, role, "so-hai" if role == "appraiser" else "")  # type: ignore[arg-type]
    asked: list[str] = []

    def ask() -> int:
        desk.session.flush()
        desk.session.expire_all()
        asked.clear()
        event.listen(engine, "before_cursor_execute", note)
        count = len(evidence_of(desk.session, campaign_id=desk.campaign, by=by))
        event.remove(engine, "before_cursor_execute", note)
        return count

    def note(*about: object) -> None:
        asked.append(str(about[2]))

    desk.use(desk.add("0"), "1.1")
    with_one = (ask(), len(asked))
    for number in range(1, 30):
        desk.use(desk.add(str(number)), "1.1")
    assert (with_one, (ask(), len(asked))) == ((1, with_one[1]), (30, with_one[1]))
