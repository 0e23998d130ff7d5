"""The conditions that a scheme declares: each answers yes, no or “cần xác minh”, with its fact."""

from __future__ import annotations

from decimal import Decimal

from thidua.awards.nominee import Answer, Finding, Initiative, Nominee, Standing
from thidua.spec.award_conditions import (
    CATEGORIES,
    INITIATIVE_LEVELS,
    AnyOfCondition,
    AttestedCondition,
    BandCondition,
    CategoryCondition,
    Condition,
    DisciplineCondition,
    DossierCondition,
    IndexCondition,
    InitiativeCondition,
    RankCondition,
    SingleCondition,
    TasksCondition,
)


def answer_to(condition: Condition, nominee: Nominee, year: int | None) -> Finding:
    """What a condition finds about a nominee, whose index of ``year`` counts."""
    if isinstance(condition, AnyOfCondition):
        return _any_of(condition, nominee, year)
    return _single(condition, nominee, year)


def _single(condition: SingleCondition, nominee: Nominee, year: int | None) -> Finding:
    match condition:
        case BandCondition() | IndexCondition() | RankCondition():
            return _published(nominee, condition, year)
        case CategoryCondition():
            return _category(nominee, condition)
        case AttestedCondition() | DisciplineCondition() | TasksCondition():
            return attested(nominee, condition)
        case InitiativeCondition():
            return _initiative(nominee, condition)


def _any_of(condition: AnyOfCondition, nominee: Nominee, year: int | None) -> Finding:
    found = [_single(item, nominee, year) for item in condition.conditions]
    answers = {item.answer for item in found}
    answer: Answer = "yes" if "yes" in answers else "verify" if "verify" in answers else "no"
    telling = [item for item in found if item.answer == answer]
    facts = {name: value for item in telling for name, value in item.facts.items()}
    words = " ".join(item.words for item in telling)
    meets: dict[Answer, str] = {
        "yes": f"Đạt điều kiện “{condition.label}”.",
        "verify": f"Chưa đủ căn cứ cho điều kiện “{condition.label}”.",
        "no": f"Không đạt điều kiện “{condition.label}” theo cách nào.",
    }
    return Finding("any_of", answer, f"{meets[answer]} {words}", facts)


def _published(
    nominee: Nominee, condition: BandCondition | IndexCondition | RankCondition, year: int | None
) -> Finding:
    wanted = _wanted(condition)
    standing = nominee.standing
    if standing is None:
        return Finding(
            condition.kind,
            "verify",
            f"{nominee.unit} không có chỉ số năm {year} trong kết quả chính thức đã công bố; "
            f"cần xác minh {wanted}.",
        )
    there = f"{_whose(nominee, standing)} {_figure(standing)}, theo {standing.caption}"
    answer = _compared(standing, condition)
    said: dict[Answer, str] = {
        "yes": f"{there}: đạt {wanted}.",
        "no": f"{there}: chưa đạt {wanted}.",
        "verify": f"{there}; kết quả này không cho biết có đạt {wanted} không.",
    }
    return Finding(condition.kind, answer, said[answer], standing.facts())


def _wanted(condition: BandCondition | IndexCondition | RankCondition) -> str:
    match condition:
        case BandCondition():
            return f"xếp loại từ {condition.at_least} trở lên"
        case IndexCondition():
            return f"chỉ số từ {written_index(condition.at_least)}% trở lên"
        case RankCondition():
            return f"hạng {condition.at_most} trở lên"


def _compared(
    standing: Standing, condition: BandCondition | IndexCondition | RankCondition
) -> Answer:
    match condition:
        case BandCondition():
            return _band(standing, condition.at_least)
        case IndexCondition():
            return _known(None if standing.index is None else standing.index >= condition.at_least)
        case RankCondition():
            return _known(None if standing.rank is None else standing.rank <= condition.at_most)


def _band(standing: Standing, wanted: str) -> Answer:
    bands = standing.bands
    if standing.band not in bands or wanted not in bands:
        return "verify"
    return _known(bands.index(standing.band) <= bands.index(wanted))


def _known(met: bool | None) -> Answer:
    if met is None:
        return "verify"
    return "yes" if met else "no"


def _whose(nominee: Nominee, standing: Standing) -> str:
    if nominee.recipient == "collective" and standing.unit == nominee.unit:
        return nominee.unit
    return f"Tính theo {standing.unit}:"


def _figure(standing: Standing) -> str:
    index = f"chỉ số {written_index(standing.index)}%" if standing.index is not None else ""
    rank = (
        f"hạng {standing.rank} trong {standing.group}" if standing.rank and standing.group else ""
    )
    band = f"xếp loại {standing.band}" if standing.band else "chưa xếp loại"
    return ", ".join(part for part in (index, rank, band) if part)


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


def attested(nominee: Nominee, condition: DossierCondition) -> Finding:
    """What the dossier answers, once the standing office has confirmed it."""
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


def _initiative(nominee: Nominee, condition: InitiativeCondition) -> Finding:
    wanted = _wanted_initiatives(condition)
    named = [item for item in nominee.initiatives if _fits(item, condition)]
    proved = [item for item in named if item.number and item.recognised_on and item.confirmed]
    if len(proved) >= condition.count:
        return Finding("initiative", "yes", f"Có {wanted}: {'; '.join(map(_told, proved))}.")
    if len(named) >= condition.count:
        return Finding(
            "initiative",
            "verify",
            f"Nơi đề nghị khai có {wanted}, chưa được xác nhận hoặc chưa đủ số, ngày công nhận: "
            f"{'; '.join(map(_told, named))}.",
        )
    if nominee.filed.received_on is None:
        return Finding("initiative", "verify", f"Hồ sơ chưa khai {wanted}.")
    others = "; ".join(_told(item) for item in nominee.initiatives)
    has = f"chỉ có {others}" if others else "không khai sáng kiến nào"
    return Finding("initiative", "no", f"Hồ sơ không có {wanted}: {has}.")


def _fits(item: Initiative, condition: InitiativeCondition) -> bool:
    by = condition.recogniser.casefold()
    return (not condition.levels or item.level in condition.levels) and (
        not by or item.recogniser.strip().casefold() == by
    )


def _wanted_initiatives(condition: InitiativeCondition) -> str:
    levels = " hoặc ".join(INITIATIVE_LEVELS[level] for level in condition.levels)
    parts = (
        f"ít nhất {condition.count:02} sáng kiến" if condition.count > 1 else "sáng kiến",
        levels,
        f"do {condition.recogniser} công nhận" if condition.recogniser else "",
    )
    return " ".join(part for part in parts if part)


def _told(item: Initiative) -> str:
    on = f" ngày {item.recognised_on:%d/%m/%Y}" if item.recognised_on else ""
    return f"“{item.name}” ({item.recogniser} công nhận, số {item.number or '…'}{on})"
