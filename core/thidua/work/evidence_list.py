"""Reading the register of evidence: who sees which document, the list by criterion, the files.

Overseers read the evidence of all units; others their own unit's, and what they appraise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from thidua.errors import Conflict, NotAllowed, NotFound
from thidua.evidence.files import EvidenceFiles
from thidua.evidence.inside import MEDIA_TYPES
from thidua.spec.criteria import CriteriaSet
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign, CampaignUnit
from thidua.store.evidence import EvidenceItem, EvidenceUse
from thidua.store.filed import StoredFile
from thidua.store.people import ROLES
from thidua.store.provinces import Province
from thidua.store.tenancy import province_of
from thidua.work.access import OVERSEERS, Rights, require
from thidua.work.campaigns import campaign_by_id, scoring_sets
from thidua.work.duties import Duties, duties_of
from thidua.work.evidence_facts import SCAN_WORDS, EvidenceFacts, evidence_warnings
from thidua.work.given import find, is_id
from thidua.work.writing import place_to_read


@dataclass(frozen=True)
class EvidencePlace:
    """Where a document proves a leaf: section and page, as the unit wrote them."""

    leaf_code: str
    section: str
    page: str
    note: str


@dataclass(frozen=True)
class EvidenceFile:
    """The file of a document: its name, bytes, and what is known of viruses in words."""

    name: str
    size: int
    scan: str


@dataclass(frozen=True)
class EvidenceView:
    """One document as it is shown; ``withdrawal`` is the reason for which it was withdrawn."""

    id: int
    version: int
    unit_id: int
    unit: str
    facts: EvidenceFacts
    file: EvidenceFile | None
    places: tuple[EvidencePlace, ...]
    warnings: tuple[str, ...]
    added_at: datetime
    withdrawal: str


@dataclass(frozen=True)
class LeafEvidence:
    """The documents that prove one leaf, each with its place in them."""

    code: str
    name: str
    documents: tuple[tuple[EvidenceView, EvidencePlace], ...]


@dataclass(frozen=True)
class DomainEvidence:
    """The leaves of one domain that have documents."""

    code: str
    name: str
    leaves: tuple[LeafEvidence, ...]


@dataclass(frozen=True)
class EvidenceList:
    """Danh mục tài liệu minh chứng of one unit, by domain and criterion."""

    authority: str
    campaign: str
    unit: str
    illustrative: bool
    domains: tuple[DomainEvidence, ...]
    unused: tuple[EvidenceView, ...]


@dataclass(frozen=True)
class OpenedFile:
    """A file that the actor may read, in pieces."""

    file: StoredFile
    province: int
    files: EvidenceFiles

    @property
    def media_type(self) -> str:
        """As what it is served."""
        return MEDIA_TYPES[self.file.type]

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to, not including, ``end``."""
        return self.files.read(self.province, self.file.hash, start, end)


def evidence_of(
    session: Session,
    *,
    campaign_id: int,
    by: Actor,
    unit_id: int | None = None,
    leaf_code: str | None = None,
) -> list[EvidenceView]:
    """The documents that the actor may see, of one unit or of all, for one leaf or for all.

    In the order in which they were entered, withdrawn ones among them.
    """
    rights = require(session, by, ROLES, "xem tài liệu minh chứng")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    query = (
        select(EvidenceItem, CampaignUnit)
        .join(
            CampaignUnit,
            (CampaignUnit.campaign_id == EvidenceItem.campaign_id)
            & (CampaignUnit.unit_id == EvidenceItem.unit_id),
        )
        .where(EvidenceItem.campaign_id == campaign.id)
        .options(selectinload(EvidenceItem.uses))
        .order_by(EvidenceItem.id)
        .execution_options(populate_existing=True)
    )
    if unit_id is not None:
        query = query.where(EvidenceItem.unit_id == (unit_id if is_id(unit_id) else None))
    if leaf_code is not None:
        query = query.where(EvidenceItem.uses.any(EvidenceUse.leaf_code == leaf_code))
    sight = _Sight.of(session, campaign, rights, by)
    return [
        _view(item, unit, campaign)
        for item, unit in session.execute(query)
        if sight.sees(item, unit.kind)
    ]


def evidence_list(session: Session, *, campaign_id: int, unit_id: int, by: Actor) -> EvidenceList:
    """The list of one unit by domain and criterion, as it stands now; withdrawn ones left out.

    ``NotFound`` when the unit takes no part, ``NotAllowed`` for the list of another unit.
    """
    place = place_to_read(session, campaign_id, unit_id)
    refuse_list(require(session, by, ROLES, "xem danh mục tài liệu minh chứng"), unit_id)
    seen = evidence_of(session, campaign_id=campaign_id, unit_id=unit_id, by=by)
    standing = [view for view in seen if not view.withdrawal]
    return EvidenceList(
        authority=session.get_one(Province, province_of(session)).authority,
        campaign=place.campaign.title,
        unit=place.unit.name,
        illustrative=place.campaign.illustrative,
        domains=by_domain(place.criteria, standing),
        unused=tuple(view for view in standing if not view.places),
    )


def refuse_list(rights: Rights, unit_id: int) -> None:
    """``NotAllowed`` unless the list of this unit is theirs to see, in part at least."""
    if not rights.any_of(OVERSEERS | {"appraiser"}) and unit_id not in rights.units:
        raise NotAllowed("Bạn chỉ xem được danh mục tài liệu minh chứng của đơn vị mình.")


def open_file(session: Session, *, item_id: int, by: Actor, files: EvidenceFiles) -> OpenedFile:
    """The file of a document, for whoever may see that.

    ``NotFound`` when there is none for this actor; ``Conflict`` while the virus scanner has not
    answered, or when it found something.
    """
    rights = require(session, by, ROLES, "mở tài liệu minh chứng")
    item = find(session, EvidenceItem, item_id)
    if item is not None:
        campaign = campaign_by_id(session, campaign_id=item.campaign_id)
        kind = session.scalars(
            select(CampaignUnit.kind).where(
                CampaignUnit.campaign_id == item.campaign_id, CampaignUnit.unit_id == item.unit_id
            )
        ).one()
        if not _Sight.of(session, campaign, rights, by, kind).sees(item, kind):
            item = None
    return opened_file(session, item.file if item else None, files)


def opened_file(session: Session, file: StoredFile | None, files: EvidenceFiles) -> OpenedFile:
    """A file that somebody may see; refusals as of ``open_file``."""
    if file is None:
        raise NotFound("Không có tệp này, hoặc tệp không dành cho bạn.")
    if file.scan == "infected":
        raise Conflict("Tệp này có vi-rút nên không mở được. Hãy đề nghị đơn vị thay tệp khác.")
    if file.scan == "waiting" and files.scans:
        raise Conflict("Tệp này đang chờ quét vi-rút. Hãy mở lại sau ít phút.")
    return OpenedFile(file, province_of(session), files)


@dataclass(frozen=True)
class _Sight:
    """Which items somebody sees."""

    rights: Rights
    by: Actor
    duties: Mapping[str, Duties]

    @classmethod
    def of(
        cls,
        session: Session,
        campaign: Campaign,
        rights: Rights,
        by: Actor,
        kind: str | None = None,
    ) -> _Sight:
        """An appraiser's duties are by kind of unit; nobody else's are asked for."""
        appraises = rights.any_of({"appraiser"}) and not rights.any_of(OVERSEERS)
        sets = scoring_sets(session, campaign, kind) if appraises else {}
        duties = {kind: duties_of(session, campaign, item.criteria) for kind, item in sets.items()}
        return cls(rights, by, duties)

    def sees(self, item: EvidenceItem, kind: str) -> bool:
        """Whether they read all, belong to the unit, or appraise a leaf that the item proves."""
        if self.rights.any_of(OVERSEERS) or item.unit_id in self.rights.units:
            return True
        duties = self.duties.get(kind)
        return duties is not None and any(
            duties.allows(use.leaf_code, item.unit_id, self.rights, self.by) for use in item.uses
        )


def _view(item: EvidenceItem, unit: CampaignUnit, campaign: Campaign) -> EvidenceView:
    facts = EvidenceFacts(
        summary=item.summary,
        reference=item.reference,
        issued_on=item.issued_on,
        issuer=item.issuer,
        link=item.link,
        link_seen_on=item.link_seen_on,
    )
    file = item.file
    return EvidenceView(
        id=item.id,
        version=item.row_version,
        unit_id=item.unit_id,
        unit=unit.name,
        facts=facts,
        file=EvidenceFile(file.name, file.size, SCAN_WORDS[file.scan]) if file else None,
        places=tuple(
            EvidencePlace(use.leaf_code, use.section, use.page, use.note) for use in item.uses
        ),
        warnings=evidence_warnings(facts, year=campaign.year, scan=item.scan, used=bool(item.uses)),
        added_at=item.added_at,
        withdrawal=item.withdrawal,
    )


def by_domain(criteria: CriteriaSet, views: Sequence[EvidenceView]) -> tuple[DomainEvidence, ...]:
    """The documents under the leaves that they prove, in the order of the set."""
    by_leaf: dict[str, list[tuple[EvidenceView, EvidencePlace]]] = {}
    for view in views:
        for place in view.places:
            by_leaf.setdefault(place.leaf_code, []).append((view, place))
    found = (
        DomainEvidence(
            code=domain.code,
            name=domain.name,
            leaves=tuple(
                LeafEvidence(leaf.code, leaf.name, tuple(by_leaf[leaf.code]))
                for leaf in domain.leaves()
                if leaf.code in by_leaf
            ),
        )
        for domain in criteria.domains
    )
    return tuple(domain for domain in found if domain.leaves)
