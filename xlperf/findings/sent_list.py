"""下发清单: what was sent out and to whom, kept by the sender, so that a file returned can't vouch for itself.

It holds hashes of what the workbooks are like, of either edition and in one spelling, so that it makes no difference which
program saved them; and what was filled in beforehand for each unit. Where the sender has a key, the list is signed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from xlperf import __version__
from xlperf.editions.conversion import Edition
from xlperf.editions.former_formulas import patterns_by_place
from xlperf.editions.truth import RECORDS, Truth
from xlperf.errors import UserError
from xlperf.findings.finding import ERROR, HINT, WARNING, Finding
from xlperf.formula.spelling import normalised
from xlperf.frameworks.loading import FrameworkFile
from xlperf.package import Package
from xlperf.package.looks import look_numbers, looks_of
from xlperf.package.sheet_rules import rules_around
from xlperf.values import Value, is_number
from xlperf.workbook.as_delivered import Reference, read_reference, target
from xlperf.workbook.identity import read_copy, read_identity, read_note
from xlperf.workbook.roles import Copy

NAME, SCHEMA_VERSION = "下发清单.json", 1
LEAST_KEY = 16
FORMULAS, NAMES, RECORD, CELLS, CHECKS, PROTECTION, LOOKS = (
    *("formulas", "names", "records", "locked_cells", "input_checks", "protection", "formula_looks"),
)
_LABELS = {
    FORMULAS: "公式",
    NAMES: "名称",
    RECORD: "生成记录",
    CELLS: "锁定的格（参数、分值、标准）",
    CHECKS: "输入检查",
    PROTECTION: "保护",
    LOOKS: "公式格的格式和锁定",
}
_SEVERITIES = {CHECKS: WARNING, PROTECTION: WARNING, LOOKS: HINT}
# Findings that say already, and more exactly, what a difference to the list is about.
_TOLD = {
    FORMULAS: ("formula_overwritten", "formula_changed", "formulas_changed", "rows_moved", "sheet_removed"),
    NAMES: ("name_redirected", "name_removed", "name_shadowed"),
    RECORD: ("record_changed",),
    CELLS: ("locked_cell_changed", "rows_moved", "sheet_removed"),
    CHECKS: ("validation_removed", "validation_changed", "rows_moved", "sheet_removed"),
    PROTECTION: ("protection_removed", "protection_weakened", "sheet_removed"),
    LOOKS: ("cells_unlocked", "text_hidden", "number_disguised", "rows_moved", "sheet_removed"),
}
Hashes = dict[str, dict[str, str]]


@dataclass(frozen=True)
class SentUnit:
    """A workbook that was sent out: to whom, under which name, with which inputs filled in (by id).

    `framework`: the hash of the unit's own one, where it has indicators of its own.
    """

    code: str
    name: str
    file: str
    prefilled: Mapping[str, bool | float | str]
    framework: str = ""

    def content(self) -> dict[str, Any]:
        """As the list's file has it."""
        own = {"framework": self.framework} if self.framework else {}
        return {"code": self.code, "name": self.name, "file": self.file, "prefilled": dict(self.prefilled)} | own


@dataclass(frozen=True)
class SentList:
    """A list: the framework by its hash, what workbooks of each edition are like, the units; its signature, if any.

    `copy`: for whom the workbooks are; nothing of others can be compared but their layout. `variants`: what the native
    workbooks of frameworks with a unit's own indicators are like, by the framework's hash.
    """

    made_by: str
    framework: Mapping[str, str]
    editions: Mapping[str, Hashes]
    units: tuple[SentUnit, ...]
    signature: str = ""
    copy: str = Copy.ALL
    variants: Mapping[str, Hashes] = field(default_factory=dict)

    def marks(self, framework: str, edition: str) -> Hashes | None:
        """What a workbook of a framework and edition is like, as far as it is noted; None where it wasn't sent at all."""
        if framework == self.framework["hash"]:
            return self.editions.get(edition, {})
        if framework not in self.variants:
            return None
        return self.variants[framework] if edition == Edition.NATIVE else {}

    def text(self) -> str:
        """The list as the text of its file."""
        return json.dumps(self._content() | {"signature": self.signature}, ensure_ascii=False, indent=1) + "\n"

    def signed(self, key: bytes) -> SentList:
        """The list with a signature by the sender's key."""
        return replace(self, signature=self._mark(key))

    def is_signed_by(self, key: bytes) -> bool:
        """Whether the signature is one by this key, and nothing was changed since."""
        return hmac.compare_digest(self.signature.encode(), self._mark(key).encode())

    def unit(self, code: str, name: str) -> SentUnit | None:
        """The unit of that code; by its name where it has none."""
        found = (u for u in self.units if (u.code == code if u.code or code else u.name == name))
        return next(found, None)

    def _mark(self, key: bytes) -> str:
        content = json.dumps(self._content(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hmac.new(key, content.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def _content(self) -> dict[str, Any]:
        units = [unit.content() for unit in self.units]
        facts = {"schema_version": SCHEMA_VERSION, "made_by": self.made_by, "framework": dict(self.framework)}
        copy = {"copy": self.copy} if self.copy != Copy.ALL else {}
        own = {"variants": dict(self.variants)} if self.variants else {}
        return {**facts, **copy, "editions": dict(self.editions), **own, "units": units}


def new_list(
    source: FrameworkFile,
    made: Iterable[Package],
    units: Sequence[SentUnit],
    variants: Mapping[str, Hashes] | None = None,
) -> SentList:
    """The list of what is sent out; `made`: the empty workbook of each edition; `variants`: as the list has them."""
    framework = source.framework
    facts = {"id": framework.id, "version": framework.version, "hash": source.standard_hash}
    workbooks = list(made)
    editions = {read_identity(package).edition: hashes_of(package) for package in workbooks}
    return SentList(__version__, facts, editions, tuple(units), copy=read_copy(workbooks[0]), variants=variants or {})


def hashes_of(package: Package) -> Hashes:
    """What an empty workbook just made is like."""
    return hashes(package, _reference(package))


@lru_cache(maxsize=4)
def read_list(text: str, origin: str) -> SentList:
    """A list from its text.

    Errors: UserError: it is no such list.
    """
    try:
        content = json.loads(text)
        if content["schema_version"] != SCHEMA_VERSION:
            raise UserError(f"{origin} 由另一版本的 xlperf 写出，不能核对")
        units = tuple(SentUnit(**unit) for unit in content["units"])
        editions = {str(name): _hashes(found) for name, found in content["editions"].items()}
        facts = {name: str(content["framework"][name]) for name in ("id", "version", "hash")}
        return SentList(
            str(content["made_by"]),
            facts,
            editions,
            units,
            str(content["signature"]),
            Copy(content.get("copy", Copy.ALL)),
            {str(name): _hashes(found) for name, found in content.get("variants", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"{origin} 不是 xlperf distribute 写出的下发清单，或已损坏") from error


def _hashes(found: Mapping[str, Mapping[str, str]]) -> Hashes:
    return {str(kind): {str(sheet): str(mark) for sheet, mark in marks.items()} for kind, marks in found.items()}


def hashes(package: Package, reference: Reference) -> Hashes:
    """What a workbook is like, by kind and sheet, whatever program has saved it."""
    notes = {name: _hash(_canonical(read_note(package, name))) for name in RECORDS}
    return {
        FORMULAS: _formulas(package),
        NAMES: {"": _hash(*_names(package, reference))},
        RECORD: notes,
        **{kind: {} for kind in (CELLS, CHECKS, PROTECTION, LOOKS)},
        **_by_sheet(package, reference),
    }


def _canonical(note: str) -> str:
    """A note in one spelling: programs may keep its blanks in another way."""
    try:
        return json.dumps(json.loads(note), ensure_ascii=False, sort_keys=True)
    except (ValueError, RecursionError):
        return note


def _formulas(package: Package) -> dict[str, str]:
    """The formulas of the cells that were made with one; what people calculate in cells of theirs doesn't count."""
    found: dict[str, list[str]] = {}
    for sheet, ref in patterns_by_place(read_note(package, RECORDS[1])):
        has_sheet = any(known.name == sheet for known in package.worksheets)
        text = package.formulas(sheet).get(ref, "") if has_sheet else ""
        found.setdefault(sheet, []).append(f"{ref}={normalised(text)}")
    return {sheet: _hash(*sorted(lines)) for sheet, lines in found.items()}


def _names(package: Package, reference: Reference) -> Iterator[str]:
    ours = {name.casefold() for name in reference.names}
    all_names = (*package.names, *package.names_passed_over)
    kept = (name for name in all_names if name.name.casefold() in ours)
    yield from sorted(f"{name.sheet or ''}!{name.name}={target(name.text)}" for name in kept)


def _by_sheet(package: Package, reference: Reference) -> Hashes:
    found: Hashes = {CELLS: {}, CHECKS: {}, PROTECTION: {}, LOOKS: {}}
    for sheet in package.worksheets:
        made = reference.sheets.get(sheet.name)
        if made is None:
            continue
        rules = rules_around(package.markup(sheet.name))
        values = (f"{ref}={_spelt(package.value(sheet.name, ref))}" for ref in made.constants)
        checks = (f"{place}={rule.type} {rule.operator}" for place, rule in rules.rules_by_cell.items())
        found[CELLS][sheet.name] = _hash(*sorted(values))
        found[CHECKS][sheet.name] = _hash(*sorted(checks))
        found[PROTECTION][sheet.name] = _hash(str(rules.forbidden is not None))
        found[LOOKS][sheet.name] = _hash(*_looks(package, sheet.name))
    return found


def _looks(package: Package, sheet: str) -> Iterator[str]:
    looks = looks_of(package)
    numbers = look_numbers(package, sheet)
    for ref in sorted(package.formulas(sheet)):
        look = looks.cell(numbers.get(ref, 0))
        yield f"{ref}={look.is_locked} {look.format.replace(chr(92), '').replace(chr(34), '')}"


def _spelt(value: Value) -> str:
    return f"{float(value):.15g}" if is_number(value) else " ".join(str(value).split())


def _hash(*lines: str) -> str:
    """SHA-256 over lines; what goes on in another line is indented, so that it can't be taken for the next."""
    return hashlib.sha256(
        "\n".join(line.replace("\n", "\n ") for line in lines).encode("utf-8", "surrogatepass")
    ).hexdigest()


def _reference(package: Package) -> Reference:
    found = read_reference(package)
    assert found is not None, "a workbook just made remembers how"
    return found


def list_findings(sent: SentList, package: Package, truth: Truth | None, told: Sequence[Finding]) -> Iterator[Finding]:
    """How a workbook differs from what was sent; not what the findings before have `told` already.

    Where it could be compared with our own layout cell by cell, only what that depends on is left to compare.
    """
    identity = read_identity(package)
    made = sent.marks(identity.framework.standard_hash, identity.edition)
    if made is None:
        made = sent.marks(identity.framework.content_hash, identity.edition)
    if made is None:
        yield Finding(ERROR, "framework_changed", "", "工作簿内的指标体系与下发清单上的不同，不是下发的那一份。")
        return
    copy = read_copy(package)
    if copy != sent.copy:
        severity = HINT if copy is Copy.EVALUATOR else ERROR
        text = f"下发的是{Copy(sent.copy).label}，这一份是{copy.label}，只能与按指标体系重新排出的版式核对。"
        yield Finding(severity, "copy_differs", "", text, sent.copy, copy)
        return
    reference = truth.reference if truth else read_reference(package)
    if reference is None:
        yield Finding(ERROR, "record_changed", "", "工作簿自带的生成记录不见了，与下发时不同。")
        return
    is_settled = truth is not None and not any(f.code == "made_by_another" for f in told)
    found = hashes(package, reference) if not is_settled else {RECORD: {}}
    differing = {
        (kind, "" if kind in (NAMES, RECORD) else sheet): None
        for kind, marks in made.items()
        for sheet, mark in (() if is_settled else marks.items())
        if found[kind].get(sheet, "") != mark
    }
    for kind, sheet in differing:
        if not _is_told(kind, sheet, told):
            where, cell = (f"工作表“{sheet}”的", f"{sheet}!A1") if sheet else ("", "")
            severity = _SEVERITIES.get(kind, ERROR)
            yield Finding(severity, "differs_from_list", cell, f"{where}{_LABELS[kind]}与下发时不同。")


def _is_told(kind: str, sheet: str, told: Sequence[Finding]) -> bool:
    """Whether a finding says it already: of that sheet, or of no sheet in particular."""
    cells = (f.cell for f in told if f.code in _TOLD[kind])
    return any(not cell or kind in (NAMES, RECORD) or cell.startswith(f"{sheet}!") for cell in cells)
