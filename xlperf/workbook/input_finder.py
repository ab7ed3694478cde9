"""Finding an input by what people call it, in `xlperf set`, data files, rosters and trials."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from xlperf.errors import UserError
from xlperf.workbook.catalogue import InputCell
from xlperf.workbook.data_schema import MAXIMUM_LINES

MOST_NAMED = 8
_LINE_NUMBER = re.compile(r"(?:第\s*|\.)([1-9]\d*)(?=\s*行|\.|$)")


class Finder:
    """Finds inputs by what people call them: the id, the label as it is listed, or `问题台账.3.事实`."""

    def __init__(self, known: Mapping[str, InputCell]) -> None:
        self.known = known
        self._called: dict[str, list[InputCell]] = {}
        for item in known.values():
            self._called.setdefault(_called(item.label), []).append(item)

    def candidates(self, name: str) -> list[InputCell]:
        """The inputs of that id or, where there is none, of that label: none, one, or several of one label."""
        name = name.strip()
        return [self.known[name]] if name in self.known else self._called.get(_called(name), [])

    def item(self, name: str) -> InputCell:
        """The one input that is meant.

        Errors: UserError: there is none; several have that label, with their ids.
        """
        found = self.candidates(name)
        if len(found) > 1:
            raise UserError(f"“{name}”可以是 {'、'.join(item.id for item in found[:MOST_NAMED])}，请写其中一个编号")
        if not found:
            raise UserError(f"没有编号或名称为 {name} 的填报格；xlperf inputs 列出全部编号和名称")
        return found[0]

    def line(self, name: str) -> tuple[str, int] | None:
        """The table of free lines that a name leads to, and the line, however many the table has; None for other names.

        Errors: UserError: more lines than a table may have.
        """
        match = _LINE_NUMBER.search(name)
        if match is None:
            return None
        first = self.candidates(f"{name[: match.start()]}{match[0].replace(match[1], '1')}{name[match.end() :]}")
        if len(first) != 1 or not first[0].lines:
            return None
        if len(match[1]) > len(str(MAXIMUM_LINES)) or int(match[1]) > MAXIMUM_LINES:
            raise UserError(f"{name}：超出一张表最多的 {MAXIMUM_LINES} 行")
        return first[0].lines, int(match[1])


def _called(label: str) -> str:
    """A label as it is compared: white space, full width and the marks between its parts don't matter."""
    plain = re.sub(r"[\s.:]+", "", unicodedata.normalize("NFKC", label)).casefold()
    return re.sub(r"第(\d+)行", r"\1", plain)
