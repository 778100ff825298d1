"""Searches all of its own memory that it can find, heap, stack and libraries, for a key that the
zygote might have left behind. A page's presence is asked of the kernel: a call that is allowed
names a bad pointer before it names a bad argument.

stopped by: clean environment
ends: ok
"""

import ctypes
import errno
import gc
import re
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
RT_SIGPROCMASK = 14 if X86 else 135
PAGE = 4096
MOST_PAGES = 20_000
# In this form the text of the pattern is no match of itself.
KEY = re.compile(rb"SIEGE_KE[Y]=\w")


def readable(page):
    LIBC.syscall(RT_SIGPROCMASK, 99, ctypes.c_void_p(page * PAGE), None, 8)
    return ctypes.get_errno() == errno.EINVAL


def region(page):
    first = last = page
    while readable(first - 1) and last - first < MOST_PAGES:
        first -= 1
    while readable(last + 1) and last - first < MOST_PAGES:
        last += 1
    return first, last


def attempt():
    LIBC.getauxval.restype = ctypes.c_ulong
    LIBC.sbrk.restype = ctypes.c_ulong
    pages = {id(thing) // PAGE for thing in gc.get_objects()}
    pages |= {id(module.__dict__) // PAGE for module in list(sys.modules.values())}
    pages |= {LIBC.getauxval(31) // PAGE, LIBC.sbrk(0) // PAGE - 1, LIBC.getauxval(3) // PAGE}
    pages |= {ctypes.cast(LIBC.getauxval, ctypes.c_void_p).value // PAGE}
    end = -1
    for page in sorted(pages):
        if page > end and readable(page):
            first, end = region(page)
            if KEY.search(ctypes.string_at(first * PAGE, (end + 1 - first) * PAGE)):
                return True
    return False


GOT_THROUGH = attempt()


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 2 if GOT_THROUGH else obs.last
