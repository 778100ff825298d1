"""Sieges at several isolation levels and as several users, each in a scorer process of its own."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection

from adrs.core.evaluation import Verdict
from adrs.core.isolation import IsolationLevel
from adrs.testing.attacks.reading import Attack
from adrs.testing.attacks.siege import Finding
from adrs.testing.attacks.targets import KEY_VARIABLE

PATIENCE_S = 180.0  # for one attack: four times what the limits allow it
_END_TIMEOUT_S = 10.0


class User(StrEnum):
    """Who runs the scorer."""

    ROOT = "root"
    NOBODY = "nobody"
    ME = "me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Where attacks are run: at which level, and as whom."""

    level: IsolationLevel
    user: User

    def __str__(self) -> str:
        return f"{self.level.name} {self.user}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one configuration came to.

    Attributes:
        configuration: level and user.
        unavailable: why this host cannot run it; empty where it can.
        findings: one per attack, in the order of the attacks; empty where it cannot.
    """

    configuration: Configuration
    unavailable: str
    findings: tuple[Finding, ...]


def run_configuration(
    configuration: Configuration, attacks: Sequence[Attack], progress: Callable[[Finding], None]
) -> Report:
    """Run attacks in one configuration.

    A scorer that an attack ends, or holds up for `PATIENCE_S`, is replaced for the next attacks.

    Args:
        configuration: level and user.
        attacks: what to run.
        progress: is told of every finding.
    """
    findings: list[Finding] = []
    while len(findings) < len(attacks):
        left = attacks[len(findings) :]
        with _Scorer(configuration, left) as scorer:
            if scorer.unavailable:
                unavailable = scorer.unavailable
                return Report(
                    configuration=configuration, unavailable=unavailable, findings=tuple(findings)
                )
            for finding in scorer.findings(left):
                findings.append(finding)
                progress(finding)
    return Report(configuration=configuration, unavailable="", findings=tuple(findings))


class _Scorer:
    """A process of `adrs.testing.attacks.scorer`."""

    def __init__(self, configuration: Configuration, attacks: Sequence[Attack]) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "adrs.testing.attacks.scorer", str(theirs.fileno())],
                env={**os.environ, KEY_VARIABLE: secrets.token_hex(16)},
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        self._connection = Connection(ours.detach())
        order = {
            "level": configuration.level.name,
            "user": configuration.user,
            "attacks": [attack.name for attack in attacks],
        }
        self._connection.send_bytes(json.dumps(order).encode())
        self._folder: str | None = None
        self.unavailable = self._said()

    def __enter__(self) -> "_Scorer":
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()
        try:
            self._process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._folder is not None:  # one that was killed has left it behind
            shutil.rmtree(self._folder, ignore_errors=True)

    def findings(self, attacks: Sequence[Attack]) -> Iterator[Finding]:
        """Yield a finding per attack, the one that ended the process as the last."""
        for attack in attacks:
            finding = self._finding(attack)
            yield finding
            if finding.verdict is None and self._process.poll() is not None:
                return

    def _said(self) -> str:
        try:
            answer = json.loads(self._received())
        except (EOFError, ConnectionError):
            return f"its scorer ended with status {self._process.wait()}"
        except TimeoutError:
            return f"its scorer did not start within {PATIENCE_S:g} s"
        self._folder = answer["folder"]
        reason: str = answer["unavailable"]
        return reason

    def _finding(self, attack: Attack) -> Finding:
        try:
            return decode_finding(self._received())
        except (EOFError, ConnectionError):
            effect = f"the scorer ended with status {self._process.wait()}"
        except TimeoutError:
            self._process.kill()
            self._process.wait()
            effect = f"the scorer did not answer within {PATIENCE_S:g} s"
        return Finding(
            name=attack.name,
            stopped_by=attack.stopped_by,
            ends=attack.ends,
            verdict=None,
            detail="",
            score=None,
            best=0.0,
            claimed=False,
            effects=(effect,),
        )

    def _received(self) -> bytes:
        if not self._connection.poll(PATIENCE_S):
            raise TimeoutError
        return self._connection.recv_bytes()


def encode_finding(finding: Finding) -> bytes:
    """Return a finding as JSON."""
    return json.dumps(finding_fields(finding)).encode()


def finding_fields(finding: Finding) -> dict[str, object]:
    """Return a finding as plain values for JSON."""
    return {
        "name": finding.name,
        "stopped_by": finding.stopped_by,
        "ends": list(finding.ends),
        "verdict": finding.verdict,
        "detail": finding.detail,
        "score": finding.score,
        "best": finding.best,
        "claimed": finding.claimed,
        "effects": list(finding.effects),
    }


def decode_finding(data: bytes) -> Finding:
    """Return what `encode_finding` wrote."""
    found = json.loads(data)
    verdict = found.pop("verdict")
    return Finding(
        **{k: v for k, v in found.items() if k not in ("ends", "effects")},
        verdict=None if verdict is None else Verdict(verdict),
        ends=tuple(Verdict(end) for end in found["ends"]),
        effects=tuple(found["effects"]),
    )
