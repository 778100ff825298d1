"""Sends its ends of the channel away, and waits for a descriptor to come in, by SCM_RIGHTS on the
channel itself.

stopped by: seccomp
ends: ok
"""

import array
import socket

RIGHTS = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [3, 4]))]


def passes(fd):
    try:
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=fd)
    except OSError:
        return False
    for transfer in (
        lambda: channel.sendmsg([b"x"], RIGHTS),
        lambda: channel.recvmsg(1, 64, socket.MSG_DONTWAIT),
    ):
        try:
            transfer()
        except OSError:
            continue
        return True
    channel.detach()
    return False


def attempt(setup):
    return any([passes(fd) for fd in (3, 4)])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
