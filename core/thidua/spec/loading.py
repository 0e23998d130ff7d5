"""Reading a province's data files: every problem collected, with file, place and reason."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from thidua.errors import Invalid, Problem
from thidua.spec.criteria import CriteriaSet
from thidua.spec.province import Unit

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

REASONS = {
    "missing": "thiếu trường này",
    "extra_forbidden": "không có trường nào tên như vậy; xem docs/province.md",
    "union_tag_invalid": "không có cách chấm (kind) này",
    "union_tag_not_found": "thiếu kind của cách chấm",
    "string_type": "phải là chữ; hãy đặt trong dấu nháy",
    "string_too_short": "không được để trống",
    "string_pattern_mismatch": "mã chỉ gồm chữ thường không dấu, số, dấu chấm, gạch nối, gạch dưới",
    "decimal_parsing": "phải là số",
    "decimal_type": "phải là số",
    "int_parsing": "phải là số nguyên",
    "int_type": "phải là số nguyên",
    "bool_parsing": "phải là true hoặc false",
    "date_from_datetime_parsing": "phải là ngày dạng năm-tháng-ngày",
    "date_parsing": "phải là ngày dạng năm-tháng-ngày",
    "too_short": "phải có thêm ít nhất một phần tử",
    "string_too_long": "dài quá {max_length} ký tự",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "không được quá {le}",
    "tuple_type": "phải là danh sách",
    "model_type": "phải là một nhóm trường",
    "model_attributes_type": "phải là một nhóm trường",
}
"""Vietnamese for the reasons that authors of data meet; others keep pydantic's own words.

Braces name what pydantic says of the bound.
"""


DEEPEST = 20
"""How deep lists and mappings may nest in a text that a stranger hands in."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's safe loader, but 8.5 is a Decimal: no float ever holds points."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """The value; what only looks like one, as 2026-02-30 like a day, is told by its place."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError) as error:
            raise yaml.constructor.ConstructorError(
                None, None, f"không phải là giá trị: {node.value}", node.start_mark
            ) from error

    def construct_decimal(self, node: yaml.ScalarNode) -> Decimal:
        """The number exactly as written."""
        text = str(self.construct_scalar(node)).replace("_", "")
        try:
            return Decimal(text)
        except ArithmeticError as error:
            raise yaml.constructor.ConstructorError(
                None, None, f"không phải là số: {text}", node.start_mark
            ) from error


_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_decimal)


def reason_of(error: ErrorDetails) -> str:
    """One Vietnamese reason for one pydantic error."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "literal_error" or error["type"] == "enum":
        return "chỉ nhận: " + str(error["ctx"]["expected"]).replace(" or ", " hoặc ")
    if error["type"] not in REASONS:
        return error["msg"]
    return REASONS[error["type"]].format_map(error.get("ctx", {}))


def problems_of(error: ValidationError, file: str) -> list[Problem]:
    """All problems of a validation error, each with its path in the document.

    A list whose items are broken is not also reported as too short.
    """
    items = error.errors()
    places = [item["loc"] for item in items]
    return [
        Problem(file=file, place=".".join(map(str, item["loc"])), reason=reason_of(item))
        for item in items
        if not any(item["loc"] == place[: len(item["loc"])] != place for place in places)
    ]


def read_yaml(path: Path) -> Any:
    """The document in ``path``; ``Invalid`` with line and column if it is no YAML."""
    try:
        return _value(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise _unread(path.name, "phải là tệp chữ mã UTF-8") from error
    except OSError as error:
        raise _unread(path.name, "không đọc được tệp") from error


def read_plain_yaml(text: str, *, file: str) -> Any:
    """The document in a stranger's ``text``: without references, which could grow without end.

    ``Invalid`` with line and column if it is no YAML, or no plain one.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
                raise _unread(file, "không nhận tham chiếu (*) và dữ liệu lồng quá sâu")
    except yaml.YAMLError:
        pass  # told with its place below
    return _value(text, file)


def _value(text: str, file: str) -> Any:
    try:
        # _Loader only narrows SafeLoader
        return yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file} dòng {mark.line + 1}, cột {mark.column + 1}" if mark else file
        raise _unread(where, "không đúng cú pháp YAML") from error


def _unread(file: str, reason: str) -> Invalid:
    return Invalid([Problem(file=file, place="", reason=reason)])


def parse(model: type[M], document: Any, *, file: str = "") -> M:
    """``document`` as a spec object; ``Invalid`` naming every problem."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Invalid(problems_of(error, file)) from error


def load(model: type[M], path: Path) -> M:
    """One YAML file as one spec object; ``Invalid`` naming every problem."""
    return parse(model, read_yaml(path), file=path.name)


def load_list(model: type[M], path: Path) -> tuple[M, ...]:
    """A YAML file that is a list of spec objects; ``Invalid`` naming every problem."""
    document = read_yaml(path)
    if not isinstance(document, list):
        raise Invalid([Problem(file=path.name, place="", reason="phải là danh sách")])
    return gather(
        lambda item: parse(model, item[1], file=f"{path.name}[{item[0]}]"), enumerate(document)
    )


def load_folder(model: type[M], folder: Path) -> tuple[M, ...]:
    """Every ``*.yaml`` of a folder by name; ``Invalid`` with the problems of all files."""
    return gather(lambda path: load(model, path), sorted(folder.glob("*.yaml")))


def load_criteria_sets(folder: Path) -> tuple[CriteriaSet, ...]:
    """The criteria sets in ``folder``; ``Invalid`` with the problems of all files."""
    return load_folder(CriteriaSet, folder)


def load_units(path: Path) -> tuple[Unit, ...]:
    """Units from a CSV with the field names of ``Unit`` as header; ``facts`` split at spaces."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return gather(
        lambda item: parse(Unit, _unit_row(item[1]), file=f"{path.name} dòng {item[0]}"),
        enumerate(rows, start=2),
    )


def gather(read: Callable[[Any], T], items: Iterable[Any]) -> tuple[T, ...]:
    """``read`` over all items; the problems of every failure together in one ``Invalid``."""
    done: list[T] = []
    problems: list[Problem] = []
    for item in items:
        try:
            done.append(read(item))
        except Invalid as error:
            problems.extend(error.problems)
    if problems:
        raise Invalid(problems)
    return tuple(done)


def _unit_row(row: dict[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {key: value for key, value in row.items() if value}
    facts: Sequence[str] = str(filled.pop("facts", "")).split()
    return {**filled, "facts": facts}
