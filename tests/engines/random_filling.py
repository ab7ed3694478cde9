"""Inputs of a submission with values of all sorts, some of which nobody should type."""

from __future__ import annotations

import random

from xlperf.values import Value
from xlperf.workbook.catalogue import InputCell


def filling(random_: random.Random, items: list[InputCell]) -> dict[tuple[str, str], Value]:
    """Some inputs with values of all sorts: blank, zero, numbers, text in a number's place, options.

    A number has at most 12 digits, as it may show in a text: 15 digits of it in Excel and compiled, 17 in formualizer.
    """
    values: dict[tuple[str, str], Value] = {}
    for item in random_.sample(items, 40):
        choices: list[Value] = [None, 0.0, 1.0, round(random_.uniform(-5, 500), 9), "12"]
        choices += [*item.choices, True, False] if item.type in ("choice", "flag") else []
        values[item.sheet, item.ref] = random_.choice(choices)
    return values
