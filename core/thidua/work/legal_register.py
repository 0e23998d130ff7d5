"""Văn bản căn cứ: every document that the province's data cites, where, and whether it applies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.spec.awards import AwardScheme
from thidua.spec.base import LegalBasis
from thidua.spec.legal import LegalRegime, replaced_by
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.awards import StoredAwardScheme
from thidua.store.criteria import StoredCriteriaSet
from thidua.store.documents import StoredMovement
from thidua.store.people import ROLES
from thidua.store.successions import Succession
from thidua.store.vietnamese import search_text, sort_key
from thidua.work.access import require
from thidua.work.legal import regimes_of
from thidua.work.movements import newest_movements
from thidua.work.sets import parsed

_Cited = tuple[LegalBasis, "Citation | None"]

Citing = Literal["criteria_set", "movement", "award_scheme", "succession"]
"""What cites a document: subjects of the audit."""


@dataclass(frozen=True)
class Citation:
    """Where a document is cited: a row by kind and id, with what it is called."""

    kind: Citing
    id: int
    title: str


@dataclass(frozen=True)
class CitedDocument:
    """A document with all places that cite it.

    ``regime`` is the law, decree or circular that it is, with the days it is in force;
    ``replaced`` says why it no longer applies on the day asked about, ``amended`` by what it was
    amended: sentences, else empty.
    """

    basis: LegalBasis
    citations: tuple[Citation, ...]
    regime: LegalRegime | None = None
    replaced: str = ""
    amended: str = ""


def cited_documents(session: Session, *, day: date, by: Actor) -> tuple[CitedDocument, ...]:
    """Every document, the one issued latest first.

    One number (without one: one title) is one document, unless year of issue or issuer differ:
    agencies count anew every year, each for itself. Laws, decrees and circulars that the province
    goes by stand among them, cited or not; theirs have the year in the number.
    """
    require(session, by, ROLES, "xem văn bản căn cứ")
    regimes = regimes_of(session)
    found: dict[str, list[_Cited]] = defaultdict(list)
    for basis, citation in _citations(session):
        found[_known_by(basis)].append((basis, citation))
    for regime in regimes:
        found[_known_by(_as_basis(regime))].append((_as_basis(regime), None))
    unique = {_known_by(_as_basis(regime)) for regime in regimes}
    documents = [
        _document(cited, regimes, day)
        for known_by, alike in found.items()
        for cited in ([alike] if known_by in unique else _told_apart(alike))
    ]
    return tuple(sorted(documents, key=_order))


def _told_apart(cited: Sequence[_Cited]) -> list[list[_Cited]]:
    """The documents among those of one number; what says too little joins the only one it fits."""
    documents: list[list[_Cited]] = []
    for item in sorted(cited, key=lambda item: -len(_facts(item[0]))):
        facts = _facts(item[0])
        same = [one for one in documents if _facts(one[0][0]) == facts]
        fits = same or [one for one in documents if _agree(_facts(one[0][0]), facts)]
        if len(fits) == 1:
            fits[0].append(item)
        else:
            documents.append([item])
    return [sorted(document, key=cited.index) for document in documents]


def _facts(basis: LegalBasis) -> dict[str, str]:
    """What is known of year and issuer, as they are compared."""
    issuer = search_text(basis.issuer).replace("uy ban nhan dan", "ubnd")
    year = str(basis.issued_on.year) if basis.issued_on else ""
    return {name: said for name, said in (("year", year), ("issuer", issuer)) if said}


def _agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether nothing speaks against it: an issuer may be written longer, with its province."""
    return all(
        said.startswith(other[name]) or other[name].startswith(said)
        for name, said in one.items()
        if name in other
    )


def _citations(session: Session) -> Iterator[tuple[LegalBasis, Citation]]:
    for row in session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id)):
        title = f"{row.title}, phiên bản {row.version}"
        yield from _cited(parsed(row).legal_basis, Citation("criteria_set", row.id, title))
    stored = session.execute(select(StoredMovement.code, StoredMovement.id))
    ids = {row.code: row.id for row in stored}
    for movement in newest_movements(session):
        cited = (movement.plan, *movement.legal_basis, *movement.amendments)
        yield from _cited(cited, Citation("movement", ids[movement.code], movement.title))
    for scheme in session.scalars(select(StoredAwardScheme).order_by(StoredAwardScheme.id)):
        title = f"{scheme.title}, phiên bản {scheme.version}"
        basis = parse(AwardScheme, scheme.document).legal_basis
        yield from _cited(basis, Citation("award_scheme", scheme.id, title))
    for change in session.scalars(select(Succession).order_by(Succession.id)):
        said = [parse(LegalBasis, item) for item in change.legal_basis]
        yield from _cited(said, Citation("succession", change.id, change.title))


def _cited(
    documents: Iterable[LegalBasis], citation: Citation
) -> Iterator[tuple[LegalBasis, Citation]]:
    return ((basis, citation) for basis in documents)


def _as_basis(regime: LegalRegime) -> LegalBasis:
    return LegalBasis(
        title=regime.title, number=regime.number, provenance=regime.provenance,
        facts=regime.facts, source=regime.source, note=regime.note,
    )  # fmt: skip


def _known_by(basis: LegalBasis) -> str:
    return (basis.number or basis.title).casefold()


def _document(
    cited: Sequence[tuple[LegalBasis, Citation | None]], regimes: Sequence[LegalRegime], day: date
) -> CitedDocument:
    fullest = max((basis for basis, _ in cited), key=lambda basis: basis.issued_on is not None)
    regime = next((item for item in regimes if item.number == fullest.number), None)
    amending = [item.cited() for item in regimes if regime and regime.code in item.amends]
    return CitedDocument(
        basis=fullest,
        citations=tuple(dict.fromkeys(citation for _, citation in cited if citation)),
        regime=regime,
        replaced=replaced_by(regimes, fullest.number, day),
        amended=f"Được sửa đổi, bổ sung bởi {'; '.join(amending)}." if amending else "",
    )


def _order(item: CitedDocument) -> tuple[int, str]:
    issued = item.basis.issued_on or (item.regime and item.regime.in_force_from) or date.min
    return -issued.toordinal(), sort_key(item.basis.title)
