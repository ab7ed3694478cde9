"""Remembers what the very same bytes were read as: submissions of one template have most of their parts in common."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Reading = TypeVar("Reading")
LARGEST = 1_000_000
CAPACITY = 8_000_000


class Memory:
    """Readings by the fingerprints of what was read; the ones longest unused go first. Bounded by the bytes read."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._held = 0
        self._readings: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()

    def recall(self, key: Hashable, size: int, read: Callable[[], Reading]) -> Reading:
        """The reading for a key, read now where it is not known; `size` is the number of bytes that reading takes."""
        if key not in self._readings:
            reading = read()
            self.remember(key, size, reading)
            return reading
        known: Reading = self.known(key)
        return known

    def known(self, key: Hashable) -> Any:
        """The reading for a key; None where it is not known."""
        found = self._readings.get(key)
        if found is None:
            return None
        self._readings.move_to_end(key)
        return found[1]

    def remember(self, key: Hashable, size: int, reading: Any) -> None:
        """Keeps a reading, if there is room for so much."""
        if size <= LARGEST and key not in self._readings:
            self._readings[key] = size, reading
            self._held += size
            while self._held > self._capacity:
                self._held -= self._readings.popitem(last=False)[1][0]


MEMORY = Memory()
