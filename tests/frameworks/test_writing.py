"""A framework written as a file and read back is the same one, whatever its texts hold."""

from __future__ import annotations

import pytest

from xlperf.frameworks.loading import find_framework, parse_framework, shipped_frameworks
from xlperf.frameworks.writing import framework_text


@pytest.mark.parametrize("name", shipped_frameworks())
def test_the_shipped_ones_are_the_same(name: str) -> None:
    own = find_framework(name).framework
    assert parse_framework(framework_text(own), name).framework == own
