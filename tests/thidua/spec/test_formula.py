"""What a formula may say, how it is refused, and what the linter finds in one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.thidua.scoring.formula_strategies import formulas
from tests.thidua.scoring.oracle_formula import formula_value
from tests.thidua.scoring.strategies import law

from thidua.errors import Invalid, Problem
from thidua.spec.criteria import CriteriaSet
from thidua.spec.formula import Formula
from thidua.spec.formula_lint import Reach, formula_findings
from thidua.spec.formula_reader import parse_formula
from thidua.spec.formula_tree import (
    Both,
    Chain,
    Compare,
    Extreme,
    If,
    Name,
    Negative,
    Not,
    Number,
    Round,
)
from thidua.spec.loading import parse

A, B = Name("a"), Name("b")
ONE, TWO = Number(Decimal(1)), Number(Decimal(2))
TOP = Name("max_points")


def variable(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": name, **more}


def rule(expression: str, *variables: dict[str, Any], **more: Any) -> Formula:
    """A formula over these variables, or over a and b."""
    declared = variables or (variable("a"), variable("b"))
    document = {"kind": "formula", "variables": declared, "expression": expression, **more}
    return parse(Formula, document)


def refused(*args: Any, **more: Any) -> tuple[Problem, ...]:
    with pytest.raises(Invalid) as caught:
        rule(*args, **more)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * 2 - 1", Chain(A, (("+", Chain(B, (("*", TWO),))), ("-", ONE)))),
        ("a ÷ b × 2", Chain(A, (("/", B), ("*", TWO)))),
        ("a / (b / 2)", Chain(A, (("/", Chain(B, (("/", TWO),))),))),
        ("-a * b − -2", Chain(Chain(Negative(A), (("*", B),)), (("-", Negative(TWO)),))),
        ("max(a, min(b))", Extreme("max", (A, Extreme("min", (B,))))),
        ("round(a) + round(b, 2)", Chain(Round(A, 0), (("+", Round(B, 2)),))),
        ("if(a == b, max_points, 1)", If(Compare(A, "=", B), TOP, ONE)),
        (
            "if(not a ≥ 1 and b != 2 or (a < 1), 1, 2)",
            If(
                Both(
                    "or",
                    (
                        Both("and", (Not(Compare(A, ">=", ONE)), Compare(B, "<>", TWO))),
                        Compare(A, "<", ONE),
                    ),
                ),
                ONE,
                TWO,
            ),
        ),
        ("\n  if(a\n> 1.50,\n 1, 2)", If(Compare(A, ">", Number(Decimal("1.50"))), ONE, TWO)),
    ],
)
def test_text_is_read_into_its_tree(text: str, tree: object) -> None:
    assert parse_formula(text) == tree


OPERAND = "chỗ này phải là một số hoặc tên biến"
MISPLACED = "hãy thêm một phép tính ở trước"
LETTERS = "hãy chỉ viết số, tên biến (chữ thường không dấu), + - * /, so sánh và các hàm có sẵn"
NO_NUMBER = "phải là một số mà lại là điều kiện; hãy dùng if(điều kiện, a, b)"
NO_CONDITION = "phải là điều kiện mà lại là một số; hãy viết một phép so sánh"
DEEP = "lồng nhau quá 20 tầng; hãy viết gọn lại"


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        ("a +", 4, "công thức dừng giữa chừng; hãy viết tiếp số hoặc tên biến"),
        ("a b", 3, f"không hiểu “b” ở đây; {MISPLACED}"),
        ("2a", 2, f"không hiểu “a” ở đây; {MISPLACED}"),
        ("a * / b", 5, f"không hiểu “/”; {OPERAND}"),
        ("min()", 5, f"không hiểu “)”; {OPERAND}"),
        ("(a", 3, "thiếu dấu “)” để đóng ngoặc"),
        ("min(a, b", 9, "thiếu dấu “)” để đóng min(…)"),
        ("min a", 5, "thiếu dấu “(” sau min"),
        ("a)", 2, "thừa dấu “)”; hãy bỏ đi hoặc thêm dấu “(” ở trước"),
        ("1,5 * a", 2, "thừa dấu “,”; số thập phân viết với dấu chấm, ví dụ 1.5"),
        ("min(a; b)", 6, "không dùng được “;”; hãy ngăn các phần bằng dấu phẩy"),
        ("80%", 3, "không dùng được “%”; hãy viết phần trăm thành phần, ví dụ 0.8"),
        ("a ^ 2", 3, "không dùng được “^”; hãy viết phép nhân nhiều lần"),
        (".5", 1, "không dùng được “.”; hãy viết số thập phân như 0.5"),
        ("A + b", 1, f"không dùng được “A”; {LETTERS}"),
        ("a + số", 6, f"không dùng được “ố”; {LETTERS}"),
        ("sqrt(a)", 1, "không có hàm “sqrt”; chỉ có min, max, if, round"),
        ("round(a, 10)", 10, "số lẻ của round phải là số nguyên từ 0 đến 9"),
        ("round(a, b)", 10, "số lẻ của round phải là số nguyên từ 0 đến 9"),
        (
            "if(a > 1, 2)",
            12,
            "thiếu dấu “,” sau phần khi đúng của if(điều kiện, khi đúng, khi sai)",
        ),
        ("a > b", 1, NO_NUMBER),
        ("1 + (a > b)", 5, NO_NUMBER),
        ("if(a, 1, 2)", 4, NO_CONDITION),
        ("if(a > 1 and b, 1, 2)", 14, NO_CONDITION),
        ("if(1 < a < 2, 1, 2)", 10, "không so sánh liền hai lần; hãy nối bằng and hoặc or"),
        ("1234567890123456789", 1, "số dài quá 18 chữ số"),
        # what an attacker would try
        ("__import__('os').system('id')", 12, f"không dùng được “'”; {LETTERS}"),
        ("__import__(a)", 1, "không có hàm “__import__”; chỉ có min, max, if, round"),
        ("a.__class__", 2, "không dùng được “.”; hãy viết số thập phân như 0.5"),
        ("10**10**10", 4, f"không hiểu “*”; {OPERAND}"),
        ("1e999", 2, f"không hiểu “e999” ở đây; {MISPLACED}"),
        ("lambda: 1", 7, "không dùng được “:”; hãy chia bằng dấu /"),
        ("(" * 999, 22, DEEP),
        ("-" * 999 + "a", 22, DEEP),
        ("if(" * 333, 64, DEEP),
        ("if(" + "not " * 200 + "a = 1, 1, 2)", 84, DEEP),
    ],
)
def test_what_is_no_formula_is_refused_at_its_place(text: str, at: int, reason: str) -> None:
    assert refused(text) == (
        Problem(place="expression", reason=f"công thức, ký tự thứ {at}: {reason}"),
    )


def test_long_expressions_are_refused() -> None:
    assert parse_formula("a" + " + a" * 249) is not None
    assert refused("a" + " + a" * 250) == (
        Problem(place="expression", reason="công thức dài quá 1000 ký tự; hãy viết gọn lại"),
    )


def test_twenty_levels_are_read_and_one_more_is_not() -> None:
    assert parse_formula("(" * 20 + "a" + ")" * 20) == A
    with pytest.raises(ValueError, match="lồng nhau quá 20 tầng"):
        parse_formula("(" * 21 + "a" + ")" * 21)


@pytest.mark.parametrize(
    ("variables", "expression", "reason"),
    [
        ([], "a + x + y", "công thức dùng biến chưa khai: x, y; hãy khai trong variables"),
        ([variable("a"), variable("a")], "a", "hai mục trùng tên (name)"),
        (
            [variable("so-luong")],
            "1",
            "biến “so-luong”: tên biến trong công thức chỉ gồm chữ thường không dấu, số và gạch "
            "dưới",
        ),
        (
            [variable("max_points")],
            "max_points",
            "biến “max_points”: tên này là từ riêng của công thức; hãy đặt tên khác",
        ),
        ([variable("a", minimum=2, maximum=1)], "a", "biến “a”: minimum lớn hơn maximum"),
        (
            [variable("a", maximum=10**18 + 1)],
            "a",
            f"biến “a”: minimum, maximum không được quá {10**18}",
        ),
        (
            [variable("a", options=["Không", "Có"])],
            "a",
            "biến “a”: có 2 lựa chọn nên maximum phải là 1",
        ),
    ],
)
def test_variables_that_do_not_fit_are_refused(
    variables: list[dict[str, Any]], expression: str, reason: str
) -> None:
    assert refused(expression, *variables) == (Problem(place="", reason=reason),)


def test_an_error_says_where_in_the_set_it_stands() -> None:
    formula = {"kind": "formula", "variables": [variable("a")], "expression": "a +"}
    leaf = {"code": "1", "name": "Lá", "max_points": 2, "rule": formula}
    head = {"code": "bo", "version": "1", "title": "Bộ", "kinds": ["so"], "grading": "g"}
    with pytest.raises(Invalid) as caught:
        parse(CriteriaSet, {**head, "pending": "zero", "domains": [leaf]}, file="so.yaml")
    assert str(caught.value) == (
        "so.yaml, domains.0.rule.formula.expression: công thức, ký tự thứ 4: công thức dừng giữa "
        "chừng; hãy viết tiếp số hoặc tên biến"
    )


@law(usual=60)
@given(formulas())
def test_a_formula_survives_its_dump(formula: Formula) -> None:
    again = Formula.model_validate_json(formula.model_dump_json())
    assert (again, again.tree) == (formula, formula.tree)


PIECES = st.sampled_from(
    ["a", "b", "1", "0.5", "(", ")", ",", "+", "-", "*", "/", "<", "=", " ", "if(", "min(",
     "round(", "and", "or", "not ", "max_points", "é", "²", "\x00", "'", "**", "_", "."]
)  # fmt: skip


@law(usual=180)
@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=80))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        parse_formula(text)
    except ValueError as error:
        assert str(error).startswith("công thức, ký tự thứ ")  # noqa: PT017 (both are right)


# The linter

OPEN = ("error", "zero-denominator")
OVER = ("warning", "may-exceed")
SHORT = ("warning", "maximum-unreachable")
UNDER = ("warning", "may-be-negative")
UNUSED = ("error", "unused-variable")


def found(formula: Formula, *, bonus: bool = False) -> list[tuple[str, str]]:
    """Severity and code of what the linter says about a leaf of 2 points."""
    return [item[:2] for item in formula_findings(formula, Decimal(2), bonus=bonus)]


@pytest.mark.parametrize(
    ("expression", "findings"),
    [
        ("if(b = 0, max_points, min(1, a / b) * max_points)", []),
        ("if(0 <> b, min(1, a / b) * max_points, 0)", []),
        ("if(b > 0 and a / b > 0.5, max_points, 1)", []),
        ("if(b = 0 or a / b < 0.5, 0, 2)", []),
        ("if(not b < 1, min(2, a / b), 0)", []),
        ("if(a + b = 0, 0, min(1, a / (a + b)) * 2)", []),
        ("if(a * b <= 0, 2, min(2, 1 / a + 1 / (a * b)))", [OPEN]),
        ("if(b > 2000000000, a / 0, min(b + a, 2))", []),
        ("min(2, a / b)", [OPEN]),
        ("min(2, a / (b + 1))", []),
        ("if(b = 1, 0, min(2, a / b))", [OPEN]),
        ("min(2, max(0, a / (a - b)))", [OPEN]),
        ("a + b", [OVER]),
        ("min(1, a + b)", [SHORT]),
        ("max_points - a - b", [UNDER]),
        ("round(max(0, max_points - a - b), 1)", []),
        ("min(2, a)", [UNUSED]),
        ("2", [UNUSED, UNUSED]),
        ("if(a > b, 3, 2)", [OVER]),
        ("if(1 <= a, b - b, 3)", [OVER, UNDER]),
        ("if(a < 1, 2, min(2, b / a))", []),
        ("if(a < 2, 2, min(2, b / (a - 1)))", []),
    ],
)
def test_lint_finds_what_a_formula_may_come_to(
    expression: str, findings: list[tuple[str, str]]
) -> None:
    assert found(rule(expression)) == findings


def test_lint_takes_what_is_declared() -> None:
    assert found(rule("min(2, a / b)", zero_denominator="full")) == []
    assert found(rule("2 - a - b", least="-1")) == []
    assert found(rule("2 - a - b", least="0")) == []
    assert found(rule("a + b"), bonus=True) == []
    assert found(rule("min(1, a / b)")) == [OPEN, SHORT]
    assert found(rule("min(1, a / b)", zero_denominator="full")) == []
    tenths = [variable("a", scale=10_000, minimum=5_000, maximum=20_000), variable("b", minimum=2)]
    assert found(rule("min(a, b / a)", *tenths)) == []


def test_lint_says_what_to_do() -> None:
    assert next(formula_findings(rule("a / a"), Decimal(2), bonus=False)) == (
        "error",
        "unused-variable",
        "biến “b” đã khai mà công thức không dùng",
        "Bỏ biến này, hoặc dùng nó trong công thức.",
    )


@law(usual=120)
@given(st.data(), formulas(), st.sampled_from([Decimal(0), Decimal(2), Decimal("0.0001")]))
def test_every_value_lies_where_the_linter_says(
    data: st.DataObject, formula: Formula, maximum: Decimal
) -> None:
    reach = Reach(formula, maximum)
    names = {"max_points": Fraction(maximum)}
    for item in formula.variables:
        near = st.sampled_from([item.minimum, item.maximum, max(item.minimum, 0)])
        stored = data.draw(near | st.integers(item.minimum, item.maximum))
        names[item.name] = Fraction(stored, item.scale)
    try:
        value = formula_value(formula.expression, names)
    except ZeroDivisionError:
        assert reach.zero
    else:
        low, high = reach.whole.low, reach.whole.high
        assert low is None or low <= value
        assert high is None or value <= high
        assert value or not reach.whole.nonzero
