"""The page of one unit's line: figures with their reasons, a tree of points, and for whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from tests.factories import COMMAND
from tests.small import OPENED_AT
from tests.thidua_admin.conftest import Web

from thidua.store.campaigns import Campaign
from thidua.store.people import Membership, User
from thidua.store.results import ResultRow
from thidua.store.units import Unit
from thidua.work.accounts import grant_membership
from thidua.work.entries import save_entries
from thidua.work.results import compute_results, publish_results

GIVEN = {
    "so-noi-vu": {"1.1": {"value": 1}, "1.2.1": {"numerator": 2, "denominator": 3}},
    "so-tai-chinh": {"1.1": {"value": 1}, "1.2.1": {"numerator": 3, "denominator": 3}},
}
"""Entered by the units; 2 is entered for both by the agency: 98.5 % earns all 50 points."""


@dataclass(frozen=True)
class Rows:
    """The ids of two rows of a published version."""

    noi_vu: int
    tai_chinh: int


@pytest.fixture
def rows(web: Web) -> Rows:
    """Sở Nội vụ with 86,6667 of 100 points, Sở Tài chính with all."""
    with web.inside() as session:
        campaign = session.scalars(select(Campaign)).one()
        units = {row.key: row.id for row in session.scalars(select(Unit))}
        for key, inputs in GIVEN.items():
            for stage, more in (("self", inputs), ("appraised", {"2": {"value": 985_000}})):
                save_entries(
                    session, campaign_id=campaign.id, unit_id=units[key], inputs=more, by=COMMAND,
                    at=OPENED_AT, stage=stage,  # type: ignore[arg-type]
                )  # fmt: skip
        version = compute_results(session, campaign_id=campaign.id, by=COMMAND, plugin_version="1")
        publish_results(session, version_id=version.id, by=COMMAND)
        found = {row.unit_id: row.id for row in version.rows}
        return Rows(found[units["so-noi-vu"]], found[units["so-tai-chinh"]])


def text(client: FlaskClient, row: int) -> str:
    """What is read in the main part of a row's page, in one line."""
    answer = client.get(f"/ket-qua/dong/{row}")
    assert answer.status_code == 200
    main = answer.text.partition('<main class="main" id="main" tabindex="-1">')[2].partition(
        "</main>"
    )[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_figures_stand_with_their_reasons(web: Web, rows: Rows) -> None:
    page = text(web.client("secretariat"), rows.noi_vu)
    for said in (
        "Điểm 86,6667 Điểm đạt: 86,6667 điểm Điểm tối đa của đơn vị: 100 điểm",
        "Chỉ số 86,67% Điểm ÷ điểm tối đa của đơn vị: 86,6667 ÷ 100 = 86,6667% "
        "86,6667% làm tròn 2 số lẻ thành 86,67%",
        "Hạng 2 Hạng 2 trong 3 đơn vị được xếp hạng",
        "Ngay trên: Sở Tài chính (hạng 1, 100,00%)",
        "Xếp loại Tốt (ngưỡng minh họa) Xếp loại Tốt: chỉ số 86,67% đạt ngưỡng từ 80",
        "Thêm 13,3283 điểm thì ngang Sở Tài chính (hạng 1); thêm 13,3383 điểm thì vượt lên hạng 1",
        "1.2.1 Mức độ hoàn thành nhiệm vụ 13,3333 từ hạng 2 lên hạng 1",
    ):
        assert said in page


def test_tree_has_every_node_with_its_points_inputs_and_rounding(web: Web, rows: Rows) -> None:
    page = text(web.client("secretariat"), rows.noi_vu)
    tree = page.partition("Vì sao được số điểm này ")[2]
    assert tree == (
        "Lĩnh vực Điểm Tối đa Chỉ số thành phần "
        "1. Chỉ đạo, điều hành cải cách hành chính 36,6667 50 73,33% "
        "10 + 26,6667 = 36,6667 điểm "
        "Chỉ số thành phần: 36,6667 ÷ 50 = 73,3334% 73,3334% làm tròn 2 số lẻ thành 73,33% "
        "Mã Tiêu chí Điểm Tối đa Cách tính "
        "1.1 Ban hành kế hoạch năm đúng hạn 10 10 Đạt → 10 điểm Kết quả: Có Số liệu theo tự chấm "
        "1.2 Kết quả thực hiện kế hoạch 26,6667 40 66,67% "
        "1.2.1 Mức độ hoàn thành nhiệm vụ 26,6667 40 2/3 ≈ 66,67% của 40 điểm → 26,6667 điểm "
        "Số nhiệm vụ đã hoàn thành: 2; Số nhiệm vụ trong kế hoạch: 3 "
        "26,66666… làm tròn 4 số lẻ thành 26,6667 Số liệu theo tự chấm "
        "2. Cải cách thủ tục hành chính 50 50 100,00% "
        "Mã Tiêu chí Điểm Tối đa Cách tính "
        "2 Cải cách thủ tục hành chính 50 50 98,5 thuộc bậc từ 98 → 50 điểm "
        "Tỷ lệ hồ sơ đúng hạn (%): 98,5 Số liệu theo thẩm định "
        "Tổng điểm 86,6667 100 86,67%"
    )


def test_officer_reads_the_leaves_of_the_own_unit_alone(web: Web, rows: Rows) -> None:
    with web.inside() as session:
        user = session.scalars(select(User).where(User.username == "kin")).one()
        unit = session.get_one(ResultRow, rows.noi_vu).unit_id
        session.execute(delete(Membership).where(Membership.user_id == user.id))
        grant_membership(session, user_id=user.id, role="officer", unit_id=unit, by=COMMAND)
    officer = web.client("kin")
    own, other = text(officer, rows.noi_vu), text(officer, rows.tai_chinh)
    assert own == text(web.client("secretariat"), rows.noi_vu)
    assert "Ban hành kế hoạch" in text(web.client("secretariat"), rows.tai_chinh)
    assert ("Ban hành kế hoạch" in other, "Số nhiệm vụ" in other) == (False, False)
    assert "Hạng 1 Hạng 1 trong 3 đơn vị được xếp hạng" in other
    assert other.endswith(
        "Số liệu và điểm từng tiêu chí của đơn vị khác chỉ dành cho người thẩm định và đơn vị đó."
    )


def test_printed_table_says_that_it_has_no_leaves(web: Web) -> None:
    with web.inside() as session:
        row = session.scalars(select(ResultRow.id).where(ResultRow.detail == {})).first()
    assert row is not None
    page = text(web.client("secretariat"), row)
    assert "Điểm 99,95" in page
    assert page.endswith("Bảng đã công bố chỉ in tổng điểm, không in điểm từng tiêu chí.")


def test_fold_opens_without_script_and_nothing_is_inline(web: Web, rows: Rows) -> None:
    page = web.client("leader").get(f"/ket-qua/dong/{rows.noi_vu}").text
    assert page.count('<details class="branch">') == 2
    main = page.partition("<main")[2].partition("</main>")[0]
    assert re.findall(r"<script| style=| on\w+=", main) == []
