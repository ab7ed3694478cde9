"""The commands, a module a group; each imports what is heavy only when it runs."""
