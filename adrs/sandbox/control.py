"""Between scorer and zygote: the messages on the control socket and the zygote's configuration.

Both ends are trusted; candidates never hold the socket (SEQPACKET, one message a packet).
"""

import json
import struct
from dataclasses import asdict, dataclass
from enum import IntEnum

from adrs.core.isolation import IsolationLevel

# command; SPAWN: memory in MiB, CPU s; REAP: process id, 0; INTERFACE: bytes of the next message, 0
REQUEST = struct.Struct("<III")
SPAWNED = struct.Struct("<iI")  # errno (0 for done), process id; three descriptors travel along
REAPED = struct.Struct("<iid")  # errno (0 for done), wait status, CPU seconds
HELLO_BYTES = 65_536


class Command(IntEnum):
    """What the scorer asks of the zygote."""

    SPAWN = 1
    REAP = 2
    INTERFACE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ZygoteConfig:
    """How a zygote is to set itself up.

    Attributes:
        control_fd: its end of the control socket.
        parent_pid: the scorer, whose death it does not survive.
        die_with_thread: also die with the thread that starts it; false if that may end early.
        level: the isolation level to set up; L3 enters namespaces.
    """

    control_fd: int
    parent_pid: int
    die_with_thread: bool
    level: IsolationLevel

    def to_json(self) -> str:
        """Return it as text for a command line."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "ZygoteConfig":
        """Return what `to_json` wrote."""
        fields = json.loads(text)
        return ZygoteConfig(**{**fields, "level": IsolationLevel(fields["level"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What a zygote found and did; the first message on its socket.

    Attributes:
        namespaces: whether it is in namespaces of its own.
        namespaces_refused: why not, where that was asked for; the zygote then ends.
        landlock_abi: version of Landlock in use, 0 for none.
        unprivileged: whether it runs as another user than root.
    """

    namespaces: bool
    namespaces_refused: str
    landlock_abi: int
    unprivileged: bool

    def to_bytes(self) -> bytes:
        """Return it as a message."""
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def from_bytes(message: bytes) -> "Hello":
        """Return what `to_bytes` wrote."""
        return Hello(**json.loads(message))
