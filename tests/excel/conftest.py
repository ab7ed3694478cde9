"""Leaves out what needs pyOpenVBA or oletools where they are not installed; CI says that everything must be there."""

from __future__ import annotations

import importlib.util
import os

import pytest

MISSING = [module for module in ("pyopenvba", "oletools") if importlib.util.find_spec(module) is None]
if MISSING and os.environ.get("XLPERF_REQUIRE_HOSTS") == "1":
    raise pytest.UsageError(f"missing: {', '.join(MISSING)}")
collect_ignore = ["test_project.py", "test_wrappers.py", "test_building.py", "test_callbacks.py"] if MISSING else []
