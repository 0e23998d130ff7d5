"""The contract between the core and a province: one class, its hooks in the order they are called.

A province is an instance of a subclass of :class:`Province` that overrides what it has to say,
each override marked with ``@hookimpl``. The body here is the core's default. Contract version 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pluggy

from thidua.scoring.kinds import RuleKind
from thidua.spec.awards import AwardScheme
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.legal import LegalRegime
from thidua.spec.movement import AwardForm, Indicator, Movement, PublishedResults
from thidua.spec.notice import ResultsNotice
from thidua.spec.province import Jurisdiction, ProvinceInfo, Unit, UnitKind
from thidua.spec.succession import Succession

PROJECT = "thidua"
CONTRACT_VERSION = 1

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

F = TypeVar("F")


def hook(function: F) -> F:
    """Mark a method as a hook whose body is the core's default answer."""
    marked: F = hookspec(firstresult=True)(hookimpl(function))  # type: ignore[call-overload]
    return marked


class Province:
    """What a province may say. Every hook is pure: no network, no database, no clock."""

    contract_version: int = 0
    """The contract this province was written for; a province must set it."""

    # -- Declaring: who the province is ---------------------------------------------------

    @hook
    def info(self) -> ProvinceInfo:
        """The province's code, names and authority.

        Called first, once at start. Every province must override it: the default refuses.
        Example: ``return load(ProvinceInfo, DATA / "province.yaml")``. Since version 1.
        """
        raise NotImplementedError("tỉnh phải khai info(): mã, tên, cơ quan")

    @hook
    def jurisdictions(self) -> Sequence[Jurisdiction]:
        """The province between dates, with its successor once it has ended.

        Called at start. Empty: never checked against dates. After the last ``valid_to`` the
        province is read-only: no campaign opens. Since version 1.
        """
        return ()

    # -- Declaring: who is scored ----------------------------------------------------------

    @hook
    def unit_kinds(self) -> Sequence[UnitKind]:
        """Kinds of unit, each with its blocks and clusters. Empty: nobody can be scored.

        Called at start and by ``thidua province apply``. Since version 1.
        """
        return ()

    @hook
    def units(self) -> Sequence[Unit]:
        """Seed data: units with the dates between which they are so named.

        Applied once by ``thidua province apply``; afterwards the database is the truth.
        Example: ``return load_units(DATA / "units.csv")``. Since version 1.
        """
        return ()

    @hook
    def successions(self) -> Sequence[Succession]:
        """Seed data: units merged, absorbed, split, renamed or ended, with who carries them on.

        Applied once by ``thidua province apply``, after ``units``; predecessors that end by it
        must exist on the day before, successors on the day. Empty: none. Since version 1.
        """
        return ()

    # -- Declaring: how it scores ----------------------------------------------------------

    @hook
    def criteria_sets(self) -> Sequence[CriteriaSet]:
        """Criteria sets, each for some kinds of unit. A changed set needs a new version.

        Example: ``return load_criteria_sets(DATA / "criteria")``. Since version 1.
        """
        return ()

    @hook
    def grading(self) -> Sequence[Grading]:
        """Bands, rank groups and tie rules that criteria sets and published tables name.

        Empty: nothing can be ranked. Since version 1.
        """
        return ()

    @hook
    def indicators(self) -> Sequence[Indicator]:
        """External indices that ``indicator`` leaves name. Empty: none. Since version 1."""
        return ()

    @hook
    def published_results(self) -> Sequence[PublishedResults]:
        """Result tables published in the past, imported as historical results.

        Applied once by ``thidua province apply``. Empty: none. Since version 1.
        """
        return ()

    # -- Declaring: what it awards ---------------------------------------------------------

    @hook
    def legal_regimes(self) -> Sequence[LegalRegime]:
        """Laws, decrees and circulars on awards, each with the days on which it is in force.

        Applied by ``thidua province apply``. The ones that apply to a nomination are found by the
        date that its scheme declares. Empty: no law is looked up. Since version 1.
        """
        return ()

    @hook
    def award_forms(self) -> Sequence[AwardForm]:
        """Titles and forms of commendation that movements name. Empty: none. Since version 1."""
        return ()

    @hook
    def movements(self) -> Sequence[Movement]:
        """Emulation movements as their plans state them. Empty: none. Since version 1."""
        return ()

    @hook
    def award_schemes(self) -> Sequence[AwardScheme]:
        """How movements honour: rounds, quotas, conditions. A changed one needs a new version.

        Applied by ``thidua province apply``; a round is opened with the newest version of its
        scheme. Example: ``return load_folder(AwardScheme, DATA / "awards")``. Empty: no award is
        proposed. Since version 1.
        """
        return ()

    # -- Computing -------------------------------------------------------------------------

    @hook
    def rule_kinds(self) -> Sequence[RuleKind]:
        """Scoring rules of the province's own, named by ``kind: custom`` leaves.

        The last resort, when no rule kind in data will do. Called before scoring. Empty: none.
        Since version 1.
        """
        return ()

    # -- Following -------------------------------------------------------------------------

    @hook
    def after_results_published(self, notice: ResultsNotice) -> None:
        """A result version was published. Runs as a job after the transaction, at least once.

        ``notice`` names year and version. It cannot undo the publication; an error is retried
        and logged. Default: nothing. Since version 1.
        """
        return
