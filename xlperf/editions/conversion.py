"""Between the editions: formulas with worksheet functions of ours to plain ones and back; all else stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from xlperf.editions.former_formulas import (
    NOTE,
    Pattern,
    Place,
    all_formulas,
    former_formulas,
    our_formulas,
    patterns_by_place,
    recalled,
    remembered,
)
from xlperf.editions.free_sheet import called_again, has_free_sheet, plain_there, with_free_sheet
from xlperf.editions.plain import Translator, is_ours
from xlperf.editions.references import References
from xlperf.editions.vba.parts import has_vba, with_vba, without_vba
from xlperf.engines import recalculate
from xlperf.errors import UserError
from xlperf.formula.addresses import position
from xlperf.functions.plain.operands import NoPlainFormError
from xlperf.package import Package, open_package
from xlperf.workbook.identity import FREE_SHEET, is_known_template, read_identity, read_note, with_edition

_SHOWN = 5
_SHEET_DATA = re.compile(rb"<(?:[\w.-]+:)?sheetData[\s>].*?</(?:[\w.-]+:)?sheetData\s*>", re.S)


class Edition(StrEnum):
    """An edition of the workbook."""

    UDF = "udf"
    NATIVE = "native"

    @property
    def suffix(self) -> str:
        """The ending of its files."""
        return ".xlsm" if self is Edition.UDF else ".xlsx"


@dataclass(frozen=True)
class Conversion:
    """A workbook in another edition: how many formulas were rewritten, and what the user should know."""

    package: Package
    count: int
    notes: tuple[str, ...]


def converted(package: Package, edition: Edition) -> Conversion:
    """The workbook in another edition, recalculated.

    Errors: UserError: not one of our workbooks, already of that edition, a formula without counterpart (with its cell),
    results that differ from the saved ones where the formulas are not known.
    """
    current = read_identity(package).edition
    if current == edition:
        raise UserError(f"这个工作簿已经是 {edition} 版，不用转换。")
    is_known = is_known_template(package)
    if edition is Edition.NATIVE:
        return _native(package, is_known)
    return _udf(package, is_known)


def _native(package: Package, is_known: bool) -> Conversion:
    everything = our_formulas(package)
    formulas = {place: text for place, text in everything.items() if is_ours(text)}
    plain = _plain_forms(package, formulas)
    _check_elsewhere(package)
    free, told = plain_there(package) if has_free_sheet(package) else ({}, ())
    result = with_free_sheet(package.with_formulas(plain | free), is_shown=False)
    # What the workbook was made with, not what it holds: a formula that was altered stays known as altered.
    former = former_formulas(package) or everything
    altered = {place: text for place, text in former.items() if text != everything.get(place)}
    plain_former = {place: plain.get(place, text) for place, text in former.items()}
    plain_former |= {**altered, **_plain_forms(package, {p: t for p, t in altered.items() if is_ours(t)})}
    note = remembered(former, plain_former)
    result = with_edition(result, Edition.NATIVE, {NOTE: note}, is_known=is_known)
    macros = has_vba(result.data)
    result = open_package(without_vba(result.data))
    notes = (*(("宏已去掉，普通公式版不需要宏",) if macros else ()), *told)
    return Conversion(_calculated(result, is_known), len(plain | free), notes)


def _calculated(package: Package, is_known: bool) -> Package:
    return recalculate(package, trusted=is_known, free_sheets=(FREE_SHEET,)).package


def in_plain_formulas(package: Package) -> Package:
    """A workbook just laid out, with the formulas of the native edition and the note of those it was made with."""
    former = our_formulas(package)
    plain = _plain_forms(package, {place: text for place, text in former.items() if is_ours(text)})
    notes = {NOTE: remembered(former, {**former, **plain})}
    free, _ = plain_there(package)
    result = with_free_sheet(package.with_formulas(plain | free), is_shown=False)
    return with_edition(result, Edition.NATIVE, notes, is_known=True)


def formulas_as_made(
    package: Package, places: Collection[Place], patterns: Mapping[Place, Pattern] | None = None
) -> dict[Place, str]:
    """The formulas that cells had when the workbook was made, in the words of its own edition.

    `patterns`: those of the formulas; left out, what the workbook itself remembers.
    Errors: UserError: the stamp is damaged, a formula has no plain form any more.
    """
    known = patterns_by_place(read_note(package, NOTE)) if patterns is None else patterns
    former = {place: known[place].at(place) for place in places if place in known}
    if read_identity(package).edition == Edition.UDF:
        return former
    return {**former, **_plain_forms(package, {place: text for place, text in former.items() if is_ours(text)})}


def _plain_forms(package: Package, formulas: Mapping[Place, str]) -> dict[Place, str]:
    """The plain formula of every cell.

    Errors: UserError: all cells that have none, with the reasons.
    """
    translator = Translator(References(package))
    found: dict[Place, str] = {}
    refused: dict[str, list[str]] = {}
    for (sheet, ref), text in formulas.items():
        cell = package.cells(sheet).get(ref)
        try:
            if cell and cell.formula and not cell.formula.is_text_only:
                raise NoPlainFormError("数组公式不能转换")
            found[sheet, ref] = translator.plain(text, sheet, position(ref)[0])
        except NoPlainFormError as error:
            refused.setdefault(str(error), []).append(f"{sheet}!{ref}")
    if refused:
        lines = [f"  {_listed(cells)}：{reason}" for reason, cells in refused.items()]
        raise UserError("有公式不能写成普通公式，没有写出任何内容：\n" + "\n".join(lines[:_SHOWN]))
    return found


def _listed(cells: list[str]) -> str:
    return "、".join(cells[:_SHOWN]) + (f" 等 {len(cells)} 个" if len(cells) > _SHOWN else "")


def _check_elsewhere(package: Package) -> None:
    """Refuses functions of ours in names, conditional formats and validations, which have no plain form there."""
    names = [name.name for name in package.names if is_ours(name.text)]
    sheets = [s.name for s in package.worksheets if b"PERF_" in _SHEET_DATA.sub(b"", package.part(s.part))]
    if names:
        raise UserError(f"名称 {'、'.join(names[:_SHOWN])} 里用了 PERF_ 函数，不能转换；请改用单元格里的公式。")
    if sheets:
        raise UserError(f"工作表 {'、'.join(sheets)} 的条件格式或数据验证里用了 PERF_ 函数，不能转换。")


def _udf(package: Package, is_known: bool) -> Conversion:
    note = read_note(package, NOTE)
    if not note:
        raise UserError("工作簿里没有原公式的记录，不能转回 udf 版；请用 xlperf new 重新生成后填入。")
    former, changed = recalled(note, package)
    current = all_formulas(package)
    formulas = {place: text for place, text in former.items() if text != current[place]} | called_again(package)
    result = with_free_sheet(package.with_formulas(formulas), is_shown=True)
    known = former_formulas(package)
    result = with_edition(result, Edition.UDF, {NOTE: remembered(known, known)}, is_known=is_known)
    result = open_package(with_vba(result.data))
    notes = [f"{_listed([f'{s}!{r}' for s, r in changed])} 的公式改过，保留为普通公式"] if changed else []
    return Conversion(_calculated(result, is_known), len(formulas), tuple(notes))
