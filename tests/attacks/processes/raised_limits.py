"""Raises its own limits: the soft ones to the hard ones needs no right at all.

stopped by: seccomp
ends: ok
"""

import resource

LIMITS = (
    resource.RLIMIT_AS,
    resource.RLIMIT_CPU,
    resource.RLIMIT_NOFILE,
    resource.RLIMIT_NPROC,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_STACK,
)


def works(limit, wish):
    try:
        resource.setrlimit(limit, wish)
    except (OSError, ValueError):
        return False
    return True


def attempt(setup):
    forever = resource.RLIM_INFINITY
    return any([works(limit, (forever, forever)) for limit in LIMITS])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
