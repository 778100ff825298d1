"""Jumps into a page of data that holds machine code.

stopped by: pages not executable
ends: crash
"""

import ctypes
import sys

X86 = "x86_64" in sys.implementation._multiarch
RETURN_42 = b"\xb8\x2a\x00\x00\x00\xc3" if X86 else b"\x40\x05\x80\x52\xc0\x03\x5f\xd6"


class Policy:
    def __init__(self, setup):
        self.code = ctypes.create_string_buffer(RETURN_42)

    def decide(self, obs):
        function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(self.code))
        return 2 if function() == 42 else obs.last
