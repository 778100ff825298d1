"""What every sandbox must do, as a test class to inherit from.

A suite gives the fixture `sandbox`; it may live as long as a class, since every test must leave it
usable::

    class TestMySandbox(SandboxConformance):
        @pytest.fixture(scope="class")
        @classmethod
        def sandbox(cls):
            with MySandbox() as sandbox:
                yield sandbox

This is the protocol's behaviour with programs that mean no harm; it holds for in-process doubles
too. Sandboxes that hold candidates in a process inherit from
`adrs.testing.sandbox_isolation.IsolationConformance`, which adds limits and attacks.
"""

import math
import random
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.interface import (
    Array,
    ElementType,
    Field,
    FieldType,
    OnlineInterface,
    PlannerInterface,
)
from adrs.core.problem import Limits
from adrs.errors import EvaluatorError
from adrs.sandbox.frames import record_dtype
from adrs.sandbox.modules import IMPORTABLE
from adrs.sandbox.protocol import Job, PolicyFailed, Sandbox, Session
from adrs.testing.sandbox_programs import (
    BAD_DECISIONS,
    BAD_PLANS,
    NUMERICS,
    REJECTED,
    decide_program,
)

ONLINE = OnlineInterface(
    entry="Policy",
    setup=(
        Field(name="servers", type=FieldType.INT, doc="how many"),
        Field(name="rate", type=FieldType.FLOAT, doc="jobs/s"),
    ),
    observation=(
        Field(name="load", type=FieldType.FLOAT, doc="work waiting"),
        Field(name="queue", type=FieldType.INT, doc="jobs waiting"),
        Field(name="urgent", type=FieldType.BOOL, doc="whether the job is"),
    ),
    actions=("wait", "left", "right"),
)
PLANNER = PlannerInterface(
    entry="plan",
    arguments=(
        Array(name="count", element=ElementType.INT, ndim=0, doc="how many"),
        Array(name="weights", element=ElementType.FLOAT, ndim=1, doc="of each"),
        Array(name="grid", element=ElementType.INT, ndim=2, doc="of places"),
    ),
    result=(
        Array(name="order", element=ElementType.INT, ndim=1, doc="ids"),
        Array(name="level", element=ElementType.FLOAT, ndim=0, doc="of balance"),
    ),
)
LIMITS = Limits(cpu_s=5.0, wall_s=20.0, memory_mb=256)
TEXT_LIMIT = 2048


def online(sandbox: Sandbox, source: str, limits: Limits = LIMITS) -> Session:
    """Open a session of the online interface."""
    return sandbox.open(Job(source=source, interface=ONLINE, limits=limits))


def planner(sandbox: Sandbox, source: str, limits: Limits = LIMITS) -> Session:
    """Open a session of the planner interface."""
    return sandbox.open(Job(source=source, interface=PLANNER, limits=limits))


def setups(count: int) -> NDArray[np.void]:
    """Return setups of `count` scenarios, with 10, 11, ... servers."""
    rows: NDArray[np.void] = np.zeros(count, record_dtype(ONLINE.setup))
    rows["servers"] = 10 + np.arange(count)
    rows["rate"] = 0.5
    return rows


def observations(queues: Sequence[int]) -> NDArray[np.void]:
    """Return one observation per queue length."""
    rows: NDArray[np.void] = np.zeros(len(queues), record_dtype(ONLINE.observation))
    rows["queue"] = queues
    rows["load"] = 0.25
    rows["urgent"] = True
    return rows


def begun(sandbox: Sandbox, source: str, scenarios: int = 1, limits: Limits = LIMITS) -> Session:
    """Open a session of the online interface and make its policies."""
    session = online(sandbox, source, limits)
    session.begin(setups(scenarios))
    return session


def decide(session: Session, slots: Sequence[int], queues: Sequence[int]) -> list[int]:
    """Ask for decisions and return them as plain ints."""
    answer: list[int] = session.decide(np.array(slots, np.int32), observations(queues)).tolist()
    return answer


def plan(
    session: Session, slot: int = 0, cpu_s: float = math.inf
) -> tuple[NDArray[np.generic], ...]:
    """Ask for a plan of a small instance."""
    arguments = (3, np.array([0.5, 2.0, 1.0]), np.arange(6).reshape(2, 3))
    return session.plan(slot, arguments, cpu_s=cpu_s)


def failure(call: Callable[[], object]) -> PolicyFailed:
    """Return the PolicyFailed that the call must raise."""
    with pytest.raises(PolicyFailed) as caught:
        call()
    assert len(caught.value.detail.encode()) <= TEXT_LIMIT
    assert caught.value.detail.isprintable()
    return caught.value


def assert_usable(sandbox: Sandbox) -> None:
    """Check that an honest program runs as if nothing had happened."""
    session = begun(sandbox, decide_program("return observation.queue"))
    assert decide(session, [0], [2]) == [2]
    session.close()


class SandboxConformance:
    """The protocol, with programs that mean no harm."""

    def test_policy_gets_setup_and_observation_as_named_tuples(self, sandbox: Sandbox) -> None:
        """Names, plain types and values arrive as declared, and cannot be changed."""
        session = begun(
            sandbox,
            "class Policy:\n"
            "    def __init__(self, setup):\n"
            "        assert setup._asdict() == {'servers': 10, 'rate': 0.5}\n"
            "        assert (type(setup.servers), type(setup.rate)) == (int, float)\n"
            "    def decide(self, observation):\n"
            "        expected = {'load': 0.25, 'queue': -7, 'urgent': True}\n"
            "        assert observation._asdict() == expected\n"
            "        assert [type(v) for v in observation] == [float, int, bool]\n"
            "        try:\n"
            "            observation.queue = 1\n"
            "        except AttributeError:\n"
            "            return 2\n",
        )
        assert decide(session, [0], [-7]) == [2]
        session.close()

    def test_each_scenario_has_its_own_policy(self, sandbox: Sandbox) -> None:
        """State stays with its slot, whichever slots are asked together."""
        session = begun(
            sandbox,
            "class Policy:\n"
            "    def __init__(self, setup):\n"
            "        self.asked = setup.servers - 10\n"
            "    def decide(self, observation):\n"
            "        self.asked += 1\n"
            "        return self.asked - 1\n",
            scenarios=3,
        )
        assert decide(session, [0, 1], [0, 0]) == [0, 1]
        assert decide(session, [0], [0]) == [1]
        assert decide(session, [0, 1, 2], [0, 0, 0]) == [2, 2, 2]
        session.close()

    def test_decisions_are_a_private_int32_array(self, sandbox: Sandbox) -> None:
        """The caller may write into what it gets."""
        session = begun(sandbox, decide_program("return 1"))
        decisions = session.decide(np.zeros(1, np.int32), observations([0]))
        assert decisions.dtype == np.int32
        assert decisions.shape == (1,)
        decisions[0] = 9
        assert decide(session, [0], [0]) == [1]
        session.close()

    @pytest.mark.parametrize(
        "value", ["True", "np.True_", "np.int64(1)", "np.uint8(1)", "Choice.LEFT"]
    )
    def test_whatever_is_an_index_is_a_decision(self, sandbox: Sandbox, value: str) -> None:
        """Bools, numpy ints and IntEnums are ints."""
        prologue = "import enum\nimport numpy as np\nChoice = enum.IntEnum('Choice', {'LEFT': 1})\n"
        session = begun(sandbox, prologue + decide_program(f"return {value}"))
        assert decide(session, [0], [0]) == [1]
        session.close()

    def test_wide_batches_pass(self, sandbox: Sandbox) -> None:
        """A batch larger than a pipe's buffer is answered whole and in order."""
        count = 6_000
        session = begun(sandbox, decide_program("return observation.queue % 3"), count)
        queues = list(range(count))
        assert decide(session, queues, queues) == [queue % 3 for queue in queues]
        session.close()

    def test_planner_gets_arguments_and_returns_arrays(self, sandbox: Sandbox) -> None:
        """Arguments are of the declared kinds, results are converted without loss."""
        session = planner(
            sandbox,
            "import numpy as np\n"
            "def plan(count, weights, grid):\n"
            "    assert type(count) is int and weights.dtype == np.float64\n"
            "    assert grid.dtype == np.int64 and grid.shape == (2, 3)\n"
            "    weights[0] = 99.0\n"
            "    return list(np.argsort(weights) * 1.0), count + int(grid.sum())\n",
        )
        weights = np.array([0.5, 2.0, 1.0])
        order, level = session.plan(0, (3, weights, np.arange(6).reshape(2, 3)))
        assert order.dtype == np.int64
        assert order.tolist() == [2, 1, 0]
        assert level.dtype == np.float64
        assert level.ndim == 0
        assert level == 18.0
        assert weights[0] == 0.5
        order[0] = 5
        session.close()

    def test_large_plans_pass(self, sandbox: Sandbox) -> None:
        """Megabytes go in and out in one piece, and may be changed on the other side."""
        session = planner(
            sandbox,
            "def plan(count, weights, grid):\n"
            "    weights *= 2\n"
            "    return weights[::-1], grid.sum()\n",
        )
        weights = np.arange(200_000, dtype=np.float64)
        order, _ = session.plan(0, (1, weights, np.zeros((1000, 200), np.int64)))
        assert np.array_equal(order, 2 * weights[::-1].astype(np.int64))
        assert weights[1] == 1.0
        session.close()

    @pytest.mark.parametrize(("source", "text"), REJECTED)
    def test_unfit_program_is_rejected(self, sandbox: Sandbox, source: str, text: str) -> None:
        """What does not compile or lacks the interface is told apart from what raises."""
        found = failure(lambda: online(sandbox, source))
        assert (found.verdict, found.slot) == (Verdict.REJECTED, None)
        assert text in found.detail
        assert_usable(sandbox)

    def test_long_program_is_rejected(self, sandbox: Sandbox) -> None:
        """The limit counts bytes, not characters."""
        limits = Limits(source_bytes=100)
        source = decide_program("return 1") + "#" + "é" * 40
        assert len(source) > 50
        source = source.ljust(101, "#")
        found = failure(lambda: online(sandbox, source, limits))
        assert found.verdict is Verdict.REJECTED
        assert "at most 100" in found.detail

    def test_missing_function_is_rejected(self, sandbox: Sandbox) -> None:
        """A planner needs a function of the entry's name."""
        for source in ("plans = 1", "plan = 1"):
            found = failure(partial(planner, sandbox, source))
            assert found.verdict is Verdict.REJECTED
            assert found.detail.endswith(("no function 'plan'", "not a function"))

    def test_exception_at_top_level_names_its_line(self, sandbox: Sandbox) -> None:
        """The text is `Type: message (line N)`."""
        found = failure(lambda: online(sandbox, "x = 1\n\ny = x + 'a'\n"))
        assert (found.verdict, found.slot) == (Verdict.EXCEPTION, None)
        assert found.detail.startswith("TypeError: unsupported operand")
        assert found.detail.endswith("(line 3)")

    def test_scenarios_begun_later_take_the_place_of_those_before(self, sandbox: Sandbox) -> None:
        """The program stays the same, with what its modules remember; its policies are new."""
        session = begun(
            sandbox,
            "made = []\n"
            "class Policy:\n"
            "    def __init__(self, setup):\n"
            "        made.append(self)\n"
            "        self.asked = 0\n"
            "    def decide(self, observation):\n"
            "        self.asked += 1\n"
            "        return self.asked if len(made) == 2 else self.asked - 1\n",
            scenarios=2,
        )
        assert decide(session, [0, 1], [1, 1]) == [1, 1]
        assert decide(session, [1], [1]) == [2]
        session.begin(setups(3))
        assert decide(session, [1, 2], [1, 1]) == [0, 0]
        assert decide(session, [0, 1], [1, 1]) == [0, 1]
        with pytest.raises(EvaluatorError):
            decide(session, [3], [1])
        session.close()

    def test_exception_in_constructor_names_its_scenario(self, sandbox: Sandbox) -> None:
        """The scenario is the one whose policy was being made."""
        session = online(
            sandbox,
            "class Policy:\n"
            "    def __init__(self, setup):\n"
            "        self.x = 1 / (12 - setup.servers)\n"
            "    def decide(self, observation):\n"
            "        return 0\n",
        )
        found = failure(lambda: session.begin(setups(4)))
        assert (found.verdict, found.slot) == (Verdict.EXCEPTION, 2)
        assert found.detail == "ZeroDivisionError: division by zero (line 3)"
        session.close()

    def test_place_of_a_module_is_not_told(self, sandbox: Sandbox) -> None:
        """What could not be imported is, but not where the host keeps it."""
        found = failure(lambda: online(sandbox, "from numpy import nothing\n"))
        assert found.verdict is Verdict.EXCEPTION
        assert found.detail == "ImportError: cannot import name 'nothing' from 'numpy' (line 1)"
        assert_usable(sandbox)

    def test_exception_in_decide_names_its_scenario(self, sandbox: Sandbox) -> None:
        """The line is the program's innermost one, below numpy's own frames."""
        source = "import numpy as np\n" + decide_program(
            "return int(np.linalg.inv(np.zeros((2, 2)))[0, 0]) if observation.queue == 5 else 0"
        )
        session = begun(sandbox, source, scenarios=4)
        assert decide(session, [0, 3], [1, 1]) == [0, 0]
        found = failure(lambda: decide(session, [1, 3], [1, 5]))
        assert (found.verdict, found.slot) == (Verdict.EXCEPTION, 3)
        assert found.detail == "LinAlgError: Singular matrix (line 6)"
        session.close()

    def test_exception_in_plan_names_its_scenario(self, sandbox: Sandbox) -> None:
        """The scenario is the one the caller named."""
        session = planner(sandbox, "def plan(count, weights, grid):\n    return weights[7]\n")
        found = failure(lambda: plan(session, slot=4))
        assert (found.verdict, found.slot) == (Verdict.EXCEPTION, 4)
        assert found.detail.startswith("IndexError: ")
        session.close()

    @pytest.mark.parametrize(("value", "shown"), BAD_DECISIONS)
    def test_bad_decision_is_invalid(self, sandbox: Sandbox, value: str, shown: str) -> None:
        """Wrong types and ranges are shown and named with their scenario."""
        session = begun(sandbox, decide_program(f"return {value}"), scenarios=2)
        found = failure(lambda: decide(session, [1], [0]))
        assert (found.verdict, found.slot) == (Verdict.INVALID, 1)
        assert found.detail == f"decide returned {shown}, expected an int in 0..2"
        session.close()
        assert_usable(sandbox)

    @pytest.mark.parametrize(("value", "text"), BAD_PLANS)
    def test_bad_plan_is_invalid(self, sandbox: Sandbox, value: str, text: str) -> None:
        """A result that cannot be converted without loss is refused, and named."""
        session = planner(
            sandbox, f"import numpy as np\ndef plan(count, weights, grid): return {value}"
        )
        found = failure(lambda: plan(session, slot=2))
        assert (found.verdict, found.slot) == (Verdict.INVALID, 2)
        assert text in found.detail
        session.close()

    def test_leaving_is_a_crash(self, sandbox: Sandbox) -> None:
        """sys.exit is no way to end an evaluation."""
        session = begun(sandbox, "import sys\n" + decide_program("sys.exit(0)"))
        found = failure(lambda: decide(session, [0], [0]))
        assert (found.verdict, found.slot) == (Verdict.CRASH, 0)
        assert found.detail == "SystemExit: 0 (line 6)"
        session.close()

    def test_memory_error_is_its_own_verdict(self, sandbox: Sandbox) -> None:
        """Running out of memory is told apart from other exceptions."""
        session = begun(sandbox, decide_program("raise MemoryError"))
        assert failure(lambda: decide(session, [0], [0])).verdict is Verdict.MEMORY
        session.close()

    @pytest.mark.parametrize(
        "raised",
        [
            "ValueError('a\\x1b[31m\\nb\\u202e\\x00' * 9999)",
            "type('E', (Exception,), {'__str__': lambda self: 1 / 0})()",
            "type('E', (BaseException,), {})('\\ud800')",
            "type('\\n' * 5000, (Exception,), {})()",
        ],
    )
    def test_hostile_exceptions_become_clean_text(self, sandbox: Sandbox, raised: str) -> None:
        """What is raised is the candidate's text, so it is cut and cleaned."""
        found = failure(lambda: online(sandbox, f"raise {raised}"))
        assert found.verdict is Verdict.EXCEPTION
        assert_usable(sandbox)

    def test_evaluators_slips_are_not_the_candidates(self, sandbox: Sandbox) -> None:
        """A broken contract on the scorer's side is an EvaluatorError."""
        session = online(sandbox, decide_program("return 0"))
        slot, one = np.zeros(1, np.int32), observations([0])
        for call in (
            lambda: session.decide(slot, one),
            lambda: session.begin(observations([0])),
            lambda: session.begin(setups(0)),
        ):
            with pytest.raises(EvaluatorError):
                call()
        session.begin(setups(2))
        for slots, rows in (
            (np.array([1, 0], np.int32), observations([0, 0])),
            (np.array([0, 2], np.int32), observations([0, 0])),
            (np.array([0, 0], np.int32), observations([0, 0])),
            (np.array([0], np.int64), one),
            (slot, setups(1)),
            (slot, observations([0, 0])),
        ):
            with pytest.raises(EvaluatorError):
                session.decide(slots, rows)  # type: ignore[arg-type]  # wrong on purpose
        session.close()

    def test_same_program_draws_the_same_numbers(self, sandbox: Sandbox) -> None:
        """The global generators start seeded with 0 in every session."""
        source = "import random\nimport numpy as np\n" + decide_program(
            "return int(100 * random.random() + 100 * np.random.random()) % 3"
        )
        drawn = []
        for _ in range(2):
            session = begun(sandbox, source)
            drawn.append([decide(session, [0], [0])[0] for _ in range(20)])
            session.close()
        ours, numpys = random.Random(0), np.random.RandomState(0)
        expected = [int(100 * ours.random() + 100 * numpys.random_sample()) % 3 for _ in range(20)]
        assert drawn == [expected, expected]

    def test_published_modules_are_importable(self, sandbox: Sandbox) -> None:
        """Every module that prompts name is there, at the top and within a function."""
        imports = "\n".join(f"import {name}" for name in IMPORTABLE)
        body = "\n        ".join(f"import {name}" for name in IMPORTABLE) + "\n        return 0"
        session = begun(sandbox, imports + "\n" + decide_program(body))
        assert decide(session, [0], [0]) == [0]
        session.close()

    @pytest.mark.parametrize("expression", NUMERICS)
    def test_common_numerics_work(self, sandbox: Sandbox, expression: str) -> None:
        """What numpy and the standard library import late is there as well."""
        session = planner(
            sandbox,
            "import bisect, collections, dataclasses, datetime, decimal, fractions, functools\n"
            "import heapq, itertools, json, math, random, re, statistics, string, typing\n"
            "import numpy as np\n"
            "def plan(count, weights, grid):\n"
            "    a = np.arange(12.0).reshape(3, 4) + 1\n"
            "    rng = np.random.default_rng(7)\n"
            f"    value = {expression}\n"
            "    text = f'{value} {value!r}'\n"
            "    return [len(text)], 0\n",
        )
        order, _ = plan(session)
        assert order[0] > 0
        session.close()

    def test_dataclasses_with_late_annotations_work(self, sandbox: Sandbox) -> None:
        """The program's module can be looked up, as dataclasses and type hints do."""
        session = begun(
            sandbox,
            "from __future__ import annotations\n"
            "import typing\n"
            "from dataclasses import dataclass, field\n"
            "@dataclass(slots=True)\n"
            "class Policy:\n"
            "    setup: tuple\n"
            "    seen: list[int] = field(default_factory=list)\n"
            "    def decide(self, observation):\n"
            "        assert typing.get_type_hints(Policy)['seen'] == list[int]\n"
            "        return len(self.seen)\n",
        )
        assert decide(session, [0], [0]) == [0]
        session.close()

    def test_time_of_one_plan_is_limited(self, sandbox: Sandbox) -> None:
        """The limit holds for that plan alone, whatever those before it took."""
        source = "def plan(count, weights, grid): return [sum(range(1500000)) * 0], 0.0"
        session = planner(sandbox, source)
        before = session.cpu_s
        plan(session)
        each_s = session.cpu_s - before
        for _ in range(12):
            assert plan(session, cpu_s=6 * each_s)[0].tolist() == [0]
        found = failure(lambda: plan(session, slot=3, cpu_s=each_s / 16))
        assert (found.verdict, found.slot) == (Verdict.TIMEOUT, 3)
        assert found.detail == f"used more than {each_s / 16:g} s of CPU time for one scenario"
        session.close()

    def test_cpu_time_grows_and_is_kept(self, sandbox: Sandbox) -> None:
        """Work shows in cpu_s, which outlives the session."""
        session = begun(sandbox, decide_program("return sum(range(300000)) * 0"))
        before = session.cpu_s
        decide(session, [0], [0])
        assert 0 <= before < session.cpu_s
        reached = session.cpu_s
        session.close()
        session.close()
        assert session.cpu_s >= reached
