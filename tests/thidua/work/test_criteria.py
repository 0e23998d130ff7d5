"""Sets before a campaign freezes them: stored whole or not at all, guidance written into them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import criteria, person, small_spec

from thidua.errors import Conflict, Invalid, NotAllowed, NotFound
from thidua.spec.criteria import CriteriaSet
from thidua.spec.document import document, document_hash
from thidua.spec.loading import parse
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.criteria import (
    MissingGuidance,
    import_set,
    missing_guidance,
    stored_set,
    stored_sets,
    write_guidance,
)
from thidua.work.provinces import apply_province
from thidua.work.sets import parsed


def version(number: str = "2", **changed: Any) -> CriteriaSet:
    return parse(CriteriaSet, criteria(version=number, **changed))


def stored(session: Session, **changed: Any) -> StoredCriteriaSet:
    return import_set(session, criteria=version(**changed), by=COMMAND).row


def test_a_new_version_is_stored_with_what_the_linter_says(
    inside: Session, campaign: Campaign
) -> None:
    done = import_set(inside, criteria=version(bonus_cap=0), by=COMMAND)
    assert (done.is_new, done.row.frozen) == (True, False)
    assert [leaf.code for leaf in done.row.leaves] == ["1.1", "1.2", "2.1", "2.2"]
    assert [item.code for item in done.findings if item.blocks] == ["bonus-cap"]
    assert [row.version for row in stored_sets(inside, by=COMMAND)] == ["2", "1"]
    event = inside.scalars(select(AuditEvent).where(AuditEvent.action == "criteria.import")).one()
    assert event.after == {"code": "bo-nho", "version": "2", "hash": done.row.hash}


def test_the_same_set_again_changes_nothing_and_another_is_refused(
    inside: Session, campaign: Campaign
) -> None:
    row = stored(inside)
    again = import_set(inside, criteria=version(), by=COMMAND)
    assert (again.is_new, again.row.id) == (False, row.id)
    with pytest.raises(Conflict) as refused:
        import_set(inside, criteria=version(bonus_cap=2), by=COMMAND)
    assert str(refused.value) == (
        "Bộ tiêu chí bo-nho phiên bản 2 đã lưu với nội dung khác. Hãy đặt phiên bản mới cho nội "
        "dung mới. Khác nhau:\nBộ tiêu chí, trần điểm thưởng: 1 → 2."
    )


def test_what_the_province_does_not_have_is_told_at_once(
    inside: Session, campaign: Campaign
) -> None:
    strange = {"agency": "so-hai", "by": "so-la"}
    with pytest.raises(Invalid) as refused:
        import_set(
            inside, by=COMMAND,
            criteria=version(kinds=["so", "huyen"], grading="la", substitutes=[strange]),
        )  # fmt: skip
    assert list(map(str, refused.value.problems)) == [
        "loại đơn vị: tỉnh không có loại đơn vị “huyen”.",
        "cách xếp loại: tỉnh không có cách xếp loại “la”.",
        "cơ quan thẩm định: tỉnh không có đơn vị khóa “so-la”.",
    ]
    assert [row.version for row in stored_sets(inside, by=COMMAND)] == ["1"]


def test_a_stored_set_is_found_by_code_and_version(inside: Session, campaign: Campaign) -> None:
    stored(inside)
    found = [stored_set(inside, code="bo-nho", version=v, by=COMMAND).version for v in ("", "1")]
    assert found == ["2", "1"]
    with pytest.raises(NotFound) as refused:
        stored_set(inside, code="bo-nho", version="3", by=COMMAND)
    assert str(refused.value) == (
        "Tỉnh không có bộ tiêu chí này. Các bộ đã lưu: bo-nho@2, bo-nho@1."
    )


def test_guidance_is_written_by_the_agency_that_appraises_and_keeps_the_hash_in_step(
    inside: Session, campaign: Campaign
) -> None:
    row, given = stored(inside), document_hash(version())
    appraiser = person(inside, "appraiser", "so-hai")
    write_guidance(inside, set_id=row.id, leaf_code="1.1", text=" Xem báo cáo ", by=appraiser)
    inside.refresh(row)
    written = parsed(row)
    assert [leaf.node.guidance for leaf in written.leaves] == ["Xem báo cáo", "", "", ""]
    assert (row.hash, row.given_hash) == (document_hash(written), given)
    assert row.document == document(written)
    event = inside.scalars(select(AuditEvent).where(AuditEvent.action == "criteria.guidance")).one()
    assert (event.actor_id, event.before, event.after) == (
        appraiser.id, {"leaf": "1.1", "guidance": ""},
        {"leaf": "1.1", "guidance": "Xem báo cáo", "hash": row.hash},
    )  # fmt: skip
    write_guidance(inside, set_id=row.id, leaf_code="1.1", text="", by=appraiser)
    assert (row.hash, row.given_hash) == (given, given)


def test_guidance_does_not_make_it_another_set(inside: Session, campaign: Campaign) -> None:
    row = stored(inside)
    write_guidance(inside, set_id=row.id, leaf_code="1.1", text="Xem báo cáo", by=COMMAND)
    assert import_set(inside, criteria=version(), by=COMMAND).is_new is False
    both = small_spec(criteria_sets=[criteria(), criteria(version="2")])
    assert apply_province(inside, spec=both, by=COMMAND) == ()


def test_guidance_is_refused_to_other_agencies(inside: Session, campaign: Campaign) -> None:
    row = stored(inside)
    other, own = person(inside, "appraiser", "so-ba"), person(inside, "appraiser", "so-hai")
    for code, by in (("1.1", other), ("2.2", own)):
        with pytest.raises(NotAllowed) as refused:
            write_guidance(inside, set_id=row.id, leaf_code=code, text="Khác", by=by)
        assert str(refused.value) == (
            f"Tiêu chí {code} do cơ quan khác thẩm định hoặc chưa giao cơ quan nào. "
            "Hãy đề nghị Thường trực (Sở Nội vụ) viết hướng dẫn này."
        )
    staff = person(inside, "secretariat")
    write_guidance(inside, set_id=row.id, leaf_code="2.2", text="Đếm sáng kiến", by=staff)
    assert parsed(row).leaves[3].node.guidance == "Đếm sáng kiến"


def test_guidance_of_a_frozen_set_stands(inside: Session, campaign: Campaign) -> None:
    frozen = inside.scalars(select(StoredCriteriaSet)).one()
    with pytest.raises(Conflict, match="đã được một kỳ đánh giá sử dụng"):
        write_guidance(inside, set_id=frozen.id, leaf_code="1.1", text="Muộn", by=COMMAND)
    with pytest.raises(NotFound, match="không có tiêu chí chấm điểm mang mã 1"):
        write_guidance(inside, set_id=frozen.id, leaf_code="1", text="Nhánh", by=COMMAND)


def test_leaves_without_guidance_are_listed_with_their_agency(
    inside: Session, campaign: Campaign
) -> None:
    row = stored(inside)
    write_guidance(inside, set_id=row.id, leaf_code="1.2", text="Xem trang tin", by=COMMAND)
    assert missing_guidance(inside, set_id=row.id, by=COMMAND) == (
        MissingGuidance("1.1", "Hoàn thành nhiệm vụ", "so-hai"),
        MissingGuidance("2.2", "Sáng kiến", ""),
    )
