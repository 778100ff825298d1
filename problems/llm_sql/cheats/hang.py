"""expect: timeout

Searches for ever, so that a scorer that waits for it stands still. CPU time is limited.
"""


def reorder(cells, tokens, shared, determines, cache_tokens):
    while True:
        pass
