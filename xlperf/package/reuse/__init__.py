"""What only makes rereading faster, behind one door: what submissions of one template have in common is read once.

The very same bytes are not read again; a sheet that differs from the latest like it in values only is read as a variation
of that. Without this the package gives the same, after some three times the time: `afresh(capacity=0)` is the switch.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from xlperf.package.reuse.template_diff import Template, varied
from xlperf.package.sheet_contents import SheetContents

__all__ = ["CAPACITY", "LARGEST", "Memory", "afresh", "read_sheet", "remembered"]
T = TypeVar("T")
LARGEST = 4_000_000
CAPACITY = 20_000_000


class Memory:
    """What was read, by key; what is longest unused goes first. Bounded by the bytes that were read."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._held = 0
        self._kept: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()

    def known(self, key: Hashable) -> Any:
        """What is kept under a key; None where nothing is."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[1]

    def remember(self, key: Hashable, size: int, read: Any) -> None:
        """Keeps what so many bytes were read as, in place of what was kept under the key, if there is room for so much."""
        self._held -= self._kept.pop(key, (0, None))[0]
        if size <= min(LARGEST, self._capacity):
            self._kept[key] = size, read
            self._held += size
            while self._held > self._capacity:
                self._held -= self._kept.popitem(last=False)[1][0]


# By the bytes that were read, and the latest sheet of each kind that was read as a whole.
_same, _latest = Memory(), Memory()


def remembered(key: Hashable, size: int, read: Callable[[], T]) -> T:
    """What the parts of a key were read as, read now where it is not known; `size`: how many bytes they are."""
    known: T | None = _same.known(key)
    if known is None:
        known = read()
        _same.remember(key, size, known)
    return known


def read_sheet(
    same: Hashable,
    alike: Hashable,
    content: Callable[[], bytes],
    strings: Callable[[], Sequence[str]],
    whole: Callable[[bytes], SheetContents],
    *,
    date1904: bool = False,
) -> SheetContents:
    """A worksheet part as it was read; the very same reading for the same bytes.

    Args:
        same: what tells the part and its shared strings from all others.
        alike: what it has in common with those that it may be a variation of.
        content: gives its bytes.
        strings: gives the shared strings.
        whole: reads it by itself.
    """
    found: SheetContents | None = _same.known(same)
    if found is not None:
        return found
    given, template = content(), _latest.known(alike)
    # Variations are one submission's own; to keep them would only push out what many have in common.
    found = None if template is None else varied(template, given, strings)
    if found is None:
        found = whole(given)
        _same.remember(same, len(given), found)
        _latest.remember(alike, len(given), Template(found, strings, date1904=date1904))
    return found


@contextmanager
def afresh(capacity: int = CAPACITY) -> Iterator[None]:
    """Nothing is known at first, and then no more than so many bytes are kept; for tests, 0 does without all of this."""
    global _same, _latest
    before = _same, _latest
    _same, _latest = Memory(capacity), Memory(capacity)
    try:
        yield
    finally:
        _same, _latest = before
