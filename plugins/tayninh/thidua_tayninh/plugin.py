"""Tây Ninh, before and since 1 July 2025: its answers are the data files beside this module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from thidua import (
    AwardForm,
    CriteriaSet,
    Grading,
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


class TayNinh(Province):
    """Tây Ninh; what is official and what illustrative stands in its README."""

    contract_version = 1

    @hookimpl
    def info(self) -> ProvinceInfo:
        """Its code and names."""
        return load(ProvinceInfo, DATA / "province.yaml")

    @hookimpl
    def jurisdictions(self) -> Sequence[Jurisdiction]:
        """Two: until 30 June 2025, and merged with Long An since."""
        return load_list(Jurisdiction, DATA / "jurisdictions.yaml")

    @hookimpl
    def unit_kinds(self) -> Sequence[UnitKind]:
        """Departments, districts (until 2025) and communes (since)."""
        return load_list(UnitKind, DATA / "unit_kinds.yaml")

    @hookimpl
    def units(self) -> Sequence[Unit]:
        """The 28 bodies of the index of 2023; illustrative ones since 1 July 2025."""
        return load_units(DATA / "units.csv")

    @hookimpl
    def successions(self) -> Sequence[Succession]:
        """The districts, which ended on 30 June 2025."""
        return load_list(Succession, DATA / "successions.yaml")

    @hookimpl
    def criteria_sets(self) -> Sequence[CriteriaSet]:
        """Two sets of 2023, with the published exemption groups; two illustrative ones of 2026."""
        return load_criteria_sets(DATA / "criteria")

    @hookimpl
    def grading(self) -> Sequence[Grading]:
        """One: Tốt, Khá, Kém."""
        return load_list(Grading, DATA / "grading.yaml")

    @hookimpl
    def award_forms(self) -> Sequence[AwardForm]:
        """Forms of the law; the plans name none (facts 001-76)."""
        return load_list(AwardForm, DATA / "award_forms.yaml")

    @hookimpl
    def movements(self) -> Sequence[Movement]:
        """The province's movement, known by its title only, and that of Châu Thành."""
        return load_folder(Movement, DATA / "movements")


province = TayNinh()
