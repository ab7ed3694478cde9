"""Ctrl-C, SIGTERM, a terminal that closes: the command says what is done and how to go on, wherever its output goes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_NUMBERS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_SHELL = 128


class InterruptionError(Exception):
    """A command that was asked to end has ended: the sentence, and the exit status that shells expect."""

    def __init__(self, sentence: str, number: int) -> None:
        super().__init__(sentence)
        self.status = _SHELL + number


class _Ended(KeyboardInterrupt):
    """The other signals pass through the code as Ctrl-C does, and so clear up what it clears up."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def interruptible(sentence: Callable[[], str]) -> Iterator[None]:
    """Lets signals end what is done within, after it has cleared up; signals that are ignored (nohup) stay so.

    Errors: InterruptionError: with the sentence.
    """

    def end(number: int, frame: FrameType | None) -> None:
        raise _Ended(number)

    ours = [number for number in _NUMBERS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, end)
    try:
        yield
    except KeyboardInterrupt as error:
        number = error.number if isinstance(error, _Ended) else signal.SIGINT
        raise InterruptionError(sentence(), number) from None
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
