"""Scorers keep to one core each, and out of each other's way; with real processes and claims."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adrs.core.scenario import Split
from adrs.evaluation.cores import available_cores
from adrs.evaluation.pool import ScorerPool
from adrs.evaluation.scoring import Task
from adrs.sandbox.preflight import preflight

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux pins processes")

CLAIM = """
import os, sys
from adrs.evaluation.cores import keep_to_one_core
with keep_to_one_core() as claim:
    print(claim.getsockname().decode()[1:], *os.sched_getaffinity(0), flush=True)
    sys.stdin.read()
"""


class Claimant:
    """A process with a claim, until it is told to end."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", CLAIM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.claim, *cores = self._process.stdout.readline().split()
        self.cores = [int(core) for core in cores]

    def end(self) -> None:
        """Let it end by itself."""
        self._process.communicate()


def claims() -> set[str]:
    """Names of all claims of this machine."""
    table = Path("/proc/net/unix").read_text().split()
    return {word[1:] for word in table if word.startswith("@adrs-scorer-")}


def test_every_process_has_a_claim_of_its_own_on_one_core() -> None:
    held = [Claimant() for _ in range(3)]
    assert len({c.claim for c in held}) == 3
    assert {c.claim for c in held} <= claims()
    for claimant in held:
        (core,) = claimant.cores
        assert core in available_cores()
        assert claimant.claim.startswith(f"adrs-scorer-{core}-")
    for claimant in held:
        claimant.end()


def test_a_core_is_shared_where_there_is_no_other() -> None:
    core = available_cores()[-1]
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        held = [Claimant() for _ in range(2)]
    finally:
        os.sched_setaffinity(0, before)
    assert [c.cores for c in held] == [[core], [core]]
    assert held[0].claim != held[1].claim
    for claimant in held:
        claimant.end()


def test_scorer_and_zygote_are_on_the_same_core(make_task: Callable[..., Task]) -> None:
    level = preflight().level
    with ScorerPool(make_task(), level=level, workers=1, instrument="line 1") as pool:
        pool.start_all()
        pool.bounds(Split.TRAIN)  # it is at work: its sandbox is ready
        (scorer,) = pool.processes
        children = Path(f"/proc/{scorer}/task/{scorer}/children").read_text().split()
        (core,) = os.sched_getaffinity(scorer)
        assert core in available_cores()
        assert [os.sched_getaffinity(int(child)) for child in children] == [{core}]
