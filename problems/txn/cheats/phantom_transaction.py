"""expect: invalid

Puts a transaction that does not exist in the place of the longest, one past the last: read from
padding it would be empty. Entries are checked against the number of transactions.
"""


def schedule(keys, writes, lengths, num_keys):
    order = list(range(len(lengths)))
    order[int(lengths.argmax())] = len(order)
    return order
