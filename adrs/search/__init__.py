"""Strategies: what chooses parents and operators and keeps the population (ask/tell)."""
