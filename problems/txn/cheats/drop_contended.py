"""expect: invalid

Leaves out the transactions that write a key which others use too, so that nobody has to wait. Every
transaction must be in the order.
"""


def schedule(keys, writes, lengths, num_keys):
    used = [0] * num_keys
    for row in keys.tolist():
        for key in {key for key in row if key >= 0}:
            used[key] += 1
    calm = []
    for txn, (row, written) in enumerate(zip(keys.tolist(), writes.tolist())):
        if not any(key >= 0 and write and used[key] > 1 for key, write in zip(row, written)):
            calm.append(txn)
    return calm
