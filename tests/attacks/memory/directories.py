"""Uses up inodes with folders, links and pipes, which need no space.

stopped by: seccomp, Landlock
ends: ok
"""

import os
import stat


def works(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return False
    return True


def attempt(setup):
    base = f"/tmp/adrs-siege-{setup.nonce}/drop/"
    return any(
        [
            works(os.mkdir, base + "folder"),
            works(os.symlink, "/etc", base + "symlink"),
            works(os.link, base + "../heldout.csv", base + "link"),
            works(os.mkfifo, base + "fifo"),
            works(os.mknod, base + "node", stat.S_IFREG | 0o600),
            works(os.rename, base + "folder", base + "renamed"),
        ]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
