"""Những cơ quan mà một quy định nói tới: by level, kind or key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from thidua.spec.base import Code, Sourced, Text

UnitLevel = Literal["province", "vertical", "district", "commune", "other"]
"""The level of a kind of unit, as ``UnitKind.level`` says it."""

LEVELS: dict[UnitLevel, str] = {
    "province": "cấp tỉnh",
    "vertical": "ngành dọc",
    "district": "cấp huyện",
    "commune": "cấp xã",
    "other": "cấp khác",
}


@dataclass(frozen=True)
class Body:
    """A unit as the rules see it: its key, and its kind and level on the day that counts."""

    key: str
    kind: str
    level: UnitLevel | None


class Bodies(Sourced):
    """Những cơ quan mà một quy định nói tới; nêu theo cấp, theo loại hay đích danh."""

    label: Text = Field(description="Cách gọi chung, để nói lý do: sở, ban, ngành, UBND cấp huyện.")
    levels: tuple[UnitLevel, ...] = Field((), description="Mọi đơn vị thuộc các cấp này.")
    kinds: tuple[Code, ...] = Field((), description="Mọi đơn vị thuộc các loại này (mã).")
    units: tuple[Code, ...] = Field((), description="Các đơn vị nêu đích danh (khóa).")
    subordinates: bool = Field(
        False, description="Kể cả phòng, ban, đơn vị trực thuộc của những nơi ấy."
    )

    @model_validator(mode="after")
    def _somebody(self) -> Bodies:
        if not (self.levels or self.kinds or self.units):
            raise ValueError("ghi levels, kinds hoặc units")
        return self

    def admit(self, body: Body, above: Iterable[Body] = ()) -> bool:
        """Whether the body belongs to them; ``above``: the bodies it stands under."""
        return self._names(body) or (self.subordinates and any(map(self._names, above)))

    def _names(self, body: Body) -> bool:
        return body.level in self.levels or body.kind in self.kinds or body.key in self.units


class Office(Sourced):
    """Cơ quan làm một việc trong thủ tục, như văn bản gọi."""

    name: Text = Field(description="Tên như văn bản gọi.")
    unit: Code | None = Field(None, description="Khóa đơn vị, khi cơ quan là đơn vị của tỉnh.")
