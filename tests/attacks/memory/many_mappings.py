"""Cuts memory into as many mappings as it can, each of which costs the kernel memory that no limit
of the process counts, and gives all back.

stopped by: RLIMIT_AS, the kernel's limit of mappings
ends: ok, memory
"""

import ctypes

LIBC = ctypes.CDLL(None)
LIBC.mmap.restype = ctypes.c_long
MANY, PAGE, PRIVATE_ANONYMOUS = 1_000_000, 4096, 0x22


def attempt():
    pages = []
    while len(pages) < MANY:
        # Neighbours with different rights are not merged.
        page = LIBC.mmap(None, PAGE, 1 + 2 * (len(pages) % 2), PRIVATE_ANONYMOUS, -1, 0)
        if page == -1:
            break
        pages.append(page)
    for page in pages:
        LIBC.munmap(ctypes.c_void_p(page), PAGE)
    return len(pages) == MANY


GOT_THROUGH = attempt()


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 2 if GOT_THROUGH else obs.last
