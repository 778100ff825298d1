"""What this host's kernel lets an ordinary process do to itself, each really tried.

The sandbox needs several of these at once, so where one is missing it only fails as a whole; this
tells which one it was.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import adrs
from adrs.errors import SandboxUnavailableError
from adrs.sandbox import kernel
from adrs.sandbox.interpreter import least_environment
from adrs.sandbox.landlock import deny, everything, landlock_abi
from adrs.sandbox.namespaces import drop_root
from adrs.sandbox.syscalls import Architecture, this_architecture

_OPTIONS = ("-I", "-S")
_BOOT = "import sys; sys.path.append(sys.argv[1]); from adrs.sandbox.primitives import main; main()"
_TIMEOUT_S = 10.0
_ALLOW_ALL = bytes((0x06, 0, 0, 0, 0, 0, 0xFF, 0x7F))  # one instruction: return ALLOW
_LONGEST = 200
_RECURSIVE_PRIVATE = 0x4000 | (1 << 18)


class Primitive(StrEnum):
    """One thing that a kernel may offer."""

    NO_NEW_PRIVILEGES = "no new privileges"
    SECCOMP = "seccomp"
    LANDLOCK = "Landlock"
    USER = "user namespace"
    PID = "PID namespace"
    NETWORK = "network namespace"
    MOUNT = "mount namespace"
    IPC_UTS = "IPC and UTS namespaces"


NAMESPACES = (
    Primitive.USER,
    Primitive.PID,
    Primitive.NETWORK,
    Primitive.MOUNT,
    Primitive.IPC_UTS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Primitives:
    """What was found.

    Attributes:
        looked: whether it could be looked for; nothing is missing, and nothing known, where not.
        refused: why a primitive is not to be had; the empty text where it is.
    """

    looked: bool
    refused: Mapping[Primitive, str]

    def lacks(self, *wanted: Primitive) -> bool:
        """Tell whether any of `wanted` is not to be had."""
        return any(self.refused[primitive] for primitive in wanted)


def find_primitives() -> Primitives:
    """Try every primitive as the user that candidates run as.

    It takes a twentieth of a second.

    Raises:
        SandboxUnavailableError: this host lets no process be started.
    """
    folder = str(Path(adrs.__path__[0]).parent)
    command = [sys.executable, *_OPTIONS, "-c", _BOOT, folder]
    try:
        done = subprocess.run(
            command,
            env=least_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            check=True,
        )
        found = json.loads(done.stdout)
    except OSError as exc:
        raise SandboxUnavailableError(f"cannot start {sys.executable}: {exc}") from exc
    except (subprocess.SubprocessError, ValueError):
        return Primitives(looked=False, refused=dict.fromkeys(Primitive, ""))
    return Primitives(looked=True, refused={Primitive(name): why for name, why in found.items()})


def main() -> None:
    """Try every primitive as the user that candidates run as, and print what was found."""
    architecture = this_architecture()
    drop_root()
    refused = {
        primitive: _refusal(lambda act=act: act(architecture))  # type: ignore[misc]
        for primitive, act in _ATTEMPTS.items()
    }
    sys.stdout.write(json.dumps(refused))


def _refusal(act: Callable[[], None]) -> str:
    """Return why a fork of this process may not do something; empty where it may."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        _try(act, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        why = pipe.read().decode("utf-8", "replace")
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return f"a process that tries is killed by {signal.Signals(os.WTERMSIG(status)).name}"
    return why


def _try(act: Callable[[], None], answer_fd: int) -> None:
    try:
        act()
    except OSError as exc:
        os.write(answer_fd, (exc.strerror or str(exc))[:_LONGEST].encode())
    finally:
        os._exit(0)


def _seccomp(architecture: Architecture) -> None:
    kernel.forbid_new_privileges()
    kernel.install_filter(architecture, kernel.FilterProgram.of(_ALLOW_ALL))


def _landlock(architecture: Architecture) -> None:
    kernel.forbid_new_privileges()
    abi = landlock_abi(architecture)
    if not abi:
        kernel.landlock_create(architecture, b"", 1)
    deny(architecture, everything(abi))


def _mount(_: Architecture) -> None:
    kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS)
    # Where a security module lets user namespaces be made, but be of no use, this is what fails.
    kernel.mount("none", "/", _RECURSIVE_PRIVATE, "")


def _entering(flags: int) -> Callable[[Architecture], None]:
    """Return the attempt to enter a user namespace and, in it, others."""
    return lambda _: kernel.unshare(kernel.CLONE_NEWUSER | flags)


_ATTEMPTS: Mapping[Primitive, Callable[[Architecture], None]] = {
    Primitive.NO_NEW_PRIVILEGES: lambda _: kernel.forbid_new_privileges(),
    Primitive.SECCOMP: _seccomp,
    Primitive.LANDLOCK: _landlock,
    Primitive.USER: _entering(0),
    Primitive.PID: _entering(kernel.CLONE_NEWPID),
    Primitive.NETWORK: _entering(kernel.CLONE_NEWNET),
    Primitive.MOUNT: _mount,
    Primitive.IPC_UTS: _entering(kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS),
}
