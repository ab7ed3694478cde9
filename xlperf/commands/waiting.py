"""What shows on a terminal that something is being done; where the messages go to a file, nothing is, nor is rich loaded."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def working(text: str) -> AbstractContextManager[object]:
    """Shows on the terminal that something is being done; nothing where the messages go to a file."""
    messages = _terminal()
    return nullcontext() if messages is None else messages.status(text)


@contextmanager
def stages() -> Iterator[Callable[[str], object]]:
    """Shows on the terminal which of several long steps is being done; the function it gives names the next one."""
    messages = _terminal()
    if messages is None:
        yield lambda text: None
        return
    with messages.status("") as status:
        yield status.update


def _terminal() -> Console | None:
    """The terminal that messages go to; None where they go to a file or a pipe."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console

    messages = Console(stderr=True)
    return messages if messages.is_terminal else None
