"""Discrete-event kernel, named random streams, arrival processes and percentiles."""
