"""The budget and working tables as declarations, a module a table."""
