"""Conformance suites and real doubles for every seam, shipped for third parties."""
