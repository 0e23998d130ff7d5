"""Random integers: the exact law, the same stream everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.scoring.draws import WIDEST, Source


def test_the_numbers_of_a_seed_are_these() -> None:
    source = Source(7, 3, 8)
    assert source.uniform(1_000, (2, 4)).tolist() == EXPECTED[0]
    assert source.triangular(5, (2, 3)).tolist() == EXPECTED[1]
    assert Source(7, 4, 8).uniform(1_000, (2, 4)).tolist() != EXPECTED[0]
    assert Source(8, 3, 8).uniform(1_000, (2, 4)).tolist() != EXPECTED[0]


EXPECTED = (
    [[120, 7, 469, 77], [440, 162, 419, 97]],
    [[4, 8, 6], [5, 4, 1]],
)


@given(st.integers(1, WIDEST), st.integers(0, 2**32), st.integers(1, 7), st.integers(1, 7))
def test_uniform_numbers_are_the_high_halves_of_the_words_that_count(
    count: int, seed: int, rows: int, columns: int
) -> None:
    # Lemire: words whose product has a low half below 2**32 mod count are drawn again
    size = rows * columns
    got = Source(seed, 0, size).uniform(count, (rows, columns)).ravel().tolist()
    bits = np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(0,)))

    def words(wanted: int) -> list[int]:
        raw = [int(word) for word in bits.random_raw((wanted + 1) // 2)]
        return [half for word in raw for half in (word % 2**32, word // 2**32)][:wanted]

    drawn = [word * count for word in words(size)]
    while again := [at for at, product in enumerate(drawn) if product % 2**32 < 2**32 % count]:
        for at, word in zip(again, words(len(again)), strict=True):
            drawn[at] = word * count
    assert got == [product // 2**32 for product in drawn]


def test_refused_words_are_drawn_again() -> None:
    count = 252_645_136  # every seventeenth word is refused
    assert 2**32 % count == 252_645_120
    got = Source(1, 0, 40_000).uniform(count, (100, 400))
    assert (int(got.max()) < count, len(np.unique(got)) > 39_900) == (True, True)


@pytest.mark.parametrize("count", [0, -1, WIDEST + 1])
def test_what_cannot_be_drawn_evenly_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="cannot draw"):
        Source(1, 0, 4).uniform(count, (2, 2))


def test_every_integer_is_equally_likely() -> None:
    counts = np.bincount(Source(1, 0, 70_000).uniform(7, (700, 100)).ravel(), minlength=7)
    # 10 000 expected of each; five standard deviations are 463
    assert abs(counts - 10_000).max() < 463
    assert counts.sum() == 70_000


def test_triangular_numbers_fall_off_by_one_step() -> None:
    drawn = Source(1, 0, 90_000).triangular(2, (900, 100))
    counts = np.bincount(drawn.ravel(), minlength=5)
    # 1, 2, 3, 2, 1 of nine; five standard deviations of 30 000 are 707
    assert abs(counts - np.array([1, 2, 3, 2, 1]) * 10_000).max() < 707
    assert counts.sum() == 90_000
