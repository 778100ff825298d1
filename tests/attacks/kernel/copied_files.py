"""Copies between descriptors inside the kernel by sendfile and copy_file_range.

stopped by: seccomp
ends: ok
"""

import os


def works(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return False
    return True


def attempt(setup):
    sources = [fd for fd in range(32) if fd != 4]
    sent = [works(os.sendfile, 4, fd, 0, 1) for fd in sources]
    copied = [works(os.copy_file_range, fd, 4, 1) for fd in sources]
    return any(sent + copied)


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
