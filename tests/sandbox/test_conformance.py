"""Every sandbox against the conformance suite."""

from collections.abc import Iterator

import pytest

from adrs.core.isolation import IsolationLevel
from adrs.errors import SandboxUnavailableError
from adrs.sandbox.protocol import Sandbox
from adrs.sandbox.zygote_sandbox import ZygoteSandbox
from adrs.testing.sandbox import InlineSandbox
from adrs.testing.sandbox_conformance import SandboxConformance
from adrs.testing.sandbox_isolation import IsolationConformance


class TestInline(SandboxConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def sandbox(cls) -> Sandbox:
        return InlineSandbox()


class TestLevel2(IsolationConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def sandbox(cls) -> Iterator[Sandbox]:
        with ZygoteSandbox(IsolationLevel.L2) as sandbox:
            yield sandbox


class TestLevel3(IsolationConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def sandbox(cls) -> Iterator[Sandbox]:
        try:
            sandbox = ZygoteSandbox(IsolationLevel.L3)
        except SandboxUnavailableError as exc:
            pytest.skip(f"this kernel or container has no namespaces: {exc}")
        with sandbox:
            yield sandbox
