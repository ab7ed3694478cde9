"""Schemes of surveys as data: the usual ones, and what a framework says of the surveys that feed its inputs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from xlperf.functions.survey_schemes import scheme_problem
from xlperf.rules.part import Id, Part

AS_REPORTED, ALL_QUESTIONS = "按报告数", "全部题"
LEFT_OUT = "剔除"
Label = Annotated[str, Field(min_length=1)]


def chosen_scheme_problem(text: str) -> str:
    """Why a text can't be chosen as a survey's scheme; empty where it can."""
    problem = "" if text == AS_REPORTED else scheme_problem(text)
    return f"{problem}；报告没有写明口径的用“{AS_REPORTED}”" if problem else ""


def _choosable(text: str) -> str:
    if problem := chosen_scheme_problem(text):
        raise ValueError(problem)
    return text


def _scheme(text: str) -> str:
    if problem := scheme_problem(text):
        raise ValueError(problem)
    return text


class UsualScheme(Part):
    """A scheme that is shown beside the chosen one."""

    id: Id
    name: Label
    weights: Label
    pooling: Literal["题平均", "合并"]
    rounding: Literal["", "四舍五入", "截断"] = ""
    source: Label

    @property
    def text(self) -> str:
        """The scheme as PERF_SATISFACTION takes it."""
        return ",".join(part for part in (self.weights, self.pooling, self.rounding) if part)


class UsualSchemes(Part):
    """The file of usual schemes."""

    schemes: tuple[UsualScheme, ...] = Field(min_length=1)


class SurveyUse(Part):
    """A survey that feeds an input: the scheme, the set of questions and what becomes of 不了解, as chosen by default.

    `question_sets`: the sets that are compared; all of the questions, or those marked so in the counts.
    `unaware`: what is compared where a question has the option 不了解: counted at its position, or left out.
    The first of each is the default. `others`: schemes to compare besides the usual ones.
    """

    id: Id
    label: Label
    feeds: Id
    scheme: Annotated[str, AfterValidator(_choosable)]
    question_sets: tuple[Label, ...] = Field(default=(ALL_QUESTIONS,), min_length=1, max_length=2)
    unaware: Annotated[tuple[Literal["计入", "剔除"], ...], Field(min_length=1, max_length=2)] = ("计入",)
    others: tuple[Annotated[str, AfterValidator(_scheme)], ...] = ()
    note: str = ""

    @property
    def combinations(self) -> list[tuple[str, str]]:
        """Every set of questions with every treatment of 不了解."""
        return [(questions, unaware) for questions in self.question_sets for unaware in self.unaware]
