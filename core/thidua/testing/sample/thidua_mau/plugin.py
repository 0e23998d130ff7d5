"""Tỉnh Mẫu: its answers are the data files beside this module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from thidua import (
    CriteriaSet,
    Grading,
    Jurisdiction,
    Province,
    ProvinceInfo,
    Unit,
    UnitKind,
    hookimpl,
    load,
    load_criteria_sets,
    load_list,
    load_units,
)

DATA = Path(__file__).parent


class Mau(Province):
    """Tỉnh Mẫu."""

    contract_version = 1

    @hookimpl
    def info(self) -> ProvinceInfo:
        """Its code and names."""
        return load(ProvinceInfo, DATA / "province.yaml")

    @hookimpl
    def jurisdictions(self) -> Sequence[Jurisdiction]:
        """The province since 1 July 2025."""
        return load_list(Jurisdiction, DATA / "jurisdictions.yaml")

    @hookimpl
    def unit_kinds(self) -> Sequence[UnitKind]:
        """Departments; communes, wards and special zones."""
        return load_list(UnitKind, DATA / "unit_kinds.yaml")

    @hookimpl
    def units(self) -> Sequence[Unit]:
        """Who is scored."""
        return load_units(DATA / "units.csv")

    @hookimpl
    def criteria_sets(self) -> Sequence[CriteriaSet]:
        """One set for each of the two kinds."""
        return load_criteria_sets(DATA / "criteria")

    @hookimpl
    def grading(self) -> Sequence[Grading]:
        """How units are ranked and graded."""
        return load_list(Grading, DATA / "grading.yaml")


province = Mau()
