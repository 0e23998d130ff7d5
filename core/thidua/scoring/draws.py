"""Random integers of an exact law, the same for a seed on every machine.

NumPy promises the stream of its bit generators, not what its distributions make of it; so the
words are taken raw and turned into integers here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Draws = NDArray[np.unsignedinteger]
"""Random integers, [draw, unit]."""

WIDEST = 2**28
"""Ranges up to here are drawn; wider ones would be rejected too often."""

NARROW = 2**15
"""Ranges up to here may be drawn from words of 16 bits; the sum of two still fits those."""

MOST_REFUSED = 2**10
"""So many of the 65 536 words of 16 bits may be refused."""


class Source:
    """The random numbers of one block of draws: a stream of its own for each (seed, block).

    ``cells`` is the most that is drawn at once.
    """

    def __init__(self, seed: int, block: int, cells: int) -> None:
        self._bits = np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(block,)))
        self._room = np.empty(cells, np.uint64)

    def uniform(self, count: int, shape: tuple[int, int]) -> Draws:
        """Integers 0 to ``count`` - 1, all equally likely; ``ValueError`` beyond ``WIDEST``.

        What is returned holds until the next call: the same memory is drawn into again.
        Lemire's way: the high half of word × ``count``; the few words that would make some
        integers likelier than others are drawn again. Words of 16 bits are quicker, where few of
        them are refused.
        """
        if not 0 < count <= WIDEST:
            raise ValueError(f"cannot draw from {count} integers")
        narrow = count <= NARROW and 2**16 % count <= MOST_REFUSED
        draw = self._narrow if narrow else self._wide
        return draw(count, shape[0] * shape[1]).reshape(shape)

    def _narrow(self, count: int, size: int) -> Draws:
        words = self._words("<u2", size)
        room = self._room[:size].view(np.uint32)[:size]
        product = np.multiply(words, count, out=room, dtype=np.uint32)
        high = (product >> 16).astype(np.uint16)
        refused = np.flatnonzero(product.astype(np.uint16) < 2**16 % count)
        if len(refused):
            high[refused] = self._wide(count, len(refused))
        return high

    def _wide(self, count: int, size: int) -> Draws:
        room = self._room[:size]
        low, high = self._halves(count, room)
        refused = 2**32 % count
        if refused and low.min() < refused:
            self._again(count, low, high, refused)
        return high

    def _again(self, count: int, low: Draws, high: Draws, refused: int) -> None:
        """Replace the refused words in place, in their order, until none is left."""
        where = np.flatnonzero(low < refused)
        while len(where):
            new_low, new_high = self._halves(count, np.empty(len(where), np.uint64))
            high[where] = new_high
            where = where[new_low < refused]

    def _halves(self, count: int, room: NDArray[np.uint64]) -> tuple[Draws, Draws]:
        """Low and high halves of fresh words × ``count``, as many as there is room for."""
        np.multiply(self._words("<u4", len(room)), count, out=room, dtype=np.uint64)
        halves = room.astype("<u8", copy=False).view("<u4")
        return halves[0::2], halves[1::2]

    def _words(self, kind: str, size: int) -> Draws:
        """Fresh words, the lower part of each 64 bits first whatever the machine."""
        bits = -(-size * np.dtype(kind).itemsize // 8)
        return self._bits.random_raw(bits).astype("<u8", copy=False).view(kind)[:size]

    def triangular(self, reach: int, shape: tuple[int, int]) -> Draws:
        """Integers 0 to 2 × ``reach``, ``reach`` most likely, less by one step each to both ends.

        The sum of two dice with ``reach`` + 1 sides: of (``reach`` + 1)² equal cases, ``reach``
        + 1 - |x - ``reach``| give x.
        """
        first = self.uniform(reach + 1, shape).copy()
        return first + self.uniform(reach + 1, shape)
