"""A set replaced in an open campaign: what goes over, what is lost and told, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from tests.factories import COMMAND, refusal
from tests.small import (
    EXEMPT,
    RATIO,
    SURVEY,
    compute,
    criteria,
    domain,
    fill_all,
    leaf,
    person,
    unit_id,
)

from thidua.errors import Conflict, Invalid, NotAllowed
from thidua.spec.criteria import CriteriaSet
from thidua.spec.loading import parse
from thidua.store.appraisal import ExplanationRequest
from thidua.store.audit_rows import AuditEvent
from thidua.store.campaigns import Campaign, CampaignSet, Exemption
from thidua.store.criteria import Leaf, StoredCriteriaSet
from thidua.store.evidence import EvidenceItem, EvidenceUse
from thidua.store.reissue import ReplacedEntry, SetReplacement
from thidua.store.results import ResultVersion
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.work.campaigns import close_campaign, scoring_sets
from thidua.work.criteria import import_set
from thidua.work.explanations import asked_of
from thidua.work.lateness import late_units
from thidua.work.reissue import Loss, Reissued, losses_of, reissue_set, replacements_of
from thidua.work.results import publish_results
from thidua.work.sheet_page import sheet_page

AT = datetime(2026, 3, 2, 3, tzinfo=UTC)
BASIS = "Quyết định số 2/QĐ-UBND"
MAPPING = {"1.1": "1.2", "1.2": "1.1", "2.1": "2.1", "2.2": "2.2"}
"""The first two change places."""


def reissued(**changed: Any) -> CriteriaSet:
    """Version 2: two leaves change places, the entered one shrinks, the bonus is yes or no."""
    yes_no = {"kind": "yes_no"}
    domains = [
        domain(
            "1",
            "Chỉ đạo, điều hành",
            leaf("1.1", "Trang thông tin", 34, {"kind": "manual"}),
            leaf("1.2", "Hoàn thành nhiệm vụ", 40, RATIO),
            leaf("1.3", "Kế hoạch", 6, yes_no),
            appraiser="so-hai",
        ),
        domain(
            "2",
            "Hài lòng và sáng kiến",
            leaf("2.1", "Mức độ hài lòng", 20, SURVEY),
            leaf("2.2", "Sáng kiến", 1, yes_no, counts_as="bonus"),
        ),
    ]
    declared = {"domains": 2, "criteria": 5, "points": 100, "survey_points": 20}
    whole = criteria(
        version="2", domains=domains, declared=declared, exemption_groups=[], **changed
    )
    return parse(CriteriaSet, whole)


def stored(session: Session, **changed: Any) -> StoredCriteriaSet:
    return import_set(session, criteria=reissued(**changed), by=COMMAND).row


def replace(
    session: Session, campaign: Campaign, new: StoredCriteriaSet, **changed: Any
) -> Reissued:
    given = {"kind": "so", "mapping": MAPPING, "reason": "Ban hành lại", "legal_basis": BASIS}
    return reissue_set(
        session, campaign_id=campaign.id, new_set_id=new.id, by=COMMAND, at=AT, **given | changed
    )


def entered(session: Session, key: str) -> dict[tuple[str, str, str], Mapping[str, int]]:
    """What counts for a unit: inputs by version of the set, leaf and stage."""
    rows = session.execute(
        select(StoredCriteriaSet.version, Leaf.code, ScoreEntry.stage, ScoreEntry.inputs)
        .join(Leaf, Leaf.id == ScoreEntry.leaf_id)
        .join(StoredCriteriaSet, StoredCriteriaSet.id == Leaf.set_id)
        .join(ScoreSheet, ScoreSheet.id == ScoreEntry.sheet_id)
        .where(ScoreSheet.unit_id == unit_id(session, key))
    )
    return {(row.version, row.code, row.stage): row.inputs for row in rows}


def exemptions(session: Session) -> list[tuple[str, str]]:
    return [(row.node, row.reason) for row in session.scalars(select(Exemption))]


def test_entries_go_over_by_the_mapping_and_losses_are_listed(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    done = replace(inside, campaign, stored(inside))
    tasks, bonus = {"numerator": 30, "denominator": 40}, {"count": 0}
    assert entered(inside, "so-mot") == {
        ("2", "1.2", "self"): tasks,
        ("2", "1.2", "appraised"): tasks,
        ("2", "2.1", "survey"): {"percent": 750_000},
    }
    assert entered(inside, "so-ba").keys() - entered(inside, "so-mot").keys() == {
        ("2", "1.1", "self"),
        ("2", "1.1", "appraised"),
    }
    assert {version for version, _, _ in entered(inside, "xa-mot")} == {"1"}
    assert done.carried == 3 + 3 + 5
    one = unit_id(inside, "so-mot")
    points, shape = "“Điểm” phải từ 0 đến 34; hãy nhập lại", "tiêu chí tương ứng cần số liệu khác"
    mine = [loss for loss in done.losses if loss.unit_id == one]
    assert [astuple(loss)[2:] for loss in mine] == [
        ("1.2", "Trang thông tin", stage, "Điểm: 35", "", points) for stage in ("self", "appraised")
    ] + [
        ("2.2", "Sáng kiến", stage, "Số sáng kiến: 0", "", f"{shape} hoặc do nơi khác nhập")
        for stage in ("self", "appraised")
    ]
    was = select(ReplacedEntry).where(ReplacedEntry.new_leaf_id.is_(None))
    kept = inside.scalars(was.order_by(ReplacedEntry.id))
    assert [row.inputs for row in kept][:4] == [{"points": 350_000}, bonus] * 2


def test_what_was_lost_can_be_read_by_the_unit_and_not_by_another(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    done = replace(inside, campaign, stored(inside))
    one, two = unit_id(inside, "so-mot"), unit_id(inside, "so-hai")
    officer = person(inside, "officer", "so-mot")

    def read(unit: int, **asked: Any) -> tuple[Loss, ...]:
        return losses_of(inside, campaign_id=campaign.id, unit_id=unit, **asked)

    mine = tuple(loss for loss in done.losses if loss.unit_id == one)
    assert read(one, by=person(inside, "secretariat")) == mine
    assert {loss.stage for loss in mine} == {"self", "appraised"}
    assert read(one, by=officer) == tuple(loss for loss in mine if loss.stage == "self")
    assert len(read(two, by=COMMAND)) == 4
    with pytest.raises(NotAllowed, match="của đơn vị mình"):
        read(two, by=officer)
    assert replacements_of(inside, campaign_id=campaign.id, by=officer) == [done.replacement]


def test_results_are_computed_by_the_newest_set_and_the_frozen_grading(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    replace(inside, campaign, stored(inside))
    version = compute(inside, campaign)
    found = {row.name: (row.points, row.maximum, row.detail["set"]) for row in version.rows}
    new, old = ["bo-nho", "2"], ["bo-nho", "1"]
    assert found == {
        "Sở Một": (450_000, 1_000_000, new),
        "Sở Hai": (450_000, 1_000_000, new),
        "Sở Ba": (450_000, 600_000, new),
        "Xã Một": (655_000, 1_000_000, old),
    }
    assert {row.kind: row.criteria_set_id for row in inside.scalars(select(CampaignSet))} == {
        kind: item.row.id for kind, item in scoring_sets(inside, campaign).items()
    }


def test_a_result_computed_by_the_replaced_set_is_not_published(
    inside: Session, campaign: Campaign
) -> None:
    fill_all(inside, campaign)
    before = compute(inside, campaign)
    replace(inside, campaign, stored(inside))
    with pytest.raises(Conflict) as refused:
        publish_results(inside, version_id=before.id, by=COMMAND)
    assert str(refused.value) == (
        "Bản kết quả số 1 năm 2025 tính theo bộ tiêu chí đã được thay. "
        "Hãy tính lại kết quả rồi công bố bản mới."
    )
    after = compute(inside, campaign)
    assert publish_results(inside, version_id=after.id, by=COMMAND).kind == "provisional"


def test_exemptions_follow_their_node_and_those_of_the_new_set_are_added(
    inside: Session, campaign: Campaign
) -> None:
    group = {
        **EXEMPT,
        "code": "moi",
        "reason": "Mới thành lập",
        "nodes": ["2"],
        "units": ["so-mot"],
    }
    new = import_set(
        inside,
        criteria=parse(CriteriaSet, {**_document(reissued()), "exemption_groups": [group]}),
        by=COMMAND,
    ).row
    replace(inside, campaign, new)
    assert exemptions(inside) == [
        ("1.2", "Năm nay không được giao nhiệm vụ"),
        ("2", "Mới thành lập"),
    ]


def test_an_exemption_without_a_counterpart_is_told(inside: Session, campaign: Campaign) -> None:
    mapping = {old: new for old, new in MAPPING.items() if old != "1.1"}
    done = replace(inside, campaign, stored(inside), mapping=mapping)
    assert (done.exemptions, exemptions(inside)) == ((("Sở Ba", "1.1"),), [])
    assert [item["node"] for item in done.replacement.exemptions] == ["1.1"]


def test_evidence_and_requests_follow_their_leaf(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    one = unit_id(inside, "so-mot")
    item = EvidenceItem(campaign_id=campaign.id, unit_id=one, summary="Báo cáo", added_at=AT)
    inside.add(item)
    inside.flush()
    for code, page in (("1.1", "7"), ("1.2", "9"), ("2.2", "11")):
        inside.add(EvidenceUse(item_id=item.id, leaf_code=code, page=page, used_at=AT))
    sheet = inside.scalars(select(ScoreSheet).where(ScoreSheet.unit_id == one)).one()
    for code in ("1.1", "2.2"):
        asked = inside.scalars(select(Leaf).where(Leaf.code == code)).one()
        inside.add(
            ExplanationRequest(
                sheet_id=sheet.id, leaf_id=asked.id, stage="appraised", question="?", asked_at=AT
            )
        )
    new = stored(inside)
    mapping = {old: code for old, code in MAPPING.items() if old != "2.2"}
    done = replace(inside, campaign, new, mapping=mapping)
    uses = inside.scalars(select(EvidenceUse).order_by(EvidenceUse.leaf_code))
    assert [(use.leaf_code, use.page) for use in uses] == [("1.1", "9"), ("1.2", "7")]
    assert done.evidence == 1
    [request] = asked_of(inside, [sheet.id])  # 2.2 is gone
    assert (request.leaf, request.unit_id) == ("1.2", one)
    shown = sheet_page(inside, campaign_id=campaign.id, unit_id=one, by=COMMAND, at=AT)
    rows = [row for part in shown.domains for row in part.rows]
    assert [row.code for row in rows for _ in row.asked] == ["1.2"]
    owed = late_units(inside, campaign_id=campaign.id, by=COMMAND, at=AT)
    assert [(x.name, x.lines) for x in owed if x.step == "explanation"] == [("Sở Một", 1)]


def test_the_act_is_audited_with_both_sets(inside: Session, campaign: Campaign) -> None:
    fill_all(inside, campaign)
    done = replace(inside, campaign, stored(inside))
    event = inside.scalars(
        select(AuditEvent).where(AuditEvent.action == "campaign.reissue_set")
    ).one()
    assert (event.subject_kind, event.subject_id, event.reason) == (
        "campaign", campaign.id, "Ban hành lại",
    )  # fmt: skip
    assert event.before
    assert event.after
    assert (event.before["set"]["version"], event.after["set"]["version"]) == ("1", "2")
    assert (event.after["carried"], sum(event.after["lost"].values())) == (11, len(done.losses))
    assert (event.after["mapping"], event.after["legal_basis"]) == (MAPPING, BASIS)


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        (
            {"mapping": {"9.9": "1.1", "1.1": "8.8"}},
            ["9.9: bộ cũ không có tiêu chí chấm điểm mang mã này.",
             "8.8: bộ mới không có tiêu chí chấm điểm mang mã này."],
        ),
        (
            {"mapping": {"1.1": "1.2", "1.2": "1.2"}},
            ["1.2: nhận số liệu của nhiều tiêu chí cũ; mỗi tiêu chí mới chỉ ứng với một."],
        ),
        ({"reason": " "},
         ["Lý do: Hãy ghi rõ; việc thay bộ tiêu chí được lưu cùng nội dung này."]),
    ],
)  # fmt: skip
def test_every_problem_of_the_mapping_is_told(
    inside: Session, campaign: Campaign, changed: dict[str, Any], problems: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        replace(inside, campaign, stored(inside), **changed)
    assert list(map(str, refused.value.problems)) == problems


def test_a_set_that_does_not_fit_or_has_errors_is_refused(
    inside: Session, campaign: Campaign
) -> None:
    new = stored(inside, kinds=["xa"], first_year=2030, bonus_cap=0)
    with pytest.raises(Invalid) as refused:
        replace(inside, campaign, new)
    assert [problem.place for problem in refused.value.problems] == [
        "Bộ mới", "Bộ mới", "Bộ tiêu chí nhỏ",
    ]  # fmt: skip


def test_an_agency_that_would_appraise_itself_keeps_the_set_from_changing(
    inside: Session, campaign: Campaign
) -> None:
    new = stored(inside, substitutes=[])
    with pytest.raises(Conflict, match="Theo bộ mới, Sở Hai sẽ tự thẩm định chính mình"):
        replace(inside, campaign, new)


def test_a_closed_campaign_and_one_with_a_final_result_keep_their_set(
    inside: Session, campaign: Campaign
) -> None:
    new = stored(inside)
    publish_final(inside, campaign)
    with pytest.raises(Conflict, match="đã có kết quả chính thức"):
        replace(inside, campaign, new)
    close_campaign(inside, campaign_id=campaign.id, by=COMMAND)
    with pytest.raises(Conflict, match="không đang mở"):
        replace(inside, campaign, new)


def publish_final(session: Session, campaign: Campaign) -> ResultVersion:
    fill_all(session, campaign)
    version = publish_results(session, version_id=compute(session, campaign).id, by=COMMAND)
    assert version.kind == "final"
    return version


# -- The walls ---------------------------------------------------------------------------------

ACT = "Việc thay bộ tiêu chí đã ghi thì không sửa, không xóa được."
SETS = "Kỳ đánh giá đã mở nên không đổi được bộ tiêu chí. Hãy mở kỳ đánh giá khác."
NODES = "Kỳ đánh giá đã mở nên không đổi được tiêu chí không đánh giá. Hãy mở kỳ đánh giá khác."


def test_the_act_opens_exactly_its_own_set_and_kind(inside: Session, campaign: Campaign) -> None:
    new = stored(inside)
    replace(inside, campaign, new)
    other = {"set": f"UPDATE campaign_set SET criteria_set_id = {new.id} WHERE kind = 'xa'"}
    assert refusal(inside, text(other["set"])) == SETS
    assert refusal(inside, text("UPDATE campaign_set SET grading = '{}' WHERE kind = 'so'")) == SETS
    xa = unit_id(inside, "xa-mot")
    given = f"VALUES ({campaign.id}, {xa}, '1.1', 'Lén')"
    insert = f"INSERT INTO exemption (campaign_id, unit_id, node, reason) {given}"
    assert refusal(inside, text(insert)) == NODES


def test_after_the_transaction_everything_is_shut_again(
    inside: Session, campaign: Campaign
) -> None:
    new = stored(inside)
    fill_all(inside, campaign)
    act = replace(inside, campaign, new).replacement.id
    old, ba = scoring_sets(inside, campaign)["xa"].row.id, unit_id(inside, "so-ba")
    province, year = campaign.province_id, campaign.id
    inside.commit()
    inside.execute(text(f"SELECT set_config('app.province_id', '{province}', true)"))
    attempts = {
        f"UPDATE campaign_set SET criteria_set_id = {old} WHERE kind = 'so'": SETS,
        f"UPDATE campaign_set SET criteria_set_id = {new.id} WHERE kind = 'so'": SETS,
        "DELETE FROM exemption": NODES,
        "INSERT INTO exemption (campaign_id, unit_id, node, reason) "
        f"VALUES ({year}, {ba}, '2.1', 'Lén')": NODES,
        "UPDATE set_replacement SET made_xid = pg_current_xact_id()": ACT,
        "DELETE FROM set_replacement": ACT,
        "UPDATE replaced_entry SET why = 'khác'": ACT,
        "DELETE FROM replaced_entry": ACT,
        "INSERT INTO replaced_entry (replacement_id, sheet_id, leaf_id, stage, inputs, "
        f"explanation, updated_at, why) SELECT {act}, sheet_id, leaf_id, 'agency', inputs, '', "
        "updated_at, 'Lén' FROM replaced_entry LIMIT 1": ACT,
    }
    found = {attempt: refusal(inside, text(attempt)) for attempt in attempts}
    assert found == attempts


def test_the_database_takes_no_act_after_a_final_result(
    inside: Session, campaign: Campaign
) -> None:
    new = stored(inside)
    publish_final(inside, campaign)
    old = scoring_sets(inside, campaign)["so"].row.id
    attempt = (
        "INSERT INTO set_replacement (campaign_id, kind, old_set_id, new_set_id, reason, "
        f"legal_basis, mapping, made_at) VALUES ({campaign.id}, 'so', {old}, {new.id}, 'Lén', "
        "'Lén', '{}', now())"
    )
    told = "Kỳ đánh giá đã có kết quả chính thức nên không thay được bộ tiêu chí."
    assert refusal(inside, text(attempt)) == told
    assert inside.scalars(select(SetReplacement)).all() == []


def _document(item: CriteriaSet) -> dict[str, Any]:
    return item.model_dump(mode="json", by_alias=True, exclude_defaults=True)
