"""Finding provinces and calling their hooks; nothing else in the core calls a hook.

Each province is loaded in its own ``try`` with its own plugin manager, in the order of the names.
One that does not keep the contract is refused with a reason; the others run.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy
import structlog
from pydantic import ValidationError

from thidua.errors import Invalid, NotFound, ProvinceRefused
from thidua.hookspecs import CONTRACT_VERSION, PROJECT, Province
from thidua.scoring.kinds import RuleKind
from thidua.spec.bundle import ProvinceSpec
from thidua.spec.loading import problems_of
from thidua.spec.notice import ResultsNotice

GROUP = "thidua.provinces"
DECLARING = tuple(ProvinceSpec.model_fields)
SORT_KEYS = {
    "jurisdictions": ("valid_from", "code"),
    "units": ("key", "valid_from"),
    "successions": ("effective_on", "code"),
    "criteria_sets": ("code", "version"),
    "grading": ("code",),
    "legal_regimes": ("in_force_from", "code"),
    "movements": ("code",),
    "award_schemes": ("code", "version"),
    "award_forms": ("code",),
    "indicators": ("code",),
    "published_results": ("year",),
}
"""Registration order never matters: what plugins return is sorted by these fields."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LoadedProvince:
    """A province that keeps the contract: what it declares, and its own rule kinds."""

    name: str
    spec: ProvinceSpec
    rule_kinds: Mapping[str, RuleKind]
    manager: pluggy.PluginManager

    @property
    def code(self) -> str:
        """The province's code."""
        return self.spec.info.code

    def tell_results_published(self, notice: ResultsNotice) -> None:
        """Call the province's following hook; its errors are the caller's to retry."""
        self.manager.hook.after_results_published(notice=notice)


@dataclass(frozen=True)
class Registry:
    """The provinces that run, by code, and those refused, by name and reason."""

    provinces: Mapping[str, LoadedProvince]
    refused: Sequence[ProvinceRefused] = ()

    def province(self, code: str) -> LoadedProvince:
        """The province with this code; ``NotFound`` names those there are."""
        if code not in self.provinces:
            refusal = next((str(item) for item in self.refused if item.name == code), None)
            known = ", ".join(self.provinces) or "chưa có tỉnh nào"
            raise NotFound(refusal or f"Không có tỉnh “{code}”. Các tỉnh đã cài: {known}.")
        return self.provinces[code]


def load_registry(enabled: Collection[str] | None = None) -> Registry:
    """All installed provinces; with ``enabled``, only those codes."""
    entries = list(entry_points(group=GROUP))
    named = [entry for entry in entries if entry.name in (enabled or ())]
    every = enabled and {entry.name for entry in named} >= {*enabled}
    return registry_of(named if every else entries, enabled)  # the others are not even read


def registry_of(entries: Iterable[EntryPoint], enabled: Collection[str] | None = None) -> Registry:
    """The provinces behind ``entries``, in the order of their names."""
    provinces: dict[str, LoadedProvince] = {}
    refused: list[ProvinceRefused] = []
    for entry in sorted(entries, key=lambda item: (item.name, item.value)):
        try:
            loaded = load_province(entry.name, _instance(entry))
            if not enabled or loaded.code in enabled:
                _claim(loaded, provinces)
        except ProvinceRefused as refusal:
            if not enabled or refusal.name in enabled:
                log.warning("province_refused", province=refusal.name, reason=refusal.reason)
                refused.append(refusal)
    return Registry(provinces=provinces, refused=tuple(refused))


def load_province(name: str, province: object) -> LoadedProvince:
    """``province`` checked against the whole contract; ``ProvinceRefused`` with the reason."""
    if not isinstance(province, Province):
        raise ProvinceRefused(
            name, "điểm vào phải là một đối tượng của lớp con của thidua.Province"
        )
    if province.contract_version != CONTRACT_VERSION:
        raise ProvinceRefused(
            name,
            f"viết cho hợp đồng phiên bản {province.contract_version}, "
            f"hệ thống dùng phiên bản {CONTRACT_VERSION}",
        )
    _refuse_unmarked(name, province)
    manager = _manager(name, province)
    spec = _declared(name, manager)
    return LoadedProvince(
        name=name, spec=spec, rule_kinds=_rule_kinds(name, manager, spec), manager=manager
    )


def _instance(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except Exception as error:  # a plugin may fail in any way; it must not take the others along
        log.exception("province_import_failed", province=entry.name)
        raise ProvinceRefused(entry.name, f"không nạp được {entry.value}: {error}") from error


def _claim(loaded: LoadedProvince, provinces: dict[str, LoadedProvince]) -> None:
    owner = provinces.get(loaded.code)
    if owner:
        raise ProvinceRefused(
            loaded.name, f"mã tỉnh “{loaded.code}” đã thuộc phần mở rộng “{owner.name}”"
        )
    provinces[loaded.code] = loaded


def _refuse_unmarked(name: str, province: Province) -> None:
    hooks = {key for key, value in vars(Province).items() if hasattr(value, f"{PROJECT}_spec")}
    for key in sorted(hooks):
        if not hasattr(inspect.getattr_static(type(province), key), f"{PROJECT}_impl"):
            raise ProvinceRefused(name, f"{key}() thiếu dấu @hookimpl")


def _manager(name: str, province: Province) -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Province)
    try:
        manager.register(province, name=name)
    except pluggy.PluginValidationError as error:
        raise ProvinceRefused(name, f"một hook khai tham số lạ: {_named(error)}") from error
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise ProvinceRefused(name, f"hook không có trong hợp đồng: {_named(error)}") from error
    return manager


def _named(error: pluggy.PluginValidationError) -> str:
    """The hook that pluggy complains of, without the object's address."""
    found = re.search(r"hook '(\w+)'", str(error))
    return f"{found[1]}()" if found else str(error)


def _declared(name: str, manager: pluggy.PluginManager) -> ProvinceSpec:
    answers = {hook: _sorted(hook, _ask(name, manager, hook)) for hook in DECLARING}
    try:
        spec = ProvinceSpec.model_validate(answers)
    except ValidationError as error:
        raise ProvinceRefused(name, str(Invalid(problems_of(error, "")))) from error
    if problems := spec.problems():
        raise ProvinceRefused(name, str(Invalid(problems)))
    return spec


def _sorted(hook: str, answer: Any) -> Any:
    """The answer by its stable key; kinds of unit stay in the order the province prints them."""
    key = SORT_KEYS.get(hook)
    if key is None or not isinstance(answer, tuple):
        return answer
    return tuple(sorted(answer, key=lambda item: [str(getattr(item, k, "")) for k in key]))


def _ask(name: str, manager: pluggy.PluginManager, hook: str) -> Any:
    try:
        answer = getattr(manager.hook, hook)()
    except Invalid as error:  # a data file: file, place and reason say all
        raise ProvinceRefused(name, f"{hook}(): {error}") from error
    except Exception as error:  # see _instance
        log.exception("province_hook_failed", province=name, hook=hook)
        raise ProvinceRefused(name, f"{hook}(): {error}") from error
    return answer if hook == "info" or answer is None else tuple(answer)


def _rule_kinds(
    name: str, manager: pluggy.PluginManager, spec: ProvinceSpec
) -> Mapping[str, RuleKind]:
    kinds = {kind.name: kind for kind in _ask(name, manager, "rule_kinds") or ()}
    for criteria in spec.criteria_sets:
        for leaf in criteria.leaves:
            if leaf.rule.kind == "custom" and leaf.rule.name not in kinds:
                raise ProvinceRefused(
                    name,
                    f"bộ tiêu chí {criteria.code}, mã {leaf.code}: "
                    f"tỉnh không có cách chấm “{leaf.rule.name}”",
                )
    return kinds
