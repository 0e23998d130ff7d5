"""Criteria sets as a tree, with the linter's findings beside it."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlalchemy import select
from tests.thidua_admin.conftest import MAU, Web

from thidua.spec.base import Acknowledged, Provenance
from thidua.spec.criteria import CriteriaSet, Criterion, Declared, Domain, SubCriterion
from thidua.spec.lint import lint
from thidua.spec.loading import parse
from thidua.spec.rules import Ratio, YesNo
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.provinces import store_set
from thidua_admin.console.criteria import TreeRow, tree

LIST = "/quan-tri/bo-tieu-chi/"
RATIO = Ratio(kind="ratio", numerator="Đã xong", denominator="Phải làm")
SET = CriteriaSet(
    code="bo",
    version="2",
    title="Bộ có lỗi",
    kinds=("so",),
    grading="chung",
    pending="zero",
    bonus_cap=Decimal(1),
    declared=Declared(criteria=3),
    acknowledged=(
        Acknowledged(finding="declared-criteria", note="Nguồn in như vậy.", source="QĐ 1"),
    ),
    domains=(
        Domain(
            code="1",
            name="Chỉ đạo",
            criteria=(
                Criterion(
                    code="1.1",
                    name="Kế hoạch",
                    sub_criteria=(
                        SubCriterion(
                            code="1.1.1", name="Ban hành", max_points=Decimal("2.5"), rule=RATIO,
                            appraiser="so-noi-vu",
                        ),
                    ),
                ),
                Criterion(
                    code="1.2", name="Sáng kiến", max_points=Decimal(1), counts_as="bonus",
                    rule=YesNo(kind="yes_no"), provenance=Provenance.ILLUSTRATIVE,
                    appraiser="khong-con",
                ),
            ),
        ),
    ),
)  # fmt: skip


def test_tree_shows_points_words_and_findings() -> None:
    rows = tree(SET, lint(SET), {"so-noi-vu": "Sở Nội vụ"})
    assert [[finding.code for finding in row.findings] for row in rows] == [
        [], [], ["zero-denominator"], [],
    ]  # fmt: skip
    words = "Tỷ lệ Đã xong / Phải làm; mẫu số bằng 0: chưa quy định"
    own = "Đơn vị tự chấm"
    assert [row.__class__(**{**vars(row), "findings": ()}) for row in rows] == [
        TreeRow(0, "1", "Chỉ đạo", 25_000, "", "", "", False, ()),
        TreeRow(1, "1.1", "Kế hoạch", 25_000, "", "", "", False, ()),
        TreeRow(2, "1.1.1", "Ban hành", 25_000, words, own, "Sở Nội vụ", False, ()),
        TreeRow(
            1, "1.2", "Sáng kiến", 10_000, "Điểm thưởng. Đạt hoặc không đạt", own,
            "khong-con", True, (),
        ),
    ]  # fmt: skip


def test_page_of_a_set_says_what_blocks_it(web: Web) -> None:
    with web.inside() as session:
        number = store_set(session, criteria=SET).id
    page = web.client("secretariat").get(f"{LIST}details/?id={number}").text
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Bộ có lỗi" in text
    assert "Phiên bản 2, chấm Sở, ban, ngành" in text
    assert "1 lỗi phải sửa hoặc ghi nhận trước khi mở kỳ" in text
    assert "Đã ghi nhận nguồn ghi 3 tiêu chí, cộng từ cây được 2. Nguồn in như vậy. (QĐ 1)" in text
    assert (
        "Lỗi mẫu số có thể bằng 0 mà chưa quy ước cách tính. "
        "Ghi zero_denominator: full, zero hoặc not_applicable." in text
    )
    assert "1.1.1 Ban hành Tỷ lệ Đã xong / Phải làm; mẫu số bằng 0: chưa quy định" in text
    assert "2,5 Đơn vị tự chấm Sở Nội vụ" in text
    assert "Sáng kiến minh họa" in text
    assert "Các tiêu chí ghi “minh họa” không phải quy định của tỉnh." in text


def test_list_tells_points_leaves_and_use(web: Web) -> None:
    page = web.client("secretariat").get(LIST).text
    rows = re.findall(r"<tr>\s*<td.*?</tr>", page, re.DOTALL)
    cells = [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells[:-1]]
        for cells in (re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows)
    ]
    with web.inside() as session:
        stored = session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id.desc()))
        sets = [parse(CriteriaSet, row.document) for row in stored]
    badge = "SỐ LIỆU MINH HỌA"
    assert cells == [
        [f"Bộ {MAU}", "1", "Sở, ban, ngành", "3", "100", "Đã dùng", badge],
        [sets[1].title, "1", "UBND xã, phường, đặc khu", "2", "100", "Đã dùng", badge],
        [sets[2].title, "1", "Sở, ban, ngành", "3", "100", "Chưa dùng", badge],
    ]


def test_every_bundled_set_is_shown(web: Web) -> None:
    client = web.client("tg")
    with web.inside("tiengiang") as session:
        sets = {row.id: row.document for row in session.scalars(select(StoredCriteriaSet))}
    for number, document in sets.items():
        page = client.get(f"{LIST}details/?id={number}").text
        codes = [node.code for node in parse(CriteriaSet, document).nodes()]
        assert re.findall(r'<span class="node-code">([^<]+)', page) == codes
