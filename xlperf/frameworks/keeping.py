"""Frameworks that workbooks carry, kept on disk once they were read and found consistent."""

from __future__ import annotations

import hashlib
import pickle
import sys
from functools import lru_cache

from pydantic import VERSION

from xlperf import __version__
from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.frameworks.schema import Framework
from xlperf.package.user_folder import can_keep, keep, kept, program_state

# Each of a county's units may have indicators of its own; some tens of kilobytes each.
_KEPT = 256
# Shorter ones are read about as fast anew.
_LEAST = 5_000


@lru_cache(maxsize=8)
def carried_framework(text: str, origin: str) -> FrameworkFile:
    """A framework from its text, as `parse_framework` reads it; the same text is checked once by this version of the
    program, and read once for several workbooks.

    Errors: UserError: what is wrong, with origin, key and value.
    """
    name = f"{_key(text)}.framework" if len(text) >= _LEAST and can_keep() else ""
    content = kept(name) if name else None
    # It is signed: nobody else has put it there.
    known = None if content is None else pickle.loads(content)
    if isinstance(known, Framework):
        return FrameworkFile(known, text.replace("\r\n", "\n"), origin)
    source = parse_framework(text, origin)
    if name:
        keep(name, pickle.dumps(source.framework, pickle.HIGHEST_PROTOCOL), _KEPT)
    return source


def _key(text: str) -> str:
    """A hash of all that a framework depends on, the program and the library that checks it included."""
    facts = (__version__, VERSION, sys.hexversion, program_state(), text)
    return hashlib.sha256(repr(facts).encode()).hexdigest()
