"""Runs untrusted policy code behind a process boundary; knows nothing of scoring."""
