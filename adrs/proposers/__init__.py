"""Proposers: what makes a new program from parents."""
