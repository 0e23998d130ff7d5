"""What happens in the year of a sample campaign, from the first figures to a correction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from thidua.spec.criteria import Leaf
from thidua.store.campaigns import CampaignUnit
from thidua.store.publication import Petition
from thidua.store.results import ResultVersion
from thidua.work.adoption import adopt_results
from thidua.work.explanations import answer_explanation, request_explanation
from thidua.work.petitions import answer_petition, file_petition
from thidua.work.results import compute_results, publish_results
from thidua.work.schedule import extend
from thidua.work.signoff import Paper, sign_off
from thidua.work.windows import local_day
from thidua_admin.sample.actor import DEMO
from thidua_admin.sample.entering import Work
from thidua_admin.sample.papers import EACH, prove

DOCUMENTS = 8
"""So many documents has the sample officer's unit at most."""

LOOKED_AT = 3
"""So many units have documents and lines that are doubted; the sample officer's is among them."""

BOARD = (
    "Bà Mẫu Một, Chủ tịch (nhân vật minh họa)",
    "Ông Mẫu Hai, Phó Chủ tịch (nhân vật minh họa)",
    "Bà Mẫu Ba, Thư ký (nhân vật minh họa)",
)
SIGNER = "Ông Mẫu Bốn, Thủ trưởng (nhân vật minh họa)"
SIGNED_SO = "Phần còn thiếu minh chứng lưu tại đơn vị (tình huống minh họa)."
EXPLAINED = "Chưa đạt tối đa vì một số việc hoàn thành sau kỳ báo cáo (nội dung minh họa)."
DOUBT = "Báo cáo tổng hợp cho số thấp hơn số đơn vị kê khai (nội dung minh họa)."
QUESTION = "Đề nghị giải trình phần chênh lệch so với báo cáo tổng hợp (nội dung minh họa)."
ANSWER = "Phần chênh lệch có trong báo cáo bổ sung đã nộp (nội dung minh họa)."
LATER = "Bộ phận tổng hợp thiếu người (tình huống minh họa)."
STORM = "Ảnh hưởng mưa lũ (tình huống minh họa)."
ASKS = "Đề nghị xem lại điểm thẩm định của tiêu chí này (nội dung minh họa)."
ASKS_TOO = "Đề nghị xem lại kết quả chung của đơn vị (nội dung minh họa)."
GRANTED = "Công nhận số liệu đơn vị kê khai (nội dung minh họa)."
REFUSED = "Không có tài liệu mới so với khi thẩm định (nội dung minh họa)."
CORRECTION = "Theo kiến nghị được tiếp thu của một đơn vị (tình huống minh họa)."


def assess_partly(work: Work) -> None:
    """The self-assessment is under way: some have signed, some have begun, some have not.

    Agencies have brought their figures for units of the first kind. The sample officer is half
    through. One unit that has not begun has got more time, and so have all of the last one's kind.
    """
    idle: list[CampaignUnit] = []
    for place, unit in enumerate(work.units):
        leaves = work.leaves(unit, "self")
        mine = unit.unit_id == work.officer
        share = 5 if mine else max(0, place * 7 % 20 - 9)
        if unit.kind == work.units[0].kind:
            work.save(unit, "agency", work.leaves(unit, "agency"))
        done = leaves[: len(leaves) * share // 10]
        work.save(unit, "self", done)
        if mine:
            _explain_and_prove(work, unit, done[:-1])  # the last line still lacks something
        elif len(done) == len(leaves):
            sign(work, unit)
        elif not done:
            idle.append(unit)
    ends = work.windows["self"].closes_at
    for late in idle[:1]:
        _extend(work, ends + timedelta(days=5), LATER, unit_id=late.unit_id)
    _extend(work, ends + timedelta(days=3), STORM, kind=work.units[-1].kind)


def assess(work: Work, *, signed: bool = True, late: CampaignUnit | None = None) -> None:
    """All have entered their sheets and signed, a few with their documents, but who is late."""
    shown = looked_at(work) if signed else []
    for unit in work.units:
        leaves = work.leaves(unit, "self")
        work.save(unit, "agency", work.leaves(unit, "agency"))
        work.save(unit, "self", leaves[: len(leaves) // 2] if unit is late else leaves)
        if unit in shown:
            _explain_and_prove(work, unit, leaves)
        if signed and unit is not late:
            sign(work, unit)


def be_late(work: Work, unit: CampaignUnit) -> None:
    """A unit that has not finished when the term is over gets three days more, from today."""
    _extend(work, work.now + timedelta(days=3), LATER, unit_id=unit.unit_id)


def appraise(work: Work) -> None:
    """The first round, of all lines."""
    for unit in work.units:
        work.save(unit, "appraised", work.leaves(unit, "appraised"))


def appraise_partly(work: Work) -> None:
    """A third of the units is through, a third halfway, a third waits."""
    for place, unit in enumerate(work.units):
        leaves = work.leaves(unit, "appraised")
        work.save(unit, "appraised", leaves[: len(leaves) * (2 - place % 3) // 2])


def appraise_mostly(work: Work) -> None:
    """The first round is over, but of each ninth unit every third line was never reached."""
    for place, unit in enumerate(work.units):
        leaves = work.leaves(unit, "appraised")
        missed = leaves[::3] if place % 9 == 8 else []
        work.save(unit, "appraised", [leaf for leaf in leaves if leaf not in missed])


def doubt(work: Work, units: Sequence[CampaignUnit], *, answered: int) -> None:
    """Lines that were marked down are commented and asked about; the last ones are answered."""
    asked = []
    for unit in units:
        for leaf in _doubtful(work, unit):
            work.say(unit, "appraised", leaf, DOUBT)
            asked.append(
                request_explanation(
                    work.session, campaign_id=work.campaign.id, unit_id=unit.unit_id,
                    leaf_code=leaf.code, question=QUESTION, by=DEMO, at=work.at("appraisal_1"),
                )
            )  # fmt: skip
    for request in asked[-answered:]:
        answer_explanation(
            work.session, request_id=request.id, answer=ANSWER, by=DEMO, at=work.at("explanation")
        )


def look_again(work: Work) -> None:
    """One unit explains what it was asked; the second round believes it."""
    unit = looked_at(work)[0]
    doubt(work, [unit], answered=2)
    for leaf in _doubtful(work, unit):
        work.say(unit, "reappraised", leaf, ANSWER)


def sign(work: Work, unit: CampaignUnit) -> None:
    """The head of a unit has signed the printed sheet."""
    at = work.at("self")
    paper = Paper(f"{unit.unit_id}/BC-MH", local_day(at), SIGNER)
    sign_off(
        work.session, campaign_id=work.campaign.id, unit_id=unit.unit_id, by=DEMO, at=at,
        paper=paper, reason=SIGNED_SO, kinds=work.province.rule_kinds,
    )  # fmt: skip


def compute(work: Work) -> ResultVersion:
    """A version of the results as they stand."""
    return compute_results(
        work.session, campaign_id=work.campaign.id, by=DEMO, kinds=work.province.rule_kinds,
        plugin_version=work.province.spec.info.version,
    )  # fmt: skip


def publish(work: Work) -> None:
    """Publish what is computed now; where the board has not adopted it, it is provisional."""
    publish_results(work.session, version_id=compute(work).id, by=DEMO)


def adopt(work: Work) -> ResultVersion:
    """Compute, and let the board adopt it."""
    version, at = compute(work), work.at("adoption")
    adopt_results(
        work.session, version_id=version.id, number=f"{version.number}/BB-MH", by=DEMO, at=at,
        held_on=local_day(at), members=BOARD,
    )  # fmt: skip
    return version


def publish_adopted(work: Work) -> None:
    """The final result, or, after one, its correction with the reason."""
    publish_results(work.session, version_id=adopt(work).id, by=DEMO.because(CORRECTION))


def petition(work: Work, *, answer_all: bool) -> None:
    """One unit is granted a line, which is appraised anew; another's petition waits or is refused.

    ``answer_all``: the other is refused. Where nobody was marked down nobody petitions.
    """
    at = work.at("petitions")
    contested = next(_contested(work), None)
    if contested is None:
        return
    unit, leaf = contested
    granted = _petition(work, unit, ASKS, at, leaf.code)
    other = next(item for item in work.units if item.unit_id not in (unit.unit_id, work.officer))
    waits = _petition(work, other, ASKS_TOO, at)
    for row, accepted, answer in ((granted, True, GRANTED), (waits, False, REFUSED)):
        if accepted or answer_all:
            answer_petition(
                work.session, petition_id=row.id, accepted=accepted, answer=answer, by=DEMO, at=at
            )
    extend(
        work.session, campaign_id=work.campaign.id, step="appraisal_2", unit_id=unit.unit_id,
        until=at + timedelta(days=5), reason=CORRECTION, by=DEMO, at=at,
    )  # fmt: skip
    work.say(unit, "reappraised", leaf, GRANTED, at)


def looked_at(work: Work) -> list[CampaignUnit]:
    """The sample officer's unit first, then some of which the appraisers doubt something."""
    mine = [unit for unit in work.units if unit.unit_id == work.officer]
    others = (unit for unit in work.units if unit not in mine and work.marked_down(unit))
    return [*mine, *islice(others, LOOKED_AT - len(mine))]


def _doubtful(work: Work, unit: CampaignUnit) -> list[Leaf]:
    """At most two lines of a unit about which it is asked, at least one."""
    return work.marked_down(unit)[:2] or work.leaves(unit, "appraised")[:1]


def _petition(
    work: Work, unit: CampaignUnit, text: str, at: datetime, leaf_code: str = ""
) -> Petition:
    return file_petition(
        work.session, campaign_id=work.campaign.id, unit_id=unit.unit_id, text=text,
        leaf_code=leaf_code, by=DEMO, at=at,
    )  # fmt: skip


def _contested(work: Work) -> Iterator[tuple[CampaignUnit, Leaf]]:
    """Lines that were marked down and not looked at again, from the middle of the list on."""
    before = looked_at(work)
    for unit in work.units[len(work.units) // 2 :]:
        if unit not in before:
            yield from ((unit, leaf) for leaf in work.marked_down(unit))


def _explain_and_prove(work: Work, unit: CampaignUnit, leaves: Sequence[Leaf]) -> None:
    """Two lines short of the maximum are explained; documents prove what asks for them."""
    figures = work.figures(unit)
    short = [leaf for leaf in leaves if figures.share(leaf, work.inputs(unit, "self", leaf)) < 1000]
    for leaf in short[:2]:
        work.say(unit, "self", leaf, EXPLAINED)
    most = DOCUMENTS if unit.unit_id == work.officer else DOCUMENTS // 4
    prove(work, unit, [leaf for leaf in leaves if leaf.node.evidence][: most * EACH])


def _extend(work: Work, until: datetime, reason: str, **whom: Any) -> None:
    """The self-assessment, for a unit or a kind."""
    extend(
        work.session, campaign_id=work.campaign.id, step="self", until=until, reason=reason,
        by=DEMO, at=work.now, **whom,
    )  # fmt: skip
