"""expect: invalid

Lists one transaction twice and the longest not at all: a check of the length or of the range alone
lets it through. Entries are counted.
"""


def schedule(keys, writes, lengths, num_keys):
    order = list(range(len(lengths)))
    order[int(lengths.argmax())] = (int(lengths.argmax()) + 1) % len(order)
    return order
