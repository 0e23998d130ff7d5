"""Figures of surveys and indices, imported whenever they arrive: numbered versions, newest counts.

An import is written into the sheets as entries of the stage ``survey``, by the same verb as any
other entry; what it leaves out of the import before it is emptied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, Invalid, NotFound
from thidua.spec.criteria import Leaf
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.criteria import Leaf as LeafRow
from thidua.store.results import ResultVersion
from thidua.store.sheets import ScoreEntry, ScoreSheet
from thidua.store.surveys import FigureImport
from thidua.store.units import UnitPeriod
from thidua.store.vietnamese import nfc
from thidua.work.access import OVERSEERS, STAFF, require
from thidua.work.campaigns import campaign_by_id, scoring_sets
from thidua.work.corrections import official_version
from thidua.work.entries import save_entries
from thidua.work.figure_lines import (
    FigureColumn,
    FigureLine,
    Figures,
    KnownUnit,
    change_words,
    columns_of,
    inputs_of,
    names_of,
    take_lines,
)
from thidua.work.given import find, needed, words
from thidua.work.surveys import surveys_not_held
from thidua.work.versions import wait_turn


@dataclass(frozen=True)
class Imported:
    """What an import did: its version, what changed against the one before, who is not in it."""

    version: FigureImport
    changes: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Where figures come from: the document, and the file with its SHA-256 if there was one."""

    words: str
    file_name: str = ""
    file_hash: str = ""


def figure_columns(
    session: Session, *, campaign_id: int, what: str, by: Actor
) -> tuple[FigureColumn, ...]:
    """The columns that a table of this survey or index may have in this campaign."""
    require(session, by, OVERSEERS, "xem số liệu điều tra, chỉ số")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    return columns_of(_all_leaves(session, campaign, what), what)


def import_figures(
    session: Session,
    *,
    campaign_id: int,
    what: str,
    rows: Sequence[FigureLine],
    source: Source,
    by: Actor,
    at: datetime,
) -> Imported:
    """Take the figures of a survey or index for the units of the table, all or nothing.

    Units are known by official code or name as of the campaign's opening day. ``Invalid`` with
    every problem and its line, or without a source; after an official result also without the
    actor's reason. ``NotFound`` when no leaf names ``what``; ``Conflict`` when the campaign is not
    open or the survey was declared as not held. To preview, roll the session back.
    """
    require(session, by, STAFF, "nhập kết quả điều tra, chỉ số")
    campaign = changeable(session, campaign_id, what, by)
    units = known_units(session, campaign, what)
    columns = columns_of(_all_leaves(session, campaign, what), what)
    taken = take_lines(rows, units=units, columns=columns, what=what)
    return keep_figures(session, campaign, what, taken, source=source, actor=by, at=at)


def restore_figures(session: Session, *, import_id: int, by: Actor, at: datetime) -> Imported:
    """Go back to an older import: a new version equal to it. Needs the actor's reason."""
    require(session, by, STAFF, "nhập kết quả điều tra, chỉ số")
    old = _import(session, import_id)
    reason = needed("Lý do", by.reason, "Hãy ghi lý do quay lại lần nhập cũ.")
    campaign = changeable(session, old.campaign_id, old.what, by)
    figures = {row["unit_id"]: row["figures"] for row in old.rows}
    source = Source(old.source, old.file_name, old.file_hash)
    return keep_figures(
        session, campaign, old.what, figures, source=source, actor=by.because(reason), at=at,
        equal_to=old.number,
    )  # fmt: skip


def list_figures(session: Session, *, campaign_id: int, by: Actor) -> list[FigureImport]:
    """The imports of a campaign by survey or index, the newest first."""
    require(session, by, OVERSEERS, "xem số liệu điều tra, chỉ số")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    query = select(FigureImport).where(FigureImport.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(FigureImport.what, FigureImport.number.desc())))


def figure_changes(session: Session, *, first: int, second: int, by: Actor) -> tuple[str, ...]:
    """What differs from one import to another, unit by unit, in words; imports by id.

    ``Invalid`` unless both are of one survey or index in one campaign.
    """
    require(session, by, OVERSEERS, "xem số liệu điều tra, chỉ số")
    old, new = _import(session, first), _import(session, second)
    if (old.campaign_id, old.what) != (new.campaign_id, new.what):
        raise Invalid.one("", "Hãy chọn hai lần nhập của cùng một điều tra, chỉ số trong một kỳ.")
    campaign = campaign_by_id(session, campaign_id=new.campaign_id)
    columns = columns_of(_all_leaves(session, campaign, new.what), new.what)
    return change_words(old.rows, new.rows, columns)


def changeable(session: Session, campaign_id: int, what: str, actor: Actor) -> Campaign:
    """The campaign, if figures of ``what`` may come now: nobody closes or publishes meanwhile."""
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    wait_turn(session)
    session.refresh(campaign, with_for_update={"read": True})
    if campaign.stage != "open":
        raise Conflict(f"Kỳ đánh giá năm {campaign.year} không mở, không nhập được số liệu.")
    if what in surveys_not_held(session, campaign):
        raise Conflict(
            f"Cuộc điều tra {what} đã khai là không tổ chức. Hãy bỏ khai báo rồi nhập lại."
        )
    if official_version(session, campaign.year) and not actor.reason.strip():
        raise Invalid.one(
            "Lý do", "Năm này đã có kết quả chính thức; hãy ghi lý do đổi số liệu để điều chỉnh."
        )
    return campaign


def known_units(session: Session, campaign: Campaign, what: str) -> list[KnownUnit]:
    """The campaign's units as of its opening day, with their leaves that name ``what``, if any."""
    leaves = _leaves(session, campaign, what) if what else {}
    rows = session.execute(
        select(CampaignUnit, UnitPeriod.name, UnitPeriod.official_code)
        .outerjoin(
            UnitPeriod,
            (UnitPeriod.unit_id == CampaignUnit.unit_id)
            & UnitPeriod.during.contains(campaign.opens_on),
        )
        .where(CampaignUnit.campaign_id == campaign.id)
        .order_by(CampaignUnit.id)
    )
    return [
        KnownUnit(
            id=unit.unit_id,
            name=unit.name,
            names=frozenset(nfc(text) for text in (unit.name, name) if text),
            code=code or "",
            leaves=leaves.get(unit.kind, ()),
        )
        for unit, name, code in rows
    ]


def keep_figures(
    session: Session,
    campaign: Campaign,
    what: str,
    figures: Mapping[int, Figures],
    *,
    source: Source,
    actor: Actor,
    at: datetime,
    equal_to: int | None = None,
) -> Imported:
    """Store checked figures by unit id as the newest version and write them into the sheets.

    Figures that stand already make no new version.
    """
    needed("Nguồn", source.words, "Hãy ghi nguồn: văn bản, báo cáo công bố số liệu.")
    units = {unit.id: unit for unit in known_units(session, campaign, what)}
    columns = columns_of(_all_leaves(session, campaign, what), what)
    last = _newest(session, campaign, what)
    rows: list[Any] = [
        {"unit_id": id_, "unit": units[id_].name, "figures": dict(given)}
        for id_, given in figures.items()
    ]
    changed = _write(session, campaign, units, figures, last, actor, at)
    if last is None or changed or last.rows != rows:
        before, last = last, _version(session, campaign, what, rows, last, source, at)
        last.equal_to, last.made_by = equal_to, actor.id if actor.kind == "person" else None
        session.add(last)
        session.flush()
        _record(session, actor, last)
        changes = change_words(before.rows if before else [], rows, columns)
    else:
        changes = ()
    missing = tuple(unit.name for unit in units.values() if unit.leaves and unit.id not in figures)
    return Imported(last, changes, missing)


def _write(
    session: Session,
    campaign: Campaign,
    units: Mapping[int, KnownUnit],
    figures: Mapping[int, Figures],
    last: FigureImport | None,
    actor: Actor,
    at: datetime,
) -> bool:
    """Write what differs from the entries as they stand; whether anything did."""
    gone: dict[int, Figures] = {row["unit_id"]: {} for row in last.rows} if last else {}
    standing = _standing(session, campaign)
    changed = False
    for id_, given in sorted({**gone, **figures}.items()):  # as everybody locks sheets
        wanted = {leaf.code: inputs_of(leaf, given) for leaf in units[id_].leaves}
        inputs = {code: new for code, new in wanted.items() if new != standing.get((id_, code), {})}
        if inputs:
            changed = True
            save_entries(
                session, campaign_id=campaign.id, unit_id=id_, stage="survey", inputs=inputs,
                by=actor, at=at,
            )  # fmt: skip
    return changed


def _standing(session: Session, campaign: Campaign) -> dict[tuple[int, str], dict[str, Any]]:
    """What stands in the sheets at the stage ``survey``, by unit and leaf code."""
    rows = session.execute(
        select(ScoreSheet.unit_id, LeafRow.code, ScoreEntry.inputs)
        .join(ScoreEntry, ScoreEntry.sheet_id == ScoreSheet.id)
        .join(LeafRow, LeafRow.id == ScoreEntry.leaf_id)
        .where(ScoreSheet.campaign_id == campaign.id, ScoreEntry.stage == "survey")
    )
    return {(row.unit_id, row.code): row.inputs for row in rows}


def _version(
    session: Session,
    campaign: Campaign,
    what: str,
    rows: list[Any],
    last: FigureImport | None,
    source: Source,
    at: datetime,
) -> FigureImport:
    after = select(func.max(ResultVersion.number)).where(ResultVersion.campaign_id == campaign.id)
    return FigureImport(
        campaign_id=campaign.id,
        what=what,
        number=last.number + 1 if last else 1,
        source=words("Nguồn", source.words),
        file_name=source.file_name,
        file_hash=source.file_hash,
        rows=rows,
        after_version=session.scalar(after) or 0,
        made_at=at,
    )


def _record(session: Session, actor: Actor, made: FigureImport) -> None:
    record(
        session, actor=actor, action="figures.import", subject=("figure_import", made.id),
        after={
            "campaign": made.campaign_id, "what": made.what, "number": made.number,
            "units": len(made.rows), "source": made.source, "file": made.file_name,
            "hash": made.file_hash, "equal_to": made.equal_to,
        },
    )  # fmt: skip
    session.flush()


def _newest(session: Session, campaign: Campaign, what: str) -> FigureImport | None:
    ours = FigureImport.campaign_id == campaign.id, FigureImport.what == what
    newest = select(FigureImport).where(*ours).order_by(FigureImport.number.desc()).limit(1)
    return session.scalars(newest).one_or_none()


def _import(session: Session, import_id: int) -> FigureImport:
    row = find(session, FigureImport, import_id)
    if row is None:
        raise NotFound("Không có lần nhập này trong tỉnh đang làm việc.")
    return row


def _leaves(session: Session, campaign: Campaign, what: str) -> dict[str, tuple[Leaf, ...]]:
    """The leaves that name ``what``, by kind of unit."""
    sets = scoring_sets(session, campaign)
    found = {
        kind: tuple(leaf for leaf in item.criteria.leaves if names_of(leaf) == what)
        for kind, item in sets.items()
    }
    if not what or not any(found.values()):
        known = {names_of(leaf) for item in sets.values() for leaf in item.criteria.leaves} - {""}
        there = ", ".join(sorted(known)) or "không có"
        raise NotFound(
            f"Bộ tiêu chí của kỳ này không dùng điều tra, chỉ số “{what}”. Đang có: {there}."
        )
    return found


def _all_leaves(session: Session, campaign: Campaign, what: str) -> list[Leaf]:
    return [leaf for leaves in _leaves(session, campaign, what).values() for leaf in leaves]
