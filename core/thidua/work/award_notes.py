"""What a reader of a round of awards must know beside its nominations."""

from __future__ import annotations

from collections.abc import Iterator

from thidua.awards.eligibility import law_on
from thidua.spec.base import Sourced
from thidua.work.award_facts import Considered, caption_of
from thidua.work.legal import outdated


def notes_of(considered: Considered, *, illustrative: bool) -> Iterator[str]:
    """What a reader of a round must know: the result, the day, the law, the notes of the scheme."""
    scheme, year = considered.scheme, considered.terms.index_year
    if year is None:
        yield "Đợt này không dùng chỉ số."
    elif considered.version is None:
        yield f"Chưa công bố kết quả chính thức năm {year}; chưa lập được đề xuất."
    else:
        yield f"Xét theo {caption_of(considered.version)}."
    day = considered.round.decides_on
    yield f"Đơn vị được xem xét theo tình trạng ngày {day:%d/%m/%Y}."
    if considered.regimes and scheme.law_date == "considered":
        yield law_on(considered.regimes, day, f"ngày xét {day:%d/%m/%Y}").words
    yield from outdated(scheme.legal_basis, considered.regimes, day)
    yield from _gone(considered)
    if not scheme.dossier:
        yield (
            "Cách xét khen không nêu thành phần hồ sơ; đề nghị được xét kể cả khi hồ sơ chưa tiếp "
            "nhận."
        )
    parts: list[Sourced] = [scheme, considered.terms, scheme.comparison]
    parts += [*scheme.quotas, *scheme.slots(), *scheme.all_conditions()]
    yield from dict.fromkeys(part.note for part in parts if part.note)
    if illustrative:
        yield "Kết quả, hồ sơ hoặc căn cứ là minh họa; không phải đề nghị khen thưởng thật."


def _gone(considered: Considered) -> Iterator[str]:
    """The offices of the procedure that are no more when the round is considered."""
    scheme = considered.scheme
    offices = (*((scheme.received_by,) if scheme.received_by else ()), *scheme.submitted_by)
    for name, unit in dict.fromkeys((item.name, item.unit) for item in offices):
        last = considered.ended(unit) if unit else None
        if last:
            yield (
                f"{name} đã kết thúc hoạt động ngày {last:%d/%m/%Y}; cần xác định nơi nhận, trình "
                "hồ sơ thay trước khi xét."
            )
