"""What a submission is compared with: as the command was told, else our own definition; and what this says of it.

A file can't vouch for itself. A list of what was sent (下发清单) says the most; an empty workbook or the framework itself,
where the command is given one, settles what the standard is; a shipped framework is known. Without any of them only the
framework that the file carries is left, and the result says so.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from xlperf.editions.truth import Truth, truth_from, truth_of
from xlperf.errors import UserError
from xlperf.findings.finding import ERROR, HINT, WARNING, Finding
from xlperf.findings.integrity import integrity_findings
from xlperf.findings.sent_list import LEAST_KEY, SentList, list_findings, read_list
from xlperf.frameworks.loading import (
    FrameworkFile,
    find_framework,
    parse_framework,
    read_text,
    shipped_frameworks,
    shipped_text,
)
from xlperf.frameworks.shared_part import shared_mark
from xlperf.package import Package, open_package
from xlperf.package.files import read_file
from xlperf.package.limits import DEFAULT_LIMITS
from xlperf.values import Value, is_blank, is_number
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_copy, read_identity
from xlperf.workbook.names import NamedCells

BY_ITSELF = "没有下发清单，只能与文件自带的记录核对"
_WORKBOOKS = (".xlsx", ".xlsm")
_OTHER_STANDARD = "工作簿内的指标体系与{}不同，分值、界限或标准可能被改过；自己改过指标体系的，请用 --framework 给出。"

_OTHER_INDICATORS = "个性指标与下发给这个单位的不同，可能用了别家的工作簿；请用下发给本单位的那一份填报。"


@dataclass(frozen=True)
class Given:
    """What the command was given to compare with: a list, an empty workbook or a framework, each by its content."""

    sent: SentList | None = None
    blank: Package | None = None
    framework: FrameworkFile | None = None

    def packed(self) -> str:
        """The content as text, for another process."""
        return json.dumps(
            {
                "sent": self.sent.text() if self.sent else None,
                "blank": base64.b64encode(self.blank.data).decode() if self.blank else None,
                "framework": [self.framework.text, self.framework.origin] if self.framework else None,
            },
            ensure_ascii=False,
        )


NOTHING = Given()


@lru_cache(maxsize=2)
def unpacked(text: str) -> Given:
    """What was packed."""
    content = json.loads(text)
    return Given(
        read_list(content["sent"], "下发清单") if content["sent"] else None,
        open_package(base64.b64decode(content["blank"])) if content["blank"] else None,
        parse_framework(*content["framework"]) if content["framework"] else None,
    )


def given(against: str | None, framework: str | None, key: Path | None) -> Given:
    """What the options of the command name.

    Errors: UserError: a file that can't be read or is none of those, a signature that is not by the key.
    """
    if framework is not None and against is not None:
        raise UserError("--against 和 --framework 只能给一个")
    is_list = against is not None and against.lower().endswith(".json")
    if key is not None and not is_list:
        raise UserError("--key 要和 --against 下发清单.json 一起用")
    if framework is not None or (against is not None and not is_list and not against.lower().endswith(_WORKBOOKS)):
        return Given(framework=find_framework(framework or against or ""))
    if against is None:
        return NOTHING
    if not is_list:
        return Given(blank=open_package(read_file(Path(against), DEFAULT_LIMITS)))
    sent = read_list(read_text(Path(against)), against)
    if key is not None:
        _check_signature(sent, key, against)
    return Given(sent)


def packed(against: str | None, framework: str | None, key: Path | None) -> str:
    """What the options of the command name, as text for another process; nothing where they name nothing.

    Errors: UserError: as for `given`.
    """
    found = given(against, framework, key)
    return "" if found == NOTHING else found.packed()


def read_key(path: Path) -> bytes:
    """The sender's key.

    Errors: UserError: it can't be read, or is so short that it can be guessed.
    """
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise UserError(f"{path}：密钥文件无法读取（系统错误 {error.errno}）") from None
    if len(key) < LEAST_KEY:
        raise UserError(f"{path}：密钥太短，至少 {LEAST_KEY} 个字节")
    return key


def _check_signature(sent: SentList, key: Path, origin: str) -> None:
    if not sent.signature:
        raise UserError(f"{origin} 没有签名，不能用密钥核对")
    if not sent.is_signed_by(read_key(key)):
        raise UserError(f"{origin} 的签名不对：清单被改动过，或密钥不是下发时用的那一个")


@dataclass(frozen=True)
class Comparison:
    """What a submission is compared with, and what is to be said of that before anything else."""

    given: Given
    truth: Truth | None
    findings: tuple[Finding, ...]
    note: str = ""

    def further(self, package: Package, names: NamedCells, told: tuple[Finding, ...]) -> Iterator[Finding]:
        """What the list says besides the findings that are told already."""
        if self.given.sent is not None:
            yield from list_findings(self.given.sent, package, self.truth, told)
            yield from _unit_findings(self.given.sent, package, names)


def altered(
    package: Package, names: NamedCells, comparison: Comparison | None = None, *, has_effects: bool = True
) -> tuple[Finding, ...]:
    """What was altered in a workbook. Left out the comparison, as far as it remembers itself how it was made."""
    if comparison is None:
        return tuple(integrity_findings(package, names, has_effects=has_effects))
    told = *comparison.findings, *integrity_findings(package, names, comparison.truth, has_effects=has_effects)
    return *told, *comparison.further(package, names, told)


def compared(package: Package, given: Given = NOTHING) -> Comparison:
    """What one of our workbooks is to be compared with.

    Errors: UserError: not one of our workbooks, a damaged stamp.
    """
    identity = read_identity(package)
    source = identity.framework
    if given.blank is not None:
        other = read_identity(given.blank)
        found = _standard(source, other.framework, "给出的空白工作簿")
        is_like = not found and not _is_own(source) and read_copy(given.blank) is read_copy(package)
        truth = truth_from(given.blank, identity.edition) if is_like else truth_of(package)
        return Comparison(given, truth, found)
    if given.sent is not None:
        return Comparison(given, truth_of(package), ())
    name = source.framework.shared_id
    standard = given.framework or (_shipped(source) if name in shipped_frameworks() else None)
    if standard is None:
        return Comparison(given, truth_of(package), (), BY_ITSELF)
    named = standard.origin if given.framework else f"随附的 {name}"
    found = _standard(source, standard, named)
    # A unit's own indicators are known from its workbook alone; what all units share was compared.
    return Comparison(given, truth_of(package, None if _is_own(source) else standard), found)


def _is_own(source: FrameworkFile) -> bool:
    """Whether a framework has a unit's own indicators in the place of the common one's."""
    return source.framework.base is not None


def _shipped(source: FrameworkFile) -> FrameworkFile:
    """The shipped framework of that id, which mostly is the very same: then its text need not even be parsed."""
    if shipped_text(source.framework.shared_id) == source.text:
        return source
    shipped = _shipped_framework(source.framework.shared_id)
    return source if shipped.standard_hash == source.standard_hash else shipped


@lru_cache(maxsize=16)
def _shipped_framework(name: str) -> FrameworkFile:
    return find_framework(name)


def _standard(source: FrameworkFile, expected: FrameworkFile, named: str) -> tuple[Finding, ...]:
    """That the framework in the workbook is another one, if it is."""
    if expected.content_hash == source.content_hash or expected.standard_hash == source.standard_hash:
        return ()
    base = source.framework.base
    if base and base.hash == expected.standard_hash and shared_mark(source) == shared_mark(expected):
        return ()
    return (Finding(ERROR, "framework_changed", "", _OTHER_STANDARD.format(named)),)


def _unit_findings(sent: SentList, package: Package, names: NamedCells) -> Iterator[Finding]:
    """Whether the unit was sent a workbook, and what was filled in beforehand and is otherwise now."""
    code, name = (_text(names.value(field)) if names.has(field) else "" for field in ("unit_code", "unit_name"))
    unit = sent.unit(code, name)
    if unit is None:
        yield Finding(
            WARNING, "unit_not_on_list", "", f"下发清单里没有这个单位（{code or '没有编码'}　{name or '没有名称'}）。"
        )
        return
    source = read_identity(package).framework
    expected = unit.framework or sent.framework["hash"]
    if sent.variants and source.standard_hash != expected and sent.marks(source.standard_hash, "") is not None:
        yield Finding(ERROR, "framework_changed", "", _OTHER_INDICATORS)
    if not unit.prefilled:
        return
    try:
        known = catalogue(names, source.framework)
    except UserError:
        # Codes or names that inputs are found by are gone, which is told already.
        return
    for identifier, sent_value in unit.prefilled.items():
        item = known.get(identifier)
        now = None if item is None else names.package.value(item.sheet, item.ref)
        if item is not None and _text(now) != _text(sent_value):
            text = f"下发时预填的“{item.label}”是 {_text(sent_value)}，现为 {_text(now) or '空白'}。"
            yield Finding(HINT, "prefilled_changed", f"{item.sheet}!{item.ref}", text, _text(sent_value), _text(now))


def _text(value: Value) -> str:
    if is_blank(value):
        return ""
    return f"{float(value):.15g}" if is_number(value) else str(value).strip()
