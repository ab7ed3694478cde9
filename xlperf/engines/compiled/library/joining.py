"""Functions that join the texts of many cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlperf.engines.compiled.library.ranges import Block, Span, padded
from xlperf.engines.compiled.library.scalars import VALUE, Stop, text, truth
from xlperf.formula.tree import NotUnderstoodError

_LONGEST = 32_767


def _each(arguments: tuple[Any, ...], *, is_whole: bool) -> Iterator[Any]:
    """All values, row by row; the blank ones below the last, too, where `is_whole`."""
    for argument in arguments:
        if not isinstance(argument, Span | Block):
            yield argument
        elif is_whole:
            yield from (value for row in zip(*padded(argument), strict=True) for value in row)
        else:
            yield from argument.flat()


def concatenated(*arguments: Any) -> str:
    """CONCAT.

    Errors: #VALUE!: longer than a cell.
    """
    return _fitting("".join(map(text, _each(arguments, is_whole=False))))


def joined(delimiter: Any, is_skipping: Any, *arguments: Any) -> str:
    """TEXTJOIN with one delimiter.

    Errors: #VALUE!: longer than a cell.
    """
    if isinstance(delimiter, Span | Block):
        raise NotUnderstoodError("TEXTJOIN 有多个分隔符")
    between, skipping = text(delimiter), truth(is_skipping)
    texts = list(map(text, _each(arguments, is_whole=not skipping)))
    return _fitting(between.join(one for one in texts if one or not skipping))


def _fitting(found: str) -> str:
    if len(found) > _LONGEST:
        raise Stop(VALUE)
    return found
