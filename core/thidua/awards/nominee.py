"""What the rules of awards are given: nominations as they stand, and what is on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from thidua.spec.award_conditions import InitiativeLevel, PersonCategory, Recipient
from thidua.spec.bodies import Body, UnitLevel

Answer = Literal["yes", "no", "verify"]
ANSWERS: dict[Answer, str] = {"yes": "đạt", "no": "không đạt", "verify": "cần xác minh"}


@dataclass(frozen=True)
class Standing:
    """What a published result says of the body whose index counts.

    ``version`` and ``row`` are the result's ids, ``caption`` names it in words; ``group`` is the
    block or cluster within which it was ranked; ``bands`` are the labels by which it was graded,
    best first.
    """

    version: int
    row: int
    caption: str
    unit: str
    index: Decimal | None
    rank: int | None
    band: str | None
    bands: tuple[str, ...]
    group: str = ""

    def facts(self) -> dict[str, str | int]:
        """The published row, as a finding keeps it."""
        known = {
            "version": self.version,
            "row": self.row,
            "index": None if self.index is None else str(self.index),
            "rank": self.rank,
            "band": self.band,
        }
        return {name: value for name, value in known.items() if value is not None}


@dataclass(frozen=True)
class Attested:
    """What a dossier answers to a condition; only what the standing office confirmed counts."""

    answer: bool
    confirmed: bool
    basis: str


@dataclass(frozen=True)
class Initiative:
    """Sáng kiến, as a dossier names it; ``number`` and ``recognised_on``: of the recognition."""

    name: str
    level: InitiativeLevel
    recogniser: str
    number: str
    recognised_on: date | None
    confirmed: bool


@dataclass(frozen=True)
class AwardOnRecord:
    """An award that the unit or the person has, for what, by which decision.

    ``movement``, ``year`` and ``closing`` tell the achievement: a year of a movement, or the whole
    of it. ``revoked_by``: the decision that revoked it.
    """

    form: str
    movement: str
    movement_title: str
    year: int
    closing: bool
    decision: str
    decided_on: date
    revoked_by: str = ""


@dataclass(frozen=True)
class Filed:
    """How far the dossier has come: when it was received, and what is still missing, in words.

    ``returned_on`` and ``due_on`` are set while it is back with the unit, to be completed.
    """

    received_on: date | None = None
    missing: tuple[str, ...] = ()
    returned_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Nominating:
    """The body that nominates, with those above it.

    ``beside`` counts its nominations of the same kind of recipient, this one included.
    """

    name: str
    beside: int
    body: Body | None = None
    above: tuple[Body, ...] = ()


@dataclass(frozen=True)
class Nominee:
    """One nomination as it stands: ``name`` is the person's, or the unit's for a collective.

    ``body`` is the unit on the day of decision, ``above`` the bodies it stands under; ``exists``
    whether it is there on that day, ``ended_on`` its last day where that lies before.
    """

    key: int
    recipient: Recipient
    name: str
    unit: str
    nominator: Nominating
    body: Body | None = None
    above: tuple[Body, ...] = ()
    exists: bool = True
    ended_on: date | None = None
    category: PersonCategory | None = None
    standing: Standing | None = None
    attested: Mapping[str, Attested] = field(default_factory=dict)
    initiatives: tuple[Initiative, ...] = ()
    records: tuple[AwardOnRecord, ...] = ()
    filed: Filed = Filed()

    @property
    def level(self) -> UnitLevel | None:
        """The unit's level, where it is known."""
        return self.body.level if self.body else None


@dataclass(frozen=True)
class Finding:
    """One condition's answer, in a sentence, and what of a result or a record it rests on."""

    condition: str
    answer: Answer
    words: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
