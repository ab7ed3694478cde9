"""Calculation engines behind one protocol, and lossless recalculation with them."""

from __future__ import annotations

from xlperf.engines.changes import Change
from xlperf.engines.protocol import CellPlace, Engine, Functions, Model, WorksheetFunction
from xlperf.engines.recalculation import Recalculation, engine_named, recalculate

__all__ = [
    "CellPlace",
    "Change",
    "Engine",
    "Functions",
    "Model",
    "Recalculation",
    "WorksheetFunction",
    "engine_named",
    "recalculate",
]
