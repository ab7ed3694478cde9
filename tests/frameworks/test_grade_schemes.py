"""Tables of grades as data: what they say, who follows them, and that a framework spells its own bands out."""

from __future__ import annotations

import pytest

from tests.support.small_framework import ORIGIN, changed, framework
from xlperf.errors import UserError
from xlperf.frameworks.grade_schemes import GradeSchemes
from xlperf.frameworks.linting import lint
from xlperf.frameworks.loading import find_framework, grade_schemes, parse_framework, shipped_frameworks, validated
from xlperf.functions.summary import grade
from xlperf.functions.tiers import tiers

BANDS = 'bands = "≥9:优; ≥8:良; 否则:差"'
# Frameworks that follow a table without naming it.
FOLLOWERS = {"renhua-2021": "guangdong"}


def test_the_shipped_tables() -> None:
    found = grade_schemes()
    assert list(found) == ["mof", "mof_integers", "guangdong", "shanghai"]
    assert [found[name].source.is_verified for name in ("mof", "guangdong")] == [False, False]
    assert found["shanghai"].bands is None
    assert "半开区间" in found["mof_integers"].note
    # What is not verified is never quoted as print.
    assert [scheme.id for scheme in found.values() if scheme.literal and not scheme.source.is_verified] == []


@pytest.mark.parametrize("name", ["mof", "mof_integers"])
@pytest.mark.parametrize(("score", "expected"), [(90, "优"), (89.5, "良"), (80, "良"), (79.6, "中"), (59.99, "差")])
def test_bands_are_half_open(name: str, score: float, expected: str) -> None:
    assert grade(score, grade_schemes()[name].bands) == expected


def test_shipped_frameworks_have_the_bands_of_the_table_that_they_follow() -> None:
    followed = 0
    for name in shipped_frameworks():
        grades = find_framework(name).framework.grades
        scheme = grades.scheme or FOLLOWERS.get(name) if grades else None
        if grades and scheme:
            followed += 1
            assert tiers(grades.bands) == tiers(grade_schemes()[scheme].bands), name
    assert followed >= len(FOLLOWERS)


def test_a_table_that_is_only_named_is_refused_with_the_bands_to_write() -> None:
    with pytest.raises(UserError, match=r"grades 只写了 scheme.*≥90:优; ≥80:良; ≥60:中; 否则:差.*frameworks grades"):
        parse_framework(changed((BANDS, 'scheme = "mof"')), ORIGIN)
    with pytest.raises(UserError, match=r"grades 只写了 scheme.*请加上 bands 和 source"):
        parse_framework(changed((BANDS, 'scheme = "shanghai"')), ORIGIN)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ('bands = "≥90:优; ≥80:良; ≥60:中; 否则:差"\nscheme = "mof"', []),
        ('bands = "≥90:优; ≥80:良; ≥60:中; 否则:差"\nscheme = "guangdong"', ["grades_differ"]),
        ('bands = "≥90:优; 否则:差"\nscheme = "shanghai"', ["grades_differ"]),
        ('bands = "≥90:优; 否则:差"\nscheme = "beijing"', ["unknown_scheme"]),
    ],
)
def test_lint_compares_with_the_table_that_is_named(written: str, codes: list[str]) -> None:
    assert [fault.code for fault in lint(framework((BANDS, written)))] == codes


def test_a_table_must_give_the_grades_it_names() -> None:
    scheme = {
        "id": "some",
        "name": "某表",
        "grades": ["优", "差"],
        "bands": "≥60:良; 否则:差",
        "source": {"document": "文件", "is_verified": True},
    }
    with pytest.raises(UserError, match="some 的 bands 与 grades 不符"):
        validated(GradeSchemes, {"schemes": [scheme]}, "等级表")
