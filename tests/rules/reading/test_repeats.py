"""The same fact punished in two indicators, the same rate measured in two."""

from __future__ import annotations

from decimal import Decimal

from xlperf.rules.reading.reader import read
from xlperf.rules.reading.repeats import Repeat, repeats

TEXTS = {
    "A": "支出符合规定；没有截留挤占挪用资金，每发现一处不符扣1分，扣完为止",
    "B": "制度健全；没有截留挤占挪用资金，每发现一处不符扣1分，扣完为止",
    "C": "支出率≥90%得3分，否则不得分",
    "D": "支出率≥95%得3分，支出率<95%得1分",
    "E": "制度健全得3分，否则不得分",
}


def test_what_is_punished_or_measured_twice() -> None:
    found = list(repeats({key: read(text, Decimal(3)) for key, text in TEXTS.items()}))
    assert found == [
        Repeat("double_penalty", "没有截留挤占挪用资金", ("A", "B")),
        Repeat("double_measure", "支出率", ("C", "D")),
    ]


def test_one_text_repeats_nothing() -> None:
    assert list(repeats({"A": read(TEXTS["A"], Decimal(3))})) == []
