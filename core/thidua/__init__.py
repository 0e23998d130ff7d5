"""The public API: all that a province plugin may import."""

from __future__ import annotations

from thidua.errors import Invalid, Problem, ProvinceRefused, ThiduaError
from thidua.folder import FolderProvince
from thidua.hookspecs import CONTRACT_VERSION, Province, hookimpl
from thidua.scoring.kinds import RuleKind
from thidua.spec.awards import (
    AttestedCondition,
    AwardScheme,
    BandCondition,
    CategoryCondition,
    Comparison,
    Quota,
    Round,
    Slot,
)
from thidua.spec.base import Acknowledged, LegalBasis, Provenance
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
from thidua.spec.loading import (
    load,
    load_criteria_sets,
    load_folder,
    load_list,
    load_units,
)
from thidua.spec.movement import (
    AwardForm,
    Duty,
    Indicator,
    Movement,
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
    "AttestedCondition",
    "AwardForm",
    "AwardScheme",
    "Band",
    "BandCondition",
    "CategoryCondition",
    "Cluster",
    "Comparison",
    "CriteriaSet",
    "Criterion",
    "Declared",
    "Domain",
    "Duty",
    "ExemptionGroup",
    "FolderProvince",
    "Grading",
    "Indicator",
    "Invalid",
    "Jurisdiction",
    "LegalBasis",
    "Movement",
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
    "RankRule",
    "ResultsNotice",
    "Round",
    "RuleKind",
    "Slot",
    "Statement",
    "SubCriterion",
    "Succession",
    "SuccessionLink",
    "ThiduaError",
    "Unit",
    "UnitKind",
    "hookimpl",
    "load",
    "load_criteria_sets",
    "load_folder",
    "load_list",
    "load_units",
]
