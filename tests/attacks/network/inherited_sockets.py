"""Sends to, receives from and accepts on every descriptor, in case that one of them is a socket,
such as the one between scorer and zygote.

stopped by: closed descriptors, seccomp
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
MSG_DONTWAIT = 0x40


def attempt(setup):
    buffer = ctypes.create_string_buffer(64)
    for fd in range(1024):
        if LIBC.send(fd, b"x", 1, MSG_DONTWAIT) != -1:
            return True
        if LIBC.recv(fd, buffer, 64, MSG_DONTWAIT) != -1:
            return True
        if LIBC.getsockname(fd, buffer, ctypes.byref(ctypes.c_uint(64))) != -1:
            return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
