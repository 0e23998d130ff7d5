"""The register of evidence in the matrix of rights.

In each province Sở Một, Sở Hai and Sở Ba have a document with the same content. Sở Một's and Sở
Ba's prove 1.2, which Sở Hai appraises; Sở Hai's proves 2.2, which any other agency may appraise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from obstore.store import MemoryStore
from sqlalchemy.orm import Session
from tests.factories import COMMAND
from tests.small import OPENED_AT, unit_id
from tests.thidua.evidence.samples import pdf, upload

from thidua.evidence.files import EvidenceFiles
from thidua.store.actor import Actor
from thidua.store.campaigns import Campaign
from thidua.work import evidence, evidence_list
from thidua.work.evidence_facts import EvidenceFacts

FILES = EvidenceFiles(MemoryStore())
FACTS = EvidenceFacts("Báo cáo")
USED = {"so-mot": "1.2", "so-hai": "2.2", "so-ba": "1.2"}
NAMES = {"one": "so-mot", "two": "so-hai", "three": "so-ba"}

UseCase = Callable[[Session, Actor, Any], object]


def lay_out(session: Session, campaign: Campaign) -> dict[str, int]:
    """The documents of the entered province: their ids by unit."""
    made = {}
    for key, leaf in USED.items():
        item = evidence.add_evidence(
            session, campaign_id=campaign.id, unit_id=unit_id(session, key), facts=FACTS,
            by=COMMAND, at=OPENED_AT, files=FILES, file=upload("a.pdf", pdf()),
        )  # fmt: skip
        evidence.use_evidence(
            session, item_id=item.id, leaf_code=leaf, by=COMMAND, at=OPENED_AT
        )  # fmt: skip
        made[key] = item.id
    return made


def add(which: str) -> UseCase:
    """A document of the own unit or another."""
    return lambda s, by, at: evidence.add_evidence(
        s, campaign_id=at.campaign, unit_id=getattr(at, which), facts=EvidenceFacts("Mới"), by=by,
        at=OPENED_AT, files=FILES,
    )  # fmt: skip


def write(verb: str, which: str) -> UseCase:
    """One of the verbs on the document of a unit."""
    more: dict[str, dict[str, Any]] = {
        "change_evidence": {"facts": EvidenceFacts("Khác"), "files": FILES},
        "withdraw_evidence": {},
        "use_evidence": {"leaf_code": "1.1"},
        "unuse_evidence": {"leaf_code": USED[NAMES[which]]},
    }
    return lambda s, by, at: getattr(evidence, verb)(
        s, item_id=at.evidence[NAMES[which]], by=by.because("Thử"), at=OPENED_AT, **more[verb]
    )  # fmt: skip


def read(which: str) -> UseCase:
    """The content of a document's file."""

    def act(session: Session, by: Actor, at: Any) -> object:
        found = evidence_list.open_file(
            session, item_id=at.evidence[NAMES[which]], by=by, files=FILES
        )
        assert b"".join(found.read()) == pdf()
        return found

    return act


def listed(which: str) -> UseCase:
    """The list of a unit: how many documents it shows."""

    def act(session: Session, by: Actor, at: Any) -> object:
        found = evidence_list.evidence_list(
            session, campaign_id=at.campaign, unit_id=getattr(at, which), by=by
        )
        return [document for domain in found.domains for leaf in domain.leaves
                for document in leaf.documents]  # fmt: skip

    return act


USE_CASES: Mapping[str, UseCase] = {
    "evidence.add_evidence one": add("one"),
    "evidence.add_evidence two": add("two"),
    **{
        f"evidence.{verb} {which}": write(verb, which)
        for verb in ("change_evidence", "withdraw_evidence", "use_evidence", "unuse_evidence")
        for which in ("one", "two")
    },
    "evidence_list.evidence_of": lambda s, by, at: evidence_list.evidence_of(
        s, campaign_id=at.campaign, by=by
    ),
    "evidence_list.evidence_list one": listed("one"),
    "evidence_list.evidence_list two": listed("two"),
    **{f"evidence_list.open_file {which}": read(which) for which in NAMES},
}

TABLE = """
evidence.add_evidence one           -0- -0- v0- -0- -0- -0- -0- -0-
evidence.add_evidence two           -0- -0- -0- -0- -0- -0- -0- -0-
evidence.change_evidence one        -0- -0- v0- -0- -0- -0- -0- -0-
evidence.change_evidence two        -0- -0- -0- -0- -0- -0- -0- -0-
evidence.withdraw_evidence one      -0- -0- v0- -0- -0- -0- -0- -0-
evidence.withdraw_evidence two      -0- -0- -0- -0- -0- -0- -0- -0-
evidence.use_evidence one           -0- -0- v0- -0- -0- -0- -0- -0-
evidence.use_evidence two           -0- -0- -0- -0- -0- -0- -0- -0-
evidence.unuse_evidence one         -0- -0- v0- -0- -0- -0- -0- -0-
evidence.unuse_evidence two         -0- -0- -0- -0- -0- -0- -0- -0-
evidence_list.evidence_of           30- 20- 10- 30- 00- 30- 30- ---
evidence_list.evidence_list one     10- 10- 10- 10- -0- 10- 10- -0-
evidence_list.evidence_list two     10- 10- -0- 10- -0- 10- 10- -0-
evidence_list.open_file one         v0- v0- v0- v0- 00- v0- v0- ---
evidence_list.open_file two         v0- v0- 00- v0- 00- v0- v0- ---
evidence_list.open_file three       v0- 00- 00- v0- 00- v0- v0- ---
"""
