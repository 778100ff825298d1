"""Opens what /proc tells a process about itself: its environment, arguments, maps and memory.

stopped by: seccomp, Landlock
ends: ok
"""

NAMES = ("environ", "cmdline", "maps", "mem", "status", "auxv", "mountinfo", "fd/3", "root/etc")


def opens(path):
    try:
        open(path, "rb").close()
    except OSError:
        return False
    return True


def attempt(setup):
    return any([opens(f"/proc/self/{name}") for name in NAMES])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
