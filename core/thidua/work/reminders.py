"""Đôn đốc: the text that reminds offices of what they owe, to be copied into a letter."""

from __future__ import annotations

from collections.abc import Sequence


def reminder(owed: Sequence[tuple[str, str]], *, doing: str, authority: str, until: str) -> str:
    """A reminder to one or many: ``owed`` is who owes what, in words, each maybe several times.

    ``doing``: what they are to carry out; ``authority``: who reminds; ``until``: as of when.
    """
    names = list(dict.fromkeys(name for name, _ in owed))
    to = names[0] if len(names) == 1 else "Các cơ quan, đơn vị có tên dưới đây"
    listed = [
        f"{number}. {name}: {'; '.join(words for whose, words in owed if whose == name)}."
        for number, name in enumerate(names, 1)
    ]
    lines = [
        f"Kính gửi: {to}.",
        "",
        f"Thực hiện {doing}, tính đến {until}, {authority} ghi nhận các nội dung chưa hoàn "
        "thành như sau:",
        "",
        *listed,
        "",
        "Đề nghị hoàn thành đúng hạn nêu trên; nội dung đã quá hạn thì gửi văn bản đề nghị gia "
        f"hạn, nêu rõ lý do, về {authority}.",
        "",
        f"{authority} trân trọng đề nghị các cơ quan, đơn vị quan tâm thực hiện./.",
    ]
    return "\n".join(lines)
