"""The closed grammar of formulas: an expression is read into a tree and never run as code.

Numbers with a decimal point, names, ``+ - * /`` (also ``× ÷ −``), parentheses, ``< <= > >= =
<>`` (also ``== != ≤ ≥ ≠``), ``min(…)``, ``max(…)``, ``if(condition, a, b)``, ``round(x, places)``,
``and``, ``or``, ``not``; ``max_points`` is the leaf's maximum.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from thidua.spec.formula_tree import (
    MAXIMUM,
    RESERVED,
    Both,
    Chain,
    Compare,
    Condition,
    Extreme,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Round,
    Value,
)

MAX_LENGTH = 1000
"""Characters of an expression."""

MAX_DEPTH = 20
"""Levels of parentheses, functions and signs within each other."""

MAX_DIGITS = 18
"""Digits of a number."""


def parse_formula(text: str) -> Value:
    """The tree of an expression; ``ValueError`` with a Vietnamese sentence naming the place."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"công thức dài quá {MAX_LENGTH} ký tự; hãy viết gọn lại")
    return _Reader(text).whole()


class _Token(NamedTuple):
    kind: Literal["number", "name", "sign", "end"]
    text: str
    at: int


_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z_][a-z0-9_]*)"
    r"|(?P<sign><=|>=|<>|==|!=|[-+*/×÷−<>=≤≥≠(),])",
    re.ASCII,
)
_SAME: dict[str, str] = {
    "×": "*", "÷": "/", "−": "-", "==": "=", "!=": "<>", "≠": "<>", "≤": "<=", "≥": ">=",
}  # fmt: skip
_PLACES = tuple("0123456789")
"""The decimals that ``round`` may keep."""

_HINTS = {
    ";": "ngăn các phần bằng dấu phẩy",
    "%": "viết phần trăm thành phần, ví dụ 0.8",
    "^": "viết phép nhân nhiều lần",
    ":": "chia bằng dấu /",
    ".": "viết số thập phân như 0.5",
}


def _wrong(at: int, reason: str) -> ValueError:
    return ValueError(f"công thức, ký tự thứ {at + 1}: {reason}")


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise _wrong(at, f"không dùng được “{text[at]}”; {_hint(text[at])}")
        kind, word = match.lastgroup, match.group()
        found.append(_Token(kind, _SAME.get(word, word), at))  # type: ignore[arg-type]
        at = match.end()
    return [*found, _Token("end", "", len(text))]


def _hint(sign: str) -> str:
    usual = "hãy chỉ viết số, tên biến (chữ thường không dấu), + - * /, so sánh và các hàm có sẵn"
    return f"hãy {_HINTS[sign]}" if sign in _HINTS else usual


_LEVELS = {
    "or": 1, "and": 2, "<": 4, "<=": 4, ">": 4, ">=": 4, "=": 4, "<>": 4,
    "+": 5, "-": 5, "*": 6, "/": 6,
}  # fmt: skip
_NOT, _RELATION, _SIGN = 3, 4, 7
"""How tightly what stands between, or before, operands binds."""


class _Reader:
    """Operator precedence: an operand, then all that follows and binds tighter than ``level``."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.next = 0
        self.depth = 0

    def whole(self) -> Value:
        value = self.value()
        if self.now.kind != "end":
            raise self.left_over(self.now)
        return value

    @property
    def now(self) -> _Token:
        return self.tokens[self.next]

    def take(self, *words: str) -> str:
        """The next token's text if it is one of these, moving on; else nothing."""
        text = self.now.text
        if text not in words:
            return ""
        self.next += 1
        return text

    def need(self, sign: str, why: str) -> None:
        if not self.take(sign):
            raise _wrong(self.now.at, f"thiếu dấu “{sign}” {why}")

    def value(self, level: int = 0) -> Value:
        at = self.now.at
        return _value(self.node(level), at)

    def condition(self, level: int = 0) -> Condition:
        at = self.now.at
        return _condition(self.node(level), at)

    def node(self, level: int) -> Node:
        if self.depth > MAX_DEPTH:
            raise _wrong(self.now.at, f"lồng nhau quá {MAX_DEPTH} tầng; hãy viết gọn lại")
        at, node = self.now.at, self.operand()
        while (here := _LEVELS.get(self.now.text, 0)) > level:
            node = self.joined(node, at, here)
        return node

    def joined(self, first: Node, at: int, level: int) -> Node:
        """``first`` and everything after it at its own level."""
        word = self.now.text
        if level < _NOT:
            conditions = [_condition(first, at)]
            while self.take(word):
                conditions.append(self.condition(level))
            return Both(word, tuple(conditions))  # type: ignore[arg-type]  # and, or
        if level == _RELATION:
            return self.compared(first, at)
        signs = [sign for sign, its in _LEVELS.items() if its == level]
        rest = []
        while sign := self.take(*signs):
            rest.append((sign, self.value(level)))
        return Chain(_value(first, at), tuple(rest))  # type: ignore[arg-type]  # + - * /

    def compared(self, first: Node, at: int) -> Compare:
        if isinstance(first, Compare):
            raise _wrong(self.now.at, "không so sánh liền hai lần; hãy nối bằng and hoặc or")
        left, relation = _value(first, at), self.take(*_LEVELS)
        return Compare(left, relation, self.value(_RELATION))  # type: ignore[arg-type]

    def operand(self) -> Node:
        token = self.now
        self.next += token.kind != "end"
        if token.kind == "number":
            return Number(_number(token))
        if token.kind == "name" and (token.text == MAXIMUM or token.text not in RESERVED):
            return self.name(token)
        self.depth += 1
        node = self.opened(token)
        self.depth -= 1
        return node

    def name(self, token: _Token) -> Name:
        if self.now.text == "(":
            raise _wrong(token.at, f"không có hàm “{token.text}”; chỉ có min, max, if, round")
        return Name(token.text)

    def opened(self, token: _Token) -> Node:
        """What a sign, a parenthesis or a function begins."""
        match token.text:
            case "-":
                return Negative(self.value(_SIGN))
            case "not":
                return Not(self.condition(_NOT))
            case "(":
                node = self.node(0)
                self.need(")", "để đóng ngoặc")
                return node
            case "min" | "max" | "if" | "round":
                return self.call(token.text)
        raise self.misplaced(token)

    def call(self, function: str) -> Value:
        self.need("(", f"sau {function}")
        node: Value
        if function == "if":
            node = self.choice()
        elif function == "round":
            node = self.rounded()
        else:
            node = Extreme(function, self.values())  # type: ignore[arg-type]  # min, max
        self.need(")", f"để đóng {function}(…)")
        return node

    def choice(self) -> If:
        condition = self.condition()
        self.need(",", "sau điều kiện của if(điều kiện, khi đúng, khi sai)")
        then = self.value()
        self.need(",", "sau phần khi đúng của if(điều kiện, khi đúng, khi sai)")
        return If(condition, then, self.value())

    def rounded(self) -> Round:
        value = self.value()
        if not self.take(","):
            return Round(value, 0)
        token = self.now
        if token.text not in _PLACES:
            raise _wrong(token.at, f"số lẻ của round phải là số nguyên từ 0 đến {_PLACES[-1]}")
        self.next += 1
        return Round(value, int(token.text))

    def values(self) -> tuple[Value, ...]:
        found = [self.value()]
        while self.take(","):
            found.append(self.value())
        return tuple(found)

    def misplaced(self, token: _Token) -> ValueError:
        if token.kind == "end":
            return _wrong(token.at, "công thức dừng giữa chừng; hãy viết tiếp số hoặc tên biến")
        return _wrong(token.at, f"không hiểu “{token.text}”; chỗ này phải là một số hoặc tên biến")

    def left_over(self, token: _Token) -> ValueError:
        reasons = {
            ")": "thừa dấu “)”; hãy bỏ đi hoặc thêm dấu “(” ở trước",
            ",": "thừa dấu “,”; số thập phân viết với dấu chấm, ví dụ 1.5",
        }
        usual = f"không hiểu “{token.text}” ở đây; hãy thêm một phép tính ở trước"
        return _wrong(token.at, reasons.get(token.text, usual))


def _value(node: Node, at: int) -> Value:
    if isinstance(node, Condition):
        raise _wrong(at, "phải là một số mà lại là điều kiện; hãy dùng if(điều kiện, a, b)")
    return node


def _condition(node: Node, at: int) -> Condition:
    if isinstance(node, Value):
        raise _wrong(at, "phải là điều kiện mà lại là một số; hãy viết một phép so sánh")
    return node


def _number(token: _Token) -> Decimal:
    if len(token.text.replace(".", "")) > MAX_DIGITS:
        raise _wrong(token.at, f"số dài quá {MAX_DIGITS} chữ số")
    return Decimal(token.text)
