"""The command line: one module a command; the only place that names concrete classes."""
