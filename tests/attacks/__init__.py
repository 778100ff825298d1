"""Attack programs; see `adrs.testing.attacks.reading` for their form."""
