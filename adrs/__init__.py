"""Evolve scheduling and load-balancing algorithms, and know whether the gain is real."""

__version__ = "0.1.0"

__all__ = ["__version__"]
