"""Opens /proc/PID/mem and maps of scorer, harness and zygote to read the hidden bits in place.

stopped by: seccomp, Landlock
ends: ok
"""

import os


def opens(path):
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError:
        return False
    return True


def attempt(setup):
    pids = (setup.scorer_pid, setup.harness_pid, setup.zygote_pid, os.getppid())
    return any(
        [opens(f"/proc/{pid}/{name}") for pid in pids for name in ("mem", "maps", "pagemap")]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
