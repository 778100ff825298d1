"""expect: crash

Ends its process with the exit code of success. Without an answer to every scenario there is no
score.
"""

import sys


def reorder(cells, tokens, shared, determines, cache_tokens):
    sys.exit(0)
