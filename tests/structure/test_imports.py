"""Who may import whom, and what an import loads."""

from __future__ import annotations

import graphlib
import subprocess
import sys

import pytest

from tests.support.source_tree import ORDER, ROOT, Module, modules

# A module imports from its own part and from those to the left.
# The registry finds the functions, which import it, when it is first asked for them; the face loads what is asked for.
LAZY = {"xlperf.registry": "xlperf.functions", "xlperf": "xlperf.api"}
HEAVY = ("xlwings", "openpyxl", "pandas", "formualizer", "formulas", "pydantic", "typer")
OURS = [module for module in modules() if module.unit]


def below(module: Module) -> list[str]:
    """What a module imports from parts that come after its own."""
    own = ORDER.index(module.unit)
    return [name for name in module.imports if name.startswith("xlperf.") and ORDER.index(name.split(".")[1]) > own]


def test_imports_from_above_only() -> None:
    assert {module.name: found for module in OURS if (found := below(module))} == {}


# Within a room, and for typing only where a room says so: who may never import whom.
NEVER = (
    ("xlperf.engines.compiled", "xlperf.engines.formualizer"),
    ("xlperf.engines.formualizer", "xlperf.engines.compiled"),
    # What calculates knows nothing of how results are compared, written or verified.
    *(
        (engine, f"xlperf.engines.{above}")
        for engine in ("xlperf.engines.compiled", "xlperf.engines.formualizer", "xlperf.engines.formulas_engine")
        for above in ("recalculation", "verification", "known_differences")
    ),
    # Excel's functions are called by generated code and call none of it.
    *(
        ("xlperf.engines.compiled.library", f"xlperf.engines.compiled.{above}")
        for above in ("code_generation", "engine", "plan", "program")
    ),
    ("xlperf.functions.plain", "xlperf.functions.scoring"),
    ("xlperf.report.sheet_writer", "xlperf.report.league"),
)


@pytest.mark.parametrize(("room", "other"), NEVER)
def test_rooms_within_rooms(room: str, other: str) -> None:
    inside = [module for module in OURS if f"{module.name}.".startswith(f"{room}.")]
    assert inside
    assert any(f"{module.name}.".startswith(f"{other}.") for module in OURS)
    assert [m.name for m in inside if any(f"{name}.".startswith(f"{other}.") for name in m.imports)] == []


def test_no_cycles() -> None:
    graph = {module.name: {name for name in module.imports if name.startswith("xlperf.")} for module in modules()}
    assert len(list(graphlib.TopologicalSorter(graph).static_order())) >= len(OURS)


def test_modules_are_named_in_text_only_where_declared() -> None:
    lazy = {module.name for module in modules() if "import_module" in module.text or "__import__" in module.text}
    assert lazy == set(LAZY)


def test_only_excel_imports_xlwings() -> None:
    importers = {module.unit for module in modules() for name in module.imports if name.split(".")[0] == "xlwings"}
    assert importers <= {"excel"}


def test_rereading_has_one_door() -> None:
    """What only makes rereading faster is known to the package alone, and there by one module."""
    door = "xlperf.package.reuse"
    users = [module for module in modules() if not module.name.startswith(door)]
    found = {(module.unit, name) for module in users for name in module.imports if name.startswith(door)}
    assert found == {("package", door)}


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_import_loads_nothing_heavy() -> None:
    assert loaded_by("import xlperf") & set(HEAVY) == set()


def test_the_functions_need_the_standard_library_only() -> None:
    plain = loaded_by("pass")
    loaded = loaded_by("from xlperf.registry import worksheet_functions; assert worksheet_functions()")
    assert loaded - plain - set(sys.stdlib_module_names) == {"xlperf"}


def test_the_command_starts_without_an_engine() -> None:
    assert loaded_by("import xlperf.cli") & set(HEAVY) == {"typer"}


def test_reading_and_scoring_load_nothing_that_draws_workbooks() -> None:
    """What is imported for it, and what a score and a check come to load."""
    imported = (
        "import xlperf.commands.results, xlperf.commands.terminal, xlperf.batch.worker, xlperf.batch.examination, "
        "xlperf.workbook.sheets.all_sheets, xlperf.workbook.catalogue"
    )
    book = "workbooks/examples/wuhua-2023.xlsx"
    scored = f"{imported}; from pathlib import Path; from xlperf.package import open_package; from xlperf.evaluation.scoring import check, score; p = open_package(Path('{book}')); score(p); check(p)"
    assert loaded_by(scored) & {"openpyxl", "xlsxwriter", "pandas", "numpy", "xlwings", "formulas"} == set()
