"""The reference of the public face, from its docstrings: docs/Python参考.md."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass

import xlperf
from xlperf import batch, openpyxl, testing
from xlperf.api.errors import CODES

_MODULES = {
    "xlperf.batch": (batch.load, batch.load_values),
    "xlperf.openpyxl": (openpyxl.recalculate, openpyxl.write_values, openpyxl.Values),
    "xlperf.testing": (testing.assert_workbook, testing.read_expectations),
}


def python_reference() -> Iterator[str]:
    """The page, part by part."""
    yield "# Python 参考\n"
    yield "由代码里的说明（英文）生成；怎么用见 [在 Python 里用](Python.md)。金额以工作簿的金额单位计，比率 1 即 100%，"
    yield "日期是 Excel 的序号，错误是 `CellError`，空白是 `None`。\n"
    for name in xlperf.__all__:
        found = getattr(xlperf, name)
        if not inspect.ismodule(found) and callable(found):
            yield from _described(f"xlperf.{name}", found)
    yield "## `xlperf.frameworks() -> tuple[str, ...]`\n"
    yield "The ids of the frameworks that come with xlperf.\n"
    for module, members in _MODULES.items():
        for member in members:
            yield from _described(f"{module}.{member.__name__}", member)
    yield "## 错误的代码\n"
    yield "`xlperf.Error` 的 `code`：\n"
    yield "| 代码 | 意思 |\n|---|---|"
    yield from (f"| `{code}` | {meaning} |" for code, meaning in CODES.items())
    yield "\n工作表函数（`xlperf.functions.score_tiers` 等）的参数和例子见 [functions](functions.md)：`PERF_SCORE_TIERS` 即 `score_tiers`。"
    yield "一个值出错时抛出 `CellError`，整列的出错处是 `CellError` 值。\n"


def _described(name: str, found: Callable[..., object]) -> Iterator[str]:
    is_class = inspect.isclass(found)
    yield f"## `{name}{'' if is_class else _signature(found)}`\n"
    yield f"{_doc(found)}\n"
    if inspect.isclass(found) and is_dataclass(found):
        yield "字段：" + "、".join(f"`{field.name}`" for field in fields(found)) + "。\n"
    if not inspect.isclass(found) or issubclass(found, BaseException):
        return
    for member, value in vars(found).items():
        shown = value.func if hasattr(value, "func") else value.fget if isinstance(value, property) else value
        is_public = not member.startswith("_") or member in ("__getitem__", "__setitem__")
        if is_public and inspect.isfunction(shown) and shown.__doc__:
            yield f"- `{member}{_signature(shown) if shown is value else ''}`: {_doc(shown).replace(chr(10), ' ')}"
    yield ""


def _signature(found: Callable[..., object]) -> str:
    """The call as it is written, annotations without quotes."""
    return str(inspect.signature(found)).replace("self, ", "").replace("(self)", "()").replace("'", "")


def _doc(found: object) -> str:
    """The docstring; its examples, which tests run, as a block."""
    text, mark, examples = (inspect.getdoc(found) or "").partition(">>> ")
    return f"{text}```python\n{mark}{examples}\n```" if mark else text
