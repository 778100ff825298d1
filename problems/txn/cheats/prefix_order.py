"""expect: invalid

Schedules the first transaction only, which is a permutation of what it schedules. The order must
have as many entries as there are transactions.
"""


def schedule(keys, writes, lengths, num_keys):
    return [0] if len(lengths) else []
