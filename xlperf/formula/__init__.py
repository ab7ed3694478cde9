"""The one language of formulas: addresses, tokens, trees, references of tables."""
