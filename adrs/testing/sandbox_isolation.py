"""What a sandbox that isolates must do, as a test class to inherit from: limits and attacks.

It takes the same fixture as `adrs.testing.sandbox_conformance`, whose tests it includes.
"""

import errno
import gc
import os
import time
from dataclasses import replace
from functools import partial

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Limits
from adrs.errors import EvaluatorError
from adrs.sandbox.protocol import PolicyFailed, Sandbox
from adrs.testing.sandbox_conformance import (
    LIMITS,
    SandboxConformance,
    assert_usable,
    begun,
    decide,
    failure,
    online,
    plan,
    planner,
)
from adrs.testing.sandbox_programs import (
    ATTEMPTS,
    FORGERIES,
    SEQ,
    attempt_program,
    decide_program,
)

# Far apart, so that a busy machine does not let the one overtake the other.
LITTLE_CPU = Limits(cpu_s=0.15, wall_s=120.0, memory_mb=64)
LITTLE_WALL = Limits(cpu_s=10.0, wall_s=1.5, memory_mb=64)


class IsolationConformance(SandboxConformance):
    """Limits, attacks and forged messages: what needs a process to hold the candidate in."""

    def test_level_is_one_that_isolates(self, sandbox: Sandbox) -> None:
        """Levels below L2 do not stop what is tried here."""
        assert sandbox.level >= IsolationLevel.L2

    def test_loop_at_top_level_times_out(self, sandbox: Sandbox) -> None:
        """CPU time ends what never ends, and is counted."""
        found = failure(lambda: online(sandbox, "while True: pass", LITTLE_CPU))
        assert (found.verdict, found.slot) == (Verdict.TIMEOUT, None)
        assert "CPU" in found.detail
        assert_usable(sandbox)

    @pytest.mark.parametrize(
        ("body", "cause"),
        [
            ("while True: pass", "CPU"),
            ("return 10 ** (10 ** 9) % 3", "CPU"),
            ("time.sleep(1000)", "within"),
            ("threading.Lock().acquire() and (l := threading.Lock()).acquire() and l.acquire()",
             "within"),
            ("[signal.signal(s, signal.SIG_IGN) for s in (15, 14, 24)]\n        while True: pass",
             "CPU"),
        ],
    )  # fmt: skip
    def test_hanging_decision_times_out(self, sandbox: Sandbox, body: str, cause: str) -> None:
        """CPU time first, wall time last; signals cannot be ignored away."""
        source = "import signal, threading, time\n" + decide_program(body)
        limits = LITTLE_CPU if cause == "CPU" else LITTLE_WALL
        session = begun(sandbox, source, scenarios=3, limits=limits)
        found = failure(lambda: decide(session, [2], [0]))
        assert (found.verdict, found.slot) == (Verdict.TIMEOUT, 2)
        assert cause in found.detail
        if cause == "CPU":
            assert session.cpu_s >= LITTLE_CPU.cpu_s
        session.close()
        assert_usable(sandbox)

    @pytest.mark.parametrize(
        "body",
        [
            "x = [0] * 10**9",
            "x = np.ones(10**9)",
            "x = bytearray(2**31)",
            "KEPT = []\n        while True: KEPT.append(bytearray(1000))",
            "global kept\n        kept = []\n        while True: kept = [kept, 'x' * 64]",
        ],
    )
    def test_memory_bomb_runs_out_of_memory(self, sandbox: Sandbox, body: str) -> None:
        """The limit is the process's own, and the end can still be told."""
        limits = Limits(cpu_s=5.0, wall_s=20.0, memory_mb=64)
        session = begun(sandbox, "import numpy as np\n" + decide_program(body), limits=limits)
        assert failure(lambda: decide(session, [0], [0])).verdict is Verdict.MEMORY
        session.close()
        assert_usable(sandbox)

    @pytest.mark.parametrize(
        ("body", "text"),
        [
            ("os._exit(0)", "status 0"),
            ("os._exit(3)", "status 3"),
            ("os.close(4); os._exit(0)", "status 0"),
            ("os.abort()", "killed by SIG"),
            ("ctypes.string_at(8)", "killed by SIGSEGV"),
        ],
    )
    def test_death_is_a_crash(self, sandbox: Sandbox, body: str, text: str) -> None:
        """No reply, no score; the cause is named."""
        session = begun(sandbox, "import ctypes, os\n" + decide_program(body), scenarios=2)
        found = failure(lambda: decide(session, [1], [0]))
        assert (found.verdict, found.slot) == (Verdict.CRASH, 1)
        assert text in found.detail
        session.close()
        assert_usable(sandbox)

    def test_plan_without_end_is_ended_at_its_own_limit(self, sandbox: Sandbox) -> None:
        """A loop costs what one plan may take, not what all of a session may."""
        source = "def plan(count, weights, grid):\n    while True: pass\n"
        session = planner(sandbox, source, Limits(cpu_s=60.0, wall_s=120.0))
        found = failure(lambda: plan(session, slot=2, cpu_s=0.1))
        assert (found.verdict, found.slot) == (Verdict.TIMEOUT, 2)
        assert found.detail == "used more than 0.1 s of CPU time for one scenario"
        assert 0.1 <= session.cpu_s < 5.0
        session.close()

    def test_plan_over_the_limit_is_invalid(self, sandbox: Sandbox) -> None:
        """An honest program that returns too much is told so; it is no forgery."""
        limits = Limits(output_bytes=1024)
        source = "def plan(count, weights, grid): return [1] * 125, 0.0"
        session = planner(sandbox, source, limits)
        found = failure(lambda: plan(session, slot=3))
        assert (found.verdict, found.slot) == (Verdict.INVALID, 3)
        assert found.detail == "the plan has 1032 bytes, at most 1024 are allowed"
        session.close()

    def test_clocks_count_their_readings(self, sandbox: Sandbox) -> None:
        """A search that stops by the clock stops after the same number of steps everywhere."""
        source = (
            "import time\n"
            "def plan(count, weights, grid):\n"
            "    start, steps = time.perf_counter(), 0\n"
            "    while time.perf_counter() - start < 0.05:\n"
            "        steps += 1\n"
            "    return [steps], time.time() - time.monotonic()\n"
        )
        answers = []
        for _ in range(2):
            session = planner(sandbox, source)
            answers.append([array.tolist() for array in plan(session)])
            session.close()
        assert answers[0] == answers[1]
        assert answers[0][0][0] in (49, 50)

    def test_the_present_is_that_of_these_clocks(self, sandbox: Sandbox) -> None:
        """Two evaluations of one second see the same date, and another day's sees another."""
        session = planner(
            sandbox,
            "import datetime, time\n"
            "def plan(count, weights, grid):\n"
            "    now = datetime.datetime.now()\n"
            "    years = [time.localtime().tm_year, time.gmtime().tm_year,\n"
            "        time.gmtime(None).tm_year, int(time.ctime()[-4:]),\n"
            "        int(time.asctime()[-4:]), int(time.strftime('%Y')), now.year,\n"
            "        datetime.datetime.now(datetime.UTC).year, (now + (now - now)).year,\n"
            "        datetime.datetime.utcnow().year, datetime.datetime.today().year,\n"
            "        datetime.date.today().year]\n"
            "    given = time.gmtime(0)\n"
            "    years += [given.tm_year, int(time.asctime(given)[-4:]),\n"
            "        int(time.strftime('%Y', given)), datetime.datetime(1970, 1, 1).year]\n"
            "    return years, time.time()\n",
        )
        years, seconds = plan(session)
        session.close()
        present = time.gmtime(float(seconds)).tm_year
        assert years.tolist() == [present] * 12 + [1970] * 4

    def test_environment_holds_no_secret(
        self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only the four fixed variables that make an interpreter deterministic are there."""
        monkeypatch.setenv("ADRS_TEST_API_KEY", "secret")
        source = "import os\nraise ValueError(','.join(sorted(os.environ)))"
        assert failure(lambda: online(sandbox, source)).detail.split(" (")[0] == (
            "ValueError: MKL_NUM_THREADS,OMP_NUM_THREADS,OPENBLAS_NUM_THREADS,PYTHONHASHSEED"
        )

    @pytest.mark.parametrize("attempt", ATTEMPTS)
    def test_attempt_is_refused(self, sandbox: Sandbox, attempt: str) -> None:
        """Files, processes, network and other ways out fail, or end the candidate."""
        source = attempt_program(attempt, scorer=os.getpid())
        session = planner(sandbox, source)
        try:
            outcome = os.strerror(int(plan(session)[0][0]))
        except PolicyFailed as exc:
            outcome = str(exc.verdict)
        # Other errors, as of a missing file, would be a refusal by accident.
        assert outcome in (os.strerror(errno.EPERM), os.strerror(errno.EBADF), Verdict.SECURITY)
        session.close()
        assert_usable(sandbox)

    @pytest.mark.parametrize(("forgery", "verdict"), FORGERIES)
    def test_forged_reply_is_a_violation(
        self, sandbox: Sandbox, forgery: str, verdict: Verdict
    ) -> None:
        """Whatever is written to the reply channel, the scorer only believes its stub's form."""
        source = SEQ + "import os, struct, time\n" + decide_program(f"{forgery}\n        return 0")
        session = begun(sandbox, source, scenarios=3, limits=LITTLE_WALL)

        def ask_on() -> None:
            for _ in range(3):
                decide(session, [0, 2], [0, 0])

        assert failure(ask_on).verdict is verdict
        session.close()
        assert_usable(sandbox)

    def test_forged_plan_is_a_violation(self, sandbox: Sandbox) -> None:
        """Bundles are checked against what is declared, sizes first."""
        for bundle in ("b''", "b'\\xff' * 64", "struct.pack('<IIQ', 0, 1, 2**61) + bytes(8)"):
            session = planner(
                sandbox,
                SEQ + "import os, struct\n"
                "def plan(count, weights, grid):\n"
                f"    body = {bundle}\n"
                "    os.write(4, struct.pack('<IIII', 21, seq(), 2, len(body)) + body)\n"
                "    os._exit(0)\n",
            )
            assert failure(partial(plan, session)).verdict is Verdict.SECURITY
            session.close()

    def test_forged_plan_is_no_longer_than_a_plan_may_be(self, sandbox: Sandbox) -> None:
        """The scorer counts too, also where a failure's text might be as long."""
        source = SEQ + (
            "import os, struct\n"
            "def plan(count, weights, grid):\n"
            "    order, level = bytes(8 * 150), struct.pack('<IId', 1, 0, 0)\n"
            "    body = struct.pack('<IIQ', 0, 1, 150) + order + level\n"
            "    os.write(4, struct.pack('<IIII', 21, seq(), 2, len(body)) + body)\n"
            "    os._exit(0)\n"
        )
        session = planner(sandbox, source, replace(LIMITS, output_bytes=1300))
        order, _ = plan(session)
        assert len(order) == 150
        session.close()
        session = planner(sandbox, source, replace(LIMITS, output_bytes=1024))
        assert failure(partial(plan, session)).verdict is Verdict.SECURITY
        session.close()

    def test_top_level_cannot_answer_in_advance(self, sandbox: Sandbox) -> None:
        """A READY and replies of a program's own making do not count."""
        source = "import os, struct\nos.write(4, struct.pack('<IIII', 18, 0, 0, 0) * 2)\n"
        found = failure(lambda: begun(sandbox, source + decide_program("return 0")))
        assert found.verdict is Verdict.SECURITY

    def test_unseeded_generators_are_deterministic(self, sandbox: Sandbox) -> None:
        """There is no entropy to draw from, and asking for it does no harm."""
        source = (
            "import os, random, secrets\nimport numpy as np\n"
            "drawn = (random.Random().random(), random.SystemRandom().random(), os.urandom(4),"
            " secrets.token_hex(), np.random.default_rng().random(), np.random.RandomState().rand()"
            ", hash('text'), list({'a', 'b', 'c'}))\n"
            "raise ValueError(drawn)"
        )
        texts = {failure(lambda: online(sandbox, source)).detail for _ in range(2)}
        assert len(texts) == 1
        assert texts.pop().startswith("ValueError: (0.")

    def test_printing_goes_nowhere(self, sandbox: Sandbox) -> None:
        """Output of any amount is no error, and input is empty."""
        body = "print('x' * 1000000, file=sys.stderr); print('y' * 1000000); sys.stdout.flush()"
        body += "\n        return len(sys.stdin.read())"
        session = begun(sandbox, "import sys\n" + decide_program(body))
        assert decide(session, [0], [0]) == [0]
        session.close()

    def test_one_candidate_leaves_nothing_to_the_next(self, sandbox: Sandbox) -> None:
        """What a program patches is gone with its process."""
        vandal = (
            "import builtins, math, numpy as np\n"
            "math.floor = np.sort = builtins.abs = lambda *a: 2\n"
        )
        begun(sandbox, vandal + decide_program("return 0")).close()
        source = "import math, numpy as np\n" + decide_program(
            "return abs(-1) * (np.sort([3, 1])[0] == 1) * math.floor(1.5)"
        )
        session = begun(sandbox, source)
        assert decide(session, [0], [0]) == [1]
        session.close()

    def test_sessions_may_overlap(self, sandbox: Sandbox) -> None:
        """Each session is a process of its own."""
        one = begun(sandbox, decide_program("return 1"))
        two = begun(sandbox, decide_program("return 2"))
        assert [decide(s, [0], [0]) for s in (one, two, one)] == [[1], [2], [1]]
        one.close()
        assert decide(two, [0], [0]) == [2]
        two.close()

    def test_ended_session_asks_no_more(self, sandbox: Sandbox) -> None:
        """After a failure only close may be called."""
        session = begun(sandbox, decide_program("raise ValueError"))
        failure(lambda: decide(session, [0], [0]))
        with pytest.raises(EvaluatorError):
            decide(session, [0], [0])
        session.close()

    def test_many_sessions_leak_nothing(self, sandbox: Sandbox) -> None:
        """File descriptors stay as many as they were, with good ends and bad ones."""
        assert_usable(sandbox)
        gc.collect()
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  (counted, not used as paths)
        for number in range(200):
            session = begun(sandbox, decide_program("return 1 if observation.queue else None"))
            if number % 2:
                failure(partial(decide, session, [0], [0]))
            session.close()
        gc.collect()
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
