"""The public API: all that a province plugin may import."""

from __future__ import annotations

from thidua.errors import Invalid, Problem, ProvinceRefused, ThiduaError
from thidua.folder import FolderProvince
from thidua.hookspecs import CONTRACT_VERSION, Province, hookimpl
from thidua.scoring.kinds import RuleKind
from thidua.spec.award_conditions import (
    AnyOfCondition,
    AttestedCondition,
    BandCondition,
    CategoryCondition,
    DisciplineCondition,
    IndexCondition,
    InitiativeCondition,
    RankCondition,
    TasksCondition,
)
from thidua.spec.awards import (
    AwardScheme,
    Comparison,
    DossierItem,
    Quota,
    Reward,
    Round,
    Slot,
    Voting,
)
from thidua.spec.base import Acknowledged, LegalBasis, Provenance
from thidua.spec.bodies import Bodies, Office
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.criteria import (
    CriteriaSet,
    Criterion,
    Declared,
    Domain,
    ExemptionGroup,
    SubCriterion,
)
from thidua.spec.grading import Band, Grading, RankRule
from thidua.spec.legal import LegalRegime
from thidua.spec.loading import (
    load,
    load_criteria_sets,
    load_folder,
    load_list,
    load_units,
)
from thidua.spec.movement import (
    AwardForm,
    Indicator,
    Movement,
    MovementDuty,
    Period,
    Published,
    PublishedGroup,
    PublishedResults,
    Statement,
)
from thidua.spec.notice import ResultsNotice
from thidua.spec.province import Cluster, Jurisdiction, ProvinceInfo, Unit, UnitKind
from thidua.spec.succession import Succession, SuccessionLink

__all__ = [
    "CONTRACT_VERSION",
    "Acknowledged",
    "AnyOfCondition",
    "AttestedCondition",
    "AwardForm",
    "AwardScheme",
    "Band",
    "BandCondition",
    "Bodies",
    "CategoryCondition",
    "Cluster",
    "Comparison",
    "CriteriaSet",
    "Criterion",
    "Declared",
    "DisciplineCondition",
    "Domain",
    "DossierItem",
    "ExemptionGroup",
    "FolderProvince",
    "Grading",
    "IndexCondition",
    "Indicator",
    "InitiativeCondition",
    "Invalid",
    "Jurisdiction",
    "LegalBasis",
    "LegalRegime",
    "Movement",
    "MovementDuty",
    "Office",
    "Period",
    "Problem",
    "Provenance",
    "Province",
    "ProvinceInfo",
    "ProvinceRefused",
    "ProvinceSpec",
    "Published",
    "PublishedGroup",
    "PublishedResults",
    "Quota",
    "RankCondition",
    "RankRule",
    "ResultsNotice",
    "Reward",
    "Round",
    "RuleKind",
    "Slot",
    "Statement",
    "SubCriterion",
    "Succession",
    "SuccessionLink",
    "TasksCondition",
    "ThiduaError",
    "Unit",
    "UnitKind",
    "Voting",
    "hookimpl",
    "load",
    "load_criteria_sets",
    "load_folder",
    "load_list",
    "load_units",
]
