"""Random integers: the exact law, the same stream everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.scoring.draws import MOST_REFUSED, NARROW, WIDEST, Source


def test_the_numbers_of_a_seed_are_these() -> None:
    source = Source(7, 3, 8)
    assert source.uniform(1_000, (2, 4)).tolist() == EXPECTED[0]
    assert source.triangular(5, (2, 3)).tolist() == EXPECTED[1]
    assert Source(7, 4, 8).uniform(1_000, (2, 4)).tolist() != EXPECTED[0]
    assert Source(8, 3, 8).uniform(1_000, (2, 4)).tolist() != EXPECTED[0]


EXPECTED = (
    [[864, 120, 23, 7], [28, 469, 416, 77]],
    [[4, 4, 5], [4, 4, 5]],
)


def slow(count: int, seed: int, size: int) -> list[int]:
    """The same integers one by one, from the raw words that the seed gives."""
    bits = np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(0,)))

    def words(width: int, wanted: int) -> list[int]:
        raw = [int(word) for word in bits.random_raw(-(-wanted * width // 64))]
        parts = [word >> shift for word in raw for shift in range(0, 64, width)]
        return [part % 2**width for part in parts][:wanted]

    def wide(wanted: int) -> list[int]:
        drawn = [word * count for word in words(32, wanted)]
        while again := [at for at, x in enumerate(drawn) if x % 2**32 < 2**32 % count]:
            for at, word in zip(again, words(32, len(again)), strict=True):
                drawn[at] = word * count
        return [product >> 32 for product in drawn]

    if count > NARROW or 2**16 % count > MOST_REFUSED:
        return wide(size)
    drawn = [word * count for word in words(16, size)]
    refused = [at for at, product in enumerate(drawn) if product % 2**16 < 2**16 % count]
    found = [product >> 16 for product in drawn]
    for at, integer in zip(refused, wide(len(refused)), strict=True):
        found[at] = integer
    return found


@given(
    st.one_of(st.integers(1, NARROW + 2), st.integers(1, WIDEST)), st.integers(0, 2**32),
    st.integers(1, 30), st.integers(1, 30),
)  # fmt: skip
def test_integers_are_high_halves_and_refused_words_are_drawn_again(
    count: int, seed: int, rows: int, columns: int
) -> None:
    source = Source(seed, 0, rows * columns)
    got = source.uniform(count, (rows, columns)).ravel().tolist()
    assert got == slow(count, seed, rows * columns)


@pytest.mark.parametrize("count", [252_645_136, 1_009])
def test_often_refused_words_still_give_the_same_integers(count: int) -> None:
    # every seventeenth word of 32 bits is refused; 960 of 65 536 words of 16 bits
    assert 2**32 % count == 252_645_120 or 2**16 % count == 960
    got = Source(1, 0, 5_000).uniform(count, (50, 100)).ravel().tolist()
    assert got == slow(count, 1, 5_000)


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
