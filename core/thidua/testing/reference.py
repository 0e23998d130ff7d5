"""The page for authors of provinces, rendered from the models, the samples and the contract.

``python -m thidua.testing.reference > docs/province.md`` writes it anew.
"""

from __future__ import annotations

import inspect
import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from textwrap import indent
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from thidua.hookspecs import PROJECT, Province
from thidua.spec import (
    award_conditions,
    awards,
    base,
    bodies,
    criteria,
    grading,
    legal,
    mappings,
    movement,
    notice,
    parts,
    province,
    rules,
    succession,
    surveys,
)
from thidua.testing import samples
from thidua.testing.words import FIELDS, HOOKS, MODELS

HERE = Path(__file__).parent
MODULES = (
    base, bodies, province, succession, criteria, mappings, parts, surveys, rules, grading, legal,
    movement, award_conditions, awards, notice,
)  # fmt: skip
LANGUAGES = {".py": "python", ".toml": "toml", ".yaml": "yaml", ".csv": "text"}

TEST_FILE = """\
from thidua_mau.plugin import province

from thidua.testing import ProvinceConformance


class TestMau(ProvinceConformance):
    province = province
"""
"""``test_mau.py`` of the walk-through; no file of ours, so that no other test run finds it."""

WORDS: Mapping[object, str] = {
    base.Code: "mã",
    base.Text: "chữ",
    str: "chữ, có thể trống",
    base.Points: "số, tối đa 4 số lẻ",
    base.Share: "phần, từ 0 đến 1",
    int: "số nguyên",
    bool: "true hoặc false",
    date: "ngày",
    rules.Rule: "[cách chấm](#3-cách-chấm)",
    award_conditions.Condition: "[điều kiện](#dossiercondition)",
    award_conditions.SingleCondition: "[điều kiện](#dossiercondition), trừ `any_of`",
}


def sample_file(name: str) -> str:
    """The text of one file of the walk-through."""
    if name == "test_mau.py":
        return TEST_FILE
    return (HERE / "sample" / name).read_text(encoding="utf-8")


def sample_files() -> dict[str, str]:
    """Every file of the walk-through by its path, in the order in which the page shows them."""
    page = (HERE / "page.md").read_text(encoding="utf-8")
    return {name: sample_file(name) for name in re.findall(r"<!-- tệp: (\S+) -->", page)}


def render() -> str:
    """The whole page as Markdown."""
    page = (HERE / "page.md").read_text(encoding="utf-8")
    for name, text in sample_files().items():
        page = page.replace(f"<!-- tệp: {name} -->", _fenced(LANGUAGES[Path(name).suffix], text))
    parts: dict[str, Callable[[], str]] = {
        "cách chấm": render_rules,
        "mã: cách chấm riêng": render_custom,
        "đối tượng": render_models,
        "hook": render_hooks,
    }
    for marker, part in parts.items():
        page = page.replace(f"<!-- {marker} -->", part())
    return page


def models() -> dict[str, type[BaseModel]]:
    """Every object of the vocabulary by name, rule kinds and the bare base aside."""
    found = {
        name: value
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BaseModel)
    }
    hidden = {BaseModel, base.Spec, *rules.RULE_CLASSES}
    return {name: value for name, value in found.items() if value not in hidden}


def rule_kinds() -> dict[str, type[BaseModel]]:
    """Every rule kind's class by the word that data writes."""
    return {get_args(item.model_fields["kind"].annotation)[0]: item for item in rules.RULE_CLASSES}


def hooks() -> dict[str, Callable[..., object]]:
    """Every hook of the contract, in order."""
    return {
        name: value for name, value in vars(Province).items() if hasattr(value, f"{PROJECT}_spec")
    }


def description(model: type[BaseModel], name: str) -> str:
    """What a field means, in Vietnamese; empty when nobody says it."""
    return model.model_fields[name].description or FIELDS.get(f"{model.__name__}.{name}", "")


def own_fields(model: type[BaseModel]) -> Iterator[str]:
    """The fields that the model adds to what it inherits; a rule's ``kind`` is its heading."""
    known = {name for parent in model.__bases__ for name in _fields(parent)}
    if model in rules.RULE_CLASSES:
        known.add("kind")
    return (name for name in model.model_fields if name not in known)


def render_models() -> str:
    """Every object with its own fields."""
    known = models()
    return "\n\n".join(_model(known[name], text) for name, text in MODELS.items())


def render_rules() -> str:
    """Every rule kind: fields, sample, inputs and points."""
    known = rule_kinds()
    return "\n\n".join(_rule(kind, known[kind], item) for kind, item in samples.SAMPLES.items())


def render_custom() -> str:
    """The code of the sample's own rule kind."""
    source = Path(samples.__file__).read_text(encoding="utf-8")
    start, end = source.index("def quicker_each_year"), source.index("SAMPLES: Mapping")
    imports = (
        "from collections.abc import Mapping\nfrom fractions import Fraction\n"
        "from typing import Any\n\nfrom thidua import RuleKind\n\n\n"
    )
    return _fenced("python", imports + source[start:end].strip() + "\n")


def render_hooks() -> str:
    """Every hook: what it is, its exact signature and its docstring."""
    known = hooks()
    return "\n\n".join(f"### `{name}`\n\n{HOOKS[name]}\n\n{_hook(known[name])}" for name in HOOKS)


def _model(model: type[BaseModel], text: str) -> str:
    parents = [p.__name__ for p in model.__bases__ if p.__name__ in MODELS]
    more = f" Có thêm các trường của [{parents[0]}](#{parents[0].lower()})." if parents else ""
    rows = _rows(model)
    table = f"\n\n{rows}" if rows else ""
    return f"### {model.__name__}\n\n{text}{more}{table}"


def _rule(kind: str, model: type[BaseModel], sample: samples.RuleSample) -> str:
    rows = _rows(model)
    table = f"{rows}\n\n" if rows else "Không có trường nào khác ngoài `kind`.\n\n"
    return (
        f"### `{kind}`\n\n{sample.text}\n\n{table}{_fenced('yaml', sample.criterion)}\n\n"
        "| số liệu | điểm | vì sao |\n|---|---|---|\n"
        + "\n".join(
            f"| {_inputs(case.inputs)} | {case.points} | {case.why} |" for case in sample.cases
        )
    )


def _inputs(inputs: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}` = {value}" for name, value in inputs.items())


def _rows(model: type[BaseModel]) -> str:
    hints = get_type_hints(model, include_extras=True)
    lines = [
        f"| `{field.alias or name}` | {_type(field, hints[name])} | {_default(field)} "
        f"| {description(model, name)} |"
        for name in own_fields(model)
        for field in [model.model_fields[name]]
    ]
    head = ["| trường | kiểu | mặc định | ý nghĩa |", "|---|---|---|---|"]
    return "\n".join([*head, *lines]) if lines else ""


def words(hint: Any) -> str:
    """A type as an author of data reads it."""
    known = next((text for item, text in WORDS.items() if item == hint), None)
    if known:
        return known
    arguments = get_args(hint)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return words(next(item for item in arguments if item is not type(None)))
    if origin is Literal:
        return " / ".join(f"`{item}`" for item in arguments)
    if origin is tuple:
        return f"danh sách: {words(arguments[0])}"
    if origin is dict:
        return "nhóm tham số"
    if hasattr(hint, "__metadata__"):
        return _narrowed_words(hint)
    return _class_words(hint)


def _narrowed_words(hint: Any) -> str:
    """A type narrowed by further conditions, as the nearest type that has words."""
    below = hint.__metadata__[:-1]
    return words(Annotated[hint.__origin__, *below] if below else hint.__origin__)


def _class_words(hint: Any) -> str:
    if issubclass(hint, StrEnum):
        return " / ".join(f"`{item.value}`" for item in hint)
    if issubclass(hint, BaseModel):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    raise TypeError(f"no words for {hint}")


def _type(field: FieldInfo, hint: Any) -> str:
    """The words of a field's type with the bounds that the field adds."""
    known = words(hint)
    if known == WORDS[base.Share]:
        return known
    added = [
        f" {sign} {getattr(item, key)}"
        for key, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"))
        for item in field.metadata
        if hasattr(item, key)
    ]
    return ",".join([known, *added])


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**bắt buộc**"
    value = field.get_default(call_default_factory=True)
    if value is None or value == "" or value == () or value == {}:
        return "trống"
    if isinstance(value, tuple):
        return "`[" + ", ".join(map(str, value)) + "]`"
    if isinstance(value, BaseModel):
        return "các giá trị mặc định"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _hook(function: Callable[..., object]) -> str:
    signature = str(inspect.signature(function)).replace("'", "")
    text = inspect.getdoc(function) or ""
    quoted = indent(f'"""{text}' + ('\n"""' if "\n" in text else '"""'), "    ")
    return _fenced("python", f"def {function.__name__}{signature}:\n{quoted}\n")


def _fields(model: type) -> Mapping[str, FieldInfo]:
    return model.model_fields if issubclass(model, BaseModel) else {}


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(render())
