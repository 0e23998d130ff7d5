"""What units did for a movement: who may record it, what is refused and why, what stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.awarding import award_spec, scheme_document
from tests.factories import COMMAND
from tests.moving import NOW, PAPER, TODAY, apply_moving, launched, movement_document, registered
from tests.small import open_again, person, small_spec, unit_id
from tests.thidua.evidence.samples import pdf, upload

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound, ThiduaError
from thidua.evidence.files import open_files
from thidua.settings import Settings
from thidua.store.audit_rows import AuditEvent
from thidua.store.movements import MovementAct
from thidua.store.units import UnitPeriod
from thidua.work.evidence import add_evidence, withdraw_evidence
from thidua.work.evidence_facts import EvidenceFacts
from thidua.work.evidence_files import file_faults, file_scanned, waiting_files
from thidua.work.movement_life import Proof, fulfil_duty, list_acts, retract_act
from thidua.work.paper_files import open_paper
from thidua.work.papers import PaperFacts
from thidua.work.provinces import apply_province
from thidua.work.units import remove_unit


@pytest.fixture
def inside(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        apply_moving(session)
        yield session


def refusal(act: Callable[[], object], kind: type[ThiduaError]) -> str:
    """The sentence with which ``act`` is refused."""
    with pytest.raises(kind) as refused:
        act()
    return str(refused.value)


def fulfilled(session: Session, key: str, duty: str = "bao-cao", **more: Any) -> MovementAct:
    given = {"year": 2025, "proof": Proof(PAPER), "by": COMMAND, **more}
    return fulfil_duty(
        session, movement="cchc", duty=duty, unit_id=unit_id(session, key), on=date(2025, 12, 1),
        at=NOW, **given,
    )  # fmt: skip


def seen(acts: list[MovementAct] | Any) -> list[tuple[object, ...]]:
    return [(act.kind, act.year, act.duty, act.note, act.withdrawn_at is None) for act in acts]


def test_acts_are_kept_with_their_papers(inside: Session) -> None:
    officer = person(inside, "officer", "so-mot")
    launched(inside, "so-hai", folded_into="Kế hoạch công tác năm")
    made = launched(inside, "so-mot", by=officer)
    registered(inside, "xa-mot")
    fulfilled(inside, "so-mot")
    assert seen(list_acts(inside, movement="cchc", by=COMMAND)) == [
        ("registered", None, "", "", True),
        ("folded", None, "", "Kế hoạch công tác năm", True),
        ("launched", None, "", "", True),
        ("fulfilled", 2025, "bao-cao", "", True),
    ]
    own = list_acts(inside, movement="cchc", by=officer)
    assert [(act.kind, act.unit_id) for act in own] == [
        ("launched", made.unit_id), ("fulfilled", made.unit_id),
    ]  # fmt: skip
    [event] = inside.scalars(select(AuditEvent).where(AuditEvent.subject_id == made.id)
                             .where(AuditEvent.action == "movement.act"))  # fmt: skip
    assert event.actor_name == officer.name
    assert event.after == {
        "movement": made.movement_id, "unit": made.unit_id, "kind": "launched", "year": None,
        "duty": "", "on": "2025-09-01", "note": "", "evidence": None,
        "paper": {
            "number": "12/KH-SM", "issued_on": "2025-09-01", "signer": "Bà Mẫu", "issuer": "",
            "summary": "", "file": None, "sha256": None,
        },
    }  # fmt: skip


def test_an_officer_acts_for_the_own_unit_alone(inside: Session) -> None:
    officer, leader = person(inside, "officer", "so-mot"), person(inside, "leader")
    assert refusal(partial(launched, inside, "so-hai", by=officer), NotAllowed) == (
        "Bạn chỉ ghi được việc của đơn vị mình."
    )
    assert refusal(partial(launched, inside, "so-hai", by=leader), NotAllowed).startswith(
        "Bạn không có quyền ghi việc phát động phong trào."
    )
    theirs = launched(inside, "so-hai")
    retract = partial(retract_act, inside, act_id=theirs.id, at=NOW)
    assert refusal(partial(retract, by=officer), NotFound) == (
        "Không có việc này, hoặc việc do đơn vị khác thực hiện."
    )


def test_what_is_done_is_recorded_once_until_it_is_taken_back(inside: Session) -> None:
    act = launched(inside, "so-mot")
    again = "Nếu ghi nhầm, hãy rút rồi ghi lại."
    assert refusal(partial(launched, inside, "so-mot", folded_into="KH"), Conflict) == (
        f"Việc phát động hưởng ứng của Sở Một đã ghi, ngày 01/09/2025. {again}"
    )
    fulfilled(inside, "so-mot")
    assert refusal(partial(fulfilled, inside, "so-mot"), Conflict) == (
        f"Việc hoàn thành nhiệm vụ của năm 2025 của Sở Một đã ghi, ngày 01/12/2025. {again}"
    )
    fulfilled(inside, "so-mot", year=2026)
    retract = partial(retract_act, inside, act_id=act.id, at=NOW)
    assert refusal(partial(retract, by=COMMAND), Invalid) == "Lý do: Hãy ghi lý do rút."
    retract(by=COMMAND.because("Ghi nhầm đơn vị"))
    assert refusal(partial(retract, by=COMMAND.because("Lần nữa")), Conflict) == (
        "Việc này đã được rút."
    )
    assert launched(inside, "so-mot").id != act.id
    assert (act.withdrawal, inside.get_one(MovementAct, act.id).withdrawn_at) == (
        "Ghi nhầm đơn vị", NOW,
    )  # fmt: skip


def test_evidence_of_what_was_done_is_not_withdrawn(inside: Session, tmp_path: Path) -> None:
    campaign = open_again(inside, small_spec())
    item = add_evidence(
        inside, campaign_id=campaign.id, unit_id=unit_id(inside, "so-mot"),
        facts=EvidenceFacts("Báo cáo năm"), by=COMMAND, at=NOW,
        files=open_files(Settings(home=tmp_path)),
    )  # fmt: skip
    act = fulfilled(inside, "so-mot", proof=Proof(evidence_id=item.id))
    withdraw = partial(
        withdraw_evidence, inside, item_id=item.id, by=COMMAND.because("Sai"), at=NOW
    )
    assert refusal(withdraw, Conflict) == (
        "Tài liệu này đang chứng minh một việc đã ghi trong phong trào thi đua. "
        "Hãy rút việc đó trước."
    )
    retract_act(inside, act_id=act.id, by=COMMAND.because("Ghi nhầm"), at=NOW)
    assert withdraw().withdrawal == "Sai"


def test_each_unfit_act_is_refused_with_its_sentence(inside: Session) -> None:
    tomorrow = {"on": TODAY + timedelta(days=1)}
    later = PaperFacts("1", TODAY + timedelta(days=1))
    attempts: dict[str, tuple[type[ThiduaError], Callable[[], object]]] = {
        "Ngày thực hiện: Không được sau hôm nay.": (
            Invalid, partial(launched, inside, "so-mot", **tomorrow)
        ),
        "Tỉnh không có đơn vị này vào ngày 30/06/2025.": (
            NotFound, partial(launched, inside, "so-mot", on=date(2025, 6, 30))
        ),
        "Năm: Phong trào không có năm 2024.": (
            Invalid, partial(registered, inside, "so-mot", year=2024)
        ),
        "Phong trào không có nhiệm vụ “khac”. Đã có: phat-dong, dang-ky, bao-cao, tuyen-truyen.": (
            NotFound, partial(fulfilled, inside, "so-mot", "khac")
        ),
        "Đơn vị: Nhiệm vụ này không giao cho Sở Một.": (
            Invalid, partial(fulfilled, inside, "so-mot", "dang-ky", year=None)
        ),
        "Năm: Nhiệm vụ làm hằng năm: hãy ghi năm.": (
            Invalid, partial(fulfilled, inside, "so-mot", year=None)
        ),
        "Năm: Nhiệm vụ này làm một lần: không ghi năm.": (
            Invalid, partial(fulfilled, inside, "so-mot", "tuyen-truyen")
        ),
        "Minh chứng: Hãy ghi văn bản hoặc tài liệu minh chứng.": (
            Invalid, partial(fulfilled, inside, "so-mot", proof=Proof())
        ),
        "Không có tài liệu minh chứng này của đơn vị.": (
            NotFound, partial(fulfilled, inside, "so-mot", proof=Proof(evidence_id=1))
        ),
        "Số, ký hiệu: Hãy ghi số, ký hiệu hoặc trích yếu văn bản.": (
            Invalid, partial(launched, inside, "so-mot", paper=PaperFacts(" ", TODAY))
        ),
        "Ngày văn bản: Hãy ghi ngày ký văn bản, không sau hôm nay.": (
            Invalid, partial(launched, inside, "so-mot", paper=later)
        ),
        "Không có phong trào thi đua này trong tỉnh đang làm việc.": (
            NotFound, partial(list_acts, inside, movement="khac", by=COMMAND)
        ),
    }  # fmt: skip
    assert [refusal(act, kind) for kind, act in attempts.values()] == [*attempts]


def test_a_unit_that_did_something_cannot_be_removed(inside: Session) -> None:
    registered(inside, "xa-mot")
    unit = unit_id(inside, "xa-mot")
    [period] = inside.scalars(select(UnitPeriod.id).where(UnitPeriod.unit_id == unit))
    said = refusal(partial(remove_unit, inside, period_id=period, by=COMMAND), Conflict)
    assert said.startswith("Đơn vị đã có việc ghi trong một phong trào thi đua nên không xóa được.")


def test_who_takes_part_and_who_launches_is_the_schemes_word(
    sessions: sessionmaker[Session],
) -> None:
    who = {"label": "sở, ban, ngành", "kinds": ["so"]}
    with sessions() as session:
        spec = award_spec(
            movements=[movement_document(registration="required")],
            award_schemes=[scheme_document(launchers=who)],
        )
        apply_province(session, spec=spec, by=COMMAND)
        assert refusal(partial(launched, session, "xa-mot"), Invalid) == (
            "Đơn vị: Xã Một không thuộc đối tượng: sở, ban, ngành."
        )
        assert launched(session, "so-mot").kind == "launched"
        assert refusal(partial(registered, session, "so-mot"), Conflict) == (
            "Mọi nơi thuộc đối tượng đều tham gia phong trào này, không cần đăng ký."
        )


def test_a_signed_file_is_kept_scanned_and_watched(inside: Session, tmp_path: Path) -> None:
    files = open_files(Settings(home=tmp_path))
    paper = PaperFacts("3/KH", date(2025, 9, 1), file=upload("kh.pdf", pdf()))
    act = launched(inside, "so-mot", paper=paper, files=files)
    assert act.paper
    assert act.paper.file
    digest = act.paper.file.hash
    assert (act.paper.file.name, waiting_files(inside)) == ("kh.pdf", [digest])
    assert file_faults(inside, files=files) == (1, [])
    opened = open_paper(inside, paper_id=act.paper.id, by=person(inside, "officer", "so-mot"),
                        files=files)  # fmt: skip
    assert b"".join(opened.read()) == pdf()
    for path in (tmp_path / "evidence").rglob(digest):
        path.unlink()
    [fault] = file_faults(inside, files=files)[1]
    assert (fault.unit, fault.summary, fault.missing) == (
        "hồ sơ thi đua, khen thưởng", "3/KH", True,
    )  # fmt: skip
    assert file_scanned(inside, file_hash=digest, verdict="clean") == 1
    assert (act.paper.scan, waiting_files(inside)) == ("clean", [])
