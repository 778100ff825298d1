"""The attack suite as a test class to inherit from: every shipped attack must fail.

A suite gives the fixture `sandbox`, of the scope of a class; it is started after the things that
there are to steal::

    @pytest.mark.xdist_group("attacks on MySandbox")
    class TestMySandbox(AttackConformance):
        @pytest.fixture(scope="class")
        @classmethod
        def sandbox(cls):
            with MySandbox() as sandbox:
                yield sandbox

The mark keeps a class on one worker of pytest-xdist, where each would start a sandbox of its own.
The tests need Linux and the main thread, and nobody else may use the sandbox meanwhile.
"""

from collections.abc import Iterator

import pytest

from adrs.sandbox.protocol import Sandbox
from adrs.testing.attacks.reading import Attack, find_attacks
from adrs.testing.attacks.siege import Siege
from adrs.testing.attacks.targets import Targets


class AttackConformance:
    """One test per attack program; see `adrs.testing.attacks`."""

    @staticmethod
    def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
        """Make a test of every shipped attack."""
        if "attack" in metafunc.fixturenames:
            attacks = find_attacks()
            metafunc.parametrize("attack", attacks, ids=[attack.name for attack in attacks])

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def targets(cls) -> Iterator[Targets]:
        """Lay out what there is to steal, before the sandbox starts."""
        with Targets() as targets:
            yield targets

    @pytest.fixture(scope="class")
    @classmethod
    def siege(cls, targets: Targets, sandbox: Sandbox) -> Iterator[Siege]:
        """Besiege the sandbox; the honest program's score is taken first."""
        with Siege(sandbox, targets) as siege:
            yield siege

    def test_attack_gets_nothing(self, siege: Siege, attack: Attack) -> None:
        """It claims, scores, changes and leaves nothing, and ends as its docstring says."""
        finding = siege.attack(attack)
        assert finding.successes == ()
        assert finding.expected, f"ended as {finding.verdict}: {finding.detail}"
