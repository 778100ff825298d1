"""Namespaces of the zygote's own: no network, no host, an empty root; and the way to nobody."""

import os
from pathlib import Path

from adrs.sandbox import kernel
from adrs.sandbox.syscalls import Architecture

NOBODY = 65534
_MOUNT_POINTS = ("/tmp", "/proc", "/dev")  # noqa: S108  (only mounted over, in an own namespace)
_RECURSIVE_PRIVATE = 0x4000 | (1 << 18)
_READ_ONLY_REMOUNT = 0x1 | 0x2 | 0x4 | 0x8 | 0x20  # ro, nosuid, nodev, noexec, remount


def drop_root() -> bool:
    """Become nobody where this process is root and may; tell whether it is not root now."""
    if os.geteuid() != 0:
        return True
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:  # a container without CAP_SETUID, or one that does not map nobody
        return False
    return True


def enter_namespaces(architecture: Architecture) -> None:
    """Enter user, network, IPC, UTS and mount namespaces, the last with an empty root.

    Nothing can be imported or opened by path afterwards.

    Raises:
        OSError: this host does not let an unprivileged process do so.
    """
    uid, gid = os.geteuid(), os.getegid()
    kernel.set_dumpable(True)  # else the maps in /proc/self belong to root
    kernel.unshare(
        kernel.CLONE_NEWUSER
        | kernel.CLONE_NEWNET
        | kernel.CLONE_NEWIPC
        | kernel.CLONE_NEWUTS
        | kernel.CLONE_NEWNS
    )
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
    _empty_root(architecture)


def _empty_root(architecture: Architecture) -> None:
    kernel.mount("none", "/", _RECURSIVE_PRIVATE, "")
    where = next(path for path in _MOUNT_POINTS if Path(path).is_dir())
    kernel.mount("tmpfs", where, 0, "size=4k,nr_inodes=2,mode=555")
    os.chdir(where)
    kernel.pivot_root_here(architecture)
    os.chdir("/")
    kernel.mount("tmpfs", "/", _READ_ONLY_REMOUNT, "")
