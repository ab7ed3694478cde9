"""A page that is open in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# Whether something appears at all; how soon is no matter of tests.
PATIENCE_MILLISECONDS = 3_600_000
# The contrast of every cell of a heat map.
CONTRAST = """() => {
  const light = (text) => {
    const parts = text.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  return Array.from(document.querySelectorAll(".heatmap td.h"), (cell) => {
    const style = getComputedStyle(cell);
    const [low, high] = [light(style.color), light(style.backgroundColor)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
}"""


@dataclass
class Opened:
    """A page that is open, and all that it complained of or asked for."""

    page: Any
    address: str
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def texts(self, selector: str) -> list[str]:
        """The texts of the elements, one after the other, whether they are in sight or not."""
        found: list[str] = self.page.eval_on_selector_all(selector, "all => all.map(e => e.textContent)")
        return found

    def column(self, table: str, number: int) -> list[str]:
        """A column of the rows that are in a table, from 1."""
        return self.texts(f"{table} tbody tr > :nth-child({number})")

    def has(self, selector: str, count: int) -> None:
        """Waits until there are so many elements."""
        from playwright.sync_api import expect

        expect(self.page.locator(selector)).to_have_count(count, timeout=PATIENCE_MILLISECONDS)

    def ran(self) -> bool:
        """Whether something planted ran."""
        found: bool = self.page.evaluate("'ran' in window")
        return found
