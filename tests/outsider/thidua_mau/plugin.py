"""Tỉnh Mẫu: data files, one scoring rule of its own, one thing done after publication."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from thidua import (
    CriteriaSet,
    Grading,
    Province,
    ProvinceInfo,
    ResultsNotice,
    RuleKind,
    Unit,
    UnitKind,
    hookimpl,
    load,
    load_criteria_sets,
    load_list,
    load_units,
)

DATA = Path(__file__).parent

log = logging.getLogger(__name__)


def fewer_overdue(
    settings: Mapping[str, Any], maximum: int, inputs: Mapping[str, int]
) -> tuple[Fraction | int, str]:
    """The maximum when overdue files fell by ``muc-tieu`` per cent, less in proportion."""
    before, now = inputs["truoc"], inputs["nay"]
    if now == 0:
        return maximum, "het"
    if now >= before:
        return 0, "khong-giam"
    fall = Fraction(100 * (before - now), before * settings["muc-tieu"])
    return maximum * min(fall, Fraction(1)), "giam"


FEWER_OVERDUE = RuleKind(
    name="giam-qua-han",
    score=fewer_overdue,
    sentences={
        "het": "Không còn hồ sơ quá hạn.",
        "khong-giam": "Số hồ sơ quá hạn không giảm: năm trước {truoc}, năm nay {nay}.",
        "giam": "Số hồ sơ quá hạn giảm từ {truoc} xuống {nay}.",
    },
)


class Mau(Province):
    """Tỉnh Mẫu."""

    contract_version = 1

    @hookimpl
    def info(self) -> ProvinceInfo:
        """Its code and names."""
        return load(ProvinceInfo, DATA / "province.yaml")

    @hookimpl
    def unit_kinds(self) -> Sequence[UnitKind]:
        """Departments; communes, wards and special zones."""
        return load_list(UnitKind, DATA / "unit_kinds.yaml")

    @hookimpl
    def units(self) -> Sequence[Unit]:
        """Five invented units."""
        return load_units(DATA / "units.csv")

    @hookimpl
    def criteria_sets(self) -> Sequence[CriteriaSet]:
        """One invented set."""
        return load_criteria_sets(DATA / "criteria")

    @hookimpl
    def grading(self) -> Sequence[Grading]:
        """Three invented bands."""
        return load_list(Grading, DATA / "grading.yaml")

    @hookimpl
    def rule_kinds(self) -> Sequence[RuleKind]:
        """One rule that no kind in data can say."""
        return (FEWER_OVERDUE,)

    @hookimpl
    def after_results_published(self, notice: ResultsNotice) -> None:
        """Leave a line in the log."""
        log.info("%s: đã công bố %s", notice.province, notice.title)


province = Mau()
