"""A result version as people read it: groups of rows, and the notes that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.scoring.ticks import to_points, written
from thidua.spec.base import Provenance
from thidua.spec.grading import Grading
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign
from thidua.store.provinces import Province
from thidua.store.results import ResultRow, ResultVersion
from thidua.work.campaigns import scoring_sets
from thidua.work.entries import SURVEYED
from thidua.work.given import find
from thidua.work.results import visible_version

KIND_WORDS = {
    "provisional": "Kết quả tạm tính",
    "final": "Kết quả chính thức",
    "corrected": "Kết quả điều chỉnh",
    "historical": "Kết quả đã công bố",
}
PROVENANCE_WORDS = {
    Provenance.ILLUSTRATIVE: "Ngưỡng xếp loại là minh họa, không phải quy định của tỉnh.",
    Provenance.PRESS: "Ngưỡng xếp loại lấy theo báo chí.",
    Provenance.INFERRED: "Ngưỡng xếp loại được suy từ nguồn, chưa có văn bản.",
}
PENDING_WORDS = {
    "out_of_maximum": "Điều tra, chỉ số, đánh giá của lãnh đạo chưa có thì bỏ khỏi điểm tối đa "
    "của đơn vị.",
    "zero": "Điều tra, chỉ số, đánh giá của lãnh đạo chưa có thì tính 0 điểm.",
}


@dataclass(frozen=True)
class TableRow:
    """One unit's line. Points, maximum and index are decimals; absent ones None."""

    unit_id: int
    row_id: int
    name: str
    rank: int | None
    tied: bool
    points: Decimal | None
    maximum: Decimal | None
    index: Decimal | None
    band: str
    position: int | None
    warning: str


@dataclass(frozen=True)
class TableGroup:
    """Units ranked together, best first."""

    label: str
    rows: Sequence[TableRow]


@dataclass(frozen=True)
class ResultTable:
    """A result version, ready to be shown or exported."""

    version_id: int
    province: str
    authority: str
    title: str
    year: int
    number: int
    kind: str
    published: bool
    illustrative: bool
    has_index: bool
    bands_illustrative: bool
    groups: Sequence[TableGroup]
    notes: Sequence[str]
    findings: Sequence[str]

    @property
    def caption(self) -> str:
        """Kind, number and year in words."""
        return f"{KIND_WORDS[self.kind]} năm {self.year}, bản số {self.number}"


def result_table(session: Session, *, version_id: int, by: Actor) -> ResultTable:
    """The version as a table; ``NotFound`` when the actor may not see it."""
    return table_of(session, visible_version(session, version_id=version_id, by=by))


def table_of(session: Session, version: ResultVersion) -> ResultTable:
    """A version as a table; whoever calls has seen to it that it may be shown."""
    rows = session.scalars(
        select(ResultRow).where(ResultRow.version_id == version.id).order_by(ResultRow.id)
    ).all()
    province = session.get_one(Province, version.province_id)
    has_index = any(row.index_percent is not None for row in rows)
    return ResultTable(
        version_id=version.id,
        province=province.full_name,
        authority=province.authority,
        title=version.title,
        year=version.year,
        number=version.number,
        kind=version.kind,
        published=version.published_at is not None,
        illustrative=version.illustrative,
        has_index=has_index,
        bands_illustrative=any(
            item.provenance is Provenance.ILLUSTRATIVE for item in _gradings(version)
        ),
        groups=_groups(version, rows),
        notes=_notes(version, has_index, _pending(session, version)),
        findings=[f"{item['unit']}: {item['message']}" for item in version.findings],
    )


def result_row(session: Session, *, row_id: int, by: Actor) -> tuple[ResultTable, ResultRow]:
    """One unit's row with its version, for the page that explains it."""
    row = find(session, ResultRow, row_id)
    table = result_table(session, version_id=row.version_id if row else 0, by=by)
    assert row is not None  # result_table refused otherwise
    return table, row


def _groups(version: ResultVersion, rows: Sequence[ResultRow]) -> list[TableGroup]:
    warnings: dict[int, list[str]] = {}
    for item in version.findings:
        warnings.setdefault(item["unit_id"], []).append(item["message"])
    labels = dict.fromkeys(row.group_label for row in rows)
    return [
        TableGroup(
            label=label,
            rows=[
                _row(row, warnings.get(row.unit_id, []))
                for row in sorted(rows, key=_by_rank)
                if row.group_label == label
            ],
        )
        for label in labels
    ]


def _by_rank(row: ResultRow) -> tuple[bool, int, int]:
    return row.rank is None, row.rank or 0, row.id


def _row(row: ResultRow, warnings: Sequence[str]) -> TableRow:
    return TableRow(
        unit_id=row.unit_id,
        row_id=row.id,
        name=row.name,
        rank=row.rank,
        tied=row.tied,
        points=_points(row.points, row.printed_points),
        maximum=None if row.maximum is None else to_points(row.maximum),
        index=row.index_percent,
        band=row.band or "",
        position=row.position,
        warning=" ".join(warnings),
    )


def _points(ticks: int | None, printed: str) -> Decimal | None:
    """As printed where it was printed, with its decimals."""
    if printed:
        return Decimal(printed)
    return None if ticks is None else to_points(ticks)


def _gradings(version: ResultVersion) -> list[Grading]:
    return [parse(Grading, item) for item in version.grading.values()]


def _pending(session: Session, version: ResultVersion) -> list[str]:
    """What the sets of the version's campaign count for a survey or index that is not there."""
    if version.campaign_id is None:
        return []
    campaign = session.get_one(Campaign, version.campaign_id)
    sets = [item.criteria for item in scoring_sets(session, campaign).values()]
    late = {s.pending for s in sets if any(leaf.supplier in SURVEYED for leaf in s.leaves)}
    return [PENDING_WORDS[item] for item in sorted(late)]


def _notes(version: ResultVersion, has_index: bool, pending: Sequence[str]) -> list[str]:
    notes = [note for item in _gradings(version) for note in grading_notes(item, has_index)]
    if version.illustrative:
        notes.insert(0, "Bộ tiêu chí hoặc số liệu là minh họa, không phải kết quả của đơn vị.")
    if version.kind == "corrected":
        notes.insert(0, f"Lý do điều chỉnh: {version.reason}")
    notes += pending
    if version.source:
        notes.append(f"Nguồn: {version.source}")
    notes.append(
        f"Tính bằng Thi đua {version.engine_version}, quy tắc {version.rules_version}, "
        f"dữ liệu tỉnh {version.plugin_version}."
    )
    return list(dict.fromkeys(notes))


def grading_notes(grading: Grading, has_index: bool = True) -> list[str]:
    """How ranks and bands are found, in sentences, as they stand below a result."""
    decided = "chỉ số đã làm tròn" if grading.decide_on == "published" else "chỉ số chưa làm tròn"
    if not has_index:
        decided = "điểm đã công bố"
    ties = ", ".join(grading.rank.ties)
    equal = "bằng nhau thì đồng hạng (1, 2, 2, 4)."
    if ties:
        equal = f"bằng nhau thì so lần lượt các mã {ties}; vẫn {equal}"
    bands = ", ".join(_band_words(band.label, band.from_, band.inclusive) for band in grading.bands)
    notes = [f"Xếp hạng, xếp loại theo {decided}; {equal}"]
    if bands:
        notes.append(f"Xếp loại: {bands}.")
    if grading.provenance in PROVENANCE_WORDS:
        notes.append(PROVENANCE_WORDS[grading.provenance])
    return notes


def _band_words(label: str, cut: Decimal | None, inclusive: bool) -> str:
    if cut is None:
        return f"{label} phần còn lại"
    return f"{label} {'từ' if inclusive else 'trên'} {written(cut)}"
