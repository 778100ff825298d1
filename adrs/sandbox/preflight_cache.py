"""Keeps a preflight's findings in a file of the user's, for as long as nothing changes.

A finding is good for one boot, kernel, version and source of this package, interpreter, user, and
set of privileges; what an administrator or a container changes in between is part of the key.
"""

import hashlib
import json
import os
import stat
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from adrs import __version__
from adrs.core.isolation import IsolationLevel
from adrs.sandbox.checks import SETTINGS, Check
from adrs.sandbox.preflight import Preflight

_FORMAT = 1
_NAME = "preflight.json"
_LARGEST_BYTES = 262_144
_PROCESS_FIELDS = ("Seccomp", "NoNewPrivs", "CapEff", "CapBnd")
_FACTS = (
    *(Path("/proc/sys") / name for name, _, _ in SETTINGS),
    Path("/proc/sys/kernel/random/boot_id"),
    Path("/proc/sys/kernel/yama/ptrace_scope"),
    Path("/proc/self/attr/current"),  # the profile of a security module
)
_NAMESPACES = ("user", "mnt", "pid", "net")


class PreflightCache:
    """One finding in one file.

    Args:
        folder: where the file is; made when something is written. None for no cache.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / _NAME

    def read(self, minimum: IsolationLevel) -> Preflight | None:
        """Return what was found under the same conditions; None where nothing trustworthy is."""
        if self._path is None:
            return None
        try:
            form = json.loads(_read_own(self._path))
            if form["format"] != _FORMAT or form["key"] != _key():
                return None
            return Preflight(
                level=IsolationLevel[form["level"]],
                works=form["works"] is True,
                minimum=minimum,
                checks=tuple(_check(row) for row in form["checks"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None  # no such file, another user's, or not one that this version wrote

    def write(self, found: Preflight) -> None:
        """Keep a finding in place of the one before; does nothing where it cannot be written."""
        if self._path is None:
            return
        form = {
            "format": _FORMAT,
            "key": _key(),
            "level": found.level.name,
            "works": found.works,
            "checks": [_row(check) for check in found.checks],
        }
        try:
            _replace(self._path, json.dumps(form, indent=1).encode())
        except OSError:
            return


def _key() -> str:
    """Return a hash of all that a finding depends on."""
    conditions = (
        os.uname().release,
        os.uname().machine,
        __version__,
        _source_digest(),
        sys.version,
        sys.executable,
        str(os.getresuid()),
        *(_text(path) for path in _FACTS),
        *(_link(f"/proc/self/ns/{name}") for name in _NAMESPACES),
        *_privileges(),
    )
    return hashlib.blake2b("\0".join(conditions).encode(), digest_size=16).hexdigest()


def _source_digest() -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _link(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""


def _privileges() -> list[str]:
    lines = _text(Path("/proc/self/status")).splitlines()
    return [line for line in lines if line.startswith(_PROCESS_FIELDS)]


def _read_own(path: Path) -> bytes:
    """Return what a file of the user's holds, provided that nobody else could have written it.

    Raises:
        OSError: it is a link, another user's, open to others, or not to be read.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as file:
        state = os.fstat(fd)
        private = state.st_uid == os.geteuid() and not state.st_mode & 0o077
        if not (private and stat.S_ISREG(state.st_mode)):
            raise PermissionError(f"{path} is not the user's alone")
        return file.read(_LARGEST_BYTES)


def _replace(path: Path, content: bytes) -> None:
    """Write a file in one step, for the user alone.

    Raises:
        OSError: it cannot be written, or lies among another user's files.
    """
    home = path.parent.parent
    if home.exists() and home.stat().st_uid != os.geteuid():
        raise PermissionError(f"{home} is another user's")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _row(check: Check) -> dict[str, object]:
    needed_by = None if check.needed_by is None else check.needed_by.name
    return {**asdict(check), "needed_by": needed_by}


def _check(row: dict[str, object]) -> Check:
    name = row["needed_by"]
    return Check(
        name=_str(row["name"]),
        available=row["available"] is True,
        found=_str(row["found"]),
        stops=_str(row["stops"]),
        remedy=_str(row["remedy"]),
        needed_by=None if name is None else IsolationLevel[_str(name)],
        attack=row["attack"] is True,
    )


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {value!r}")
    return value
