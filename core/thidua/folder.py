"""A province that is data files alone: every declaring hook answered from one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from thidua.errors import Invalid, Problem
from thidua.hookspecs import Province, hookimpl
from thidua.spec.awards import AwardScheme
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.legal import LegalRegime
from thidua.spec.loading import load, load_criteria_sets, load_folder, load_list, load_units
from thidua.spec.movement import AwardForm, Indicator, Movement, PublishedResults
from thidua.spec.province import Jurisdiction, ProvinceInfo, Unit, UnitKind
from thidua.spec.succession import Succession

M = TypeVar("M", bound=BaseModel)

READ = (
    "province.yaml", "jurisdictions.yaml", "unit_kinds.yaml", "units.csv", "successions.yaml",
    "criteria/*.yaml", "grading.yaml", "indicators.yaml", "published/*.yaml",
    "legal_regimes.yaml", "award_forms.yaml", "movements/*.yaml", "awards/*.yaml",
)  # fmt: skip
"""The data files that are read, in the order of the hooks."""


class FolderProvince(Province):
    """Reads the files of ``folder`` under their conventional names; a missing one says nothing.

    ``contract_version`` is the version of the contract that the files were written for. A data
    file under any other name is refused (``Invalid``), so that a slip does not pass unseen. What
    data cannot say is a hook of a subclass.
    """

    def __init__(self, folder: Path, *, contract_version: int) -> None:
        self.folder = folder
        self.contract_version = contract_version

    @hookimpl
    def info(self) -> ProvinceInfo:
        """``province.yaml``, which there must be."""
        refuse_unknown(self.folder)
        return load(ProvinceInfo, self.folder / "province.yaml")

    @hookimpl
    def jurisdictions(self) -> Sequence[Jurisdiction]:
        """``jurisdictions.yaml``."""
        return self._list(Jurisdiction, "jurisdictions")

    @hookimpl
    def unit_kinds(self) -> Sequence[UnitKind]:
        """``unit_kinds.yaml``."""
        return self._list(UnitKind, "unit_kinds")

    @hookimpl
    def units(self) -> Sequence[Unit]:
        """``units.csv``."""
        path = self.folder / "units.csv"
        return load_units(path) if path.exists() else ()

    @hookimpl
    def successions(self) -> Sequence[Succession]:
        """``successions.yaml``."""
        return self._list(Succession, "successions")

    @hookimpl
    def criteria_sets(self) -> Sequence[CriteriaSet]:
        """``criteria/*.yaml``."""
        return load_criteria_sets(self.folder / "criteria")

    @hookimpl
    def grading(self) -> Sequence[Grading]:
        """``grading.yaml``."""
        return self._list(Grading, "grading")

    @hookimpl
    def indicators(self) -> Sequence[Indicator]:
        """``indicators.yaml``."""
        return self._list(Indicator, "indicators")

    @hookimpl
    def published_results(self) -> Sequence[PublishedResults]:
        """``published/*.yaml``."""
        return load_folder(PublishedResults, self.folder / "published")

    @hookimpl
    def legal_regimes(self) -> Sequence[LegalRegime]:
        """``legal_regimes.yaml``."""
        return self._list(LegalRegime, "legal_regimes")

    @hookimpl
    def award_forms(self) -> Sequence[AwardForm]:
        """``award_forms.yaml``."""
        return self._list(AwardForm, "award_forms")

    @hookimpl
    def movements(self) -> Sequence[Movement]:
        """``movements/*.yaml``."""
        return load_folder(Movement, self.folder / "movements")

    @hookimpl
    def award_schemes(self) -> Sequence[AwardScheme]:
        """``awards/*.yaml``."""
        return load_folder(AwardScheme, self.folder / "awards")

    def _list(self, model: type[M], name: str) -> tuple[M, ...]:
        path = self.folder / f"{name}.yaml"
        return load_list(model, path) if path.exists() else ()


def refuse_unknown(folder: Path) -> None:
    """``Invalid`` naming every data file in the folder that no hook reads."""
    there = {path for kind in ("*.yaml", "*.yml", "*.csv") for path in folder.rglob(kind)}
    read = {path for pattern in READ for path in folder.glob(pattern)}
    reason = f"không hook nào đọc tệp này; tên đúng là một trong: {', '.join(READ)}"
    unread = [path.relative_to(folder).as_posix() for path in sorted(there - read)]
    if unread:
        raise Invalid([Problem(file=name, place="", reason=reason) for name in unread])
