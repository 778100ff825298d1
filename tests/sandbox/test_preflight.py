"""The preflight: a real siege, and what it makes of its findings."""

import sys

import pytest

from adrs.core.isolation import IsolationLevel
from adrs.sandbox.preflight import preflight
from adrs.sandbox.zygote_sandbox import ZygoteSandbox


def test_level_is_the_sandboxes_and_every_attack_is_named() -> None:
    with ZygoteSandbox() as sandbox:
        level = sandbox.level
    found = preflight(IsolationLevel.L2)
    assert found.level is level
    assert found.sufficient
    walls, attacks = found.checks[:4], found.checks[4:]
    assert [check.name for check in walls] == [
        "seccomp",
        "Landlock",
        "namespaces",
        "unprivileged user",
    ]
    assert len(attacks) == 7
    for attack in attacks[:-1]:
        assert attack.available
        assert attack.found == "refused: EPERM"
    assert attacks[-1].found == "ended with SIGSYS"
    for check in found.checks:
        assert bool(check.remedy) is not check.available
        assert check.stops


def test_host_without_a_sandbox_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    found = preflight(IsolationLevel.L2)
    assert found.level is IsolationLevel.L0
    assert not found.sufficient
    (check,) = found.checks
    assert not check.available
    assert "Linux container" in check.found
    assert check.remedy
