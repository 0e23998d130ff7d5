"""Criteria sets as a tree, with the linter's findings beside it."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.thidua_admin.conftest import MAU, Web, post, said

from thidua.spec.base import Acknowledged, Provenance
from thidua.spec.criteria import CriteriaSet, Criterion, Declared, Domain, SubCriterion
from thidua.spec.lint import lint
from thidua.spec.loading import parse
from thidua.spec.rules import Ratio, YesNo
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.provinces import store_set
from thidua.work.sets import parsed
from thidua_admin.console.criteria_tree import LeafShown, TreeNode, tree

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
    declared=Declared(criteria=3, sub_criteria=7),
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
                            appraiser="so-noi-vu", evidence="Kế hoạch", guidance="Xem bản ký.",
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


def plain(page: str) -> str:
    """The text of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def put(session: Session, **changed: Any) -> int:
    """The id of a stored set."""
    return store_set(session, criteria=SET.model_copy(update=changed)).id


def test_tree_shows_points_words_and_findings() -> None:
    findings = lint(SET)
    zero = tuple(item for item in findings if item.place == "1.1.1")
    assert [item.code for item in zero] == ["zero-denominator"]
    issued = LeafShown(
        "", "(Đã xong) / (Phải làm) × 2,5 điểm; mẫu số bằng 0: chưa quy ước", "Đơn vị tự chấm", (),
        "Sở Nội vụ", "Kế hoạch", "Xem bản ký.", guidable=False,
    )  # fmt: skip
    bonus = LeafShown(
        "Điểm thưởng", "Có: 1 điểm; không: 0 điểm", "Đơn vị tự chấm", (), "khong-con", "", "",
        guidable=True,
    )  # fmt: skip
    leaves = (
        TreeNode("1.1.1", "Ban hành", 25_000, "", False, zero, issued, ()),
        TreeNode("1.2", "Sáng kiến", 10_000, "", True, (), bonus, ()),
    )
    plan = TreeNode("1.1", "Kế hoạch", 25_000, "", False, (), None, leaves[:1])
    shown = tree(SET, findings, {"so-noi-vu": "Sở Nội vụ"}, {"1.2"})
    assert shown == [TreeNode("1", "Chỉ đạo", 25_000, "", False, (), None, (plan, leaves[1]))]
    assert (shown[0].leaves, shown[0].blocking, shown[0].told) == (2, 1, 1)


def test_page_of_a_set_says_what_blocks_it_and_keeps_a_contradiction(web: Web) -> None:
    with web.inside() as session:
        number = put(session)
    client, address = web.client("secretariat"), f"{LIST}details/?id={number}"
    page = client.get(address).text
    text = plain(page)
    for words in (
        "Bộ có lỗi Phiên bản 2, chấm Sở, ban, ngành",
        "Dự thảo còn viết được hướng dẫn, bảng đối chiếu",
        "2 lỗi phải sửa hoặc ghi nhận trước khi mở kỳ",
        "Đã ghi nhận nguồn ghi 3 tiêu chí, cộng trong bộ được 2. Nguồn in như vậy. (nguồn: QĐ 1)",
        "Phải sửa mẫu số có thể bằng 0 mà chưa quy ước cách tính. "
        "Quy ước khi mẫu số bằng 0: được điểm tối đa, 0 điểm hay không đánh giá.",
        "Cách chấm (Đã xong) / (Phải làm) × 2,5 điểm; mẫu số bằng 0: chưa quy ước Số liệu do "
        "Đơn vị tự chấm Thẩm định Sở Nội vụ Tài liệu minh chứng Kế hoạch "
        "Hướng dẫn chấm Xem bản ký. Sửa hướng dẫn",
        "Sáng kiến minh họa điểm thưởng",
        "Các tiêu chí ghi “minh họa” không phải quy định của tỉnh.",
    ):
        assert words in text
    shown = dict(re.findall(r'name="(seen|finding)" value="([^"]+)"', page))
    assert shown["finding"] == "declared-sub-criteria"
    form = {"id": number, **shown, "note": "Bảng in sai", "source": "QĐ 1, trang 3"}
    post(client, f"{LIST}ghi-nhan/", **form)
    text = plain(client.get(address).text)
    assert "Bảng in sai (nguồn: QĐ 1, trang 3)" in text
    assert "1 lỗi phải sửa hoặc ghi nhận trước khi mở kỳ" in text
    post(client, f"{LIST}ghi-nhan/", **form)
    assert said(client.get(address).text) == [
        "Bộ tiêu chí vừa được người khác sửa. Hãy tải lại trang, xem lại rồi ghi lại."
    ]


def test_list_tells_points_lines_and_use(web: Web) -> None:
    page = web.client("secretariat").get(LIST).text
    rows = re.findall(r"<tr>\s*<td.*?</tr>", page, re.DOTALL)
    cells = [
        [plain(cell) for cell in cells[:-1]]
        for cells in (re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows)
    ]
    with web.inside() as session:
        stored = session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id.desc()))
        sets = [parse(CriteriaSet, row.document) for row in stored]
    badge, used = "SỐ LIỆU MINH HỌA", "Cố định, kỳ 2026"
    assert cells == [
        [f"Bộ {MAU}", "1", "–", "Sở, ban, ngành", "3", "100", used, badge],
        [sets[1].title, "1", "–", "UBND xã, phường, đặc khu", "2", "100", used, badge],
        [sets[2].title, "1", "–", "Sở, ban, ngành", "3", "100", "Dự thảo", badge],
    ]
    assert 'href="/quan-tri/bo-tieu-chi/nhap/"' in page
    assert 'href="/quan-tri/bo-tieu-chi/nhap/"' not in web.client("appraiser").get(LIST).text


def test_every_bundled_set_is_shown_with_as_many_queries(web: Web) -> None:
    client = web.client("tg")
    with web.inside("tiengiang") as session:
        sets = {row.id: row.document for row in session.scalars(select(StoredCriteriaSet))}
    counts = set()
    for number, document in sets.items():
        address = f"{LIST}details/?id={number}"
        counts.add(web.count_queries(partial(client.get, address)))
        codes = [node.code for node in parse(CriteriaSet, document).nodes()]
        page = client.get(address).text
        assert re.findall(r'<span class="node-code">([^<]+)', page) == codes
    assert len(counts) == 1
    assert counts.pop() <= 16


def test_guidance_is_written_once_and_by_those_who_may(web: Web) -> None:
    with web.inside() as session:
        first = session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id)).first()
        assert first is not None
        number, frozen = (
            first.id,
            session.scalars(
                select(StoredCriteriaSet.id).where(StoredCriteriaSet.frozen).limit(1)
            ).one(),
        )
        codes = [leaf.code for leaf in parsed(first).leaves]
    client = web.client("secretariat")
    address = f"{LIST}huong-dan/?id={number}&ma={codes[0]}"
    opened = client.get(address).text
    assert f'name="ma" value="{codes[0]}"' in opened
    typed = {"id": number, "ma": codes[0], "instead_of": ""}
    post(client, f"{LIST}huong-dan/", **typed, text="Dòng một\r\nDòng hai")
    page = client.get(f"{LIST}details/?id={number}").text
    assert "Dòng một\nDòng hai" in page
    assert said(page) == [f"Đã ghi hướng dẫn của tiêu chí {codes[0]}."]
    stale = post(client, f"{LIST}huong-dan/", **typed, text="Khác").text
    assert said(stale) == [
        f"Hướng dẫn của tiêu chí {codes[0]} vừa được người khác sửa. "
        "Hãy tải lại trang, xem nội dung mới rồi sửa lại."
    ]
    before = web.rows()
    post(client, f"{LIST}huong-dan/", id=frozen, ma=codes[0], instead_of="", text="Muộn")
    appraiser = web.client("appraiser")
    post(appraiser, f"{LIST}huong-dan/", **{**typed, "ma": codes[-1]}, text="Không được")
    assert web.rows() == before
    missing = client.get(f"{LIST}thieu-huong-dan/?id={number}").text
    assert "Kính gửi: " in missing
    assert f"- {codes[0]} " not in missing
