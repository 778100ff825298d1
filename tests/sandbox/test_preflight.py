"""The preflight: a real siege, and what it makes of its findings."""

import sys

import pytest

from adrs.core.isolation import IsolationLevel
from adrs.sandbox.preflight import Preflight, preflight
from adrs.sandbox.primitives import Primitive, find_primitives
from adrs.sandbox.selfattack import TAKE_TIME, Outcome, Siege, besiege
from adrs.sandbox.zygote_sandbox import ZygoteSandbox

PARTS = [
    "seccomp",
    "Landlock",
    "user namespace",
    "PID namespace",
    "network namespace",
    "mount namespace",
    "IPC and UTS namespaces",
    "unprivileged user",
    "no new privileges",
    "resource limits",
    "address space limit",
    "CPU limit",
    "entropy denied",
    "clock hidden",
]


@pytest.fixture(scope="module")
def found() -> Preflight:
    return preflight(IsolationLevel.L2)


def test_level_is_the_sandboxes(found: Preflight) -> None:
    with ZygoteSandbox() as sandbox:
        assert found.level is sandbox.level
    assert found.works
    assert found.sufficient
    assert found.missing == found.got_through == ()


def test_every_part_and_every_attack_is_told(found: Preflight) -> None:
    assert [check.name for check in found.checks if not check.attack] == PARTS
    attacks = {check.name: check.found for check in found.checks if check.attack}
    assert len(attacks) == 12
    assert attacks.pop("scorer: read its memory") == "ended with SIGSYS"
    assert attacks.pop("scorer: inherit its environment") == "refused: ENOENT"
    assert set(attacks.values()) == {"refused: EPERM"}
    for check in found.checks:
        assert bool(check.remedy) is not check.available
        assert check.stops


def test_host_without_a_sandbox_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    found = preflight(IsolationLevel.L0)
    assert found.level is IsolationLevel.L0
    assert not found.works
    assert not found.sufficient
    (check,) = found.checks
    assert found.missing == (check,)
    assert "Linux container" in check.found
    assert check.remedy


def test_host_without_processes_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    found = preflight()
    assert not found.works
    assert "/nonexistent/python" in found.checks[0].found


def test_search_that_fails_knows_nothing_and_denies_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    primitives = find_primitives()
    assert not primitives.looked
    assert not primitives.lacks(*Primitive)


def test_weaker_sandboxes_let_more_through() -> None:
    through = {}
    for level in IsolationLevel:
        if level is IsolationLevel.L3:
            continue
        with ZygoteSandbox(level) as sandbox:
            siege = besiege(sandbox)
        through[level] = {o.attack.name for o in siege.outcomes if not o.stopped}
        assert siege.holds(level)
        assert not siege.holds(IsolationLevel.L2) or level is IsolationLevel.L2
    assert through[IsolationLevel.L2] == set()
    assert {"network: UDP", "network: unix socket"} <= through[IsolationLevel.L1]
    assert {"take more memory than allowed", "files: read", "processes: fork"} <= through[
        IsolationLevel.L0
    ]
    assert through[IsolationLevel.L1] < through[IsolationLevel.L0]


def test_attack_that_worked_costs_every_level_that_must_stop_it() -> None:
    siege = Siege(outcomes=(Outcome(attack=TAKE_TIME, stopped=False, found="it worked"),))
    assert not any(siege.holds(level) for level in IsolationLevel)
