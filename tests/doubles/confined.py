"""A launcher that makes weak hosts real: chosen kernel features fail, for a command and all below.

    python confined.py seccomp,landlock,namespaces [--errno EPERM|ENOSYS] -- COMMAND ARGUMENTS...

It installs a seccomp filter on itself, which no process can take off again, and becomes COMMAND.
What the filter refuses is what a kernel without the feature, or a container's profile, refuses:

- seccomp: seccomp(2) and prctl(PR_SET_SECCOMP);
- landlock: the three landlock calls;
- namespaces: unshare and clone with a CLONE_NEW flag; clone3 is ENOSYS, so that libc uses clone.
"""

import argparse
import ctypes
import errno
import os
import struct
from collections.abc import Iterator

FEATURES = ("seccomp", "landlock", "namespaces")
NEW_NAMESPACES = 0x7E020000  # CLONE_NEW*: NS, CGROUP, UTS, IPC, USER, PID, NET
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
NUMBERS = {
    "x86_64": {"clone": 56, "prctl": 157, "unshare": 272, "seccomp": 317},
    "aarch64": {"unshare": 97, "prctl": 167, "clone": 220, "seccomp": 277},
}
CLONE3, LANDLOCK = 435, (444, 445, 446)  # the same everywhere
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def instruction(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, operand)


def refuse(number: int, error: int) -> Iterator[bytes]:
    """Refuse a call whatever its arguments."""
    yield instruction(EQUAL, number, 0, 1)
    yield instruction(RETURN, ERRNO | error)


def refuse_if(number: int, test: int, operand: int, error: int) -> Iterator[bytes]:
    """Refuse a call whose first argument passes a test."""
    yield instruction(EQUAL, number, 0, 4)
    yield instruction(LOAD, FIRST_ARGUMENT_AT)
    yield instruction(test, operand, 0, 1)
    yield instruction(RETURN, ERRNO | error)
    yield instruction(LOAD, NUMBER_AT)


def program(features: list[str], error: int) -> bytes:
    numbers = NUMBERS[os.uname().machine]
    code = [instruction(LOAD, NUMBER_AT)]
    if "seccomp" in features:
        code += refuse(numbers["seccomp"], error)
        code += refuse_if(numbers["prctl"], EQUAL, PR_SET_SECCOMP, error)
    if "landlock" in features:
        code += [part for number in LANDLOCK for part in refuse(number, error)]
    if "namespaces" in features:
        code += refuse_if(numbers["unshare"], ANY_BIT, NEW_NAMESPACES, error)
        code += refuse_if(numbers["clone"], ANY_BIT, NEW_NAMESPACES, error)
        code += refuse(CLONE3, errno.ENOSYS)
    return b"".join([*code, instruction(RETURN, ALLOW)])


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def install(code: bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    loaded = Program(len(code) // 8, code)
    words = [ctypes.c_ulong(word) for word in (1, 0, 0, 0)]
    filter_mode = ctypes.c_ulong(2)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, *words) or libc.prctl(
        PR_SET_SECCOMP, filter_mode, ctypes.byref(loaded)
    ):
        raise OSError(ctypes.get_errno(), "the filter was not installed")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("features", type=lambda text: text.split(","))
    parser.add_argument("--errno", choices=("EPERM", "ENOSYS"), default="EPERM")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    unknown = set(given.features) - set(FEATURES)
    if unknown:
        parser.error(f"unknown features: {', '.join(sorted(unknown))}")
    install(program(given.features, getattr(errno, given.errno)))
    os.execvp(given.command[0], given.command)


if __name__ == "__main__":
    main()
