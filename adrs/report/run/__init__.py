"""The report of one run: plain data read from its archive, and its renderers."""
