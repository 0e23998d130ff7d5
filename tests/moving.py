"""A movement of Tỉnh Nhỏ with four duties, in 2025 and 2026; its units are there from July 2025.

Sở, ban, ngành launch it by 30 September 2025; every unit reports by 15 December of each year;
communes register by 31 August 2025; the press is followed as a whole.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session
from tests.awarding import award_spec
from tests.factories import COMMAND
from tests.small import unit_id

from thidua.spec.loading import parse
from thidua.spec.movement import Movement
from thidua.store.movements import MovementAct
from thidua.work.movement_life import launch_movement, register_for_movement
from thidua.work.papers import PaperFacts
from thidua.work.provinces import apply_province

NOW = datetime(2026, 3, 1, 1, tzinfo=UTC)
TODAY = date(2026, 3, 1)
PAPER = PaperFacts("12/KH-SM", date(2025, 9, 1), signer="Bà Mẫu")


def duty(code: str, text: str, **more: Any) -> dict[str, Any]:
    """The document of a duty."""
    return {"code": code, "text": text, "who": "Các đơn vị", **more}


def bodies(label: str, **more: Any) -> dict[str, Any]:
    """The document of some bodies."""
    return {"label": label, **more}


DUTIES = [
    duty("phat-dong", "Phát động phong trào.", phase="launch", due="2025-09-30",
         proof="kế hoạch", bodies=bodies("sở, ban, ngành", levels=["province"])),
    duty("dang-ky", "Đăng ký tham gia", phase="registration", due="2025-08-31",
         bodies=bodies("cấp xã", kinds=["xa"])),
    duty("bao-cao", "Báo cáo kết quả", phase="interim", due_each_year="12-15",
         bodies=bodies("mọi đơn vị", levels=["province", "commune"])),
    duty("tuyen-truyen", "Đưa tin", phase="propaganda", who="Báo, đài"),
]  # fmt: skip


def movement_document(**changed: Any) -> dict[str, Any]:
    """The document of the movement, changed."""
    return {
        "code": "cchc",
        "title": "Phong trào thi đua cải cách hành chính",
        "theme": "Cải cách hành chính",
        "plan": {"title": "Kế hoạch", "number": "1/KH", "issued_on": "2025-07-10"},
        "award_forms": ["bang-khen"],
        "period": {"years": [2025, 2026]},
        "registration": "voluntary",
        "duties": DUTIES,
        **changed,
    }


def movement(**changed: Any) -> Movement:
    """The movement, changed."""
    return parse(Movement, movement_document(**changed))


def apply_moving(session: Session, **changed: Any) -> None:
    """Tỉnh Nhỏ with the movement, applied and entered."""
    spec = award_spec(movements=[movement_document(**changed)])
    apply_province(session, spec=spec, by=COMMAND)


def registered(session: Session, key: str, **more: Any) -> MovementAct:
    """A unit registered on 20 August 2025."""
    given: dict[str, Any] = {"on": date(2025, 8, 20), "paper": PAPER, "by": COMMAND, **more}
    return register_for_movement(
        session, movement="cchc", unit_id=unit_id(session, key), at=NOW, **given
    )


def launched(session: Session, key: str, **more: Any) -> MovementAct:
    """A unit launched the movement on 1 September 2025."""
    given: dict[str, Any] = {"on": date(2025, 9, 1), "paper": PAPER, "by": COMMAND, **more}
    return launch_movement(session, movement="cchc", unit_id=unit_id(session, key), at=NOW, **given)
