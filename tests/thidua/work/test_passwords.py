"""What a password must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.errors import Invalid, Problem
from thidua.work.passwords import one_time_password, password_problems, refuse_weak

SHORT = "Phải có ít nhất 10 ký tự. Hãy dùng vài từ không liên quan với nhau."
LONG = "Không quá 128 ký tự."
OWN = "Không được chứa tên đăng nhập hoặc họ tên. Hãy chọn mật khẩu khác."
SAME = "Lặp lại vài ký tự nên dễ đoán. Hãy chọn mật khẩu khác."
COMMON = "Nhiều người dùng mật khẩu này nên dễ đoán. Hãy chọn mật khẩu khác."
DIGITS = "Chỉ gồm chữ số nên dễ đoán. Hãy thêm vài từ."


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("thuyền bến gạo nâu", ()),
        ("kx7m-2pqr-t9hw", ()),
        ("gạo nâu", (SHORT,)),
        ("", (SHORT, SAME)),
        ("gạo nâu " * 20, (LONG,)),
        ("Lan.SNV và thuyền", (OWN,)),
        ("nguyễn thị lan 1990", (OWN,)),
        ("ababababababab", (SAME,)),
        ("Basketball", (COMMON,)),
        ("Mật khẩu 2026!", (COMMON,)),
        ("P a s s w o r d 1 2 3", (COMMON,)),
        ("02838291055", (DIGITS,)),
    ],
)
def test_reasons(password: str, expected: tuple[str, ...]) -> None:
    assert password_problems(password, username="lan.snv", name="Nguyễn Thị Lan") == expected


def test_short_own_names_forbid_nothing() -> None:
    assert password_problems("thuyền bến an nâu", username="an", name="") == ()


def test_refusal_names_the_field() -> None:
    with pytest.raises(Invalid) as refusal:
        refuse_weak("gạo", username="lan.snv", name="Bà Lan")
    assert refusal.value.problems == (
        Problem("Mật khẩu mới", SHORT),
        Problem("Mật khẩu mới", SAME),
    )


@given(st.text(max_size=150), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_typed_gets_an_answer(password: str, username: str, name: str) -> None:
    problems = password_problems(password, username=username, name=name)
    assert (SHORT in problems) == (len(password) < 10)
    assert (LONG in problems) == (len(password) > 128)


def test_one_time_passwords_are_strong_and_differ() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert {password_problems(item, username="lan", name="Bà Lan") for item in made} == {()}
    assert {(len(item), item.count("-")) for item in made} == {(14, 2)}
    assert not set("".join(made)) & set("01ilo")
