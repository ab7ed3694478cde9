"""The official scoring text read as the rule that it states: `reader.read`, which tells what it could not read as well.

A text goes through four stages, each of which keeps the place of everything in the text as it stands: `characters` (one
spelling), `outline` (sentences and numbered items), `phrases` and `statements` (what each sentence says), `shapes` (which
kind of rule the statements are). What a kind says of its own texts stands with the kind (`FORM` in its module).
"""
