"""expect: timeout

Never answers, so that a scorer that waits for it stands still. CPU time is limited.
"""


def schedule(keys, writes, lengths, num_keys):
    while True:
        pass
