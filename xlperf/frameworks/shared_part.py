"""What units that share a framework are compared by, whatever individual indicators (个性指标) each of them has."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from xlperf.frameworks.loading import FrameworkFile
from xlperf.frameworks.writing import plain

_WORD = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
# What a unit's own framework has of its own besides its indicators, and what scores don't depend on.
_OWN = ("id", "base", "source", "name", "surveys", "inputs", "rates", "indicators")
_LEADING = ("limits", "last_year_of", "fact")


@lru_cache(maxsize=64)
def shared_mark(source: FrameworkFile) -> str:
    """A hash of the common indicators and of all that their scores and the total follow from; the same for a common
    framework and for those that were made from it.
    """
    content = plain(source.neutral.framework)
    common = [one for one in content["indicators"] if one.get("scope") != "individual"]
    head = {key: value for key, value in content.items() if key not in _OWN}
    used = used_ids([head, common], content)
    figures = [one for key in ("inputs", "rates") for one in content.get(key, []) if one["id"] in used]
    text = json.dumps([head, common, figures], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def used_ids(parts: Any, content: dict[str, Any]) -> set[str]:
    """The inputs and rates of a framework's content that some of its parts rest on, also through one another."""
    figures = {one["id"]: one for key in ("inputs", "rates") for one in content.get(key, [])}
    used: set[str] = set()
    waiting = words_of(parts) & figures.keys()
    while waiting:
        used |= waiting
        led = (_leading(figures[name]) for name in waiting)
        waiting = (set[str]().union(*led) & figures.keys()) - used
    return used


def _leading(figure: dict[str, Any]) -> set[str]:
    """What a figure is calculated from or checked by."""
    return words_of([figure.get(key) for key in ("formula", *_LEADING)])


def words_of(parts: Any) -> set[str]:
    """Everything in some parts that may be an id."""
    return set(_words(json.dumps(parts, ensure_ascii=False)))


def _words(text: str) -> Iterable[str]:
    return _WORD.findall(text)
