"""The scorer process of a siege; started as `python -m adrs.testing.attacks.scorer FD`.

It reads its order, becomes the user it is to be, and sends a finding per attack.
"""

import ctypes
import json
import os
import signal
import sys
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path

from adrs.core.isolation import IsolationLevel
from adrs.errors import SandboxUnavailableError
from adrs.sandbox.zygote_sandbox import ZygoteSandbox
from adrs.testing.attacks.configurations import User, encode_finding
from adrs.testing.attacks.reading import Attack, find_attacks
from adrs.testing.attacks.siege import Siege
from adrs.testing.attacks.targets import Targets

NOBODY = 65534
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4


def main() -> None:
    """Serve the file descriptor given as the only argument."""
    with Connection(int(sys.argv[1])) as connection:
        order = json.loads(connection.recv_bytes())
        by_name = {attack.name: attack for attack in find_attacks()}
        attacks = [by_name[name] for name in order["attacks"]]
        if order["user"] == User.NOBODY:
            _become_nobody()
            if not all(os.access(path, os.R_OK) for path in (sys.executable, os.__file__)):
                _say(connection, f"nobody cannot read {sys.executable} or {os.__file__}")
                return
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _besiege(connection, IsolationLevel[order["level"]], attacks)


def _become_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    # As after a login: a change of user would otherwise hide the process from its own user.
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def _besiege(connection: Connection, level: IsolationLevel, attacks: list[Attack]) -> None:
    with ExitStack() as stack:
        try:
            targets = stack.enter_context(Targets())
            sandbox = stack.enter_context(ZygoteSandbox(level))
        except (SandboxUnavailableError, PermissionError) as exc:
            _say(connection, str(exc))
            return
        siege = stack.enter_context(Siege(sandbox, targets))
        if siege.level is not level:
            _say(connection, f"the sandbox runs at {siege.level.name}")
            return
        _say(connection, "", folder=targets.folder)
        for attack in attacks:
            connection.send_bytes(encode_finding(siege.attack(attack)))


def _say(connection: Connection, unavailable: str, folder: Path | None = None) -> None:
    answer = {"unavailable": unavailable, "folder": None if folder is None else str(folder)}
    connection.send_bytes(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
