"""What all tests share: plans are kept nowhere but where a test says so."""

from __future__ import annotations

import os

os.environ["XLPERF_CACHE"] = "off"
