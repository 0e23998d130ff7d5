"""What a campaign waits for from outside: surveys, indices, the officials' survey, ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from thidua.spec.criteria import Leaf
from thidua.spec.rules import Officials
from thidua.spec.surveys import IndicatorRule, Rating
from thidua.store.actor import Actor
from thidua.store.campaigns import CampaignUnit
from thidua.store.surveys import FigureImport, SurveyForm
from thidua.work.access import OVERSEERS, require
from thidua.work.campaigns import campaign_by_id, scoring_sets
from thidua.work.figure_lines import names_of
from thidua.work.figures import list_figures
from thidua.work.questionnaires import list_surveys
from thidua.work.surveys import surveys_not_held

Kind = Literal["survey", "officials", "index"]

KIND_NAMES: Mapping[Kind, str] = {
    "survey": "Điều tra xã hội học",
    "officials": "Khảo sát công chức",
    "index": "Chỉ số",
}


@dataclass(frozen=True)
class Expected:
    """One survey or index: the leaves that rest on it, for how many units, what has come.

    ``not_held`` is the reason why the survey does not take place; ``form`` the officials' form.
    """

    what: str
    kind: Kind
    leaves: Sequence[str]
    units: int
    versions: Sequence[FigureImport] = ()
    not_held: str = ""
    form: SurveyForm | None = None

    @property
    def newest(self) -> FigureImport | None:
        """What counts."""
        return self.versions[0] if self.versions else None


@dataclass(frozen=True)
class Outside:
    """All that is expected; ``ratings`` are leaves that a leader rates in the sheets themselves."""

    expected: Sequence[Expected]
    ratings: Sequence[str]


@dataclass
class _Found:
    kind: Kind
    leaves: dict[str, None] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)


def expected_figures(session: Session, *, campaign_id: int, by: Actor) -> Outside:
    """What the campaign's sets rest on, in their order, with what has come of each so far."""
    require(session, by, OVERSEERS, "xem số liệu điều tra, chỉ số")
    campaign = campaign_by_id(session, campaign_id=campaign_id)
    found: dict[str, _Found] = {}
    ratings: dict[str, None] = {}
    for kind, item in scoring_sets(session, campaign).items():
        for leaf in item.criteria.leaves:
            if isinstance(leaf.rule, Rating):
                ratings[f"{leaf.code} {leaf.name}"] = None
            what = names_of(leaf)
            if what:
                one = found.setdefault(what, _Found(_kind(leaf)))
                one.leaves[f"{leaf.code} {leaf.name}"] = None
                one.kinds.add(kind)
    counts = _counts(session, campaign.id)
    figures = list_figures(session, campaign_id=campaign_id, by=by)
    forms = {form.survey: form for form in list_surveys(session, campaign_id=campaign_id, by=by)}
    not_held = surveys_not_held(session, campaign)
    expected = [
        Expected(
            what=what,
            kind=one.kind,
            leaves=list(one.leaves),
            units=sum(counts[kind] for kind in one.kinds),
            versions=[row for row in figures if row.what == what],
            not_held=not_held.get(what, ""),
            form=forms.get(what),
        )
        for what, one in found.items()
    ]
    return Outside(expected, list(ratings))


def _kind(leaf: Leaf) -> Kind:
    if isinstance(leaf.rule, IndicatorRule):
        return "index"
    return "officials" if isinstance(leaf.rule, Officials) else "survey"


def _counts(session: Session, campaign_id: int) -> Mapping[str, int]:
    """How many units of each kind take part."""
    ours = CampaignUnit.campaign_id == campaign_id
    rows = session.execute(
        select(CampaignUnit.kind, func.count()).where(ours).group_by(CampaignUnit.kind)
    )
    return {kind: int(count) for kind, count in rows}
