"""What happens in the year of ``story``, stage by stage, from the plan to the closing."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from tests.factories import seal_all
from tests.years.story import AGENCIES, CALENDAR, WINDOWS, A, B, C, Story, day

from thidua.errors import Conflict, Invalid, NotAllowed
from thidua.jobs import seal_all as seal_by_job
from thidua.spec.criteria import Leaf
from thidua.spec.parts import LATE_SUPPLIERS, Supplier
from thidua.store.audit import verify
from thidua.store.audit_rows import AuditEvent
from thidua.work.adoption import adopt_results
from thidua.work.campaigns import close_campaign
from thidua.work.completeness import completeness
from thidua.work.criteria import missing_guidance, stored_sets, write_guidance
from thidua.work.entries import EntryChanged
from thidua.work.evidence import add_evidence, use_evidence
from thidua.work.evidence_facts import EvidenceFacts
from thidua.work.explanations import answer_explanation, request_explanation
from thidua.work.figure_lines import FigureLine, names_of
from thidua.work.figures import Source, import_figures
from thidua.work.lateness import late_units
from thidua.work.petitions import answer_petition, file_petition
from thidua.work.planning import opening_check, plan_campaign
from thidua.work.results import publish_results, visible_version
from thidua.work.schedule import extend
from thidua.work.signoff import Paper, current_check_code, sign_off, withdraw_sign_off

STAFF = "thường trực"
FIRST = f"thẩm định {AGENCIES[0]}"
MEMBERS = ("Bà Mẫu Một, Chủ tịch", "Ông Mẫu Hai, Thư ký")


def done(tasks: int) -> dict[str, int]:
    """So many tasks of twenty."""
    return {"numerator": tasks, "denominator": 20}


def plan(story: Story) -> None:
    """The plan, the guidance of a leaf by its agency, the check, the opening."""
    story.employ()
    story.act(plan_campaign, STAFF, year=2026, windows=WINDOWS, at=day(1, 5))
    set_id = {row.code: row.id for row in story.act(stored_sets, STAFF)}["so-2026"]
    missing = story.act(missing_guidance, STAFF, set_id=set_id)
    gap = next(gap for gap in missing if gap.agency == AGENCIES[0])
    written = {"set_id": set_id, "leaf_code": gap.code, "text": "Đếm theo kế hoạch năm."}
    with pytest.raises(NotAllowed):
        story.act(write_guidance, f"thẩm định {AGENCIES[1]}", **written)
    story.act(write_guidance, FIRST, **written)
    left = story.act(missing_guidance, STAFF, set_id=set_id)
    assert left == tuple(one for one in missing if one != gap)
    opens = CALENDAR["following"][0]
    found = story.act(
        opening_check, STAFF, spec=story.spec, year=2026, at=opens, timezone=story.runtime.timezone
    )
    assert [item for item in found if item.blocks] == []
    story.open(opens)
    story.imagine()
    with pytest.raises(Conflict):
        story.act(write_guidance, FIRST, **written)


def follow(story: Story, leaf: str) -> None:
    """A enters its figures as they arise, each explained, one with its document."""
    own = story.supplied(A, Supplier.UNIT)
    with pytest.raises(Conflict, match="bắt đầu từ 8 giờ 00 ngày 02/02/2026"):
        story.change(A, A, leaf, "self", day(2, 2, 7), own[leaf])
    for code, inputs in own.items():
        story.change(A, A, code, "self", day(6, 1), inputs, text="Theo báo cáo quý")
    item = story.here(
        add_evidence,
        A,
        day(6, 2),
        unit_id=story.units[A][0],
        files=story.files,
        facts=EvidenceFacts("Báo cáo quý I", reference="12/BC-SMH", issued_on=date(2026, 4, 3)),
    )
    story.act(use_evidence, A, item_id=item.id, leaf_code=leaf, at=day(6, 2), page="3")
    with pytest.raises(Conflict):  # the window has closed, the next not opened yet
        story.change(A, A, leaf, "self", day(11, 15, 18), own[leaf])


def assess(story: Story, leaf: str) -> None:
    """A signs by click; two people meet on a line of B, which signs, withdraws, signs on paper."""
    story.assess(day(11, 18))
    unit_a, unit_b = story.units[A][0], story.units[B][0]
    found = story.act(completeness, A, campaign_id=story.campaign, unit_id=unit_a)
    assert [gap for gap in found.gaps if gap.blocks] == []
    story.here(sign_off, A, day(11, 20), unit_id=unit_a)
    own = story.supplied(B, Supplier.UNIT)
    seen = {
        code: story.change(B, B, code, "self", day(11, 19), inputs) for code, inputs in own.items()
    }
    with pytest.raises(EntryChanged, match="Bà") as told:
        story.change("người thứ hai", B, leaf, "self", day(11, 19, 10), done(1), seen=0)
    assert told.value.inputs == done(1)
    story.change("người thứ hai", B, leaf, "self", day(11, 19, 10), done(19), seen=seen[leaf])
    with pytest.raises(Invalid):
        story.here(sign_off, B, day(11, 20), unit_id=unit_b)
    story.here(sign_off, B, day(11, 20), unit_id=unit_b, reason="Tài liệu đang được ký")
    given = done(20)
    with pytest.raises(Conflict, match="đã được ký xác nhận"):
        story.change(B, B, leaf, "self", day(11, 21), given)
    story.here(withdraw_sign_off, B, day(11, 21), unit_id=unit_b, reason="Sót một nhiệm vụ")
    story.change(B, B, leaf, "self", day(11, 21), given)
    code = story.act(current_check_code, B, campaign_id=story.campaign, unit_id=unit_b)
    paper = Paper("45/SMH-VP", date(2026, 11, 23), "Bà Mẫu Bảy", code)
    signed = story.here(
        sign_off, B, day(11, 23), unit_id=unit_b, paper=paper, reason="Tài liệu đang được ký"
    )
    assert (signed.how, signed.check_code) == ("paper", code)


def be_late(story: Story, leaf: str) -> None:
    """C has entered nothing by the end and gets two days; nobody else does."""
    unit, own = story.units[C][0], story.supplied(C, Supplier.UNIT)
    with pytest.raises(Conflict, match="17 giờ 00 ngày 30/11/2026"):
        story.change(C, C, leaf, "self", day(11, 30, 17), own[leaf])
    late = story.here(late_units, STAFF, day(11, 30, 18))
    assert [(one.name, one.begun) for one in late if one.step == "self" and not one.begun] == [
        (story.units[C][1], False)
    ]
    story.here(
        extend,
        STAFF,
        day(11, 30, 18),
        step="self",
        until=day(12, 2, 17),
        unit_id=unit,
        reason="Bộ phận tổng hợp nghỉ ốm",
    )
    story.save(story.people[C], C, "self", own, day(12, 2, 16))
    story.here(sign_off, C, day(12, 2, 16), unit_id=unit, reason="Nộp trong thời gian gia hạn")
    with pytest.raises(Conflict):
        story.here(
            withdraw_sign_off, A, day(12, 2, 16), unit_id=story.units[A][0], reason="Xem lại"
        )


def appraise(story: Story, leaf: str) -> None:
    """Both rounds: B is taken down to 10 of 20, explains, and gets 15."""
    story.appraise(day(12, 5))
    with pytest.raises(NotAllowed):
        story.change(FIRST, AGENCIES[0], leaf, "appraised", day(12, 5), done(1))
    story.change(
        FIRST, B, leaf, "appraised", day(12, 6), done(10), text="Thiếu báo cáo của mười nhiệm vụ"
    )
    asked = story.here(
        request_explanation,
        FIRST,
        day(12, 6),
        unit_id=story.units[B][0],
        leaf_code=leaf,
        question="Mười nhiệm vụ còn lại báo cáo ở đâu?",
    )
    more = story.here(
        add_evidence,
        B,
        day(12, 17),
        unit_id=story.units[B][0],
        files=story.files,
        facts=EvidenceFacts("Báo cáo bổ sung", reference="77/BC-SMH", issued_on=date(2026, 12, 1)),
    )
    story.act(use_evidence, B, item_id=more.id, leaf_code=leaf, at=day(12, 17), page="1")
    answer = {"request_id": asked.id, "answer": "Năm nhiệm vụ có trong báo cáo bổ sung."}
    story.act(answer_explanation, B, at=day(12, 17), **answer)
    with pytest.raises(Conflict):
        story.act(answer_explanation, B, at=day(12, 21), **answer)
    story.change(FIRST, B, leaf, "reappraised", day(12, 22), done(15))


def survey(story: Story) -> None:
    """Every survey and index arrives in a table of its own, units known by their names."""
    wanted: dict[str, list[FigureLine]] = {}
    for key, (_, name, _) in story.units.items():
        for leaf in story.set_of(key).leaves:
            if leaf.supplier in LATE_SUPPLIERS:
                inputs, scales = story.counted[key][leaf.code], scales_of(leaf)
                values = {what: Decimal(given) / scales[what] for what, given in inputs.items()}
                wanted.setdefault(names_of(leaf), []).append(FigureLine(name, values))
    for what, rows in wanted.items():
        source = Source("Báo cáo kết quả, số liệu minh họa")
        story.here(import_figures, STAFF, day(12, 29), what=what, rows=rows, source=source)


def scales_of(leaf: Leaf) -> dict[str, int]:
    """By input: what one stands for as it is written in a table."""
    return {spec.name: spec.scale for spec in leaf.inputs}


def publish(story: Story) -> int:
    """Provisional without the surveys, final once the board has adopted it; its id."""
    early = story.compute()
    assert story.lines(early) == story.expected(without=frozenset(LATE_SUPPLIERS))
    story.act(publish_results, STAFF, version_id=early)
    assert kind(story, early) == "provisional"
    survey(story)
    final = story.compute()
    assert story.lines(final) == story.expected()
    minutes = {"number": "12/BB-HĐTĐ", "held_on": date(2027, 1, 5), "members": MEMBERS}
    story.act(adopt_results, STAFF, version_id=final, at=day(1, 5, 15, 2027), **minutes)
    story.act(publish_results, STAFF, version_id=final)
    assert kind(story, final) == "final"
    return final


def correct(story: Story, leaf: str) -> int:
    """B's petition is granted, the result corrected, the year closed; the correction's id."""
    petition = story.here(
        file_petition,
        B,
        day(1, 12, 9, 2027),
        unit_id=story.units[B][0],
        leaf_code=leaf,
        text="Năm nhiệm vụ nữa có trong báo cáo số 77/BC-SMH.",
    )
    with pytest.raises(Conflict):
        story.act(close_campaign, STAFF, campaign_id=story.campaign)
    with pytest.raises(Conflict):
        story.here(
            file_petition, A, day(1, 26, 9, 2027), unit_id=story.units[A][0], text="Xin xem lại."
        )
    granted = {"petition_id": petition.id, "accepted": True, "answer": "Công nhận năm nhiệm vụ."}
    story.act(answer_petition, STAFF, at=day(1, 18, 9, 2027), **granted)
    story.here(
        extend,
        STAFF,
        day(1, 18, 10, 2027),
        step="appraisal_2",
        until=day(1, 20, 17, 2027),
        unit_id=story.units[B][0],
        reason="Thẩm định lại theo kiến nghị",
    )
    story.change(FIRST, B, leaf, "reappraised", day(1, 19, 9, 2027), done(20))
    version = story.compute()
    assert story.lines(version) == story.expected()
    minutes = {"number": "15/BB-HĐTĐ", "held_on": date(2027, 1, 20), "members": MEMBERS}
    story.act(adopt_results, STAFF, version_id=version, at=day(1, 20, 15, 2027), **minutes)
    because = story.people[STAFF].because("Theo kiến nghị được chấp nhận")
    with story.runtime.in_province(story.province) as session:
        publish_results(session, version_id=version, by=because)
        close_campaign(session, campaign_id=story.campaign, by=because)
    assert kind(story, version) == "corrected"
    with pytest.raises(Conflict, match="đã đóng"):
        story.change(FIRST, B, leaf, "reappraised", day(1, 19, 10, 2027), done(1))
    return version


def live(story: Story, leaf: str) -> tuple[int, int]:
    """The year from its plan to its closing; the ids of the final result and its correction."""
    plan(story)
    for act in (follow, assess, be_late, appraise):
        act(story, leaf)
    final = publish(story)
    return final, correct(story, leaf)


def kind(story: Story, version: int) -> str:
    """Provisional, final or corrected, as the council sees it."""
    return story.act(visible_version, "hội đồng", version_id=version).kind


def findings(story: Story, version: int) -> list[str]:
    """What a version says of itself."""
    found = story.act(visible_version, "hội đồng", version_id=version).findings
    return [f"{item['unit']}: {item['message']}" for item in found]


def keep(story: Story, sessions: sessionmaker[Session]) -> Counter[str]:
    """The audit is whole; how often each act is in it."""
    seal_by_job(story.runtime)
    seal_all(sessions, story.province)
    with story.runtime.in_province(story.province) as session:
        acts = Counter(session.scalars(select(AuditEvent.action)))
        found = verify(session)
    assert (found.sealed, found.unsealed, found.broken) == (acts.total(), 0, ())
    return acts
