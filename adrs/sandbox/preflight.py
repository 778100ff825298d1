"""Finds out what this host can isolate, by really attacking it from inside a sandbox."""

from collections.abc import Iterator
from dataclasses import dataclass

from adrs.core.isolation import IsolationLevel
from adrs.errors import SandboxUnavailableError
from adrs.sandbox.checks import ABOUT_ALL, Check, Stand, attacks, parts
from adrs.sandbox.primitives import NAMESPACES, Primitive, Primitives, find_primitives
from adrs.sandbox.selfattack import besiege
from adrs.sandbox.syscalls import this_architecture
from adrs.sandbox.zygote_sandbox import ZygoteSandbox

__all__ = ["Check", "Preflight", "preflight"]

_HOST_REMEDY = "run adrs on Linux 5.4 or newer, or in a container or virtual machine of it"
_PART_REMEDY = "get what is missing of the parts below"
_KERNEL_REMEDY = "do not run candidates on this host; report its kernel as a bug of adrs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What this host can isolate.

    Attributes:
        level: the best level that was proved.
        works: whether candidates can be run at all; the level is L0 where not.
        minimum: the level that was asked for.
        checks: what the level rests on, the sandbox and its parts first, then attacks.
    """

    level: IsolationLevel
    works: bool = True
    minimum: IsolationLevel
    checks: tuple[Check, ...]

    @property
    def sufficient(self) -> bool:
        """True when the host reaches the level asked for."""
        return self.works and self.level >= self.minimum

    @property
    def missing(self) -> tuple[Check, ...]:
        """The parts that the level asked for needs and the host lacks."""
        return tuple(
            check
            for check in self.checks
            if not (check.available or check.attack)
            and check.needed_by is not None
            and check.needed_by <= self.minimum
        )

    @property
    def got_through(self) -> tuple[Check, ...]:
        """The attacks that were not stopped."""
        return tuple(check for check in self.checks if check.attack and not check.available)


def preflight(minimum: IsolationLevel = IsolationLevel.L2) -> Preflight:
    """Start real sandboxes, the strongest first, until one stops all that its level must stop.

    It takes a quarter of a second. It raises nothing: a host without isolation is a finding.
    """
    try:
        this_architecture()
        return _descend(find_primitives(), minimum)
    except SandboxUnavailableError as exc:
        return _nothing(minimum, [_failure("sandbox", IsolationLevel.L0, str(exc), _HOST_REMEDY)])


def _descend(primitives: Primitives, minimum: IsolationLevel) -> Preflight:
    failures: list[Check] = []
    for wanted in _worth_trying(primitives):
        least = min(wanted, IsolationLevel.L2)
        try:
            stand = _stand(wanted)
        except SandboxUnavailableError as exc:
            failures.append(_failure(f"sandbox of {least.name}", least, str(exc), _PART_REMEDY))
            continue
        if stand.proved is not None:
            checks = (*failures, *parts(stand, primitives), *attacks(stand.siege))
            return Preflight(level=stand.proved, minimum=minimum, checks=checks)
        failures.append(_failure(f"sandbox of {least.name}", least, stand.breaches, _KERNEL_REMEDY))
    return _nothing(minimum, failures)


def _worth_trying(primitives: Primitives) -> Iterator[IsolationLevel]:
    """Yield the levels that the host could reach by what its kernel offers, the best first."""
    if not primitives.lacks(Primitive.SECCOMP):
        alone = not primitives.lacks(*NAMESPACES)
        yield IsolationLevel.L3 if alone else IsolationLevel.L2
    yield IsolationLevel.L1
    yield IsolationLevel.L0


def _stand(wanted: IsolationLevel) -> Stand:
    # Of L3 and L2 the sandbox finds the better one itself, and says why it is not L3.
    with ZygoteSandbox(None if wanted is IsolationLevel.L3 else wanted) as sandbox:
        return Stand(
            level=sandbox.level,
            siege=besiege(sandbox),
            landlock_abi=sandbox.facts.landlock_abi,
            namespaces_refused=sandbox.namespaces_refused,
        )


def _failure(name: str, needed_by: IsolationLevel, found: str, remedy: str) -> Check:
    return Check(
        name=name,
        available=False,
        found=found,
        stops=ABOUT_ALL,
        remedy=remedy,
        needed_by=needed_by,
    )


def _nothing(minimum: IsolationLevel, failures: list[Check]) -> Preflight:
    return Preflight(level=IsolationLevel.L0, works=False, minimum=minimum, checks=tuple(failures))
