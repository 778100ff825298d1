"""Makes the code of a library writable, which is allowed, patches it, and makes it executable
again, which is not; then it calls the function.

stopped by: seccomp
ends: crash
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
RETURN_42 = b"\xb8\x2a\x00\x00\x00\xc3" if X86 else b"\x40\x05\x80\x52\xc0\x03\x5f\xd6"
READ_WRITE, READ_EXECUTE = 3, 5


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        function = LIBC.hcreate_r
        address = ctypes.cast(function, ctypes.c_void_p).value
        page, size = ctypes.c_void_p(address // 4096 * 4096), ctypes.c_size_t(4096)
        if LIBC.mprotect(page, size, READ_WRITE) == -1:
            return obs.last
        ctypes.memmove(address, RETURN_42, len(RETURN_42))
        LIBC.mprotect(page, size, READ_EXECUTE)
        return 2 if function() == 42 else obs.last
