"""Tiền Giang, until 30 June 2025: its answers are the data files beside this module."""

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
    PublishedResults,
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


class TienGiang(Province):
    """Tiền Giang; what is official and what illustrative stands in its README."""

    contract_version = 1

    @hookimpl
    def info(self) -> ProvinceInfo:
        """Its code and names."""
        return load(ProvinceInfo, DATA / "province.yaml")

    @hookimpl
    def jurisdictions(self) -> Sequence[Jurisdiction]:
        """One, ended on 30 June 2025."""
        return load_list(Jurisdiction, DATA / "jurisdictions.yaml")

    @hookimpl
    def unit_kinds(self) -> Sequence[UnitKind]:
        """The three blocks of the table of 2020."""
        return load_list(UnitKind, DATA / "unit_kinds.yaml")

    @hookimpl
    def units(self) -> Sequence[Unit]:
        """The 28 units that the table of 2020 names."""
        return load_units(DATA / "units.csv")

    @hookimpl
    def successions(self) -> Sequence[Succession]:
        """The districts, which ended on 30 June 2025."""
        return load_list(Succession, DATA / "successions.yaml")

    @hookimpl
    def criteria_sets(self) -> Sequence[CriteriaSet]:
        """The two sets of 2023 (facts 002-35), with illustrative leaves."""
        return load_criteria_sets(DATA / "criteria")

    @hookimpl
    def grading(self) -> Sequence[Grading]:
        """One, with illustrative bands."""
        return load_list(Grading, DATA / "grading.yaml")

    @hookimpl
    def indicators(self) -> Sequence[Indicator]:
        """DDCI, which feeds domain 8, and SIPAS."""
        return load_list(Indicator, DATA / "indicators.yaml")

    @hookimpl
    def published_results(self) -> Sequence[PublishedResults]:
        """The table of 2020 as printed."""
        return load_folder(PublishedResults, DATA / "published")

    @hookimpl
    def award_forms(self) -> Sequence[AwardForm]:
        """Cờ thi đua and Bằng khen, for collectives."""
        return load_list(AwardForm, DATA / "award_forms.yaml")

    @hookimpl
    def movements(self) -> Sequence[Movement]:
        """The movement of 2023."""
        return load_folder(Movement, DATA / "movements")


province = TienGiang()
