"""Văn bản áp dụng: which laws, decrees and circulars a province goes by, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Invalid, Problem
from thidua.spec.base import LegalBasis
from thidua.spec.document import document, document_hash
from thidua.spec.legal import LegalRegime, replaced_by
from thidua.spec.loading import parse
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.documents import StoredLegalRegime
from thidua.store.people import ROLES
from thidua.work.access import STAFF, require
from thidua.work.versions import wait_turn


def regimes_of(session: Session) -> tuple[LegalRegime, ...]:
    """The documents that the entered province knows, the older first."""
    documents = session.scalars(select(StoredLegalRegime.document))
    known = [parse(LegalRegime, item) for item in documents]
    return tuple(sorted(known, key=lambda item: (item.in_force_from, item.code)))


def list_regimes(session: Session, *, by: Actor) -> Sequence[LegalRegime]:
    """The documents that the province goes by, the older first."""
    require(session, by, ROLES, "xem văn bản áp dụng")
    return regimes_of(session)


def enter_regime(session: Session, *, regime: LegalRegime, by: Actor) -> LegalRegime:
    """Enter a document, or enter it anew once it is checked or has ended; the audit keeps both.

    Proposals made before keep what they rested on. ``Invalid`` when it replaces or amends a
    document that is not there.
    """
    require(session, by, STAFF, "nhập văn bản áp dụng")
    wait_turn(session)
    stored = {row.code: row for row in session.scalars(select(StoredLegalRegime))}
    unknown = [code for code in (*regime.replaces, *regime.amends) if code not in stored]
    if unknown:
        reason = f"không có văn bản “{unknown[0]}”; hãy nhập văn bản ấy trước"
        raise Invalid([Problem(place=regime.code, reason=reason)])
    row, before = stored.get(regime.code), None
    if row is None:
        row = StoredLegalRegime(code=regime.code)
        session.add(row)
    else:
        before = row.document
    row.hash, row.document = document_hash(regime), document(regime)
    session.flush()
    record(
        session, actor=by, action="legal_regime.enter", subject=("legal_regime", row.id),
        before=before, after=row.document,
    )  # fmt: skip
    return regime


def outdated(
    cited: Iterable[LegalBasis], regimes: Sequence[LegalRegime], day: date
) -> Iterator[str]:
    """A sentence for each cited document that no longer applies on ``day``."""
    found = (replaced_by(regimes, item.number, day) for item in cited if item.number)
    yield from (words for words in dict.fromkeys(found) if words)
