"""Vietnamese text: one stored form, search without marks, the order of the alphabet."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.store.vietnamese import nfc, search_text, sort_key, username_key

ALPHABET = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
TONES = ["ma", "mà", "mả", "mã", "má", "mạ"]
VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxy áàảãạ ấếốợựĐƠ0123456789-,")


def ordered(names: list[str]) -> list[str]:
    backwards = [*reversed(names)]  # so that equal keys would show
    backwards.sort(key=lambda name: sort_key(name).encode())
    return backwards


@pytest.mark.parametrize(
    "names",
    [
        ALPHABET,
        [letter.upper() for letter in ALPHABET],
        TONES,
        ["Cụm 2", "Cụm 10"],
        ["Sở Công Thương", "Sở Công Thương 2", "Sở Công thương tỉnh", "Sở Giáo dục"],
        ["Lê An", "Lề An", "Lê Bình"],  # letters first, tones only between equal letters
        ["Ấp Bắc", "Ấp Đông", "Bến Tre", "Điện Bàn"],
    ],
)
def test_names_are_put_in_vietnamese_order(names: list[str]) -> None:
    assert ordered(names) == names


def test_sort_key_spells_letters_then_tones() -> None:
    assert sort_key("Sở Y tế – số 7") == "so| y te{ so{ 000007\t02000040040000000"


@given(VIETNAMESE)
def test_composition_and_capitals_do_not_matter_to_search_and_order(text: str) -> None:
    other = unicodedata.normalize("NFD", text).upper()
    assert (search_text(other), sort_key(other)) == (search_text(text), sort_key(text))


@given(VIETNAMESE)
def test_search_text_is_plain_and_folds_to_itself(text: str) -> None:
    folded = search_text(text)
    assert folded.isascii()
    assert search_text(folded) == folded == folded.strip()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ĐƠN VỊ", "don vi"),
        ("Thái  Nguyên ", "thai nguyen"),
        ("Sở Văn hóa, Thể thao", "so van hoa, the thao"),
    ],
)
def test_search_text_has_no_marks(text: str, folded: str) -> None:
    assert search_text(text) == folded


def test_stored_text_is_composed_with_single_spaces() -> None:
    decomposed = unicodedata.normalize("NFD", " Sở\u00a0Nội \t vụ ")
    assert (nfc(decomposed), username_key(decomposed)) == ("Sở Nội vụ", "sở nội vụ")
