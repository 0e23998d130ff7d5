"""Counting over draws: how often each unit had which rank, a place within the quota, which band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thidua.scoring.field import Field
from thidua.scoring.orders import Quotient, band_numbers, decisive, order_keys, place, within
from thidua.spec.grading import Grading

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Frame:
    """What stays the same from draw to draw: who is ranked with whom, and by what rule.

    ``members`` are the positions of the ranked units of each group; a unit without a maximum has
    no index and is neither ``graded`` nor ranked.
    """

    keys: Sequence[str]
    groups: Sequence[str | None]
    graded: NDArray[np.bool_]
    members: Mapping[str, NDArray[np.intp]]
    grading: Grading
    places: int
    ties_inside: bool


def frame_of(fields: Sequence[Field], grading: Grading, *, places: int, ties_inside: bool) -> Frame:
    """The frame of these units, side by side."""
    groups = [group for field in fields for group in field.sheets.groups]
    graded = np.concatenate([field.maximum > 0 for field in fields])
    members = {
        name: np.flatnonzero(graded & [group == name for group in groups])
        for name in groups
        if name is not None
    }
    return Frame(
        keys=[key for field in fields for key in field.sheets.keys],
        groups=groups,
        graded=graded,
        members={name: found for name, found in members.items() if len(found)},
        grading=grading,
        places=places,
        ties_inside=ties_inside,
    )


class Tally:
    """Counts of draws: ``ranks`` [member, rank] by group, ``inside`` and ``bands`` by unit.

    The last column of ``bands`` counts the draws in which no band was reached.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        sizes = {name: len(members) for name, members in frame.members.items()}
        self.ranks = {name: np.zeros((size, size), np.int64) for name, size in sizes.items()}
        self.inside = np.zeros(len(frame.keys), np.int64)
        self.bands = np.zeros((len(frame.keys), len(frame.grading.bands) + 1), np.int64)

    def add(self, quotients: Sequence[Quotient]) -> None:
        """Count these draws: the totals, then what breaks ties."""
        frame = self._frame
        value = decisive(quotients[0], frame.grading)
        keys = order_keys(value, quotients[1:], frame.grading)
        for name, members in frame.members.items():
            placed = place(keys[:, members])
            self.ranks[name] += _counted(placed.unit, placed.place, self.ranks[name])
            inside = within(placed, frame.places, ties_inside=frame.ties_inside)
            self.inside[members] += np.bincount(placed.unit[inside], minlength=len(members))
        bands = band_numbers(value, quotients[0], frame.grading)
        self.bands += _counted(np.arange(len(frame.keys)), bands, self.bands)

    def merge(self, other: Tally) -> None:
        """Add what another tally of the same frame counted."""
        for name, counts in other.ranks.items():
            self.ranks[name] += counts
        self.inside += other.inside
        self.bands += other.bands

    def ranks_of(self, unit: int) -> tuple[int, ...]:
        """How often a unit had rank 1, 2, 3… of its group; nothing if it is not ranked."""
        for name, members in self._frame.members.items():
            (at,) = np.nonzero(members == unit)
            if len(at):
                return tuple(map(int, self.ranks[name][at[0]]))
        return ()

    def bands_of(self, unit: int) -> dict[str, int]:
        """How often a unit reached each band; nothing if it is not graded."""
        counts = self.bands[unit] if self._frame.graded[unit] else ()
        labels = [band.label for band in self._frame.grading.bands]
        return {label: int(count) for label, count in zip(labels, counts, strict=False)}


def _counted(rows: NDArray[np.intp], columns: NDArray[np.intp], like: Counts) -> Counts:
    """How often each pair of row and column occurs, in the shape of ``like``."""
    cells = rows * like.shape[1] + columns
    return np.bincount(cells.ravel(), minlength=like.size).reshape(like.shape)
