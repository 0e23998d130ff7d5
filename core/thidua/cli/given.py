"""What several commands are given alike: a unit by its key, a day, a document with its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Invalid, NotFound
from thidua.evidence.files import Upload
from thidua.store.units import Unit
from thidua.work.papers import PaperFacts

F = TypeVar("F", bound=Callable[..., Any])

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
in_province = click.argument("code", metavar="TỈNH")
of_campaign = click.argument("campaign_id", metavar="KỲ", type=int)
of_unit = click.argument("key", metavar="ĐƠN_VỊ")

_PAPER = (
    click.option("--paper", metavar="SỐ", default="", help="Số, ký hiệu văn bản."),
    click.option("--dated", metavar="NGÀY", type=DAY, help="Ngày văn bản."),
    click.option("--signer", metavar="TÊN", default="", help="Người ký văn bản."),
    click.option("--issuer", metavar="TÊN", default="", help="Cơ quan ban hành văn bản."),
    click.option("--summary", metavar="CHỮ", default="", help="Trích yếu văn bản."),
    click.option(
        "--file", "signed", metavar="TỆP", help="Tệp văn bản đã ký.",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
    ),
)  # fmt: skip


def paper_options(command: F) -> F:
    """The options that name a document; ``paper_given`` reads them."""
    for option in reversed(_PAPER):
        command = option(command)
    return command


@contextmanager
def paper_given(said: dict[str, Any]) -> Iterator[PaperFacts]:
    """The document that the options name, its file open; ``Invalid`` when they name none."""
    with paper_if_given(said) as paper:
        if paper is None:
            raise Invalid.one("Văn bản", "Hãy ghi --paper (số, ký hiệu) và --dated (ngày).")
        yield paper


@contextmanager
def paper_if_given(said: dict[str, Any]) -> Iterator[PaperFacts | None]:
    """The same where it may be left out; ``Invalid`` without its day."""
    names = ("paper", "signer", "issuer", "summary", "signed")
    if said["dated"] is None:
        if any(said[name] for name in names):
            raise Invalid.one("Ngày văn bản", "Hãy ghi --dated (ngày văn bản).")
        yield None
        return
    facts = PaperFacts(
        said["paper"], said["dated"].date(), said["signer"], said["issuer"], said["summary"]
    )
    if said["signed"] is None:
        yield facts
        return
    with said["signed"].open("rb") as stream:
        size = said["signed"].stat().st_size
        yield replace(facts, file=Upload(said["signed"].name, stream, size))


def unit_of_key(session: Session, key: str) -> int:
    """The id of the unit with this key; ``NotFound`` says where keys are listed."""
    found = session.scalar(select(Unit.id).where(Unit.key == key))
    if found is None:
        raise NotFound(f"Không có đơn vị “{key}”. Xem khóa đơn vị bằng: thidua units export.")
    return found


def day_of(given: datetime | None, otherwise: date) -> date:
    """The day that was given, or another."""
    return given.date() if given else otherwise
