"""All that one province declares, and whether its parts fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from thidua.errors import Problem
from thidua.spec.award_conditions import RECIPIENTS, BandCondition
from thidua.spec.awards import AwardScheme
from thidua.spec.base import Spec, sourced_in
from thidua.spec.bodies import Bodies, Office
from thidua.spec.criteria import CriteriaSet
from thidua.spec.grading import Grading
from thidua.spec.legal import LegalRegime
from thidua.spec.movement import AwardForm, Indicator, Movement, PublishedResults
from thidua.spec.province import Jurisdiction, ProvinceInfo, Unit, UnitKind
from thidua.spec.succession import Succession


class ProvinceSpec(Spec):
    """One province's answers to all declaring hooks, as the registry sorted them."""

    info: ProvinceInfo
    jurisdictions: tuple[Jurisdiction, ...] = ()
    unit_kinds: tuple[UnitKind, ...] = ()
    units: tuple[Unit, ...] = ()
    successions: tuple[Succession, ...] = ()
    criteria_sets: tuple[CriteriaSet, ...] = ()
    grading: tuple[Grading, ...] = ()
    legal_regimes: tuple[LegalRegime, ...] = ()
    movements: tuple[Movement, ...] = ()
    award_schemes: tuple[AwardScheme, ...] = ()
    award_forms: tuple[AwardForm, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    published_results: tuple[PublishedResults, ...] = ()

    def problems(self) -> list[Problem]:
        """Every broken reference and every doubled code; empty when the parts fit."""
        return [
            *self._doubled(),
            *self._unit_problems(),
            *self._set_problems(),
            *self._movement_problems(),
            *self._scheme_problems(),
            *self._published_problems(),
        ]

    def grading_of(self, code: str) -> Grading:
        """The grading with this code (it exists: ``problems`` is empty)."""
        return next(item for item in self.grading if item.code == code)

    def _doubled(self) -> Iterator[Problem]:
        for place, codes in {
            "jurisdictions": [item.code for item in self.jurisdictions],
            "unit_kinds": [item.code for item in self.unit_kinds],
            "unit_kinds.clusters": [c.code for item in self.unit_kinds for c in item.clusters],
            "successions": [item.code for item in self.successions],
            "criteria_sets": [f"{item.code} {item.version}" for item in self.criteria_sets],
            "grading": [item.code for item in self.grading],
            "legal_regimes": [item.code for item in self.legal_regimes],
            "movements": [item.code for item in self.movements],
            "award_schemes": [f"{item.code} {item.version}" for item in self.award_schemes],
            "award_forms": [item.code for item in self.award_forms],
            "indicators": [item.code for item in self.indicators],
            "published_results": [str(item.year) for item in self.published_results],
        }.items():
            for code, count in Counter(codes).items():
                if count > 1:
                    yield Problem(place=place, reason=f"“{code}” được khai {count} lần")

    def _unit_problems(self) -> Iterator[Problem]:
        kinds = {kind.code: {c.code for c in kind.clusters} for kind in self.unit_kinds}
        keys = {unit.key for unit in self.units}
        for unit in self.units:
            if unit.kind not in kinds:
                yield Problem(place=f"units.{unit.key}", reason=f"không có loại “{unit.kind}”")
            elif unit.cluster and unit.cluster not in kinds[unit.kind]:
                yield Problem(
                    place=f"units.{unit.key}", reason=f"không có khối, cụm “{unit.cluster}”"
                )
            if unit.parent and unit.parent not in keys:
                yield Problem(
                    place=f"units.{unit.key}", reason=f"không có đơn vị cấp trên “{unit.parent}”"
                )
        yield from _overlaps(self.units)
        for item in self.successions:
            named = [link.predecessor for link in item.links]
            named += [link.successor for link in item.links if link.successor]
            yield from _unknown(f"successions.{item.code}", "đơn vị", named, keys)

    def _set_problems(self) -> Iterator[Problem]:
        gradings = {item.code: item for item in self.grading}
        indicators = {item.code for item in self.indicators}
        units = {unit.key for unit in self.units}
        for item in self.criteria_sets:
            place = f"criteria_sets.{item.code}"
            yield from _unknown(place, "loại đơn vị", item.kinds, self._kinds())
            yield from _unknown(place, "cách xếp loại", [item.grading], gradings)
            rules = [leaf.rule for leaf in item.leaves]
            named = [rule.indicator for rule in rules if rule.kind == "indicator"]
            yield from _unknown(place, "chỉ số", named, indicators)
            appraisers = [node.appraiser for node in item.nodes() if node.appraiser]
            appraisers += [key for one in item.substitutes for key in (one.agency, one.by)]
            yield from _unknown(place, "cơ quan thẩm định", appraisers, units)
            exempt = [key for group in item.exemption_groups for key in group.units]
            yield from _unknown(place, "đơn vị được giảm", exempt, units)
            special = [key for group in item.unranked for key in group.units]
            yield from _unknown(place, "đơn vị không xếp hạng chung", special, units)
            if item.grading in gradings:
                ties = gradings[item.grading].rank.ties
                codes = {node.code for node in item.nodes()}
                yield from _unknown(place, "mã để so khi bằng nhau", ties, codes)

    def _movement_problems(self) -> Iterator[Problem]:
        forms = {form.code for form in self.award_forms}
        for item in self.movements:
            place = f"movements.{item.code}"
            yield from _unknown(place, "hình thức khen thưởng", item.award_forms, forms)
            yield from self._body_problems(place, item)
        regimes = {item.code for item in self.legal_regimes}
        for regime in self.legal_regimes:
            named = (*regime.replaces, *regime.amends)
            yield from _unknown(f"legal_regimes.{regime.code}", "văn bản", named, regimes)

    def _scheme_problems(self) -> Iterator[Problem]:
        for item in self.award_schemes:
            yield from scheme_problems(item, self.movements, self.award_forms, self.grading)
            yield from self._body_problems(f"award_schemes.{item.code}", item)

    def _body_problems(self, place: str, item: Movement | AwardScheme) -> Iterator[Problem]:
        """Kinds and units that bodies and offices name and that are not there."""
        kinds, units = self._kinds(), {unit.key for unit in self.units}
        for part in sourced_in(item):
            if isinstance(part, Bodies):
                yield from _unknown(place, "loại đơn vị", part.kinds, kinds)
                yield from _unknown(place, "đơn vị", part.units, units)
            elif isinstance(part, Office) and part.unit:
                yield from _unknown(place, "đơn vị", [part.unit], units)

    def _published_problems(self) -> Iterator[Problem]:
        units = {unit.key for unit in self.units}
        gradings = {item.code for item in self.grading}
        for item in self.published_results:
            place = f"published_results.{item.year}"
            named = [row.unit for group in item.groups for row in group.rows]
            yield from _unknown(place, "đơn vị", named, units)
            yield from _unknown(place, "cách xếp loại", [item.grading], gradings)
            for key, count in Counter(named).items():
                if count > 1:
                    yield Problem(place=place, reason=f"đơn vị “{key}” đứng {count} lần")

    def _kinds(self) -> set[str]:
        return {kind.code for kind in self.unit_kinds}


def scheme_problems(
    scheme: AwardScheme,
    movements: Iterable[Movement],
    forms: Iterable[AwardForm],
    gradings: Iterable[Grading],
) -> Iterator[Problem]:
    """What an award scheme names that is not there, or not fit for it."""
    place = f"award_schemes.{scheme.code}"
    movement = next((item for item in movements if item.code == scheme.movement), None)
    form = next((item for item in forms if item.code == scheme.form), None)
    if movement is None:
        yield Problem(place=place, reason=f"không có phong trào “{scheme.movement}”")
    elif movement.period.years:
        rounds, years = (str(r.year) for r in scheme.rounds), map(str, movement.period.years)
        yield from _unknown(place, "năm của phong trào", rounds, years)
    if scheme.form and form is None:
        yield Problem(place=place, reason=f"không có hình thức khen thưởng “{scheme.form}”")
    for quota in scheme.quotas:
        if form and quota.recipient not in form.recipients:
            yield Problem(
                place=place,
                reason=f"“{form.name}” không tặng cho {RECIPIENTS[quota.recipient]}",
            )
    bands = [band.label for grading in gradings for band in grading.bands]
    named = [c.at_least for c in scheme.all_conditions() if isinstance(c, BandCondition)]
    yield from _unknown(place, "loại", named, bands)


def _unknown(
    place: str, what: str, named: Iterable[str], known: Iterable[str]
) -> Iterator[Problem]:
    there = set(known)
    for code in dict.fromkeys(named):
        if code not in there:
            yield Problem(place=place, reason=f"không có {what} “{code}”")


def _overlaps(units: tuple[Unit, ...]) -> Iterator[Problem]:
    by_key: dict[str, list[Unit]] = {}
    for unit in units:
        by_key.setdefault(unit.key, []).append(unit)
    for key, rows in by_key.items():
        if any(_overlap(a, b) for a, b in combinations(rows, 2)):
            yield Problem(place=f"units.{key}", reason="các khoảng thời gian chồng lên nhau")


def _overlap(a: Unit, b: Unit) -> bool:
    a_before_b_ends = a.valid_from is None or b.valid_to is None or a.valid_from <= b.valid_to
    b_before_a_ends = b.valid_from is None or a.valid_to is None or b.valid_from <= a.valid_to
    return a_before_b_ends and b_before_a_ends
