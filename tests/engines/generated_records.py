"""Random formulas of every function and operator with every kind of argument, as compiled and LibreOffice calculate them.

What both find alike in all formulas of a variant is written to `xlperf/engines/generated_records.json`: two programs that
have no code in common. A variant in which they differ even once is left out; Excel's own workbooks come first in any case.

usage: python -m tests.engines.generated_records [FILE]
"""

from __future__ import annotations

import io
import itertools
import json
import math
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

from tests.engines.formula_conditions import LATER
from tests.engines.formula_pools import DATA, LITERALS, NATURAL, NUMBERS
from tests.engines.formula_templates import TEMPLATES
from tests.engines.mended_formulas import cases
from tests.engines.mended_workbooks import FIRST, KNOWN, made_workbook
from tests.support.office import Office
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.compiled.library.function_table import AGGREGATES, SCALARS
from xlperf.engines.conformance import RIGHT, UNABLE, WRONG, blamed
from xlperf.engines.records import ENOUGH_GENERATED, Record
from xlperf.engines.variants import Formulas, values_of, variants
from xlperf.errors import CellError
from xlperf.formula.functions import unprefixed
from xlperf.package import Package, open_package, same_value
from xlperf.values import Value, is_blank, is_number

SEED, MADE = 20_240_311, 1_000
FORMULAS, CELLS = "式", "数"
KINDS = ("number", "text", "numeral", "blank", "empty", "truth", "error", "value")
POOLS: Mapping[str, Sequence[Value]] = {
    "number": NUMBERS,
    "text": ("abc", "预算支出", "a-b", "Total x", "甲", "3 files", "x y z"),
    "numeral": ("3", "12", "-4", "2.5", "0", "07"),
    "blank": (None,),
    "empty": ("",),
    "truth": (True, False),
    "error": (CellError("#N/A"), CellError("#DIV/0!")),
}
OFTEN, SELDOM, MOST_PER_SHEET = 14, 7, 25_000
COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
OPERATORS = ("+", "-", "*", "/", "^", "&", *COMPARISONS)
LETTERS = "ABCDEF"


class Sheet:
    """The formulas and the cells that they are about, a row a formula."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.formulas: list[tuple[str, bool]] = []
        self.cells: list[list[Value]] = []

    def add(self, formula: str, values: Sequence[Value] = (), *, is_array: bool = False) -> None:
        """A formula in which {1} … are the cells of its row; `#` is the row, `+` the next one."""
        self.formulas.append((formula, is_array))
        self.cells.append(list(values))

    def value(self, kind: str, pool: Sequence[Value] = ()) -> Value:
        """One of a kind."""
        if kind == "value":
            # No truth values, which LibreOffice takes for the numbers 1 and 0.
            kind = self.source.choice(("number", "number", "text", "blank"))
        chosen = pool if kind == "number" and pool else POOLS[kind]
        return self.source.choice(chosen)


def stored(name: str) -> str:
    """A function's name as a file holds it."""
    return f"_xlfn.{name}" if name in LITERALS["prefixed"] else name


def argument(kind: str, place: int) -> str:
    """The text of an argument in a row that is still to be told."""
    letter = LETTERS[place]
    if kind == "value":
        return f"IF(TRUE,{letter}#)"
    if kind == "range":
        return f"{letter}#:{letter}+"
    return f"{letter}#"


def kinds_of(natural: Sequence[str], *, is_thorough: bool) -> Iterator[tuple[tuple[str, ...], int]]:
    """Lists of kinds of arguments, with how many formulas of each: the natural ones, and those with others in their place."""
    yield tuple(natural), OFTEN
    count = len(natural)
    if count <= 2:
        yield from (
            (kinds, OFTEN if count == 2 and "numeral" in kinds else SELDOM)
            for kinds in itertools.product(KINDS, repeat=count)
            if kinds != tuple(natural)
        )
    else:
        most = 2 if is_thorough else 1
        for size in range(1, most + 1):
            for places in itertools.combinations(range(count), size):
                for others in itertools.product(KINDS, repeat=size):
                    kinds = list(natural)
                    for place, other in zip(places, others, strict=True):
                        kinds[place] = other
                    if kinds != list(natural):
                        yield tuple(kinds), SELDOM
    for place in range(count):
        yield tuple("range" if p == place else kind for p, kind in enumerate(natural)), SELDOM


def natural_kinds(name: str, count: int) -> list[str]:
    """The kinds that a function is mostly given."""
    known = NATURAL.get(name, "")
    words = {"t": "text", "n": "number", "v": "value", "b": "truth"}
    return [words[known[min(place, len(known) - 1)]] if known else "number" for place in range(count)]


def of_scalars(sheet: Sheet) -> None:
    """Functions of single values."""
    for name, function in sorted(SCALARS.items()):
        if name in LITERALS["left_out"]:
            continue
        least, most = function.facts.least, function.facts.most or function.facts.least + 2
        for count in range(max(least, 1), min(most, least + 2, len(LETTERS)) + 1):
            natural = natural_kinds(name, count)
            for kinds, times in kinds_of(natural, is_thorough=name in LITERALS["thorough"]):
                for _ in range(times):
                    of_scalar(sheet, name, kinds)
            for place in range(count):
                for _ in range(SELDOM):
                    kinds = tuple("range" if p == place else kind for p, kind in enumerate(natural))
                    of_scalar(sheet, name, kinds, is_array=True)


def of_scalar(sheet: Sheet, name: str, kinds: Sequence[str], *, is_array: bool = False) -> None:
    """One formula of a function of single values, its arguments being of these kinds."""
    pools = [LITERALS["pools"].get(f"{name} {place}", ()) for place in range(len(kinds))]
    values = [sheet.value("number" if kind == "range" else kind, pool) for kind, pool in zip(kinds, pools, strict=True)]
    given = ",".join(argument(kind, place) for place, kind in enumerate(kinds))
    sheet.add(f"{stored(name)}({given})", values, is_array=is_array)


def of_operators(sheet: Sheet) -> None:
    """Operators and signs between all kinds; what a bare reference gives."""
    kinds = (*KINDS, "range")
    for one, two in itertools.product(kinds, repeat=2):
        for sign in OPERATORS:
            for times in range(SELDOM + 1):
                values = [sheet.value("number" if kind == "range" else kind) for kind in (one, two)]
                formula = f"{argument(one, 0)}{sign}{argument(two, 1)}"
                # A sum that ends a formula is rounded to nothing by Excel, one inside is not.
                sheet.add(f"IF(TRUE,{formula})" if sign in "+-" and times % 2 else formula, values)
    for one, two in itertools.product(
        ("<<numbers>>", "<<any>>", "<<number>>", "<<text>>", "<<blank>>", "{1;2;3}"), repeat=2
    ):
        for sign in OPERATORS:
            if "<<any>>" in (one, two) or "<<numbers>>" in (one, two) or "{" in one + two:
                for _ in range(SELDOM):
                    sheet.add(
                        *filled(
                            sheet,
                            f"SUM(IFERROR({one}{sign}{two},0))"
                            if sign in OPERATORS[:5]
                            else f"COUNTA({one}{sign}{two})",
                        ),
                        is_array=True,
                    )
                    sheet.add(*filled(sheet, f"SUMPRODUCT(--ISNUMBER({one}{sign}{two}))"))
    for kind in (*kinds, "range"):
        for text in ("-{}", "+{}", "{}%", "{}", "(-{})*1"):
            for _ in range(OFTEN):
                sheet.add(text.format(argument(kind, 0)), [sheet.value("number" if kind == "range" else kind)])


def area(source: random.Random, group: str = "") -> str:
    """A range of the sheet of cells."""
    column = source.choice(DATA["groups"][group or source.choice(("mixed", "numbers", "numbers"))])
    top = source.randint(2, 6)
    return f"{CELLS}!${column}${top}:${column}${source.randint(top, 12)}"


def of_aggregates(sheet: Sheet) -> None:
    """Functions of any number of cells and values."""
    kinds = (*KINDS, "range", "array", "ranges")
    sets = [each for size in (1, 2, 3) for each in itertools.combinations(kinds, size)]
    for name in sorted(AGGREGATES):
        for chosen in sets:
            if len(chosen) == 3 and name not in LITERALS["thorough"]:
                continue
            for _ in range(SELDOM):
                values: list[Value] = []
                given = []
                for kind in chosen:
                    if kind in ("range", "ranges"):
                        given.append(area(sheet.source, "numbers" if name in LITERALS["numbers_only"] else ""))
                    elif kind == "array":
                        given.append(sheet.source.choice(("{1,2,3}", "{4;5.5;-6}", "{2,3;4,5}")))
                    else:
                        given.append(argument(kind, len(values)))
                        values.append(sheet.value(kind))
                sheet.add(f"{stored(name)}({','.join(given)})", values)


def of_templates(sheet: Sheet) -> None:
    """Functions of ranges, each in its own ways."""
    for template, times in TEMPLATES:
        for _ in range(times):
            text, values = filled(sheet, template)
            sheet.add(text, values)


def of_later_templates(sheet: Sheet) -> None:
    """What was added when all else had been generated."""
    for template, times in LATER:
        for _ in range(times):
            text, values = filled(sheet, template.removeprefix("{"))
            sheet.add(text, values, is_array=template.startswith("{"))


def filled(sheet: Sheet, template: str) -> tuple[str, list[Value]]:
    """A template with its parts chosen: `<number>` a cell of a kind, `<numbers>` a range, `<a|b>` one of the words."""
    values: list[Value] = []
    text = ""
    rest, sizes = template, sheet.source.randint(2, 6)
    last = sheet.source.randint(sizes, 12)
    while rest:
        before, _, rest = rest.partition("<<")
        text += before
        if not rest:
            break
        inside, _, rest = rest.partition(">>")
        if inside in DATA["groups"]:
            column = sheet.source.choice(DATA["groups"][inside])
            text += f"{CELLS}!${column}${sizes}:${column}${last}"
        elif inside in POOLS or inside == "value":
            text += argument(inside, len(values))
            values.append(sheet.value(inside))
        elif inside == "compare":
            text += sheet.source.choice(COMPARISONS)
        elif inside.startswith("@"):
            text += argument("number", len(values))
            values.append(sheet.source.choice(DATA["values"][inside[1:]]))
        else:
            text += sheet.source.choice(inside.split("|"))
    return text, values


def workbook(sheet: Sheet) -> bytes:
    """The formulas in column H of one sheet, the cells that they are about before them and on another sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = FORMULAS
    for number, ((formula, is_array), values) in enumerate(zip(sheet.formulas, sheet.cells, strict=True), 1):
        for column, value in enumerate(values, 1):
            page.cell(number, column).value = (
                '=""' if value == "" else str(value) if isinstance(value, CellError) else value
            )
        text = "=" + formula.replace("#", str(number)).replace("§", "#")
        text = _with_next(text, number)
        page[f"H{number}"] = ArrayFormula(f"H{number}", text) if is_array else text
    other = book.create_sheet(CELLS)
    for column, cells in DATA["columns"].items():
        for row, value in enumerate(cells, 1):
            other[f"{column}{row}"] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _with_next(text: str, number: int) -> str:
    for letter in LETTERS:
        text = text.replace(f":{letter}+", f":{letter}{number + 1}")
    return text


def is_alike(ours: Value, theirs: Value) -> bool | None:
    """Whether both found the same; None where it can't be told, since LibreOffice has other errors."""
    if isinstance(ours, CellError):
        is_error = isinstance(theirs, CellError) or (isinstance(theirs, str) and theirs.startswith("Err:"))
        return True if ours == theirs else None if is_error else False
    if is_blank(ours) and is_blank(theirs):
        return True
    left, right = (float(v) if isinstance(v, bool) else v for v in (ours, theirs))
    if left == 0.0 and theirs is None:
        return True
    if is_number(left) and is_number(right):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-300)
    return type(left) is type(right) and left == right


Rows = list[tuple[str, tuple[str, ...], int]]


def judged(sheet: Sheet, office: Office, folder: Path, report: Counter[str], shown: dict[str, list[str]]) -> Rows:
    """The formulas as the records want them: right, wrong or not done, with the variants."""
    data = workbook(sheet)
    (folder / "formulas.xlsx").write_bytes(data)
    theirs = office.values(folder / "formulas.xlsx")[FORMULAS]
    package = open_package(data)
    model = CompiledEngine().load(package, {})
    results = model.calculate()
    formulas, value = Formulas(package), values_of(package, results)
    rows: Rows = []
    for number in range(1, len(sheet.formulas) + 1):
        place = FORMULAS, f"H{number}"
        taken = formulas.at(place)
        if taken is None:
            continue
        names = tuple(sorted(variants(taken, value)))
        if place not in results or theirs.get(place[1]) == CellError("#NAME?"):
            report[UNABLE] += 1
            continue
        alike = is_alike(results[place], theirs.get(place[1]))
        if alike is None:
            report["not told"] += 1
            continue
        report[RIGHT if alike else WRONG] += 1
        rows.append((RIGHT if alike else WRONG, names, 1))
        if not alike:
            said = f"{_shown(package, number)}  ours {results[place]!r}  LibreOffice {theirs.get(place[1])!r}"
            for name in names:
                shown.setdefault(name, []).append(said)
    return rows


def _shown(package: Package, number: int) -> str:
    text = package.formulas(FORMULAS)[f"H{number}"]
    held = ", ".join(repr(package.value(FORMULAS, f"{letter}{number}")) for letter in LETTERS[:4])
    return f"={unprefixed(text)}  [{held}]"


def made(count: int) -> Rows:
    """Formulas that are made from their answers: what the mended kinds are tested with."""
    rows: Rows = []
    for kind in KNOWN:
        found = cases(kind, count)
        package = open_package(made_workbook(found))
        model = CompiledEngine().load(package, {})
        results = model.calculate()
        formulas, value = Formulas(package), values_of(package, results)
        for number, case in enumerate(found, 1):
            place = FIRST, f"F{number}"
            taken = formulas.at(place)
            assert taken is not None
            is_right = place in results and same_value(results[place], case.expected)
            rows.append((RIGHT if is_right else WRONG, tuple(sorted(variants(taken, value))), 1))
    return rows


def main(arguments: list[str]) -> None:
    """Generates, compares, says where the two differ, and writes the records."""
    source = random.Random(SEED)
    sheet = Sheet(source)
    for fill in (of_operators, of_templates, of_scalars, of_aggregates, of_later_templates):
        fill(sheet)
    report: Counter[str] = Counter()
    shown: dict[str, list[str]] = {}
    rows: Rows = []
    with Office() as office, tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(sheet.formulas), MOST_PER_SHEET):
            part = Sheet(source)
            part.formulas = sheet.formulas[start : start + MOST_PER_SHEET]
            part.cells = sheet.cells[start : start + MOST_PER_SHEET]
            rows += judged(part, office, Path(folder), report, shown)
    found: Mapping[str, Record] = blamed(rows)
    clean = {name: one.right for name, one in found.items() if one.right >= ENOUGH_GENERATED and not one.wrong}
    by_answer = {
        name: one.right for name, one in blamed(made(MADE)).items() if one.right >= MADE // 100 and not one.wrong
    }
    print(dict(report), "variants", len(found), "clean", len(clean))
    for name, one in found.items():
        if one.wrong:
            print(f"{name}: {one.right} alike, {one.wrong} not: {shown[name][0]}")
    if arguments:
        told = {"LibreOffice": clean, "answer": by_answer}
        parts = ",\n".join(f'"{judge}": {_part(of)}' for judge, of in told.items())
        Path(arguments[0]).write_text(f'{{"compiled": {{\n{parts}\n}}}}\n', encoding="utf-8")


def _part(of: Mapping[str, int]) -> str:
    lines = ",\n".join(f"  {json.dumps(name, ensure_ascii=False)}: {count}" for name, count in sorted(of.items()))
    return f"{{\n{lines}\n}}"


if __name__ == "__main__":
    main(sys.argv[1:])
