"""Finding and reading framework files; what is wrong in one is said with file, key and value."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from xlperf.errors import UserError
from xlperf.frameworks.cases import told, without_cases
from xlperf.frameworks.defaults import completed
from xlperf.frameworks.grade_schemes import GradeScheme, GradeSchemes
from xlperf.frameworks.places import line_of
from xlperf.frameworks.schema import Framework, InconsistentError
from xlperf.frameworks.survey_schemes import UsualScheme, UsualSchemes

Model = TypeVar("Model", bound=BaseModel)
MAXIMUM_BYTES = 2_000_000
# So many faults of a file are told in one sentence; more, up to the most, on a line each.
FEW_FAULTS, MOST_FAULTS = 3, 30
SURVEY_SCHEMES, GRADE_SCHEMES = "surveys.toml", "grades.toml"
_TOO_DEEP = "{} 的括号或键套得太深，不像是指标体系或数据文件。"
_TOO_LONG = "{} 里有位数太多的整数，不能读；请改正。"
# What pydantic adds to a place where values of several types will do.
_ALTERNATIVES = ("bool", "int", "float", "str", "constrained-str")
_MESSAGES = {
    "missing": "缺这一项",
    "extra_forbidden": "不认识的键",
    "string_too_short": "不能为空",
    "too_short": "至少要有一项",
    "union_tag_invalid": "不认识的 kind",
    "union_tag_not_found": "缺 kind",
    "literal_error": "不在允许的取值中",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字",
    "string_pattern_mismatch": "写法不合要求",
    "greater_than": "太小",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "finite_number": "应为有限的数",
    "tuple_type": "应为一组（方括号）",
    "model_type": "应为一组键值",
    "dict_type": "应为一组键值",
}


@dataclass(frozen=True)
class FrameworkFile:
    """A framework together with its text, which workbooks carry inside."""

    framework: Framework
    text: str
    origin: str

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the text, which says whether two workbooks use the very same framework."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def neutral(self) -> FrameworkFile:
        """The framework without the case that it was made from, as a unit gets it.

        Errors: UserError: a case that can't be taken out.
        """
        text = without_cases(self.text, self.origin)
        return self if text == self.text else parse_framework(text, self.origin)

    @property
    def standard_hash(self) -> str:
        """SHA-256 of the standard alone: the same with and without the case."""
        return self.neutral.content_hash


def shipped_frameworks() -> list[str]:
    """The ids of the frameworks that come with xlperf, sorted."""
    folder = resources.files("xlperf.frameworks") / "data"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def shipped_text(name: str) -> str:
    """The text of a shipped framework."""
    entry = resources.files("xlperf.frameworks") / "data" / f"{name}.toml"
    return entry.read_text(encoding="utf-8").replace("\r\n", "\n")


def find_framework(name: str) -> FrameworkFile:
    """A framework by the id of a shipped one or the path of a file.

    Errors: UserError: no such framework, or what is wrong in it.
    """
    if name in shipped_frameworks():
        return parse_framework(shipped_text(name), f"{name}.toml")
    path = Path(name)
    if path.is_file():
        return parse_framework(read_text(path), str(path))
    raise UserError(f"没有名为“{name}”的指标体系，也没有这个文件；xlperf frameworks list 列出随附的指标体系。")


@lru_cache(maxsize=8)
def parse_framework(text: str, origin: str) -> FrameworkFile:
    """Reads a framework from its text; `origin` names it in messages. The same text is read once for several workbooks.

    Errors: UserError: what is wrong, with origin, key and value.
    """
    text = text.replace("\r\n", "\n")
    try:
        content = told(parse_toml(text, origin), origin)
    except RecursionError as error:
        raise UserError(_TOO_DEEP.format(origin)) from error
    _require_bands(content.get("grades"), origin)
    return FrameworkFile(validated(Framework, completed(content), origin, text), text, origin)


def _require_bands(grades: object, origin: str) -> None:
    """Refuses a table of grades that is only named: a framework must say itself what its grades are.

    Errors: UserError: the name alone, with the bands to write.
    """
    if not isinstance(grades, dict) or "scheme" not in grades or "bands" in grades:
        return
    scheme = grade_schemes().get(str(grades["scheme"]))
    wanted = f'bands = "{scheme.bands}"' if scheme and scheme.bands else "bands"
    raise UserError(
        f"{origin}：grades 只写了 scheme，等级界限要写在指标体系里，工作簿才能自带（随附的等级表改了也不受影响）；"
        f"请加上 {wanted} 和 source，xlperf frameworks grades 列出全部等级表。"
    )


@cache
def usual_schemes() -> tuple[UsualScheme, ...]:
    """The usual schemes of surveys, in the order of their file."""
    text = (resources.files("xlperf.frameworks") / SURVEY_SCHEMES).read_text(encoding="utf-8")
    return validated(UsualSchemes, parse_toml(text, SURVEY_SCHEMES), SURVEY_SCHEMES).schemes


@cache
def grade_schemes() -> dict[str, GradeScheme]:
    """The shipped tables of grades by id, in the order of their file."""
    text = (resources.files("xlperf.frameworks") / GRADE_SCHEMES).read_text(encoding="utf-8")
    schemes = validated(GradeSchemes, parse_toml(text, GRADE_SCHEMES), GRADE_SCHEMES).schemes
    return {scheme.id: scheme for scheme in schemes}


def read_text(path: Path, limit: int = MAXIMUM_BYTES) -> str:
    """A text file that people wrote: UTF-8 with or without BOM, GBK as Chinese Windows programs save it, UTF-16 with BOM.

    Errors: UserError: missing, too large, none of these.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise UserError(
            f"读不到文件 {path}：{'没有这个文件' if isinstance(error, FileNotFoundError) else error}。"
        ) from error
    if len(data) > limit:
        raise UserError(f"{path} 太大（超过 {limit // 1_000_000} MB），不像是文字文件。")
    # UTF-8 first: hardly any GBK text of two characters or more is valid UTF-8 by chance.
    encodings = ("utf-16",) if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(f"{path} 不是 UTF-8 或 GBK 编码的文字文件，请另存为 UTF-8。")


def parse_toml(text: str, origin: str) -> dict[str, object]:
    """TOML as a dictionary.

    Errors: UserError: the line that can't be read.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        where = f"第 {place[1]} 行" if place else "末尾"
        raise UserError(f"{origin} {where}写法有误（TOML 语法），请检查引号、方括号和等号。") from error
    except RecursionError as error:
        raise UserError(_TOO_DEEP.format(origin)) from error
    except ValueError as error:
        # Python reads no integer of more than some thousand digits.
        raise UserError(_TOO_LONG.format(origin)) from error


def validated(model: type[Model], data: object, origin: str, text: str = "") -> Model:
    """The data as a model. `text`: the TOML file that it was read from, by which mistakes are told with their lines.

    Errors: UserError: all mistakes, each with its key and value.
    """
    try:
        # Strict JSON: a list will do for a tuple, but "5" or true not for a number.
        return model.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid":
            # Our own JSON is never wrong, but it may be nested beyond what pydantic reads.
            raise UserError(_TOO_DEEP.format(origin)) from error
        mistakes = error.errors(include_url=False)
        lines = list(dict.fromkeys(line for mistake in mistakes for line in _sentences(mistake, text)))  # type: ignore[arg-type]
        raise UserError(listed_faults(origin, lines)) from error
    except RecursionError as error:
        raise UserError(_TOO_DEEP.format(origin)) from error
    except ValueError as error:
        # One that was written in hexadecimal is read, but can't be written in decimals.
        raise UserError(_TOO_LONG.format(origin)) from error


def listed_faults(origin: str, faults: Sequence[str]) -> str:
    """What is wrong with a file, all at once, so that it is mended in one go."""
    if len(faults) <= FEW_FAULTS:
        return f"{origin}：{'；'.join(faults)}。"
    lines = [*faults[:MOST_FAULTS], *([f"另有 {len(faults) - MOST_FAULTS} 处"] if len(faults) > MOST_FAULTS else [])]
    return f"{origin} 有 {len(faults)} 处要改：\n" + "；\n".join(f"  {line}" for line in lines) + "。"


def _sentences(mistake: dict[str, object], text: str) -> list[str]:
    """What to say of a mistake, or of all that don't fit together."""
    context = mistake.get("ctx")
    error = context.get("error") if isinstance(context, dict) else None
    if isinstance(error, InconsistentError):
        return [f"{_line(text, path)}{said}" for path, said in error.problems]
    return [_sentence(mistake, text)]


def _sentence(mistake: dict[str, object], text: str) -> str:
    location: tuple[str | int, ...] = mistake["loc"]  # type: ignore[assignment]
    kind = str(mistake["type"])
    if location and location[-1] in _ALTERNATIVES:
        location, kind = location[:-1], "union"
    key = ".".join(str(step + 1) if isinstance(step, int) else step for step in location) or "文件"
    if kind == "value_error":
        reason = str(mistake["ctx"]["error"])  # type: ignore[index]
        return reason if key == "文件" else f"{_line(text, location)}{key}：{reason}"
    value = mistake.get("input")
    shown = f"（现为 {value!r}）" if isinstance(value, str | int | float | bool) and kind != "missing" else ""
    return f"{_line(text, location)}{key}：{_MESSAGES.get(kind, '不合要求')}{_allowed(mistake)}{shown}"


def _line(text: str, location: tuple[str | int, ...]) -> str:
    number = line_of(text, location) if text else None
    return "" if number is None else f"第 {number} 行 "


def _allowed(mistake: dict[str, object]) -> str:
    """The values that a key may have, where there are only so many."""
    context = mistake.get("ctx")
    expected = context.get("expected", context.get("expected_tags")) if isinstance(context, dict) else None
    if mistake["type"] not in ("literal_error", "union_tag_invalid") or not isinstance(expected, str):
        return ""
    return f"，可用：{expected.replace(' or ', '、').replace(', ', '、').replace(chr(39), '')}"
