"""Parts of documents that a test writes: held against what comes out, or written where `XLPERF_WRITE=1` says so."""

from __future__ import annotations

import os

from tests.support.source_tree import ROOT

_END = "<!-- 到此 -->\n"


def is_told(document: str, test: str, part: str) -> None:
    """That docs/ holds the part between the mark of the test and its end; `XLPERF_WRITE=1` writes it there."""
    path, begin = ROOT / "docs" / document, f"<!-- 由 tests/{test} 写出 -->\n"
    head, rest = path.read_text(encoding="utf-8").split(begin)
    found, _, tail = rest.partition(_END)
    if os.environ.get("XLPERF_WRITE"):
        path.write_text(head + begin + part + _END + tail, encoding="utf-8")
        return
    assert found == part
