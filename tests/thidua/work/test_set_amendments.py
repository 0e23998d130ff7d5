"""A draft set: mapped to another, its source's contradictions acknowledged, where it is used."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import criteria

from thidua.errors import Conflict, Invalid
from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign
from thidua.store.criteria import StoredCriteriaSet
from thidua.work.criteria import MissingGuidance, import_set
from thidua.work.guidance_requests import GuidanceRequest, guidance_requests
from thidua.work.set_amendments import acknowledge, lint_of, write_mapping
from thidua.work.set_uses import SetUse, set_uses
from thidua.work.sets import parsed


def draft(session: Session, **changed: Any) -> StoredCriteriaSet:
    made = parse(CriteriaSet, criteria(version="2", **changed))
    return import_set(session, criteria=made, by=COMMAND).row


def mapped(
    session: Session, row: StoredCriteriaSet, pairs: dict[str, list[str]], seen: str
) -> None:
    write_mapping(
        session, set_id=row.id, to="bo-kia", title="Với bộ kia", pairs=pairs, by=COMMAND, seen=seen
    )


def test_a_mapping_is_written_over_the_one_before_and_taken_away(
    inside: Session, campaign: Campaign
) -> None:
    row = draft(inside)
    given = row.hash
    mapped(inside, row, {"1.1": ["1", "2"]}, given)
    mapped(inside, row, {"2": ["3"]}, row.hash)
    assert row.document["mappings"] == [
        {"to": "bo-kia", "title": "Với bộ kia", "pairs": [{"node": "2", "to": ["3"]}]}
    ]
    assert [pair.node for pair in parsed(row).mappings[0].pairs] == ["2"]
    mapped(inside, row, {}, row.hash)
    assert (row.hash, row.given_hash) == (given, given)
    events = inside.scalars(
        select(AuditEvent).where(AuditEvent.action == "criteria.mapping").order_by(AuditEvent.id)
    ).all()
    sizes = [(e.before, e.after) for e in events]
    assert [(len(was["mappings"]), len(now["pairs"])) for was, now in sizes if was and now] == [
        (0, 1), (1, 1), (1, 0),
    ]  # fmt: skip


def test_a_mapping_is_refused_whole(inside: Session, campaign: Campaign) -> None:
    row = draft(inside)
    with pytest.raises(Invalid) as unknown:
        mapped(inside, row, {"1.1": ["1"], "9": ["1"], "8.8": ["1"]}, row.hash)
    assert list(map(str, unknown.value.problems)) == [
        "8.8: bộ tiêu chí không có mã này.", "9: bộ tiêu chí không có mã này.",
    ]  # fmt: skip
    with pytest.raises(Invalid, match="mã chỉ gồm chữ thường không dấu"):
        mapped(inside, row, {"1.1": ["Đ1"]}, row.hash)
    with pytest.raises(Conflict, match="vừa được người khác sửa"):
        mapped(inside, row, {"1.1": ["1"]}, "cũ")
    frozen = inside.scalars(select(StoredCriteriaSet).where(StoredCriteriaSet.frozen)).one()
    with pytest.raises(Conflict, match="đã được một kỳ đánh giá sử dụng"):
        mapped(inside, frozen, {"1.1": ["1"]}, frozen.hash)
    assert "mappings" not in row.document


def test_an_acknowledged_contradiction_does_not_block(inside: Session, campaign: Campaign) -> None:
    row = draft(inside, declared={"points": "99"}, bonus_cap=0)

    def keep(finding: str) -> None:
        acknowledge(
            inside, set_id=row.id, finding=finding, note="Bảng in sai", source="QĐ 1", by=COMMAND,
            seen=row.hash,
        )  # fmt: skip

    keep("declared-points")
    assert [item.code for item in lint_of(inside, parsed(row)) if item.blocks] == ["bonus-cap"]
    for finding in ("declared-points", "bonus-cap", ""):
        with pytest.raises(Conflict, match="không còn lỗi này"):
            keep(finding)
    assert len(parsed(row).acknowledged) == 1


def test_uses_name_the_campaigns(inside: Session, campaign: Campaign) -> None:
    unused = draft(inside)
    frozen = inside.scalars(select(StoredCriteriaSet).where(StoredCriteriaSet.frozen)).one()
    use = SetUse(campaign.id, campaign.year, campaign.title, "open", ("so", "xa"), replaced=False)
    assert set_uses(inside, by=COMMAND) == {frozen.id: (use,)}
    assert unused.id not in set_uses(inside, by=COMMAND)


def test_each_agency_is_asked_for_its_own_guidance() -> None:
    one, two, none = (
        MissingGuidance("1.1", "Kế hoạch", "so-b"),
        MissingGuidance("2.1", "Sáng kiến", "so-b"),
        MissingGuidance("3", "Khác", ""),
    )
    names = {"so-a": "Sở A", "so-b": "Sở B"}
    found = guidance_requests((one, none, two), names=names, title="Bộ 1", authority="Sở Nội vụ")
    assert [(item.agency, item.leaves) for item in found] == [("Sở B", (one, two)), ("", (none,))]
    assert found[1] == GuidanceRequest("", (none,), "")
    assert found[0].text.splitlines()[:6] == [
        "Kính gửi: Sở B.",
        "",
        "Để chuẩn bị kỳ đánh giá theo “Bộ 1”, Sở Nội vụ đề nghị Sở B soạn hướng dẫn chấm của 2 "
        "tiêu chí do cơ quan thẩm định:",
        "",
        "- 1.1 Kế hoạch;",
        "- 2.1 Sáng kiến.",
    ]
