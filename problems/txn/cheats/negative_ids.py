"""expect: invalid

Names the last transaction -1, which as an index means the same, and so has room for another one
twice. Negative entries are out of range.
"""


def schedule(keys, writes, lengths, num_keys):
    order = list(range(len(lengths)))
    order[-1] = -1
    return order
