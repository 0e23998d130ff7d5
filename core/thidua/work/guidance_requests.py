"""What each agency is asked to write: the leaves of a set without guidance, and the letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from thidua.work.criteria import MissingGuidance


@dataclass(frozen=True)
class GuidanceRequest:
    """One agency's leaves without guidance; ``agency`` is empty where the set names none."""

    agency: str
    leaves: tuple[MissingGuidance, ...]
    text: str


def guidance_requests(
    missing: Sequence[MissingGuidance], *, names: Mapping[str, str], title: str, authority: str
) -> tuple[GuidanceRequest, ...]:
    """A request to each agency in the order of ``names``, then what was given to no agency.

    ``names``: units by key; ``title``: of the set; ``authority``: who asks. What nobody was given
    has no text.
    """
    keys = [key for key in names if any(item.agency == key for item in missing)]
    unknown = sorted({item.agency for item in missing} - set(keys) - {""})
    found = []
    for key in [*keys, *unknown, ""]:
        leaves = tuple(item for item in missing if item.agency == key)
        name = names.get(key, key)
        if leaves:
            text = _letter(name, leaves, title, authority) if name else ""
            found.append(GuidanceRequest(name, leaves, text))
    return tuple(found)


def _letter(name: str, leaves: Sequence[MissingGuidance], title: str, authority: str) -> str:
    lines = [
        f"Kính gửi: {name}.",
        "",
        f"Để chuẩn bị kỳ đánh giá theo “{title}”, {authority} đề nghị {name} soạn hướng dẫn chấm "
        f"của {len(leaves)} tiêu chí do cơ quan thẩm định:",
        "",
        *(f"- {item.code} {item.name};" for item in leaves[:-1]),
        f"- {leaves[-1].code} {leaves[-1].name}.",
        "",
        "Hướng dẫn nêu rõ cách tính điểm, tài liệu minh chứng cần có và thời điểm lấy số liệu; "
        "ghi trực tiếp vào phần mềm tại mục Bộ tiêu chí trước khi mở kỳ đánh giá.",
        "",
        f"{authority} trân trọng đề nghị cơ quan quan tâm thực hiện./.",
    ]
    return "\n".join(lines)
