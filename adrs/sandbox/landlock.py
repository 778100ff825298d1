"""Landlock: the second wall, which denies all of file system, TCP, and signals to others."""

import os
import struct

from adrs.sandbox import kernel
from adrs.sandbox.syscalls import Architecture

_VERSION_FLAG = 1
_FILES_BY_ABI = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 5: 0xFFFF}
_NETWORK_ABI, _NETWORK = 4, 0b11  # bind and connect, TCP
_SCOPES_ABI, _SCOPES = 6, 0b11  # abstract unix sockets and signals


def landlock_abi(architecture: Architecture) -> int:
    """Return the version of Landlock that this kernel offers, 0 for none."""
    try:
        return kernel.landlock_create(architecture, b"", _VERSION_FLAG)
    except OSError:  # not built in, not booted with, or hidden by a container's filter
        return 0


def everything(abi: int) -> bytes:
    """Return all that Landlock of version `abi` can deny, as `struct landlock_ruleset_attr`."""
    files = _FILES_BY_ABI[max(version for version in _FILES_BY_ABI if version <= abi)]
    attributes = struct.pack("<Q", files)
    if abi >= _NETWORK_ABI:
        attributes += struct.pack("<Q", _NETWORK)
    if abi >= _SCOPES_ABI:
        attributes += struct.pack("<Q", _SCOPES)
    return attributes


def deny(architecture: Architecture, attributes: bytes) -> None:
    """Deny this process what the attributes name, for good, with no exception."""
    ruleset = kernel.landlock_create(architecture, attributes, 0)
    try:
        kernel.landlock_restrict(architecture, ruleset)
    finally:
        os.close(ruleset)
