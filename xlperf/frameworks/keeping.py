"""What a long text was read as is kept on disk, once it was found to be consistent: the frameworks that workbooks carry, and
our own files that a command reads every time.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Callable
from functools import lru_cache

from pydantic import VERSION

from xlperf import __version__
from xlperf.frameworks.loading import FrameworkFile, Model, parse_framework
from xlperf.frameworks.schema import Framework
from xlperf.package.user_folder import can_keep, keep, kept, program_state

# Each of a county's units may have indicators of its own; some tens of kilobytes each.
_KEPT = 256
# Shorter ones are read about as fast anew.
_LEAST = 5_000


@lru_cache(maxsize=8)
def carried_framework(text: str, origin: str) -> FrameworkFile:
    """A framework from its text, as `parse_framework` reads it, which is remembered for several workbooks.

    Errors: UserError: what is wrong, with origin, key and value.
    """
    framework = read_once(Framework, text, lambda: parse_framework(text, origin).framework)
    return FrameworkFile(framework, text.replace("\r\n", "\n"), origin)


def read_once(model: type[Model], text: str, read: Callable[[], Model]) -> Model:
    """What a text is read as by this version of the program, from what is kept where it was read before.

    Errors: those of `read`; nothing is kept then.
    """
    name = f"{_key(model, text)}.model" if len(text) >= _LEAST and can_keep() else ""
    content = kept(name) if name else None
    # It is signed: nobody else has put it there.
    known = None if content is None else pickle.loads(content)
    if isinstance(known, model):
        return known
    found = read()
    if name:
        keep(name, pickle.dumps(found, pickle.HIGHEST_PROTOCOL), _KEPT)
    return found


def _key(model: type[Model], text: str) -> str:
    """A hash of all that the reading depends on, the program and the library that checks it included."""
    facts = (__version__, VERSION, sys.hexversion, program_state(), model.__name__, text)
    return hashlib.sha256(repr(facts).encode()).hexdigest()
