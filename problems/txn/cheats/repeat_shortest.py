"""expect: invalid

Lists the shortest transaction again and again until the length is right. Each must be there once.
"""


def schedule(keys, writes, lengths, num_keys):
    return [int(lengths.argmin())] * len(lengths)
