"""expect: invalid

Orders halves of transactions: 0.5 and 0.9 would both be cut to an honest 0, and all that lie in
between to others. The result must convert to integers without loss.
"""


def schedule(keys, writes, lengths, num_keys):
    return [txn + 0.5 for txn in range(len(lengths))]
