"""Who may take which place: each condition answers yes, no or “cần xác minh”, with its fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from thidua.spec.award_conditions import (
    CATEGORIES,
    RECIPIENTS,
    AttestedCondition,
    BandCondition,
    CategoryCondition,
    Condition,
    PersonCategory,
    Recipient,
)
from thidua.spec.awards import AwardScheme, Quota, Slot
from thidua.spec.bodies import LEVELS, UnitLevel

Answer = Literal["yes", "no", "verify"]
ANSWERS: dict[Answer, str] = {"yes": "đạt", "no": "không đạt", "verify": "cần xác minh"}


@dataclass(frozen=True)
class Standing:
    """What a published result says of the body whose index counts.

    ``version`` and ``row`` are the result's ids, ``caption`` names it in words; ``bands`` are the
    labels by which it was graded, best first.
    """

    version: int
    row: int
    caption: str
    unit: str
    index: Decimal | None
    rank: int | None
    band: str | None
    bands: tuple[str, ...]


@dataclass(frozen=True)
class Attested:
    """What a dossier answers to a condition; only what the standing office confirmed counts."""

    answer: bool
    confirmed: bool
    basis: str


@dataclass(frozen=True)
class Nominee:
    """One nomination as it stands: ``name`` is the person's, or the unit's for a collective.

    ``level`` is the unit's on the day of decision, ``exists`` whether it is there on that day,
    ``ended_on`` its last day where that lies before. ``beside`` counts the nominations of the
    same kind of recipient by the same body, this one included.
    """

    key: int
    recipient: Recipient
    name: str
    unit: str
    nominator: str
    beside: int
    level: UnitLevel | None
    exists: bool = True
    ended_on: date | None = None
    category: PersonCategory | None = None
    standing: Standing | None = None
    attested: Mapping[str, Attested] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One condition's answer, in a sentence, and what of a result it rests on."""

    condition: str
    answer: Answer
    words: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


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


def judge(nominee: Nominee, scheme: AwardScheme, *, index_year: int, day: date) -> Judged:
    """All conditions of a scheme for one nominee, who is to be decided on ``day``."""
    quota = scheme.quota_of(nominee.recipient)
    common = [_exists(nominee, day)]
    if quota is not None and quota.per_body is not None:
        common.append(_limit(nominee, quota.per_body))
    return Judged(
        nominee,
        {slot.code: (*common, *_slot(nominee, scheme, slot, index_year)) for slot in _slots(quota)},
    )


def _slots(quota: Quota | None) -> tuple[Slot, ...]:
    return quota.slots if quota else ()


def _slot(nominee: Nominee, scheme: AwardScheme, slot: Slot, year: int) -> Iterator[Finding]:
    if slot.levels:
        yield _level(nominee, slot.levels)
    for condition in scheme.conditions_of(slot):
        if not (isinstance(condition, CategoryCondition) and nominee.recipient == "collective"):
            yield _condition(nominee, condition, year)


def _condition(nominee: Nominee, condition: Condition, year: int) -> Finding:
    match condition:
        case BandCondition():
            return _band(nominee, condition, year)
        case CategoryCondition():
            return _category(nominee, condition)
        case AttestedCondition():
            return _attested(nominee, condition)


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


def _limit(nominee: Nominee, limit: int) -> Finding:
    what = RECIPIENTS[nominee.recipient]
    said = f"{nominee.nominator} đề nghị {nominee.beside:02} {what}"
    if nominee.beside <= limit:
        return Finding("limit", "yes", f"{said}, không quá {limit:02}.")
    surplus = nominee.beside - limit
    return Finding(
        "limit", "no", f"{said}, vượt quá {limit:02}; phải rút bớt {surplus:02} rồi mới xét."
    )


def _level(nominee: Nominee, levels: tuple[UnitLevel, ...]) -> Finding:
    wanted = ", ".join(LEVELS[level] for level in levels)
    if nominee.level is None:
        return Finding("level", "verify", f"Chưa rõ {nominee.unit} thuộc cấp nào.")
    there = f"{nominee.unit} thuộc {LEVELS[nominee.level]}"
    if nominee.level in levels:
        return Finding("level", "yes", f"{there}, đúng đối tượng của suất.")
    return Finding("level", "no", f"{there}; suất này dành cho {wanted}.")


def _band(nominee: Nominee, condition: BandCondition, year: int) -> Finding:
    standing, wanted = nominee.standing, condition.at_least
    if standing is None:
        return Finding(
            "band",
            "verify",
            f"{nominee.unit} không có chỉ số năm {year} trong kết quả chính thức đã công bố; "
            f"cần xác minh xếp loại từ {wanted} trở lên.",
        )
    facts = _facts(standing)
    there = f"{_whose(nominee, standing)} {_figure(standing)}, theo {standing.caption}"
    if standing.band not in standing.bands or wanted not in standing.bands:
        return Finding(
            "band", "verify", f"{there}; bảng xếp loại không cho biết có từ {wanted} không.", facts
        )
    if standing.bands.index(standing.band) <= standing.bands.index(wanted):
        return Finding("band", "yes", f"{there}: đạt mức từ {wanted} trở lên.", facts)
    return Finding("band", "no", f"{there}: chưa đạt mức từ {wanted} trở lên.", facts)


def _whose(nominee: Nominee, standing: Standing) -> str:
    if nominee.recipient == "collective" and standing.unit == nominee.unit:
        return nominee.unit
    return f"Tính theo {standing.unit}:"


def _figure(standing: Standing) -> str:
    index = f"chỉ số {written_index(standing.index)}%" if standing.index is not None else ""
    band = f"xếp loại {standing.band}" if standing.band else "chưa xếp loại"
    return ", ".join(part for part in (index, band) if part)


def _facts(standing: Standing) -> dict[str, str | int]:
    known = {
        "version": standing.version,
        "row": standing.row,
        "index": None if standing.index is None else str(standing.index),
        "rank": standing.rank,
        "band": standing.band,
    }
    return {name: value for name, value in known.items() if value is not None}


def written_index(index: Decimal) -> str:
    """An index in per cent as Vietnamese text, decimals as published."""
    return f"{index:f}".replace(".", ",")


def _category(nominee: Nominee, condition: CategoryCondition) -> Finding:
    wanted = ", ".join(CATEGORIES[item] for item in condition.categories)
    if nominee.category is None:
        return Finding(
            "category", "verify", f"Hồ sơ chưa ghi {nominee.name} thuộc diện nào ({wanted}…)."
        )
    there = f"{nominee.name} là {CATEGORIES[nominee.category]}"
    if nominee.category in condition.categories:
        return Finding("category", "yes", f"{there}, đúng đối tượng của suất.")
    return Finding("category", "no", f"{there}; suất này dành cho {wanted}.")


def _attested(nominee: Nominee, condition: AttestedCondition) -> Finding:
    code, label = condition.code, f"“{condition.label}”"
    said = nominee.attested.get(code)
    if said is None:
        return Finding(code, "verify", f"Hồ sơ chưa trả lời điều kiện {label}.")
    claim = "có" if said.answer else "không"
    if not said.confirmed:
        return Finding(
            code,
            "verify",
            f"Nơi đề nghị khai {claim} cho điều kiện {label} ({said.basis}), chưa được xác nhận.",
        )
    return Finding(
        code,
        "yes" if said.answer else "no",
        f"Đã xác nhận {claim} cho điều kiện {label} ({said.basis}).",
    )
