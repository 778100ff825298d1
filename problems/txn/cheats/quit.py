"""expect: crash

Ends its process with the exit code of success. Without an answer to every workload there is no
score.
"""

import sys


def schedule(keys, writes, lengths, num_keys):
    sys.exit(0)
