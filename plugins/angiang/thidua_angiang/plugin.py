"""An Giang, before and since 1 July 2025: its answers are the data files beside this module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from thidua import (
    AwardForm,
    CriteriaSet,
    Grading,
    Indicator,
    Jurisdiction,
    Movement,
    Province,
    ProvinceInfo,
    Succession,
    Unit,
    UnitKind,
    hookimpl,
    load,
    load_criteria_sets,
    load_folder,
    load_list,
    load_units,
)

DATA = Path(__file__).parent


class AnGiang(Province):
    """An Giang; what is official and what illustrative stands in its README."""

    contract_version = 1

    @hookimpl
    def info(self) -> ProvinceInfo:
        """Its code and names."""
        return load(ProvinceInfo, DATA / "province.yaml")

    @hookimpl
    def jurisdictions(self) -> Sequence[Jurisdiction]:
        """The old province until 30 June 2025, the merged one since."""
        return load_list(Jurisdiction, DATA / "jurisdictions.yaml")

    @hookimpl
    def unit_kinds(self) -> Sequence[UnitKind]:
        """Departments, districts that have ended, and the three kinds of commune of today."""
        return load_list(UnitKind, DATA / "unit_kinds.yaml")

    @hookimpl
    def units(self) -> Sequence[Unit]:
        """The 17 bodies of 2021 (facts 003-05 to 003-21) and the bodies of today."""
        return load_units(DATA / "units.csv")

    @hookimpl
    def successions(self) -> Sequence[Succession]:
        """The districts, which ended on 30 June 2025."""
        return load_list(Succession, DATA / "successions.yaml")

    @hookimpl
    def criteria_sets(self) -> Sequence[CriteriaSet]:
        """The set of 2021 for departments (facts 003-23 to 003-42) and two of 2026."""
        return load_criteria_sets(DATA / "criteria")

    @hookimpl
    def grading(self) -> Sequence[Grading]:
        """One, with illustrative bands."""
        return load_list(Grading, DATA / "grading.yaml")

    @hookimpl
    def indicators(self) -> Sequence[Indicator]:
        """SIPAS and the index of service to citizens and businesses."""
        return load_list(Indicator, DATA / "indicators.yaml")

    @hookimpl
    def award_forms(self) -> Sequence[AwardForm]:
        """Bằng khen of the provincial Chairman (fact 000-44)."""
        return load_list(AwardForm, DATA / "award_forms.yaml")

    @hookimpl
    def movements(self) -> Sequence[Movement]:
        """The movements of 2021 and of 2023-2030."""
        return load_folder(Movement, DATA / "movements")


province = AnGiang()
