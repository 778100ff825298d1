"""The instruments: one folder per evaluator family (simulator, interface, scoring, bounds)."""
