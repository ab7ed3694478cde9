"""How a number came about: trees, targets, what-if and sensitivity, the same for terminal, page and JSON."""
