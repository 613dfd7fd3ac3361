"""The place of each one among those of its group, in arrays."""

import numpy as np

from matcher.solving.model import Floats, Integers


def place_in(worth: Floats, group: Integers) -> Integers:
    """Give the place of each among those of its group, the most worth first; ties as they come."""
    order = np.lexsort((-worth, group))
    sorted_group = group[order]
    place = np.empty(len(worth), np.int64)
    place[order] = np.arange(len(worth)) - np.searchsorted(sorted_group, sorted_group)
    return place


def best_of(worth: Floats, group: Integers, count: int, least: float = -np.inf) -> Floats:
    """Give the most worth that any of each group has, `least` where none has more."""
    best = np.full(count, least)
    np.maximum.at(best, group, worth)
    return best
