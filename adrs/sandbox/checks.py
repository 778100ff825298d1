"""What a preflight found, check by check: what it is good for, and how to get what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adrs.core.isolation import IsolationLevel
from adrs.sandbox.primitives import NAMESPACES, Primitive, Primitives
from adrs.sandbox.selfattack import (
    ENDED,
    ENTROPY,
    READ_MEMORY,
    TAKE_MEMORY,
    TAKE_TIME,
    Attack,
    Siege,
)

ABOUT_ALL = "everything that a hostile program can do"
_TOLD_AS_PARTS = (TAKE_MEMORY, TAKE_TIME, ENTROPY)
_STOPS = {
    Primitive.SECCOMP: "every way to files, network and processes",
    Primitive.LANDLOCK: "files and TCP a second time, should the first wall have a hole",
    Primitive.USER: "using what only root of the host may, should a wall have a hole",
    Primitive.PID: "seeing, signalling and outliving other processes",
    Primitive.NETWORK: "every network of the host",
    Primitive.MOUNT: "seeing any file of the host",
    Primitive.IPC_UTS: "shared memory and message queues of the host",
}
_IN_USE = {
    Primitive.USER: "of its own, without privileges",
    Primitive.PID: "of its own, one a candidate",
    Primitive.NETWORK: "of its own, without any network",
    Primitive.MOUNT: "of its own, with an empty root",
    Primitive.IPC_UTS: "of its own",
}
_SECCOMP_REMEDY = (
    "use a kernel with CONFIG_SECCOMP_FILTER; in a container, a profile that allows seccomp(2), as "
    "Docker's default does (docker run --security-opt seccomp=unconfined takes any profile off)"
)
_LANDLOCK_REMEDY = (
    "use Linux 5.13 or newer, started with lsm=landlock,...; in a container, a profile that allows "
    "landlock_create_ruleset"
)
_NAMESPACES_REMEDY = (
    "in a container, use a profile that allows unshare(CLONE_NEWUSER) (docker run --security-opt "
    "seccomp=unconfined); without it L2 is what the host offers"
)
# The settings by which distributions forbid user namespaces: file, value that does, better value.
SETTINGS = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
    ("kernel/unprivileged_userns_clone", "0", "1"),
    ("user/max_user_namespaces", "0", "15000"),
)
_SETTINGS_FOLDER = Path("/proc/sys")
_LIMITS_REMEDY = "mount /proc without hidepid; where that is so, see which level this host reaches"
SEE_ABOVE = "see above what L2 lacks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding.

    Attributes:
        name: what was looked at.
        available: whether it is as it should be.
        found: what was found, in a few words.
        stops: what it protects from.
        remedy: what to do where it is not available; empty where it is.
        needed_by: the weakest level that needs it; None where every level does without.
        attack: whether it was an attack; a part of the sandbox else.
    """

    name: str
    available: bool
    found: str
    stops: str
    remedy: str
    needed_by: IsolationLevel | None
    attack: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A sandbox that was attacked.

    Attributes:
        level: the level it claims.
        siege: how the attacks went.
        landlock_abi: version of Landlock that it uses, 0 for none.
        namespaces_refused: why it has no namespaces; empty where it has, or was to have none.
    """

    level: IsolationLevel
    siege: Siege
    landlock_abi: int
    namespaces_refused: str

    @property
    def in_namespaces(self) -> bool:
        """Whether candidates are in namespaces of their own."""
        return self.level is IsolationLevel.L3 and self.siege.alone

    @property
    def proved(self) -> IsolationLevel | None:
        """The level it reaches: what it claims, or L2 in place of L3; None where it fails."""
        if not self.siege.holds(self.level):
            return None
        if self.level is IsolationLevel.L3 and not (self.in_namespaces and self.landlock_abi):
            return IsolationLevel.L2
        return self.level

    @property
    def breaches(self) -> str:
        """What was not stopped although the level must stop it."""
        return "; ".join(
            f"{outcome.attack.name}: {outcome.found}"
            for outcome in self.siege.outcomes
            if not outcome.stopped and outcome.attack.stopped_from <= self.level
        )


def parts(stand: Stand, primitives: Primitives) -> Iterator[Check]:
    """Yield what a sandbox consists of, and which of it this host has."""
    filtered = stand.siege.outcome(READ_MEMORY).found == ENDED
    refused = primitives.refused[Primitive.SECCOMP] or "not in use"
    yield _primitive(
        Primitive.SECCOMP,
        "" if filtered else refused,
        found="an allow-list without open, socket, clone and execve",
        remedy=_SECCOMP_REMEDY,
        needed_by=IsolationLevel.L2,
    )
    abi = stand.landlock_abi
    yield _primitive(
        Primitive.LANDLOCK,
        "" if abi else primitives.refused[Primitive.LANDLOCK] or "not in use",
        found=f"version {abi}",
        remedy=_LANDLOCK_REMEDY,
        needed_by=IsolationLevel.L3,
    )
    yield from _namespaces(stand, primitives)
    yield from _own_limits(stand.siege)


def attacks(siege: Siege) -> Iterator[Check]:
    """Yield what became of the attacks, those aside that tell of a part of the sandbox."""
    for outcome in siege.outcomes:
        if outcome.attack not in _TOLD_AS_PARTS:
            yield _attempted(siege, outcome.attack, outcome.attack.name, attack_row=True)


def _primitive(
    primitive: Primitive, refused: str, *, found: str, remedy: str, needed_by: IsolationLevel
) -> Check:
    return Check(
        name=primitive.value,
        available=not refused,
        found=refused or found,
        stops=_STOPS[primitive],
        remedy=remedy if refused else "",
        needed_by=needed_by,
    )


def _namespaces(stand: Stand, primitives: Primitives) -> Iterator[Check]:
    refused = dict.fromkeys(NAMESPACES, "")
    if not stand.in_namespaces:
        refused = {name: primitives.refused[name] for name in NAMESPACES}
        if not any(refused.values()):
            # Each alone is to be had, and yet not what the sandbox does with them.
            refused[Primitive.USER] = stand.namespaces_refused
    for name in NAMESPACES:
        yield _primitive(
            name,
            refused[name],
            found=_IN_USE[name] if stand.in_namespaces else "available",
            remedy=_namespaces_remedy(),
            needed_by=IsolationLevel.L3,
        )


def _namespaces_remedy() -> str:
    for name, forbidding, allowing in SETTINGS:
        try:
            value = _SETTINGS_FOLDER.joinpath(name).read_text("ascii").strip()
        except OSError:
            continue
        if value == forbidding:
            return f"as root: sysctl -w {name.replace('/', '.')}={allowing}"
    return _NAMESPACES_REMEDY


def _own_limits(siege: Siege) -> Iterator[Check]:
    yield _fact(
        "unprivileged user",
        siege.unprivileged,
        found=("candidates are not root", "candidates run as root"),
        stops="a root process behind a hole in the other walls",
        remedy="start adrs as another user than root, or let it change its user (CAP_SETUID)",
        needed_by=None,
    )
    yield _fact(
        "no new privileges",
        siege.no_new_privileges,
        found=("set", "not seen in /proc"),
        stops="becoming root by a set-user-id program",
        remedy=_LIMITS_REMEDY,
        needed_by=None,
    )
    yield _fact(
        "resource limits",
        siege.limited,
        found=("no processes, no files, no core dumps", "not seen in /proc"),
        stops="fork bombs and full disks, should the first wall have a hole",
        remedy=_LIMITS_REMEDY,
        needed_by=None,
    )
    yield _attempted(siege, TAKE_MEMORY, "address space limit")
    yield _attempted(siege, TAKE_TIME, "CPU limit")
    yield _attempted(siege, ENTROPY, "entropy denied")
    yield _fact(
        "clock hidden",
        siege.clock_hidden,
        found=("the time module counts its readings", "the time module tells the time"),
        stops="decisions by the clock; what finds another one is told by evaluating it twice",
        remedy=_LIMITS_REMEDY,
        needed_by=None,
    )


def _fact(
    name: str,
    holds: bool,
    *,
    found: tuple[str, str],
    stops: str,
    remedy: str,
    needed_by: IsolationLevel | None,
) -> Check:
    return Check(
        name=name,
        available=holds,
        found=found[0] if holds else found[1],
        stops=stops,
        remedy="" if holds else remedy,
        needed_by=needed_by,
    )


def _attempted(siege: Siege, attack: Attack, name: str, *, attack_row: bool = False) -> Check:
    outcome = siege.outcome(attack)
    return Check(
        name=name,
        available=outcome.stopped,
        found=outcome.found if outcome.stopped or attack_row else "not enforced",
        stops=attack.stops,
        remedy="" if outcome.stopped else SEE_ABOVE,
        needed_by=attack.stopped_from,
        attack=attack_row,
    )
