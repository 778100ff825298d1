"""Waits for ever in poll and select for something to happen on its channel.

stopped by: seccomp
ends: ok
"""

import select


def waits(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        waited = waits(select.select, [3], [], []) or waits(select.poll().poll)
        return 2 if waited else obs.last
