"""The sheets that are laid out by hand, a module a sheet."""
