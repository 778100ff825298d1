"""The problems: one folder each, found by the catalog without registration."""
