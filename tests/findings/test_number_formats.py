"""What number formats make of values: as they are, nothing, or something else."""

from __future__ import annotations

import pytest

from xlperf.findings.disguises import HIDDEN, contrast, disguised
from xlperf.findings.number_formats import (
    DATE,
    NOTHING,
    PERCENT,
    SHOWN,
    SOMETHING_ELSE,
    colours_in,
    is_conditional,
    measure,
    shown_as,
)
from xlperf.package.looks import Look

# A format, a value, and what becomes of it.
FORMATS: list[tuple[str, float | str, str]] = [
    *(("General", value, SHOWN) for value in (1.5, -1.5, 0.0, "良")),
    *((code, 82.57, SHOWN) for code in ("0", "0.00", "#,##0.00", "0.0E+00", "# ?/?", "# ?/100", "0.00_ ", '0.00"分"', "G/通用格式")),
    *((code, 82.57, SOMETHING_ELSE) for code in ('"98.00"', '"1"00.00', r"9\8.00", "*90.00", '"九"0', '0.00"5"', 'General"5"')),
    *((code, 82.57, SOMETHING_ELSE) for code in ('0"."00', r"0\.00", '0"．"0', "0\n%", '"1"00.00/', '"9"# ?/?', '# ?/?"5"')),
    *((code, 82.57, SOMETHING_ELSE) for code in ("0.00,", "#,##0,", "0,,", '"-"0.00', "−0.00")),
    *((code, 82.57, NOTHING) for code in (";;;", ";", '" "', "_ ")),
    # Each sign of a number has its section.
    ('0;"5"', 1.0, SHOWN), ('0;"5"', -1.0, SOMETHING_ELSE), ('0;"5"', 0.0, SHOWN), ("0;;0", -1.0, NOTHING),
    ('0;-0;"-"', 0.0, SHOWN), ("0;-0;", 0.0, SHOWN), ('0;-0;"5"', 0.0, SOMETHING_ELSE), ('0;-0;"5"', 1.0, SHOWN),
    (r"0.00;\-0.00", -1.0, SHOWN), ("0;0;0;", 1.0, SHOWN), ('"-"', 1.0, SOMETHING_ELSE),
    # Texts have the fourth, or the last that names the text.
    ("0;0;0;@", "良", SHOWN), ("0;0;0;", "良", NOTHING), ('0;0;0;"优"', "良", SOMETHING_ELSE), ("0.00", "良", SHOWN),
    ('"优"@', "良", SOMETHING_ELSE), ('0;"优"@', "良", SOMETHING_ELSE), ('@"："', "良", SHOWN), ('0;0;0;"优"@', "良", SOMETHING_ELSE),
    ('_ * #,##0.00_ ;_ * "-"??_ ;_ @_ ', "良", SHOWN), ("0;;", "良", SHOWN),
    # Under a condition a section is for the numbers that meet it, the others for the rest.
    ('[<90]"90.50";0.00', 82.57, SOMETHING_ELSE), ('[<90]"90.50";0.00', 90.0, SHOWN), ('[<=90]"9";0', 90.0, SOMETHING_ELSE),
    ('[>80]"95";0.00', 80.0, SHOWN), ('[>=80]"95";0.00', 80.0, SOMETHING_ELSE), ('[=80]"95";0.00', 80.0, SOMETHING_ELSE),
    ('[<>80]"95";0.00', 80.0, SHOWN), ("[>=90]0.00;", 82.57, NOTHING), ("[>=90]0.00;", 95.0, SHOWN),
    ('[<60]0;[<90]"95";0', 82.0, SOMETHING_ELSE), ('[<60]0;[<90]"95";0', 50.0, SHOWN), ('[红色][<60]0.00;0.00', 50.0, SHOWN),
]  # fmt: skip


@pytest.mark.parametrize(("code", "value", "expected"), FORMATS)
def test_what_a_format_shows(code: str, value: float | str, expected: str) -> None:
    assert shown_as(code, value) == expected


def test_measures_colours_conditions() -> None:
    assert [measure(code) for code in ("yyyy-mm-dd", "[h]:mm", "h", "0.00%", '0"%"', "0.00", "General", "0;0%")] == [
        *(DATE, DATE, DATE, PERCENT, "", "", "", ""),
    ]
    assert colours_in("[White]0;[color 12]0;[红色]0") == (2, 12, 3)
    assert colours_in("[>5]0;[$-804]0;0") == ()
    assert [is_conditional(code) for code in ("[<5]0", "0;[>=-1.5]0", "[Red]0", "[h]", "0")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_colour_of_the_format_is_judged_against_the_fill() -> None:
    # The second colour is white, the first black, the tenth a green.
    assert disguised(Look("[White]0", colour="000000", background="FFFFFF"), 5.0) == HIDDEN
    assert disguised(Look("[Color2]0", background="FFFFFF"), 5.0) == HIDDEN
    assert disguised(Look("[Color1]0", background="000000"), 5.0) == HIDDEN
    assert disguised(Look("[Color10]0", background="FFFFFF"), 5.0) == ""
    assert disguised(Look("[White]0", colour="FFFFFF", background="000000"), 5.0) == ""
    assert disguised(Look("[Color2]0", background="FFFFFF"), None) == ""


def test_contrast() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == contrast("FFFFFF", "777777") == pytest.approx(4.48, abs=0.01)
    assert contrast("", "FFFFFF") == contrast("123456", "") == 21
    assert contrast("00FF00", "00FF00") == 1
