"""Texts of strangers: what reaches a terminal, JSON, a CSV cell, a folder."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.escaping import csv_text, excerpt, file_stem, json_escaped, printable, same_file

ESCAPES = ["\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\r", "\x00", "\x7f", "\u202e", "\u2066", "\u200b", "\t"]


@pytest.mark.parametrize("escape", ESCAPES)
def test_terminals_get_codes(escape: str) -> None:
    assert escape not in printable(f"甲{escape}乙")
    assert printable(f"甲{escape}乙").startswith(f"甲\\u{ord(escape[0]):04x}")


def test_plain_text_stays() -> None:
    text = "仁化县 2021 年，“良”；\n第二行 — ① é 😀"
    assert printable(text) == text


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = printable(text)
    assert all(character == "\n" or character.isprintable() or character > "\x9f" for character in shown)
    assert printable(shown) == shown


def test_excerpts_are_short_and_in_one_line() -> None:
    assert excerpt("短") == "短"
    assert excerpt("一\n二") == "一 二"
    assert excerpt("长" * 50) == "长" * 39 + "…"
    assert "\x1b" not in excerpt("\x1b" * 50)


@pytest.mark.whole
@given(st.dictionaries(st.text(), st.text()))
def test_escaped_json_means_the_same(data: dict[str, str]) -> None:
    for indent in (None, 2):
        escaped = json_escaped(json.dumps(data, ensure_ascii=False, indent=indent))
        assert json.loads(escaped) == data
        assert not any(sign in escaped for sign in ("\x9b", "\x7f", "\u202e"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x")'])
def test_formulas_in_csv_are_texts(text: str) -> None:
    assert csv_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "甲", "1-2", "'=1", "2021 年", " 甲", "a@b"])
def test_other_texts_in_csv_stay(text: str) -> None:
    assert csv_text(text) == text


def test_a_cell_survives_the_csv_module() -> None:
    stream = io.StringIO()
    csv.writer(stream).writerow([csv_text('=cmd|"/c calc"!A1'), -1.5])
    assert next(csv.reader(io.StringIO(stream.getvalue()))) == ['\'=cmd|"/c calc"!A1', "-1.5"]


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("0101_教育局", "0101_教育局"),
        ("教育局\u202egpj", "教育局gpj"),
        ("教\u200b育\ufeff局\u2066", "教育局"),
        ("COM¹", "COM¹_"),
        ("lpt².txt", "lpt².txt_"),
        ("CON", "CON_"),
        ("CONIN$", "CONIN$_"),
        ("ＮＵＬ", "ＮＵＬ_"),
        ("console", "console"),
        ("cafe\u0301", "café"),
        ("a/b:c*?.", "a_b_c"),
        ("..\u200b/", "_"),
        ("\u202e", "_"),
        ("", "_"),
    ],
)
def test_file_names(text: str, stem: str) -> None:
    assert file_stem(text) == stem


@given(st.text(max_size=300))
def test_a_file_of_any_name_can_be_made(text: str) -> None:
    stem = file_stem(text)
    assert 0 < len(stem.encode("utf-8")) <= 241
    assert printable(stem) == stem
    assert not set(stem) & set('<>:"/\\|?*\n')
    assert stem not in (".", "..")
    assert file_stem(stem) == stem or stem.endswith("_")


def test_twins_on_other_systems_are_the_same() -> None:
    assert same_file("Cafe\u0301.xlsx") == same_file("café.XLSX")
    assert same_file("某局（本级）") != same_file("某局(本级)")
