"""`python -m adrs.cli.benching.tied` is `adrs` in a process that ends with the one it works for.

A benchmark that is killed leaves no run behind that would go on unseen, and meet its own
continuation when the benchmark is called again.
"""

import sys

from adrs.cli.app import main
from adrs.sandbox.kernel import die_with_parent

if __name__ == "__main__":
    if sys.platform == "linux":
        die_with_parent()
    main()
