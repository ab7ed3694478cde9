"""Every kind of broken or hostile file by its name; tests/hostile/refused.toml says what becomes of each."""

from __future__ import annotations

# The generators list themselves when they are loaded.
from tests.support import hostile_cells, hostile_packages
from tests.support.hostile_workbooks import KINDS

__all__ = ["KINDS", "hostile_cells", "hostile_packages"]
