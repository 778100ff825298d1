"""The attack suite's frame: a game, programs that attack it, and a siege that finds who succeeds.

`python -m adrs.testing.attacks` runs every program at every isolation level of this host and prints
the table. The programs are files, one attack each; see `adrs.testing.attacks.reading` for their
form. Test classes for a third party's sandbox are in `adrs.testing.sandbox_attacks`.
"""
