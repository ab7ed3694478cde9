"""The kinds of scoring rule, one module a kind or a group of near kinds; all stand in the lists of `kinds`.

A kind is everything that its rule is anywhere: what a framework file says of it, its formulas, what a finding may be, its
rows on the parameter sheet, what lint says of it, its words in an explanation, where its score jumps, its wording.
"""
