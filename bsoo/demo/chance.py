"""Chance that is the same everywhere: a number drawn from the words that ask for it."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
_RANGE = 1 << 64


def share(*key: object) -> float:
    """A number from 0 up to 1 that always belongs to this key."""
    written = "|".join(map(str, key)).encode()
    return int.from_bytes(blake2b(written, digest_size=8).digest()) / _RANGE


def happens(likelihood: float, *key: object) -> bool:
    """Whether something of this likelihood is the case for this key."""
    return share(*key) < likelihood


def whole(low: int, high: int, *key: object) -> int:
    """A whole number from low up to and including high."""
    return low + int(share(*key) * (high - low + 1))


def pick(items: Sequence[T], *key: object) -> T:
    """One of the items."""
    return items[int(share(*key) * len(items))]


def shuffled(items: Sequence[T], *key: object) -> list[T]:
    """The items in an order that belongs to this key."""
    order = sorted(range(len(items)), key=lambda index: share(*key, index))
    return [items[index] for index in order]


def weighted(weights: dict[T, float], *key: object) -> T:
    """One of the keys of a table of weights."""
    rest = share(*key) * sum(weights.values())
    for item, weight in weights.items():
        rest -= weight
        if rest < 0:
            return item
    return item
