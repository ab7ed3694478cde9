"""xlperf: budget performance evaluation (预算绩效评价) that calculates in the workbook itself.

The public face is what `__all__` lists; of the modules among it `batch.load` and `batch.load_values`, the functions of
`functions`, `frameworks()`, and all of `openpyxl` and `testing`. docs/Python.md describes it; it follows semantic
versioning, and all else may change with any version. Nothing is loaded before it is asked for, so that the command and
Excel start fast.
"""

from importlib import import_module

__version__ = "0.1.0"

# Where each public name is defined; the types stand in __init__.pyi.
_HOMES = {
    "Book": "xlperf.api.book",
    "CellError": "xlperf.errors",
    "Error": "xlperf.api.errors",
    "Finding": "xlperf.findings.finding",
    "Input": "xlperf.api.inputs",
    "Result": "xlperf.api.book",
    "example": "xlperf.api.making",
    "new": "xlperf.api.making",
    "open": "xlperf.api.book",
    "recalculate": "xlperf.api.making",
}
_MODULES = ("batch", "frameworks", "functions", "openpyxl", "testing")
__all__ = [*_HOMES, *_MODULES, "__version__"]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"xlperf.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'xlperf' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
