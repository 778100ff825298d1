"""Turns a program into an evaluation: evaluator protocol, scoring, scorer processes, statistics."""
