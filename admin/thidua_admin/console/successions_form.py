"""The form of a reorganisation: what it is called, by which document, and who hands over to whom.

Units are typed by name with a list of names to choose from; marks do not matter.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from thidua.errors import Invalid, Problem
from thidua.spec.loading import parse
from thidua.spec.succession import Succession, SuccessionKind
from thidua.store.vietnamese import search_text
from thidua_admin.console.forms import DayField
from thidua_admin.console.units_forms import BasisForm, names_by_key

LINES, MOST = 4, 60
"""Lines of a form as it opens, and the most that it takes."""

CODE_TITLE = 60
"""So much of a code is the title."""

SENTENCES: Mapping[SuccessionKind, str] = {
    "merge": lazy_gettext("Hai đơn vị trở lên thành một đơn vị mới; các đơn vị cũ kết thúc."),
    "absorb": lazy_gettext(
        "Một hay nhiều đơn vị nhập vào một đơn vị đang hoạt động; đơn vị nhập vào kết thúc."
    ),
    "split": lazy_gettext("Một đơn vị thành hai đơn vị trở lên; ghi phần chuyển cho mỗi nơi."),
    "transfer": lazy_gettext("Một phần của đơn vị sang nơi khác; đơn vị cũ vẫn hoạt động."),
    "rename": lazy_gettext(
        "Vẫn là một đơn vị, có tên mới từ một ngày. Tên mới phải được khai từ ngày đó."
    ),
    "dissolve": lazy_gettext("Đơn vị kết thúc hoạt động, không có đơn vị kế tục."),
    "function": lazy_gettext("Một nhiệm vụ, chức năng sang cơ quan khác; hai bên vẫn hoạt động."),
}


@dataclass(frozen=True)
class Line:
    """One line as it was typed."""

    before: str = ""
    after: str = ""
    share: str = ""
    what: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was typed."""
        return not (self.before or self.after or self.share or self.what)


@dataclass(frozen=True)
class Asked:
    """Which columns a kind of reorganisation needs."""

    after: bool
    share: bool
    what: bool


def asked_of(kind: SuccessionKind) -> Asked:
    """The columns of this kind."""
    return Asked(
        after=kind not in ("dissolve", "rename"),
        share=kind in ("split", "transfer"),
        what=kind in ("transfer", "function"),
    )


class SuccessionForm(BasisForm):
    """What a reorganisation says of itself; its lines stand beside."""

    title = StringField(
        lazy_gettext("Tên việc sắp xếp"),
        [InputRequired(), Length(max=300)],
        description=lazy_gettext("Ví dụ: Hợp nhất Sở A và Sở B thành Sở C."),
    )
    effective_on = DayField(
        lazy_gettext("Ngày có hiệu lực"),
        [InputRequired()],
        description=lazy_gettext("Ngày đầu của tình trạng mới; đơn vị cũ kết thúc vào hôm trước."),
    )
    seen = HiddenField()


def posted_lines() -> list[Line]:
    """The lines of the form that was sent, as many as it had."""
    columns = [request.form.getlist(name)[:MOST] for name in ("before", "after", "share", "what")]
    longest = max(map(len, columns))
    filled = [[*(text.strip() for text in column), *[""] * longest][:longest] for column in columns]
    return [Line(*texts) for texts in zip(*filled, strict=True)]


def declared(kind: SuccessionKind, form: SuccessionForm, lines: Sequence[Line]) -> Succession:
    """The reorganisation as the use case takes it; ``Invalid`` with every unclear line."""
    names = names_by_key()
    problems: list[Problem] = []
    links = [
        _link(number, line, kind, names, problems)
        for number, line in enumerate(lines, start=1)
        if not line.blank
    ]
    if not links:
        problems.append(Problem(place="Đơn vị", reason="Hãy ghi ít nhất một dòng."))
    if problems:
        raise Invalid(problems)
    basis = form.basis()
    said: dict[str, Any] = {
        "code": _code(form.title.data, form.effective_on.data.strftime("%Y%m%d")),
        "kind": kind,
        "title": " ".join(form.title.data.split()),
        "effective_on": form.effective_on.data,
        "legal_basis": [basis] if basis else [],
        "links": links,
    }
    return parse(Succession, said)


def _link(
    number: int,
    line: Line,
    kind: SuccessionKind,
    names: Mapping[str, str],
    problems: list[Problem],
) -> dict[str, Any]:
    asked = asked_of(kind)
    before = _unit(f"Dòng {number}, đơn vị trước", line.before, names, problems)
    after = before if kind == "rename" else None
    if asked.after:
        after = _unit(f"Dòng {number}, đơn vị kế tục", line.after, names, problems)
    link: dict[str, Any] = {"predecessor": before, "successor": after}
    if asked.share:
        link["share"] = _share(f"Dòng {number}, phần chuyển", line.share, problems)
    elif kind == "function":
        link["share"] = Decimal(0)
    return {**link, "what": line.what if asked.what else ""}


def _unit(place: str, typed: str, names: Mapping[str, str], problems: list[Problem]) -> str:
    """The key of the unit that is meant."""
    found = list(_meant(typed, names))
    if len(found) == 1:
        return found[0]
    reason = gettext("không có đơn vị “%(typed)s”; hãy chọn trong danh sách", typed=typed)
    if not typed:
        reason = gettext("hãy ghi tên đơn vị")
    elif found:
        reason = gettext("có nhiều đơn vị “%(typed)s”; hãy chọn trong danh sách", typed=typed)
    problems.append(Problem(place=place, reason=reason))
    return "-"


def _meant(typed: str, names: Mapping[str, str]) -> Iterator[str]:
    exact = [key for key, name in names.items() if typed in (name, key)]
    plain = search_text(typed)
    alike = [key for key, name in names.items() if search_text(name) == plain]
    twins = (key for key, name in names.items() if typed and name.startswith(f"{typed} ("))
    yield from exact or alike or twins


def _share(place: str, typed: str, problems: list[Problem]) -> Decimal:
    """A percentage as typed, as a part of 1."""
    if re.fullmatch(r"\d{1,3}([.,]\d{1,2})?", typed):
        return Decimal(typed.replace(",", ".")) / 100
    problems.append(Problem(place=place, reason=gettext("hãy ghi số phần trăm, ví dụ 60")))
    return Decimal(1)


def _code(title: str, on: str) -> str:
    """A code from the title and the day; titles that are alike only at first get different ones."""
    plain = re.sub(r"[^a-z0-9]+", "-", search_text(title)).strip("-")
    if len(plain) > CODE_TITLE:
        end = hashlib.sha256(plain.encode()).hexdigest()[:8]
        plain = f"{plain[: CODE_TITLE - 9].strip('-')}-{end}"
    return f"{plain or 'sap-xep'}-{on}"
