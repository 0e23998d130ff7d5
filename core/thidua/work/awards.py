"""Rounds of awards: opening them, amending their scheme, making proposals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.awards.allocation import Proposal, propose
from thidua.errors import Conflict, Invalid, NotFound, Problem
from thidua.spec.awards import AwardScheme
from thidua.spec.base import LegalBasis, Spec
from thidua.spec.bundle import scheme_problems
from thidua.spec.document import document, document_hash
from thidua.spec.grading import Grading
from thidua.spec.loading import parse
from thidua.spec.movement import AwardForm
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.awards import AwardProposal, AwardRound, StoredAwardScheme
from thidua.store.base import Json
from thidua.store.documents import StoredAwardForm, StoredGrading
from thidua.work.access import STAFF, require
from thidua.work.award_facts import Considered, caption_of, consider, round_by_id
from thidua.work.documents import differences
from thidua.work.movements import newest_movements
from thidua.work.units import YEARS
from thidua.work.versions import engine_version, wait_turn

S = TypeVar("S", bound=Spec)


def open_round(
    session: Session, *, scheme: str, year: int, decides_on: date, by: Actor
) -> AwardRound:
    """Open the round of a year under the newest version of the scheme with this code.

    ``decides_on``: the day of decision, as of which units are looked at. ``NotFound`` when scheme
    or round is not there; ``Conflict`` when the round is held, with the sentence why, or open.
    """
    require(session, by, STAFF, "mở đợt xét khen")
    wait_turn(session)
    stored = newest_scheme(session, scheme)
    terms = parse(AwardScheme, stored.document).round_of(year)
    if terms is None:
        raise NotFound(f"“{stored.title}” không có đợt năm {year}.")
    if terms.held:
        raise Conflict(
            f"Đợt năm {year} đang tạm dừng: {terms.held} "
            "Khi đã có văn bản điều chỉnh, hãy nhập cách xét khen sửa đổi rồi mở lại."
        )
    if decides_on.year not in YEARS:
        raise Invalid.one("Ngày xét", "Năm của ngày xét không hợp lý. Hãy nhập lại.")
    here = AwardRound.scheme_code == scheme, AwardRound.year == year
    if session.scalar(select(AwardRound.id).where(*here)):
        raise Conflict(f"Đợt năm {year} của “{stored.title}” đã mở rồi.")
    made = AwardRound(scheme_id=stored.id, scheme_code=scheme, year=year, decides_on=decides_on)
    session.add(made)
    session.flush()
    record(
        session, actor=by, action="award_round.open", subject=("award_round", made.id),
        after={"scheme": [scheme, stored.version], "year": year, "on": decides_on.isoformat()},
    )  # fmt: skip
    return made


def amend_scheme(session: Session, *, scheme: AwardScheme, by: Actor) -> StoredAwardScheme:
    """Enter a new version of a scheme; rounds opened from now on follow it.

    ``NotFound`` when no scheme has its code, ``Conflict`` when the version is there already,
    ``Invalid`` when it rests on no new document or does not fit the province's data.
    """
    require(session, by, STAFF, "sửa đổi cách xét khen")
    wait_turn(session)
    old = parse(AwardScheme, newest_scheme(session, scheme.code).document)
    same = StoredAwardScheme.code == scheme.code, StoredAwardScheme.version == scheme.version
    if session.scalar(select(StoredAwardScheme.id).where(*same)):
        raise Conflict(
            f"Cách xét khen {scheme.code} phiên bản {scheme.version} đã có. "
            "Hãy đặt phiên bản mới cho nội dung mới."
        )
    problems = [*_amendment_problems(old, scheme), *_misfits(session, scheme)]
    if problems:
        raise Invalid(problems)
    made = store_scheme(session, scheme=scheme)
    record(
        session, actor=by, action="award_scheme.amend", subject=("award_scheme", made.id),
        before={"version": old.version},
        after={
            "version": made.version,
            "changes": list(differences(document(old), made.document)),
        },
    )  # fmt: skip
    return made


def add_scheme(session: Session, *, scheme: AwardScheme, by: Actor) -> StoredAwardScheme:
    """Enter a scheme of its own, also while its movement runs: a guidance that comes later.

    ``Conflict`` when its code is there already, ``Invalid`` when it rests on no document or does
    not fit the province's data.
    """
    require(session, by, STAFF, "nhập cách xét khen")
    wait_turn(session)
    if session.scalar(select(StoredAwardScheme.id).where(StoredAwardScheme.code == scheme.code)):
        raise Conflict(
            f"Cách xét khen {scheme.code} đã có. Hãy nhập bản sửa đổi của nó, hoặc đặt mã khác."
        )
    problems = [*_misfits(session, scheme)]
    if not scheme.legal_basis:
        reason = "Hãy ghi văn bản ban hành cách xét khen."
        problems.append(Problem(place="legal_basis", reason=reason))
    if problems:
        raise Invalid(problems)
    made = store_scheme(session, scheme=scheme)
    record(
        session, actor=by, action="award_scheme.add", subject=("award_scheme", made.id),
        after={"scheme": [made.code, made.version], "title": made.title},
    )  # fmt: skip
    return made


def store_scheme(session: Session, *, scheme: AwardScheme) -> StoredAwardScheme:
    """A new version of a scheme: its document and its hash."""
    made = StoredAwardScheme(
        code=scheme.code,
        version=scheme.version,
        hash=document_hash(scheme),
        title=scheme.title,
        document=document(scheme),
    )
    session.add(made)
    session.flush()
    return made


def newest_scheme(session: Session, code: str) -> StoredAwardScheme:
    """The version of a scheme that was entered last; ``NotFound`` names the schemes there are."""
    newest = select(StoredAwardScheme).order_by(StoredAwardScheme.id.desc())
    schemes = session.scalars(newest).all()
    found = next((item for item in schemes if item.code == code), None)
    if found is None:
        known = ", ".join(sorted({item.code for item in schemes})) or "chưa có cách xét nào"
        raise NotFound(f"Không có cách xét khen “{code}”. Đã có: {known}.")
    return found


def propose_awards(session: Session, *, round_id: int, by: Actor) -> AwardProposal:
    """Make the next proposal of a round from its standing nominations; it never changes again.

    Uses the newest official result of the round's index year, if it has one: ``Conflict`` when none
    is published.
    """
    require(session, by, STAFF, "lập đề xuất khen thưởng")
    wait_turn(session)
    round_ = round_by_id(session, round_id=round_id)
    considered = consider(session, round_)
    version = considered.version
    if version is None and considered.terms.index_year is not None:
        raise Conflict(
            f"Chưa công bố kết quả chính thức năm {considered.terms.index_year}. "
            "Hãy công bố kết quả rồi lập đề xuất."
        )
    ours = select(func.max(AwardProposal.number)).where(AwardProposal.round_id == round_.id)
    made = AwardProposal(
        round_id=round_.id,
        number=(session.scalar(ours) or 0) + 1,
        result_version_id=version.id if version else None,
        scheme_hash=round_.scheme.hash,
        engine_version=engine_version(),
        document=proposal_document(considered),
        made_by=by.name,
    )
    session.add(made)
    session.flush()
    record(
        session, actor=by, action="awards.propose", subject=("award_proposal", made.id),
        after={"round": round_.id, "number": made.number, "result": made.result_version_id},
    )  # fmt: skip
    return made


def proposal_document(considered: Considered) -> Json:
    """The proposal for a round as it stands, with all that each line rests on, as JSON gives it."""
    proposal = propose(considered.scheme, considered.judged.values())
    version = considered.version
    said = {
        "scheme": [considered.scheme.code, considered.scheme.version],
        "year": considered.terms.year,
        "index_year": considered.terms.index_year,
        "decides_on": considered.round.decides_on.isoformat(),
        "illustrative": considered.illustrative,
        "result": version and {"id": version.id, "caption": caption_of(version)},
        "lines": list(_lines(considered, proposal)),
        "ties": [asdict(tie) for tie in proposal.ties],
        "gaps": [asdict(gap) for gap in proposal.gaps],
        "moved": [asdict(moved) for moved in proposal.moved],
    }
    read: Json = json.loads(json.dumps(said))
    return read


def _lines(considered: Considered, proposal: Proposal) -> Iterator[Json]:
    rows = {item.id: item for item in considered.nominations}
    for line in proposal.lines:
        row, judged = rows[line.key], considered.judged[line.key]
        standing = judged.nominee.standing
        yield {
            "nomination": line.key,
            "recipient": row.recipient,
            "name": judged.nominee.name,
            "title": row.person_title,
            "unit": judged.nominee.unit,
            "nominator": judged.nominee.nominator.name,
            "outcome": line.outcome,
            "slots": line.slots,
            "words": line.words,
            "standing": standing and {"unit": standing.unit, **standing.facts()},
            "findings": {slot: list(map(asdict, found)) for slot, found in judged.findings.items()},
        }


def _misfits(session: Session, scheme: AwardScheme) -> Iterator[Problem]:
    """What the scheme names that the province does not have."""
    return scheme_problems(
        scheme,
        newest_movements(session),
        _specs(session, StoredAwardForm, AwardForm),
        _specs(session, StoredGrading, Grading),
    )


def _amendment_problems(old: AwardScheme, new: AwardScheme) -> Iterator[Problem]:
    if new.movement != old.movement:
        yield Problem(place="movement", reason=f"Phải là phong trào “{old.movement}” như cũ.")
    known = {_named(item) for item in old.legal_basis}
    if all(_named(item) in known for item in new.legal_basis):
        yield Problem(
            place="legal_basis", reason="Hãy ghi văn bản làm căn cứ sửa đổi, chưa có ở bản trước."
        )


def _named(basis: LegalBasis) -> tuple[str, str, date | None]:
    return basis.title, basis.number, basis.issued_on


def _specs(
    session: Session,
    table: type[StoredAwardForm] | type[StoredGrading],
    model: type[S],
) -> list[S]:
    return [parse(model, item) for item in session.scalars(select(table.document))]
