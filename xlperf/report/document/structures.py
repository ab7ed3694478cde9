"""The structures of reports as data, and which one a workbook's report has."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from xlperf.errors import UserError
from xlperf.frameworks.schema import Framework
from xlperf.report.document.sections.all_sections import SECTIONS
from xlperf.rules.part import Part


def _known(name: str) -> str:
    if name not in SECTIONS:
        raise ValueError(f"no section {name!r}; there are {', '.join(SECTIONS)}")
    return name


class Piece(Part):
    """Sections under a heading of their own, or without one."""

    title: str = ""
    use: tuple[Annotated[str, AfterValidator(_known)], ...] = Field(min_length=1)


class Outline(Part):
    """A chapter: what templates call it, its title (none for an introduction), the number of its tables."""

    name: str
    title: str
    tables: str = ""
    parts: tuple[Piece, ...] = Field(min_length=1)


class Structure(Part):
    """The chapters of a report. `subject`, `evaluation`: what it is for; without both it must be asked for by its id."""

    id: str
    label: str
    subject: Literal["部门整体支出", "项目支出", ""] = ""
    evaluation: Literal["third_party", "self", ""] = ""
    chapters: tuple[Outline, ...] = Field(min_length=1)


class _File(Part):
    structures: tuple[Structure, ...]


@cache
def structures() -> tuple[Structure, ...]:
    """All of them, in the order in which they are tried."""
    text = resources.files("xlperf.report.document").joinpath("structures.toml").read_text(encoding="utf-8")
    return _File.model_validate(tomllib.loads(text)).structures


def find_structure(identifier: str) -> Structure:
    """The structure of that id.

    Errors: UserError: there is none.
    """
    found = next((structure for structure in structures() if structure.id == identifier), None)
    if found is None:
        known = "、".join(structure.id for structure in structures())
        raise UserError(f"没有报告结构 {identifier}；有 {known}")
    return found


def structure_for(framework: Framework) -> Structure:
    """What the framework names, else the first that is for what is evaluated and by whom.

    Errors: UserError: the framework names one that isn't there.
    """
    if framework.report:
        return find_structure(framework.report)
    return next(
        structure
        for structure in structures()
        if (structure.subject or structure.evaluation)
        and structure.subject in ("", framework.subject)
        and structure.evaluation in ("", framework.evaluation)
    )
