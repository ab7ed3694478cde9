"""Our workbooks in the formats of other programs: converted, and given back the formulas that LibreOffice drops in .xls.

Writing the old format, LibreOffice puts #N/A in the place of every formula in which an error value is written out, as it
is in most plain formulas; the results stay. The stamp remembers what these cells held.
"""

from __future__ import annotations

from pathlib import Path

from xlperf.editions.conversion import formulas_as_made
from xlperf.engines import recalculate
from xlperf.errors import CellError
from xlperf.package import Package, open_package
from xlperf.package.foreign_formats import converted, needs_conversion
from xlperf.workbook.identity import is_known_template, is_stamped

# From about so many characters on a formula may take more bytes than the old format has for one.
_LONG = 3_000
_DROPPED = ("NA()", "#N/A")


def opened(path: Path) -> tuple[Package, str]:
    """A workbook of any format, and what is to be said of its conversion (nothing of a file that needs none).

    Errors: UserError: it can't be read or converted.
    """
    if needs_conversion(path) is None:
        return open_package(path), ""
    content, note = converted(path)
    package, count = restored(open_package(content))
    return package, note + restoration(count)


def restored(package: Package) -> tuple[Package, int]:
    """The package with the formulas that were dropped, as they were made, and how many they are.

    Only those with an error value written out, or too long for the old format, whose formulas hold 8,192 bytes: any other
    cell that holds =NA() was altered by somebody.
    """
    lost = {
        (sheet.name, ref)
        for sheet in package.worksheets
        for ref, text in package.formulas(sheet.name).items()
        if text.lstrip("=") in _DROPPED
    }
    if not lost or not is_stamped(package):
        return package, 0
    made = formulas_as_made(package, lost)
    back = {p: text for p, text in made.items() if len(text) > _LONG or any(code in text for code in CellError.CODES)}
    package = package.with_formulas(back)
    # The results of what hung on them are LibreOffice's, not the unit's.
    return recalculate(package, trusted=True).package if is_known_template(package) else package, len(back)


def restoration(count: int) -> str:
    """What is said of formulas that were given back."""
    return f"；另存为旧格式时丢了 {count} 个公式，已按身份标记恢复" if count else ""
