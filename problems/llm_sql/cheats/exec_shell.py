"""expect: security

Replaces itself with a shell that could read the archive and the keys. The system call kills the
process.
"""

import os


def reorder(cells, tokens, shared, determines, cache_tokens):
    os.execv("/bin/sh", ["sh", "-c", "cat runs/adrs.db"])
