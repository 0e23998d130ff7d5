"""Taking a province's seed data into the database: explicit, previewed by rolling back, audited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from thidua.errors import Conflict
from thidua.spec import movement as movements
from thidua.spec.awards import AwardScheme
from thidua.spec.base import Spec
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.criteria import CriteriaSet
from thidua.spec.document import document, document_hash
from thidua.spec.grading import Grading
from thidua.spec.legal import LegalRegime
from thidua.spec.movement import AwardForm, Movement
from thidua.spec.province import Unit as UnitSpec
from thidua.spec.province import UnitKind as UnitKindSpec
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import StoredAwardScheme
from thidua.store.criteria import Leaf, StoredCriteriaSet
from thidua.store.documents import (
    StoredAwardForm,
    StoredGrading,
    StoredLegalRegime,
    StoredMovement,
)
from thidua.store.provinces import Province
from thidua.store.results import ResultVersion
from thidua.store.successions import Succession
from thidua.store.tenancy import enter_province
from thidua.store.units import Cluster, Unit, UnitKind, UnitPeriod
from thidua.work.access import require
from thidua.work.awards import store_scheme
from thidua.work.documents import differences
from thidua.work.history import import_published
from thidua.work.opening import mark_drafts
from thidua.work.successions import record_succession

SHOWN = 20
"""How many differences of a refused set are named."""


@dataclass(frozen=True)
class Change:
    """One thing that applying a province did or would do."""

    action: str
    subject: str

    def __str__(self) -> str:
        return f"{self.action}: {self.subject}"


def apply_province(session: Session, *, spec: ProvinceSpec, by: Actor) -> tuple[Change, ...]:
    """Bring the database to what the province declares; what is there already stays.

    Units, schemes and past results are seed data: what exists is not touched. Criteria sets of
    the same version and hash are left alone; another hash under the same version is refused with
    the difference. Enters the province. To preview, roll the session back.
    """
    province, new = _province(session, spec)
    enter_province(session, province.id)
    require(session, by, {"admin"}, "áp dụng dữ liệu của tỉnh")
    changes = [
        *([Change("Thêm tỉnh", spec.info.full_name)] if new else []),
        *_kinds(session, spec),
        *_documents(session, spec),
        *_sets(session, spec),
        *_units(session, spec),
        *_successions(session, spec, by),
        *_published(session, spec, by),
        *_schemes(session, spec),
    ]
    province.applied_version = spec.info.version
    province.applied_hash = document_hash(spec)
    if changes:
        record(
            session,
            actor=by,
            action="province.apply",
            subject=("province", province.id),
            after={"version": spec.info.version, "changes": [str(item) for item in changes]},
        )
    return tuple(changes)


def _province(session: Session, spec: ProvinceSpec) -> tuple[Province, bool]:
    """The province's row, held until the end of the transaction, and whether it is new."""
    info = spec.info
    names = {"name": info.name, "full_name": info.full_name, "authority": info.authority}
    made = session.scalar(
        insert(Province)
        .values(code=info.code, **names)
        .on_conflict_do_nothing(index_elements=["code"])
        .returning(Province.id)
    )
    held = select(Province).where(Province.code == info.code).with_for_update(key_share=True)
    return session.scalars(held).one(), made is not None


def _kinds(session: Session, spec: ProvinceSpec) -> Iterator[Change]:
    known = {kind.code: kind for kind in session.scalars(select(UnitKind))}
    clusters = {(row.kind, row.code) for row in session.scalars(select(Cluster))}
    for kind in spec.unit_kinds:
        if kind.code not in known:
            session.add(_kind_row(kind))
            yield Change("Thêm loại đơn vị", kind.name)
    session.flush()
    for kind in spec.unit_kinds:
        for cluster in kind.clusters:
            if (kind.code, cluster.code) not in clusters:
                session.add(Cluster(kind=kind.code, code=cluster.code, name=cluster.name))
                yield Change("Thêm khối, cụm", cluster.name)
    session.flush()


def _kind_row(kind: UnitKindSpec) -> UnitKind:
    return UnitKind(code=kind.code, name=kind.name, level=kind.level, document=document(kind))


def _documents(session: Session, spec: ProvinceSpec) -> Iterator[Change]:
    yield from _store(session, StoredGrading, spec.grading, "cách xếp loại")
    yield from _store(session, StoredAwardForm, spec.award_forms, "hình thức khen thưởng")
    yield from _store(session, StoredMovement, spec.movements, "phong trào thi đua")
    yield from _store(session, StoredLegalRegime, spec.legal_regimes, "văn bản áp dụng")


StoredDocument = (
    type[StoredGrading] | type[StoredAwardForm] | type[StoredMovement] | type[StoredLegalRegime]
)


def _store(
    session: Session,
    table: StoredDocument,
    items: Sequence[Grading] | Sequence[AwardForm] | Sequence[Movement] | Sequence[LegalRegime],
    what: str,
) -> Iterator[Change]:
    known = set(session.scalars(select(table.code)))
    for item in items:
        if item.code not in known:
            session.add(table(code=item.code, hash=document_hash(item), document=document(item)))
            yield Change(f"Thêm {what}", _title(item))
    session.flush()


def _title(item: Spec) -> str:
    match item:
        case movements.Movement():
            return item.title
        case movements.AwardForm():
            return item.name
        case Grading():
            return item.title or item.code
        case LegalRegime():
            return item.cited()
        case _:
            return str(item)


def _sets(session: Session, spec: ProvinceSpec) -> Iterator[Change]:
    known = {(row.code, row.version): row for row in session.scalars(select(StoredCriteriaSet))}
    for item in spec.criteria_sets:
        stored = known.get((item.code, item.version))
        if stored is None:
            store_set(session, criteria=item)
            yield Change("Thêm bộ tiêu chí", f"{item.title} (phiên bản {item.version})")
        elif document_hash(item) not in {stored.hash, stored.given_hash}:
            raise _changed(stored, item, f"Bộ tiêu chí {item.code}")


def _changed(
    stored: StoredCriteriaSet | StoredAwardScheme, item: CriteriaSet | AwardScheme, what: str
) -> Conflict:
    lines = list(differences(stored.document, document(item)))
    more = len(lines) - SHOWN
    shown = "\n".join([*lines[:SHOWN], *([f"và {more} chỗ khác"] if more > 0 else [])])
    return Conflict(
        f"{what} phiên bản {item.version} đã lưu với nội dung khác. "
        f"Hãy đặt phiên bản mới cho nội dung mới. Khác nhau:\n{shown}"
    )


def store_set(session: Session, *, criteria: CriteriaSet) -> StoredCriteriaSet:
    """A new version of a criteria set: document, hash, leaves; drafts know what it makes them."""
    row = StoredCriteriaSet(
        code=criteria.code,
        version=criteria.version,
        hash=document_hash(criteria),
        title=criteria.title,
        document=document(criteria),
    )
    session.add(row)
    session.flush()
    session.add_all(
        Leaf(set_id=row.id, position=position, code=leaf.code)
        for position, leaf in enumerate(criteria.leaves)
    )
    session.flush()
    mark_drafts(session)
    return row


def _schemes(session: Session, spec: ProvinceSpec) -> Iterator[Change]:
    known = {(row.code, row.version): row for row in session.scalars(select(StoredAwardScheme))}
    for item in spec.award_schemes:
        stored = known.get((item.code, item.version))
        if stored is None:
            store_scheme(session, scheme=item)
            yield Change("Thêm cách xét khen", f"{item.title} (phiên bản {item.version})")
        elif stored.hash != document_hash(item):
            raise _changed(stored, item, f"Cách xét khen {item.code}")


def _units(session: Session, spec: ProvinceSpec) -> Iterator[Change]:
    known = set(session.scalars(select(Unit.key)))
    fresh = [unit for unit in spec.units if unit.key not in known]
    for key in dict.fromkeys(unit.key for unit in fresh):
        session.add(Unit(key=key, created_by="seed"))
    session.flush()
    ids = {unit.key: unit.id for unit in session.scalars(select(Unit))}
    for unit in fresh:
        session.add(_period(unit, ids))
        yield Change("Thêm đơn vị", unit.name)
    session.flush()


def _period(unit: UnitSpec, ids: dict[str, int]) -> UnitPeriod:
    return UnitPeriod(
        unit_id=ids[unit.key],
        during=Range(unit.valid_from, unit.valid_to, bounds="[]"),
        name=unit.name,
        kind=unit.kind,
        cluster=unit.cluster or None,
        parent_id=ids[unit.parent] if unit.parent else None,
        official_code=unit.official_code,
        provenance=unit.provenance,
        facts=list(unit.facts),
    )


def _successions(session: Session, spec: ProvinceSpec, by: Actor) -> Iterator[Change]:
    known = set(session.scalars(select(Succession.code)))
    for item in spec.successions:
        if item.code not in known:
            record_succession(session, succession=item, by=by)
            yield Change("Ghi việc sắp xếp", item.title)


def _published(session: Session, spec: ProvinceSpec, by: Actor) -> Iterator[Change]:
    historical = ResultVersion.kind == "historical"
    known = set(session.scalars(select(ResultVersion.year).where(historical)))
    for item in spec.published_results:
        if item.year not in known:
            import_published(session, spec=spec, published=item, by=by)
            yield Change("Nhập kết quả đã công bố", item.title)
