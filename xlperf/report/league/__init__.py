"""The units of one framework and year side by side: ranks, statistics, workbooks, pages."""
