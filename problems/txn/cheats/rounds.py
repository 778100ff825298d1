"""expect: invalid

Returns rounds of transactions that are to run side by side, conflicts or not. The order has one
dimension, and what runs side by side follows from it.
"""


def schedule(keys, writes, lengths, num_keys):
    return [list(range(len(lengths)))]
