"""``thidua audit verify``: whole, or the rows that are not."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import seal_all
from tests.thidua.cli.conftest import Shell

from thidua.store.audit import GENESIS
from thidua.store.audit_rows import AuditSeal
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province


@pytest.fixture
def province(opened: Shell, sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalars(select(Province.id)).one()


def test_verify_counts_what_is_sealed(
    opened: Shell, sessions: sessionmaker[Session], province: int
) -> None:
    assert opened.says("audit", "verify") == ["nho: 0 dòng đã niêm phong, 2 dòng chưa niêm phong."]
    assert opened.json("audit", "verify") == {
        "nho": {"sealed": 0, "unsealed": 2, "broken": [], "head": GENESIS}
    }
    seal_all(sessions, province)
    assert opened.says("audit", "verify") == ["nho: 2 dòng đã niêm phong, 0 dòng chưa niêm phong."]
    with sessions() as session:
        enter_province(session, province)
        head = session.scalars(select(AuditSeal.hash).order_by(AuditSeal.position.desc())).first()
    assert opened.json("audit", "verify")["nho"]["head"] == head


def test_verify_names_a_row_that_the_owner_changed(
    opened: Shell, sessions: sessionmaker[Session], province: int, owner: Engine
) -> None:
    opened.says("province", "apply", "tiengiang", "--yes")
    seal_all(sessions, province)
    with owner.begin() as connection:
        changed = connection.scalar(
            text("UPDATE audit_event SET actor_name = 'kẻ khác' WHERE action = 'campaign.open' "
                 "RETURNING id")
        )  # fmt: skip
    result = opened.run("audit", "verify")
    assert (result.exit_code, result.stdout.splitlines()) == (
        1,
        [
            "nho: 2 dòng đã niêm phong, 0 dòng chưa niêm phong.",
            f"  DÒNG {changed} ĐÃ BỊ SỬA HOẶC MẤT",
            "tiengiang: 0 dòng đã niêm phong, 3 dòng chưa niêm phong.",
        ],
    )
    as_json = opened.run("audit", "verify", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["nho"]["broken"] == [changed]


def test_head_is_printed_and_found_again_in_the_chain(
    opened: Shell, sessions: sessionmaker[Session], province: int, owner: Engine
) -> None:
    assert opened.says("audit", "head") == ["nho: chưa niêm phong dòng nào"]
    opened.says("province", "apply", "tiengiang", "--yes")
    seal_all(sessions, province)
    with owner.begin() as connection:
        connection.execute(text("UPDATE audit_seal SET sealed_at = '2026-11-30 10:00Z'"))
        first, last = connection.scalars(text("SELECT hash FROM audit_seal ORDER BY position"))
    assert opened.says("audit", "head", "nho") == [
        f"nho: 2 dòng đã niêm phong đến 17 giờ 00 ngày 30/11/2026, mã niêm phong cuối {last}"
    ]
    assert opened.json("audit", "head") == {
        "nho": {"sealed": 2, "head": last, "sealed_at": "2026-11-30T10:00:00+00:00"},
        "tiengiang": {"sealed": 0, "head": GENESIS, "sealed_at": None},
    }
    assert opened.refuses("audit", "head", "khac") == (
        "Không có tỉnh “khac”. Các tỉnh đã cài: nho, tiengiang."
    )
    lines = opened.says("audit", "verify")
    assert opened.says("audit", "verify", "--kept", first) == [
        *lines,
        f"{first}: nho, dòng niêm phong 1",
    ]
    lost = opened.run("audit", "verify", "--kept", last, "--kept", "ab12")
    assert (lost.exit_code, lost.stdout.splitlines()) == (
        1,
        [
            *lines,
            f"{last}: nho, dòng niêm phong 2",
            "ab12: KHÔNG CÒN TRONG CHUỖI, CHUỖI ĐÃ BỊ VIẾT LẠI",
        ],
    )


def test_verify_of_an_empty_installation_is_whole(shell: Shell) -> None:
    assert shell.says("audit", "verify") == []
    assert shell.json("audit", "verify") == {}
