"""Who may take which place: what is always asked, then the conditions that the scheme declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from thidua.awards.conditions import answer_to, attested
from thidua.awards.nominee import Answer, AwardOnRecord, Filed, Finding, Nominee
from thidua.spec.award_conditions import RECIPIENTS, AttestedCondition, CategoryCondition
from thidua.spec.awards import AwardScheme, Quota, Round, Slot
from thidua.spec.base import Provenance
from thidua.spec.bodies import LEVELS, UnitLevel
from thidua.spec.legal import LegalRegime, regimes_on

ANOTHER_ACHIEVEMENT = AttestedCondition(
    kind="attested",
    code="thanh-tich-khac",
    label="thành tích này chưa được khen ở lần khác",
)
"""Asked where an award on record may be for the same achievement; the standing office answers."""


@dataclass(frozen=True)
class Judged:
    """A nominee with what was found for each slot of its kind of recipient, by slot code."""

    nominee: Nominee
    findings: Mapping[str, tuple[Finding, ...]]

    def answer(self, slot: str) -> Answer:
        """Whether the nominee may take the slot: no, if one condition says no."""
        answers = {finding.answer for finding in self.findings[slot]}
        return next((worst for worst in ("no", "verify") if worst in answers), "yes")

    def slots(self, answer: Answer) -> tuple[str, ...]:
        """The codes of the slots with this answer."""
        return tuple(slot for slot in self.findings if self.answer(slot) == answer)


def judge(
    nominee: Nominee,
    scheme: AwardScheme,
    terms: Round,
    *,
    day: date,
    regimes: Sequence[LegalRegime] = (),
) -> Judged:
    """All conditions of a round for one nominee, who is considered on ``day``.

    ``regimes``: the documents on awards that the province knows; without any, no law is asked.
    """
    quota = scheme.quota_of(nominee.recipient)
    common = [*_always(nominee, scheme, terms, quota, day)]
    if regimes:
        common.append(_law(nominee, scheme, day, regimes))
    return Judged(
        nominee,
        {slot.code: (*common, *_slot(nominee, scheme, slot, terms)) for slot in _slots(quota)},
    )


def _slots(quota: Quota | None) -> tuple[Slot, ...]:
    return quota.slots if quota else ()


def _slot(nominee: Nominee, scheme: AwardScheme, slot: Slot, terms: Round) -> Iterator[Finding]:
    if slot.levels:
        yield _level(nominee, slot.levels)
    for condition in scheme.conditions_of(slot):
        if not (isinstance(condition, CategoryCondition) and nominee.recipient == "collective"):
            yield answer_to(condition, nominee, terms.index_year)


def _always(
    nominee: Nominee, scheme: AwardScheme, terms: Round, quota: Quota | None, day: date
) -> Iterator[Finding]:
    """What is asked of every nominee, wherever the scheme or the records give occasion to."""
    yield _exists(nominee, day)
    if scheme.nominators:
        yield _nominator(nominee, scheme)
    if scheme.honoured or scheme.participants:
        yield _honoured(nominee, scheme)
    if quota is not None and quota.per_body is not None:
        yield _limit(nominee, quota.per_body)
    if scheme.dossier_of(nominee.recipient) or nominee.filed.returned_on:
        yield _dossier(nominee.filed)
    yield _once(nominee, scheme, terms)


def _exists(nominee: Nominee, day: date) -> Finding:
    when = f"ngày xét {day:%d/%m/%Y}"
    if nominee.exists:
        return Finding("exists", "yes", f"{nominee.unit} đang hoạt động vào {when}.")
    if nominee.ended_on is None:
        return Finding("exists", "no", f"{nominee.unit} chưa được thành lập vào {when}.")
    ended = f"{nominee.unit} đã kết thúc hoạt động ngày {nominee.ended_on:%d/%m/%Y}, trước {when}"
    if nominee.recipient == "person":
        return Finding("exists", "verify", f"{ended}; cần xác minh nơi công tác hiện nay.")
    return Finding("exists", "no", f"{ended}; không khen đơn vị đã giải thể.")


def _nominator(nominee: Nominee, scheme: AwardScheme) -> Finding:
    by, allowed = nominee.nominator, scheme.nominators
    assert allowed is not None
    if by.body is not None and allowed.admit(by.body, by.above):
        return Finding("nominator", "yes", f"{by.name} thuộc diện được đề nghị.")
    return Finding("nominator", "no", f"{by.name} không thuộc diện đề nghị: {allowed.label}.")


def _honoured(nominee: Nominee, scheme: AwardScheme) -> Finding:
    allowed = scheme.honoured or scheme.participants
    assert allowed is not None
    if nominee.body is not None and allowed.admit(nominee.body, nominee.above):
        return Finding("honoured", "yes", f"{nominee.unit} thuộc đối tượng được khen.")
    return Finding(
        "honoured", "no", f"{nominee.unit} không thuộc đối tượng được khen: {allowed.label}."
    )


def _limit(nominee: Nominee, limit: int) -> Finding:
    by = nominee.nominator
    said = f"{by.name} đề nghị {by.beside:02} {RECIPIENTS[nominee.recipient]}"
    if by.beside <= limit:
        return Finding("limit", "yes", f"{said}, không quá {limit:02}.")
    surplus = by.beside - limit
    return Finding(
        "limit", "no", f"{said}, vượt quá {limit:02}; phải rút bớt {surplus:02} rồi mới xét."
    )


def _dossier(filed: Filed) -> Finding:
    """What is not complete, not received or out for completion is never settled by itself."""
    missing = f"Hồ sơ chưa đủ: {', '.join(filed.missing)}." if filed.missing else ""
    if filed.returned_on is not None:
        returned = f"Hồ sơ đã trả lại ngày {filed.returned_on:%d/%m/%Y} để bổ sung"
        until = f", hạn {filed.due_on:%d/%m/%Y}" if filed.due_on else ""
        return Finding("dossier", "verify", f"{returned}{until}, chưa nhận lại. {missing}".strip())
    if missing:
        return Finding("dossier", "verify", missing)
    if filed.received_on is None:
        return Finding("dossier", "verify", "Hồ sơ chưa được tiếp nhận.")
    words = f"Hồ sơ nhận ngày {filed.received_on:%d/%m/%Y}, đủ thành phần."
    return Finding("dossier", "yes", words)


def _level(nominee: Nominee, levels: tuple[UnitLevel, ...]) -> Finding:
    wanted = ", ".join(LEVELS[level] for level in levels)
    if nominee.level is None:
        return Finding("level", "verify", f"Chưa rõ {nominee.unit} thuộc cấp nào.")
    there = f"{nominee.unit} thuộc {LEVELS[nominee.level]}"
    if nominee.level in levels:
        return Finding("level", "yes", f"{there}, đúng đối tượng của suất.")
    return Finding("level", "no", f"{there}; suất này dành cho {wanted}.")


def _once(nominee: Nominee, scheme: AwardScheme, terms: Round) -> Finding:
    """One achievement, one award: across movements and years, by the awards on record."""
    standing = [item for item in nominee.records if not item.revoked_by]
    for item in standing:
        if _same(item, scheme, terms):
            words = f"{nominee.name} {_award(item)}; một thành tích chỉ khen một lần."
            return Finding("once", "no", words, _decision(item))
    near = [item for item in standing if _near(item, scheme, terms)]
    if not near:
        words = f"{nominee.name} chưa có khen thưởng nào cho thành tích này trong sổ khen thưởng."
        return Finding("once", "yes", words)
    found = attested(nominee, ANOTHER_ACHIEVEMENT)
    had = "; ".join(map(_award, near))
    return Finding("once", found.answer, f"{nominee.name} {had}. {found.words}", _decision(near[0]))


def _decision(item: AwardOnRecord) -> dict[str, str | int]:
    return {"decision": item.decision, "decided_on": item.decided_on.isoformat()}


def _same(item: AwardOnRecord, scheme: AwardScheme, terms: Round) -> bool:
    """For the same year of the same movement, or for the whole of it."""
    here = item.movement == scheme.movement and item.closing == terms.closing
    return here and (terms.closing or item.year == terms.year)


def _near(item: AwardOnRecord, scheme: AwardScheme, terms: Round) -> bool:
    """For another movement's same year, or for a part of what a closing award looks back on."""
    whole = item.closing or terms.closing
    return (item.movement == scheme.movement and whole) or item.year == terms.year


def _award(item: AwardOnRecord) -> str:
    what = "tổng kết" if item.closing else f"năm {item.year}"
    return (
        f"đã được tặng {item.form} {what} của “{item.movement_title}” theo Quyết định số "
        f"{item.decision} ngày {item.decided_on:%d/%m/%Y}"
    )


def _law(
    nominee: Nominee, scheme: AwardScheme, day: date, regimes: Sequence[LegalRegime]
) -> Finding:
    """Which law applies, by the date that the scheme declares."""
    received = nominee.filed.received_on
    if scheme.law_date == "received" and received is None:
        words = "Chưa ghi ngày nhận hồ sơ nên chưa biết văn bản nào áp dụng."
        return Finding("law", "verify", words)
    at = received if scheme.law_date == "received" and received else day
    what = "ngày nhận hồ sơ" if scheme.law_date == "received" else "ngày xét"
    return law_on(regimes, at, f"{what} {at:%d/%m/%Y}")


def law_on(regimes: Sequence[LegalRegime], day: date, when: str) -> Finding:
    """What is in force on ``day``, and whether it may be relied on; ``when`` names the day."""
    there = regimes_on(regimes, day)
    cited = "; ".join(item.cited() for item in there)
    facts = {item.code: item.number for item in there}
    if not any(item.is_law for item in there):
        return Finding("law", "verify", f"Chưa khai luật có hiệu lực vào {when}.", facts)
    doubtful = [item for item in there if item.provenance is Provenance.UNVERIFIED]
    if doubtful:
        check = "; ".join(item.cited() for item in doubtful)
        words = (
            f"Văn bản có hiệu lực vào {when}: {cited}. Chưa kiểm chứng: {check}. Hãy đối chiếu với "
            "văn bản gốc rồi nhập lại văn bản áp dụng."
        )
        return Finding("law", "verify", words, facts)
    return Finding("law", "yes", f"Áp dụng văn bản có hiệu lực vào {when}: {cited}.", facts)
