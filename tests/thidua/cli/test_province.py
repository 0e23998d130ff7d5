"""``thidua province``: list, check, apply."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.small import criteria, small_spec
from tests.thidua.cli.conftest import Shell

from thidua.store.audit_rows import AuditEvent
from thidua.store.provinces import Province
from thidua.store.tenancy import enter_province

BROUGHT = [
    "Thêm tỉnh: Tỉnh Nhỏ",
    "Thêm loại đơn vị: Sở, ban, ngành",
    "Thêm loại đơn vị: Cấp xã",
    "Thêm khối, cụm: Khối 1",
    "Thêm cách xếp loại: chung",
    "Thêm bộ tiêu chí: Bộ tiêu chí nhỏ (phiên bản 1)",
    "Thêm đơn vị: Sở Ba",
    "Thêm đơn vị: Sở Hai",
    "Thêm đơn vị: Sở Một",
    "Thêm đơn vị: Xã Một",
]


def provinces(sessions: sessionmaker[Session]) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(Province.code)))


def test_list_names_each_province(no_database: Shell) -> None:
    assert no_database.says("province", "list") == [
        "nho          Tỉnh Nhỏ (Sở Nội vụ tỉnh Nhỏ), dữ liệu 3",
        "tiengiang    Tỉnh Tiền Giang (Sở Nội vụ tỉnh Tiền Giang), dữ liệu 1",
    ]
    assert no_database.json("province", "list") == {
        "provinces": [
            {
                "code": "nho", "name": "Nhỏ", "full_name": "Tỉnh Nhỏ",
                "authority": "Sở Nội vụ tỉnh Nhỏ", "version": "3",
            },
            {
                "code": "tiengiang", "name": "Tiền Giang", "full_name": "Tỉnh Tiền Giang",
                "authority": "Sở Nội vụ tỉnh Tiền Giang", "version": "1",
            },
        ],
        "refused": [],
    }  # fmt: skip


@pytest.fixture
def broken(no_database: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same with a second plugin that fails to load."""
    facts = tmp_path / "hong" / "hong-0.1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: hong\nVersion: 0.1.0\n")
    entry = "[thidua.provinces]\nhong = thidua_khong_co.plugin:province\n"
    (facts / "entry_points.txt").write_text(entry)
    monkeypatch.syspath_prepend(str(tmp_path / "hong"))
    monkeypatch.setenv("THIDUA_PROVINCES", "nho,tiengiang,hong")
    return no_database


REASON = "không nạp được thidua_khong_co.plugin:province: No module named 'thidua_khong_co'"


def test_list_names_who_was_refused_and_why(broken: Shell) -> None:
    result = broken.run("province", "list")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "nho          Tỉnh Nhỏ (Sở Nội vụ tỉnh Nhỏ), dữ liệu 3",
            "tiengiang    Tỉnh Tiền Giang (Sở Nội vụ tỉnh Tiền Giang), dữ liệu 1",
            f"hong         BỊ TỪ CHỐI: {REASON}",
        ],
    )
    assert "province_refused" in result.stderr  # the log, apart from what is printed
    said = json.loads(broken.run("province", "list", "--json").stdout)
    assert said["refused"] == [{"name": "hong", "reason": REASON}]
    assert [item["code"] for item in said["provinces"]] == ["nho", "tiengiang"]


def test_a_refused_province_is_told_wherever_it_is_named(broken: Shell) -> None:
    check = broken.run("province", "check", "hong")
    assert (check.exit_code, check.stdout) == (1, f"Tỉnh “hong” bị từ chối: {REASON}\n")


def test_check_says_what_a_province_holds(no_database: Shell) -> None:
    assert no_database.says("province", "check", "nho") == [
        "Tỉnh Nhỏ: 2 loại đơn vị, 4 đơn vị, 1 bộ tiêu chí với 4 tiêu chí lá, 0 phong trào, "
        "0 bảng kết quả đã công bố.",
        "nên xem  bo-nho 2.2: đơn vị tự chấm mà chưa giao cơ quan nào thẩm định. "
        "Giao cơ quan thẩm định cho tiêu chí này hoặc cho lĩnh vực chứa nó. (appraiser)",
        "Tỉnh giữ đúng hợp đồng.",
    ]
    assert no_database.says("province", "check", "tiengiang")[-1] == "Tỉnh giữ đúng hợp đồng."


def test_check_fails_on_an_open_contradiction(tmp_path: Path, no_database: Shell) -> None:
    spec = small_spec(criteria_sets=[criteria(declared={"domains": 3})])
    file = tmp_path / "noi-dat" / "thidua_nho" / "spec.json"
    file.write_text(spec.model_dump_json(by_alias=True), encoding="utf-8")
    result = no_database.run("province", "check", "nho")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:] == [
        "LỖI      bo-nho bộ tiêu chí: nguồn ghi 3 lĩnh vực, cộng trong bộ được 2. "
        "Sửa bộ tiêu chí cho khớp; nếu nguồn in như vậy thì ghi nhận kèm nguồn. "
        "(declared, acknowledged)",
        "nên xem  bo-nho bộ tiêu chí: có 20 điểm điều tra xã hội học mà thang điểm không nói tới. "
        "Ghi điểm điều tra xã hội học vào thang điểm, theo văn bản ban hành. "
        "(declared.survey_points)",
        "nên xem  bo-nho 2.2: đơn vị tự chấm mà chưa giao cơ quan nào thẩm định. "
        "Giao cơ quan thẩm định cho tiêu chí này hoặc cho lĩnh vực chứa nó. (appraiser)",
    ]


def test_apply_previews_asks_and_writes_once(shell: Shell, sessions: sessionmaker[Session]) -> None:
    assert shell.says("province", "apply", "nho", "--preview") == [
        *BROUGHT, "Xem trước: 10 thay đổi, chưa ghi gì.",
    ]  # fmt: skip
    assert provinces(sessions) == []
    asked = shell.says("province", "apply", "nho", typed="n\n")
    assert asked == [*BROUGHT, "Ghi 10 thay đổi này? [y/N]: n", "Không ghi gì."]
    assert provinces(sessions) == []
    asked = shell.says("province", "apply", "nho", typed="y\n")
    assert asked == [*BROUGHT, "Ghi 10 thay đổi này? [y/N]: y", "Đã ghi."]
    for option in ("--preview", "--yes"):
        assert shell.says("province", "apply", "nho", option) == ["Không có gì mới."]
    with sessions() as session:
        enter_province(session, session.scalars(select(Province.id)).one())
        event = session.scalars(select(AuditEvent)).one()
        assert (event.actor_kind, event.action, bool(event.actor_name)) == (
            "command", "province.apply", True,
        )  # fmt: skip


def test_apply_that_is_not_answered_writes_nothing(
    shell: Shell, sessions: sessionmaker[Session]
) -> None:
    result = shell.run("province", "apply", "nho")
    assert (result.exit_code, result.stderr) == (1, "Đã dừng giữa chừng, việc chưa được ghi.\n")
    assert provinces(sessions) == []


def test_apply_of_an_unknown_province_names_the_known(shell: Shell) -> None:
    known = "Các tỉnh đã cài: nho, tiengiang."
    assert shell.refuses("province", "apply", "khong-co") == f"Không có tỉnh “khong-co”. {known}"
    assert shell.refuses("campaign", "list", "\udcff").endswith(known)
    assert shell.refuses("province", "check", "khong-co").startswith("Không có tỉnh “khong-co”.")
