"""What several tests in real programs need."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = "chromium"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium of the system, driven by Playwright."""
    if shutil.which(CHROMIUM) is None:
        if os.environ.get("XLPERF_REQUIRE_HOSTS") == "1":
            pytest.fail(f"missing: {CHROMIUM}")
        pytest.skip(f"missing: {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    # The sandbox of Chromium refuses to run as root.
    words = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which(CHROMIUM), args=words)
        yield opened
        opened.close()
