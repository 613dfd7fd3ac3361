"""Each one among those of its group, and what those of a group have in common, in arrays."""

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


def common(of_entry: Integers, group: Integers, count: int) -> Integers:
    """Give the number that all entries of each group have in common, -1 where they do not."""
    least = np.full(count, np.iinfo(np.int64).max)
    most = np.full(count, -1)
    np.minimum.at(least, group, of_entry)
    np.maximum.at(most, group, of_entry)
    return np.where(least == most, most, -1)
