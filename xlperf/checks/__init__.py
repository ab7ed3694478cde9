"""Consistency relations (勾稽) as data: one declaration for the check sheet, the command and the documentation."""
