"""The register of evidence of a unit: entering documents, and saying which leaves they prove.

Free while the self-assessment is open and not signed off. Afterwards a unit only adds, to the
leaves that it was asked to explain, while that step is open; what it signed for stays as it is.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from thidua.errors import Conflict, NotAllowed, NotFound
from thidua.evidence.files import EvidenceFiles, Kept, Upload
from thidua.store.actor import Actor
from thidua.store.audit import record
from thidua.store.base import Json
from thidua.store.evidence import EvidenceItem, EvidenceUse
from thidua.store.movements import MovementAct
from thidua.store.tenancy import province_of
from thidua.work.access import require
from thidua.work.evidence_facts import EvidenceFacts, fit_facts
from thidua.work.explanations import asked_of
from thidua.work.given import find, needed, words
from thidua.work.schedule import schedule_of
from thidua.work.signoff import standing
from thidua.work.writing import Place, lock_sheet, place_of, refuse_not_open, refuse_outside


@dataclass(frozen=True)
class _Register:
    """What a unit may do with its register now.

    ``asked``: the leaves to which it may add; None: everything is open. ``since``: what was there
    by then stays as it is.
    """

    asked: frozenset[str] | None = None
    since: datetime | None = None

    def refuse_leaf(self, code: str) -> None:
        """``Conflict`` unless the leaf may be given evidence."""
        if self.asked is not None and code not in self.asked:
            raise Conflict(
                "Lúc này chỉ bổ sung tài liệu cho tiêu chí được yêu cầu giải trình: "
                f"{', '.join(sorted(self.asked))}."
            )

    def refuse_older(self, made_at: datetime) -> None:
        """``Conflict`` for what belongs to the sheet that was handed in."""
        if self.since is not None and made_at <= self.since:
            raise Conflict(
                "Tài liệu này thuộc phiếu tự chấm đã nộp nên không sửa, không rút được. "
                "Hãy ghi thành tài liệu mới."
            )


def add_evidence(
    session: Session,
    *,
    campaign_id: int,
    unit_id: int,
    facts: EvidenceFacts,
    by: Actor,
    at: datetime,
    files: EvidenceFiles,
    file: Upload | None = None,
) -> EvidenceItem:
    """Enter a document of the unit, with its file or without.

    The same facts with the same content again are the item that is there. ``Invalid`` names what
    is wrong with the facts or the file, ``Conflict`` says why the register is closed. The file is
    kept before the row is written: there is no row without its file.
    """
    place = place_of(session, campaign_id, unit_id)
    _require_own(session, by, unit_id)
    _register(session, place, at)
    facts = fit_facts(facts)
    item = EvidenceItem(campaign_id=campaign_id, unit_id=unit_id, added_at=at, **asdict(facts))
    item.added_by = by.id if by.kind == "person" else None
    _attach(item, _kept(session, files, file))
    lock_sheet(session, place)
    _register(session, place, at)
    twin = _twin(session, item)
    if twin is not None:
        return twin
    session.add(item)
    session.flush()
    record(
        session, actor=by, action="evidence.add", subject=("evidence_item", item.id),
        after=_said(item),
    )  # fmt: skip
    session.flush()
    return item


def change_evidence(
    session: Session,
    *,
    item_id: int,
    facts: EvidenceFacts,
    by: Actor,
    at: datetime,
    files: EvidenceFiles,
    file: Upload | None = None,
    expected_version: int | None = None,
) -> EvidenceItem:
    """Correct what is written of a document; with ``file`` also give it another file.

    ``expected_version`` is the ``row_version`` the person saw: ``Conflict`` if another changed it
    since. The file before stays in the store, and its hash in the audit.
    """
    item, place = _own_item(session, item_id, by)
    _register(session, place, at)
    facts, kept = fit_facts(facts), _kept(session, files, file)
    _held(session, item, place, at).refuse_older(item.added_at)
    if expected_version not in (None, item.row_version):
        raise Conflict("Tài liệu này vừa được người khác sửa. Hãy tải lại rồi sửa tiếp.")
    before = _said(item)
    for name, value in asdict(facts).items():
        setattr(item, name, value)
    _attach(item, kept)
    session.flush()
    if _said(item) != before:
        record(
            session, actor=by, action="evidence.change", subject=("evidence_item", item.id),
            before=before, after=_said(item),
        )  # fmt: skip
        session.flush()
    return item


def withdraw_evidence(session: Session, *, item_id: int, by: Actor, at: datetime) -> EvidenceItem:
    """Take a document back, for the actor's reason: it counts no more, and stays to be read.

    ``Conflict`` also while it proves what the unit did for a movement.
    """
    item, place = _own_item(session, item_id, by)
    _held(session, item, place, at).refuse_older(item.added_at)
    proves = MovementAct.evidence_id == item.id, MovementAct.withdrawn_at.is_(None)
    if session.scalar(select(MovementAct.id).where(*proves).limit(1)):
        raise Conflict(
            "Tài liệu này đang chứng minh một việc đã ghi trong phong trào thi đua. "
            "Hãy rút việc đó trước."
        )
    reason = needed("Lý do", by.reason, "Hãy ghi lý do rút tài liệu.")
    item.withdrawn_at, item.withdrawal = at, reason
    session.flush()
    record(
        session, actor=by.because(reason), action="evidence.withdraw",
        subject=("evidence_item", item.id), before=_said(item),
    )  # fmt: skip
    session.flush()
    return item


def use_evidence(
    session: Session,
    *,
    item_id: int,
    leaf_code: str,
    by: Actor,
    at: datetime,
    section: str = "",
    page: str = "",
    note: str = "",
) -> EvidenceUse:
    """Say that a document proves a leaf, and in which section and page; said again, corrected.

    ``NotFound`` when the unit's set has no such leaf.
    """
    item, place = _own_item(session, item_id, by)
    if leaf_code not in {leaf.code for leaf in place.criteria.leaves}:
        raise NotFound(f"Bộ tiêu chí không có mã {leaf_code}.")
    register = _held(session, item, place, at)
    register.refuse_leaf(leaf_code)
    where = {
        "section": words("Mục", section, longest=200),
        "page": words("Trang", page, longest=200),
        "note": words("Ghi chú", note),
    }
    use = _use(session, item, leaf_code)
    before = _where(use) if use else None
    if use is not None and before != {"leaf": leaf_code, **where}:
        register.refuse_older(use.used_at)
    use = use or EvidenceUse(item_id=item.id, leaf_code=leaf_code, used_at=at)
    use.section, use.page, use.note = where["section"], where["page"], where["note"]
    session.add(use)
    session.flush()
    if _where(use) != before:
        record(
            session, actor=by, action="evidence.use", subject=("evidence_item", item.id),
            before=before, after=_where(use),
        )  # fmt: skip
        session.flush()
    return use


def unuse_evidence(
    session: Session, *, item_id: int, leaf_code: str, by: Actor, at: datetime
) -> None:
    """Say that a document does not prove a leaf after all; ``NotFound`` if nobody said it does."""
    item, place = _own_item(session, item_id, by)
    register = _held(session, item, place, at)
    use = _use(session, item, leaf_code)
    if use is None:
        raise NotFound(f"Tài liệu này chưa được dùng cho tiêu chí {leaf_code}.")
    register.refuse_older(use.used_at)
    session.delete(use)
    record(
        session, actor=by, action="evidence.unuse", subject=("evidence_item", item.id),
        before=_where(use),
    )  # fmt: skip
    session.flush()


def refuse_register(session: Session, place: Place, at: datetime) -> None:
    """``Conflict`` says why nothing can be entered into the register of this sheet at ``at``."""
    _register(session, place, at)


def _require_own(session: Session, by: Actor, unit_id: int) -> None:
    rights = require(session, by, {"officer"}, "ghi tài liệu minh chứng")
    if by.kind == "person" and unit_id not in rights.units_as("officer"):
        raise NotAllowed("Bạn chỉ ghi được tài liệu minh chứng của đơn vị mình.")


def _own_item(session: Session, item_id: int, by: Actor) -> tuple[EvidenceItem, Place]:
    """An item of the actor's unit, and that unit's place in a campaign that nobody closes now."""
    item = find(session, EvidenceItem, item_id)
    if item is None:
        raise NotFound("Không có tài liệu này trong tỉnh đang làm việc.")
    _require_own(session, by, item.unit_id)
    return item, place_of(session, item.campaign_id, item.unit_id)


def _held(session: Session, item: EvidenceItem, place: Place, at: datetime) -> _Register:
    """What may be done with an item that is not withdrawn, in a register that is now ours alone."""
    lock_sheet(session, place)
    register = _register(session, place, at)
    session.refresh(item)
    if item.withdrawn_at is not None:
        raise Conflict("Tài liệu này đã được rút. Hãy ghi thành tài liệu mới.")
    return register


def _register(session: Session, place: Place, at: datetime) -> _Register:
    """What may be done now; ``Conflict`` says why nothing may."""
    refuse_not_open(place.campaign)
    unit, schedule = place.unit, schedule_of(session, place.campaign)
    closed = schedule.refusal("self", at=at, unit_id=unit.unit_id, kind=unit.kind)
    signed = standing(session, place.sheet_id)
    if signed is None and closed is None:
        return _Register()
    asked = asked_of(session, [place.sheet_id])
    if not asked:
        raise Conflict(
            closed
            or "Phiếu tự chấm đã được ký xác nhận nên không sửa được tài liệu minh chứng. "
            "Hãy rút xác nhận kèm lý do, trước khi hết hạn tự đánh giá."
        )
    refuse_outside(session, place, ("explanation",), at)
    return _Register(
        asked=frozenset(item.leaf for item in asked),
        since=signed.made_at if signed else min(item.asked_at for item in asked),
    )


def _kept(session: Session, files: EvidenceFiles, file: Upload | None) -> Kept | None:
    return None if file is None else files.keep(province_of(session), file)


def _attach(item: EvidenceItem, kept: Kept | None) -> None:
    """Give an item a file that is kept; another file is to be scanned."""
    if kept is not None and (kept.hash, kept.name) != (item.file_hash, item.file_name):
        item.file_hash, item.file_name = kept.hash, kept.name
        item.file_size, item.file_type, item.scan = kept.size, kept.type, "waiting"


def _twin(session: Session, item: EvidenceItem) -> EvidenceItem | None:
    """The item of the same unit, facts and content that stands already."""
    same = ("campaign_id", "unit_id", "summary", "reference", "issued_on", "issuer", "link",
            "link_seen_on", "file_hash")  # fmt: skip
    alike = [getattr(EvidenceItem, name).is_not_distinct_from(getattr(item, name)) for name in same]
    stands = EvidenceItem.withdrawn_at.is_(None)
    query = select(EvidenceItem).where(stands, *alike).order_by(EvidenceItem.id).limit(1)
    return session.scalar(query)


def _use(session: Session, item: EvidenceItem, leaf_code: str) -> EvidenceUse | None:
    return session.scalar(
        select(EvidenceUse).where(
            EvidenceUse.item_id == item.id, EvidenceUse.leaf_code == leaf_code
        )
    )


def _said(item: EvidenceItem) -> Json:
    """What the audit keeps of an item."""
    days = {name: getattr(item, name) for name in ("issued_on", "link_seen_on")}
    return {
        "unit": item.unit_id,
        "summary": item.summary,
        "reference": item.reference,
        "issuer": item.issuer,
        "link": item.link,
        **{name: day and day.isoformat() for name, day in days.items()},
        "file": item.file_name,
        "sha256": item.file_hash,
    }


def _where(use: EvidenceUse) -> Json:
    return {
        "leaf": use.leaf_code, "section": use.section, "page": use.page, "note": use.note,
    }  # fmt: skip
