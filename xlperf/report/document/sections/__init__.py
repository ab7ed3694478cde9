"""What stands in a report, a subject a module; `all_sections` lists them under the names that structures use."""
