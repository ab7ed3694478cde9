"""The free sheet in the two editions: shown where the functions are, hidden in the other, with plain formulas there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlperf.editions.former_formulas import Place, fingerprint
from xlperf.editions.plain import MAXIMUM_LENGTH, Translator, is_ours
from xlperf.editions.references import References
from xlperf.formula.addresses import position
from xlperf.functions.plain.operands import NoPlainFormError, literal
from xlperf.package import Package
from xlperf.workbook.identity import FREE_SHEET
from xlperf.workbook.sheets.trial import examples

_WORKBOOK = "xl/workbook.xml"
_SHEET = re.compile(rf'<sheet\b[^>]*\bname="{FREE_SHEET}"[^>]*?(?=\s*/?>)')
_STATE = re.compile(r'\bstate="[^"]*"')
_ACTIVE = re.compile(r'(\bactiveTab=")([0-9]+)"')
# The longest text that a formula may hold.
_LONGEST_TEXT = 255


def has_free_sheet(package: Package) -> bool:
    """Whether the workbook has one; those of earlier versions have none."""
    return any(sheet.name == FREE_SHEET for sheet in package.worksheets)


def plain_there(package: Package) -> tuple[dict[Place, str], tuple[str, ...]]:
    """The plain formulas of the free sheet, and what is to be said of them.

    Nobody's score hangs on it, so nothing is refused: a call without a plain form becomes its own text.
    """
    translator, found, texts, arrays = Translator(References(package)), dict[Place, str](), list[str](), list[str]()
    cells = package.cells(FREE_SHEET)
    for ref, text in package.formulas(FREE_SHEET).items():
        formula = cells[ref].formula
        if not is_ours(text):
            continue
        if formula is not None and not formula.is_text_only:
            arrays.append(ref)
            continue
        try:
            found[FREE_SHEET, ref] = translator.plain(text, FREE_SHEET, position(ref)[0])
        except NoPlainFormError:
            found[FREE_SHEET, ref] = _as_text(f"={text}")
            texts.append(ref)
    notes = [f"“{FREE_SHEET}”的 {'、'.join(texts)} 没有普通公式，改成了公式的文字"] if texts else []
    notes += [f"“{FREE_SHEET}”的 {'、'.join(arrays)} 是数组公式，没有换"] if arrays else []
    return found, tuple(notes)


def _as_text(formula: str) -> str:
    pieces = [formula[i : i + _LONGEST_TEXT] for i in range(0, len(formula), _LONGEST_TEXT)]
    text = "&".join(map(literal, pieces))
    return text if len(text) < MAXIMUM_LENGTH else '""'


def called_again(package: Package) -> dict[Place, str]:
    """The examples that still hold the plain formulas made of them, as calls; what people wrote stays as it is."""
    current = package.formulas(FREE_SHEET) if has_free_sheet(package) else {}
    return {
        (FREE_SHEET, ref): text
        for ref, (text, mark) in _marks(package).items()
        if ref in current and fingerprint(current[ref], ref) == mark
    }


def _marks(package: Package) -> Mapping[str, tuple[str, str]]:
    """The examples by cell, each with the fingerprint of its plain formula."""
    translator = Translator(References(package))
    return {
        ref: (text, fingerprint(translator.plain(text, FREE_SHEET, position(ref)[0]), ref))
        for ref, text in examples().items()
    }


def with_free_sheet(package: Package, *, is_shown: bool) -> Package:
    """The workbook with the free sheet shown or hidden."""
    text = package.part(_WORKBOOK).decode("utf-8") if has_free_sheet(package) else ""
    found = _SHEET.search(text)
    if found is None:
        return package
    state = f'state="{"visible" if is_shown else "hidden"}"'
    stated, count = _STATE.subn(state, found[0])
    if not count and not is_shown:
        stated += f" {state}"
    changed = text[: found.start()] + stated + text[found.end() :]
    number = [sheet.name for sheet in package.sheets].index(FREE_SHEET)
    if not is_shown:
        # A sheet that nobody sees can't be the one in front.
        changed = _ACTIVE.sub(lambda tab: f'{tab[1]}0"' if int(tab[2]) == number else tab[0], changed)
    content = changed.encode("utf-8")
    return package.with_parts({_WORKBOOK: content}) if changed != text else package
