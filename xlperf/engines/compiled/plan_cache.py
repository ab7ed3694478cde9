"""Plans kept on disk from one run to the next, with the code made from them, signed with a key that only their user has."""

from __future__ import annotations

import hashlib
import marshal
import sys
import zlib
from typing import Any

from xlperf import __version__
from xlperf.engines.compiled.plan import Plan, Step, planned
from xlperf.engines.compiled.shape_code import ShapeCode, shape_code
from xlperf.engines.protocol import Functions
from xlperf.package import Package
from xlperf.package.user_folder import can_keep, keep, kept, program_state
from xlperf.registry import FunctionSpec

# All that decides what becomes of the same formulas.
_ROOMS = ("engines/compiled", "formula")
# Each of a county's units may have indicators of its own; a few hundred kilobytes each.
_KEPT = 256
# Smaller plans are made faster than they are read.
_LEAST = 200


def compiled_plan(package: Package, functions: Functions) -> tuple[Plan, ShapeCode]:
    """The plan of a workbook and its code: what is kept where there is something for these formulas, else made and kept."""
    name = f"{plan_key(package, functions)}.plan" if can_keep() else ""
    content = kept(name) if name else None
    known = None if content is None else _read(content)
    if known is not None:
        return known
    plan = planned(package, functions)
    code = shape_code(plan.shapes, functions)
    if name and len(plan.steps) >= _LEAST and not plan.unable:
        keep(name, _written(plan, code), _KEPT)
    return plan, code


def plan_key(package: Package, functions: Functions) -> str:
    """A hash of all that a plan and its code depend on."""
    names = sorted((name, _signature(function)) for name, function in functions.items())
    unusual = {sheet.name: package.reading(sheet.name).unusual_formulas for sheet in package.worksheets}
    facts = (
        (__version__, sys.implementation.cache_tag, sys.hexversion, program_state(*_ROOMS)),
        (names, [sheet.name for sheet in package.sheets]),
        ([(name.name, name.text, name.sheet, name.is_hidden) for name in package.names], package.tables),
        (package.date1904, package.calculation),
        (package.formula_digest, {sheet: found for sheet, found in unusual.items() if found}),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _signature(function: Any) -> str:
    if isinstance(function, FunctionSpec):
        return ",".join(f"{parameter.kind.name}:{parameter.is_required}" for parameter in function.parameters)
    return f"{function.minimum_arguments}-{function.maximum_arguments}"


def _read(content: bytes) -> tuple[Plan, ShapeCode] | None:
    """What was kept; None where it isn't what this version keeps."""
    try:
        shapes, steps, code = marshal.loads(zlib.decompress(content))
    except (zlib.error, ValueError, EOFError, TypeError):
        return None
    return Plan(shapes, tuple(map(Step._make, steps)), {}), ShapeCode._make(code)


def _written(plan: Plan, code: ShapeCode) -> bytes:
    # Steps share most of their references and texts, which are then written once.
    same: dict[Any, Any] = {}
    steps = [
        (
            *step[:4],
            tuple([same.setdefault(node, node) for node in step.references]),
            *step[5:7],
            tuple([same.setdefault(text, text) for text in step.texts]),
        )
        for step in plan.steps
    ]
    return zlib.compress(marshal.dumps((plan.shapes, steps, tuple(code))), 1)
