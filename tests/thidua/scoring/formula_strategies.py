"""Formulas of every shape, their signs spelt in every way, over figures up to 10**18."""

from __future__ import annotations

from hypothesis import strategies as st

from thidua.spec import rules as spec

NUMBERS = st.sampled_from(
    ["0", "1", "2", "3", "0.5", "0.0001", "1.005", "7", "100", "999999999999999999"]
)
NAMES = st.sampled_from(["a", "b", "so_c", "max_points"])
SUMS = st.sampled_from([" + ", " - ", " * ", " / ", "+", "-", "−", " × ", "÷", "/"])
RELATIONS = st.sampled_from([" < ", "<=", " > ", ">=", " = ", " <> ", "==", "!=", "≤", "≥", "≠"])
ATOMS = NAMES | NAMES | NUMBERS


@st.composite
def values(draw: st.DrawFn, depth: int) -> str:
    """An expression that is a number; parentheses only now and then."""
    if depth == 0:
        return draw(ATOMS)
    deeper = values(depth - 1)
    match draw(st.integers(0, 9)):
        case 0 | 1 | 2:
            return f"{draw(deeper)}{draw(SUMS)}{draw(deeper)}"
        case 3:
            return f"({draw(deeper)}{draw(SUMS)}{draw(deeper)})"
        case 4:
            return f"{draw(SUMS.filter(lambda sign: sign in '-−'))}{draw(deeper)}"
        case 5 | 6:
            parts = draw(st.lists(deeper, min_size=1, max_size=3))
            return f"{draw(st.sampled_from(['min', 'max']))}({', '.join(parts)})"
        case 7:
            return f"round({draw(deeper)}{draw(st.sampled_from(['', ', 0', ',1', ', 2', ', 4']))})"
        case _:
            return f"if({draw(conditions(depth - 1))}, {draw(deeper)}, {draw(deeper)})"


@st.composite
def conditions(draw: st.DrawFn, depth: int) -> str:
    """An expression that holds or not; often that a variable is 0."""
    if depth == 0 or draw(st.booleans()):
        zero = st.sampled_from(["b = 0", "so_c <> 0", "0 < b", "a - b = 0"])
        sides = st.tuples(values(depth), RELATIONS, values(depth)).map("".join)
        return draw(zero | sides)
    deeper = conditions(depth - 1)
    match draw(st.integers(0, 3)):
        case 0:
            return f"not {draw(deeper)}"
        case 1:
            return f"({draw(deeper)})"
        case _:
            return f"{draw(deeper)} {draw(st.sampled_from(['and', 'or']))} {draw(deeper)}"


SCALES = st.sampled_from([1, 1, 10_000])
BOUNDS = st.sampled_from([(0, 10), (0, 10**9), (-5, 5), (-(10**6), 10**6), (1, 50), (0, 10**18)])
LEAST = st.sampled_from([None, None, 0, -1, -2])


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> spec.Formula:
    """A rule with three variables, not all of them always used."""
    variables = []
    for name in ("a", "b", "so_c"):
        low, high = draw(BOUNDS)
        declared = {"scale": draw(SCALES), "minimum": low, "maximum": high}
        variables.append({"name": name, "label": name, **declared})
    return spec.Formula.model_validate(
        {
            "kind": "formula",
            "variables": variables,
            "expression": draw(values(depth).filter(lambda text: len(text) <= 1000)),
            "zero_denominator": draw(st.sampled_from(["full", "zero", "not_applicable", None])),
            "least": draw(LEAST),
        }
    )
