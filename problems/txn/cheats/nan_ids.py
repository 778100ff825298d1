"""expect: invalid

Puts NaN for the longest transaction: comparisons with NaN are false, so a range check written the
wrong way round lets it through. The result must convert to integers without loss.
"""


def schedule(keys, writes, lengths, num_keys):
    order = [float(txn) for txn in range(len(lengths))]
    order[int(lengths.argmax())] = float("nan")
    return order
