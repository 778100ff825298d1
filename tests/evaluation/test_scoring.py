"""Every end of an evaluation is a verdict, and a score needs every scenario."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.errors import EvaluatorError
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.protocol import Evaluator, Outcome, RenewableSession
from adrs.evaluation.racing import Rival
from adrs.evaluation.scoring import REPEAT_EVERY, Scoring, Task, repeats
from adrs.sandbox.protocol import Argument, Job, PolicyFailed, Session
from adrs.testing.sandbox import InlineSandbox, InlineSession
from tests.doubles.line_evaluator import LineEvaluator, Points

MakeTask = Callable[..., Task]


def scoring(task: Task) -> Scoring:
    return Scoring(task, build_evaluator(task.evaluator, task.params), InlineSandbox())


def test_a_score_is_the_mean_over_all_scenarios(make_task: MakeTask, line: Program) -> None:
    result = scoring(make_task()).evaluate(line, Split.TRAIN)
    assert result.verdict is Verdict.OK
    assert result.score == pytest.approx(sum(result.values) / 3)
    assert result.decisions == 3
    assert set(result.metrics) == {"spread"}
    assert result.evaluator == "line 1"


def test_programs_that_act_the_same_share_a_fingerprint(make_task: MakeTask, line: Program) -> None:
    judge = scoring(make_task())
    twin = Program.of("def predict(x):\n    y = x + x\n    return y\n")
    other = Program.of("def predict(x):\n    return 2.5 * x\n")
    prints = [judge.evaluate(p, Split.TRAIN).fingerprint for p in (line, twin, other)]
    assert prints[0] == prints[1] != prints[2]


def test_programs_that_swap_their_answers_between_scenarios_act_differently(
    make_task: MakeTask,
) -> None:
    judge = scoring(make_task())
    body = "n = []\ndef predict(x):\n    n.append(0)\n    return x * 0 + {answers}[len(n) - 1]\n"
    one, other = (
        judge.evaluate(Program.of(body.format(answers=answers)), Split.TRAIN)
        for answers in ([1, 2, 3], [3, 2, 1])
    )
    assert one.values != other.values
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("source", "verdict", "scenario"),
    [
        ("def predict(x:\n", Verdict.REJECTED, None),
        ("def guess(x):\n    return x\n", Verdict.REJECTED, None),
        ("def predict(x):\n    return x[:4]\n", Verdict.INVALID, "train/0000"),
        ("def predict(x):\n    return 1 / 0\n", Verdict.EXCEPTION, "train/0000"),
        ("n = [0]\ndef predict(x):\n    n[0] += 1\n    return x if n[0] < 3 else x / 0 / [][0]\n",
         Verdict.EXCEPTION, "train/0002"),
        ("def predict(x):\n    return x\n" + "#" * 2000, Verdict.REJECTED, None),
        ("def predict(x):\n    return x  # \udcff\n", Verdict.REJECTED, None),
    ],
)  # fmt: skip
def test_a_failure_in_any_scenario_leaves_no_score(
    make_task: MakeTask, source: str, verdict: Verdict, scenario: str | None
) -> None:
    result = scoring(make_task()).evaluate(Program.of(source), Split.TRAIN)
    assert result.verdict is verdict
    assert result.failed_scenario == scenario
    assert result.score is None
    assert result.values == ()
    assert result.fingerprint == ""
    assert result.detail


def test_better_than_the_bound_is_an_alarm(make_task: MakeTask, line: Program) -> None:
    judge = scoring(make_task(bound=0.9))
    judge.set_bounds(Split.TRAIN, judge.bounds(Split.TRAIN, 0, 3))
    result = judge.evaluate(line, Split.TRAIN)
    assert result.verdict is Verdict.IMPOSSIBLE
    assert result.score is None
    assert "better than the proven bound 0.9" in result.detail


def test_as_good_as_the_bound_is_no_alarm(make_task: MakeTask) -> None:
    judge = scoring(make_task())
    judge.set_bounds(Split.TRAIN, judge.bounds(Split.TRAIN, 0, 3))
    exact = Program.of("def predict(x):\n    return 3.0 * x - 0.5\n")
    assert judge.evaluate(exact, Split.TRAIN).score == 0.0


def test_a_failure_names_its_scenario(make_task: MakeTask, line: Program) -> None:
    judge = scoring(make_task())
    assert judge.evaluate(line, Split.VALIDATION).ok
    late = Program.of(
        "n = [0]\ndef predict(x):\n    n[0] += 1\n    return x[: 9 - 5 * (n[0] > 2)]\n"
    )
    assert judge.evaluate(late, Split.VALIDATION).failed_scenario == "validation/0002"


def test_an_evaluator_that_breaks_its_contract_is_an_error(
    make_task: MakeTask, line: Program
) -> None:
    with pytest.raises(EvaluatorError, match="value nan in scenario train/0000"):
        scoring(make_task(fault="nan")).evaluate(line, Split.TRAIN)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_bound_that_is_not_finite_is_an_error(make_task: MakeTask, value: str) -> None:
    judge = scoring(make_task(bound=value))
    with pytest.raises(EvaluatorError, match=rf"line 1: bound is {value} in scenario train/0001,"):
        judge.bounds(Split.TRAIN, 1, 3)


def test_a_metric_that_is_not_finite_is_an_error(make_task: MakeTask, line: Program) -> None:
    with pytest.raises(EvaluatorError, match="metric spread is nan in scenario train/0000"):
        scoring(make_task(fault="metric")).evaluate(line, Split.TRAIN)


class Spoilt(LineEvaluator):
    """An evaluator whose outcomes are made wrong."""

    def __init__(self, spoil: Callable[[list[Outcome]], Any]) -> None:
        super().__init__({})
        self._spoil = spoil

    def play(self, workloads: Sequence[Points], session: Session) -> list[Outcome]:
        spoilt: list[Outcome] = self._spoil(super().play(workloads, session))
        return spoilt


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda _: None, "play returned NoneType, expected a list of 3, one Outcome a scenario"),
        (iter, "play returned list_iterator, expected a list of 3"),
        (lambda made: made[:2], "play returned 2 outcomes, expected a list of 3"),
        (lambda made: [*made[:2], 1.0], "play returned a float for scenario train/0002, not an"),
        (lambda made: [replace(made[0], value="1"), *made[1:]], "value '1' in scenario train/0000"),
        (lambda made: [replace(made[0], value=10**999), *made[1:]], "value 10+[.]{3}0+ in scena"),
        (lambda made: [replace(o, value=1e308) for o in made],
         r"value 1e\+308 in scenario train/0000, expected a finite number \(at most 1e\+300"),
        (lambda made: [replace(made[0], value=[1.0]), *made[1:]], r"value \[1\.0\] in .*n/0000"),
        (lambda made: [replace(made[0], metrics={"spread": "no"}), *made[1:]],
         "metric spread is 'no' in scenario train/0000, expected a finite number"),
        (lambda made: [*made[:2], replace(made[2], metrics={})],
         "scenario train/0002 lacks the metric spread, unlike train/0000"),
        (lambda made: [*made[:2], replace(made[2], metrics={"spread": 1.0, "more": 1.0})],
         "scenario train/0002 has the metric more, unlike train/0000"),
    ],
)  # fmt: skip
def test_a_wrong_outcome_is_named_with_its_scenario(
    make_task: MakeTask, line: Program, spoil: Callable[[list[Outcome]], Any], message: str
) -> None:
    judge = Scoring(make_task(), Spoilt(spoil), InlineSandbox())
    with pytest.raises(EvaluatorError, match=f"^evaluator line 1: {message}"):
        judge.evaluate(line, Split.TRAIN)


def test_values_of_any_numeric_type_will_do(make_task: MakeTask, line: Program) -> None:
    two: Any = np.float32(2)
    evaluator = Spoilt(lambda made: [replace(o, value=two, metrics={"n": 3}) for o in made])
    judge = Scoring(make_task(), evaluator, InlineSandbox())
    assert judge.evaluate(line, Split.TRAIN).score == 2.0


@pytest.mark.parametrize("bound", [None, "low", [0.0]])
def test_a_bound_that_is_no_number_is_an_error(make_task: MakeTask, bound: Any) -> None:
    evaluator = LineEvaluator({})
    evaluator._bound = bound
    judge = Scoring(make_task(), evaluator, InlineSandbox())
    with pytest.raises(EvaluatorError, match=r"line 1: bound is .* expected a finite number"):
        judge.bounds(Split.TRAIN, 0, 3)


class Meter(InlineSandbox):
    """Charges a second of CPU for every session; `second` is what the later ones do."""

    def __init__(self, second: PolicyFailed | None = None) -> None:
        self.opened = 0
        self._second = second

    def open(self, job: Job) -> InlineSession:
        self.opened += 1
        return Charged(job, self._second if self.opened > 1 else None)


class Charged(InlineSession):
    def __init__(self, job: Job, failure: PolicyFailed | None) -> None:
        super().__init__(job)
        self._failure = failure

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        if self._failure is not None and slot == self._failure.slot:
            raise self._failure
        return super().plan(slot, arguments, cpu_s=cpu_s)

    @property
    def cpu_s(self) -> float:
        return 1.0


def metered(task: Task, meter: Meter) -> Scoring:
    return Scoring(task, build_evaluator(task.evaluator, task.params), meter)


def variants(text: str) -> Program:
    """Return a form of a program that is in the sample of those evaluated twice on train."""
    forms = (Program.of(f"{text}\nvariant = {number}\n") for number in count())
    return next(program for program in forms if repeats(program.id, Split.TRAIN))


CLOCK = """
import time
def predict(x):
    return x + 1e-9 * (time.perf_counter_ns() % 1_000_000)
"""


@pytest.mark.parametrize("split", [s for s in Split if s not in (Split.TRAIN, Split.STRESS)])
def test_what_figures_are_reported_of_is_evaluated_twice(
    make_task: MakeTask, line: Program, split: Split
) -> None:
    meter = Meter()
    result = metered(make_task(), meter).evaluate(line, split)
    assert result.ok
    assert result.repeated
    assert meter.opened == 4  # two batches, twice
    assert (result.decisions, result.cpu_s) == (5, 4.0)


def test_stress_is_evaluated_once(make_task: MakeTask, line: Program) -> None:
    meter = Meter()
    result = metered(make_task(), meter).evaluate(line, Split.STRESS)
    assert (meter.opened, result.repeated, result.cpu_s) == (2, False, 2.0)


def test_of_a_search_one_program_in_so_many_is_evaluated_twice(
    make_task: MakeTask, line: Program
) -> None:
    often = sum(repeats(f"{number:016x}", Split.TRAIN) for number in range(6400))
    assert 0.7 < often / (6400 / REPEAT_EVERY) < 1.3
    judge = metered(make_task(), Meter())
    for program in (line, variants(line.source)):
        result = judge.evaluate(program, Split.TRAIN)
        assert result.repeated is repeats(program.id, Split.TRAIN)
    assert judge.evaluate(variants(line.source), Split.TRAIN).repeated
    assert not repeats(line.id, Split.TRAIN)


@pytest.mark.parametrize("split", [Split.TRAIN, Split.VALIDATION])
def test_a_program_that_draws_on_the_clock_is_nondeterministic(
    make_task: MakeTask, split: Split
) -> None:
    result = metered(make_task(), Meter()).evaluate(variants(CLOCK), split)
    assert result.verdict is Verdict.NONDETERMINISTIC
    assert result.detail.startswith("evaluated twice, it decided differently: error ")
    assert result.failed_scenario == f"{split}/0000"
    assert (result.score, result.values, result.metrics, result.fingerprint) == (None, (), {}, "")
    assert not result.repeated
    assert result.cpu_s == (2.0 if split is Split.TRAIN else 4.0)
    assert result.decisions == (3 if split is Split.TRAIN else 5)


class Numbering(Meter):
    """Tells a program how many sessions came before its own."""

    def open(self, job: Job) -> InlineSession:
        return super().open(replace(job, source=f"{job.source}before = {self.opened}\n"))


def test_other_decisions_of_the_same_worth_differ_too(make_task: MakeTask) -> None:
    signs = variants("def predict(x):\n    return x * (0.0 if before % 2 else -0.0)\n")
    result = metered(make_task(), Numbering()).evaluate(signs, Split.TRAIN)
    assert result.verdict is Verdict.NONDETERMINISTIC
    assert result.detail.endswith("differently: other decisions of the same worth")
    assert result.failed_scenario is None


@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        (Verdict.EXCEPTION, Verdict.NONDETERMINISTIC),
        (Verdict.INVALID, Verdict.NONDETERMINISTIC),
        (Verdict.TIMEOUT, Verdict.TIMEOUT),
        (Verdict.SECURITY, Verdict.SECURITY),
    ],
)
def test_a_second_evaluation_that_fails_leaves_no_score(
    make_task: MakeTask, line: Program, second: Verdict, verdict: Verdict
) -> None:
    meter = Meter(PolicyFailed(second, "no more", 1))
    result = metered(make_task(), meter).evaluate(variants(line.source), Split.TRAIN)
    assert result.verdict is verdict
    assert result.score is None
    assert "evaluated twice" in result.detail
    assert "no more" in result.detail
    assert result.failed_scenario == "train/0001"
    assert result.cpu_s == 2.0


def test_what_fails_is_not_evaluated_again(make_task: MakeTask) -> None:
    program = Program.of("def predict(x):\n    return 1 / 0\n")
    result = scoring(make_task()).evaluate(program, Split.VALIDATION)
    assert (result.verdict, result.repeated) == (Verdict.EXCEPTION, False)


def test_too_many_decisions_time_out_at_the_scenario_that_asks(
    make_task: MakeTask, line: Program
) -> None:
    task = make_task()
    limited = replace(task, limits=replace(task.limits, decisions=2))
    result = metered(limited, Meter()).evaluate(line, Split.TRAIN)
    assert result.verdict is Verdict.TIMEOUT
    assert result.detail == "needed more than 2 decisions"
    assert (result.failed_scenario, result.decisions) == ("train/0002", 2)
    enough = replace(task, limits=replace(task.limits, decisions=64))
    assert metered(enough, Meter()).evaluate(line, Split.VALIDATION).ok  # 64 and 6 in two batches


def test_the_held_out_key_draws_the_scenarios_that_are_scored(
    make_task: MakeTask, line: Program
) -> None:
    tasks = [replace(make_task(), heldout_key=key) for key in ("", "a", "b")]
    for split, different in ((Split.TRAIN, 1), (Split.VALIDATION, 3), (Split.HELDOUT, 3)):
        values = {scoring(task).evaluate(line, split).values for task in tasks}
        assert len(values) == different


@pytest.mark.parametrize(
    ("step", "opened"),
    [
        (0.0, {Split.TRAIN: 1, Split.STRESS: 2}),  # 3 and 5 scenarios
        (0.25, {Split.TRAIN: 1, Split.STRESS: 1}),
    ],
)
def test_a_process_plans_for_no_more_scenarios_than_one_of_the_search(
    make_task: MakeTask, line: Program, step: float, opened: dict[Split, int]
) -> None:
    task = make_task()
    task = replace(task, objective=replace(task.objective, step=step))
    for split, processes in opened.items():
        meter = Meter()
        timed: Any = Timed(build_evaluator(task.evaluator, task.params))
        result = Scoring(task, timed, meter).evaluate(line, split)
        assert result.verdict is Verdict.OK
        assert meter.opened == (3 if step else 1) * processes


class Stopwatches(Meter):
    """Charges every session what comes next in a list."""

    def __init__(self, *charges_s: float) -> None:
        super().__init__()
        self._charges_s = charges_s

    def open(self, job: Job) -> InlineSession:
        session = Lasting(replace(job, source=f"{job.source}before = {self.opened}\n"))
        session.used_s = self._charges_s[self.opened]
        self.opened += 1
        return session


class Lasting(InlineSession):
    used_s = 0.0

    @property
    def cpu_s(self) -> float:
        return self.used_s


class Timed:
    """The line problem, scored by the CPU time of its session."""

    family, version = "timed", 1

    def __init__(self, line_problem: Evaluator[Any]) -> None:
        self._line = line_problem
        self.interface = line_problem.interface
        self.workload = line_problem.workload
        self.bound = line_problem.bound

    def play(self, workloads: Sequence[Any], session: RenewableSession) -> Sequence[Outcome]:
        outcomes = self._line.play(workloads, session)
        return [replace(outcome, value=session.cpu_s) for outcome in outcomes]


def timing(task: Task, *charges_s: float) -> Scoring:
    measured = replace(task, raced=True, objective=replace(task.objective, step=0.25))
    timed = Timed(build_evaluator(task.evaluator, task.params))
    return Scoring(measured, timed, Stopwatches(*charges_s))


@pytest.mark.parametrize("split", [Split.TRAIN, Split.STRESS])
def test_a_measured_value_is_the_median_of_three(
    make_task: MakeTask, line: Program, split: Split
) -> None:
    task = make_task()
    spec = replace(task.splits[Split.TRAIN], split=split)
    judge = timing(replace(task, splits={split: spec}), 2.0, 9.0, 2.5)
    result = judge.evaluate(line, split, Rival(program_id="r", values=(0.0,) * 3))
    assert (result.values, result.score) == ((2.5,) * 3, 2.5)
    assert (result.repeated, result.decisions, result.cpu_s) == (True, 3, 13.5)
    assert result.rival == ""


def test_a_measured_value_between_two_steps_is_an_error(make_task: MakeTask, line: Program) -> None:
    text = r"timed 1: value 2\.6 in scenario train/0000, expected a whole multiple .* step 0\.25\."
    with pytest.raises(EvaluatorError, match=text):
        timing(make_task(), 2.6).evaluate(line, Split.TRAIN)


def test_programs_whose_value_is_measured_do_not_race(make_task: MakeTask, line: Program) -> None:
    task = make_task()
    many = replace(task.splits[Split.TRAIN], count=32)
    judge = timing(replace(task, splits={Split.TRAIN: many}), 2.0, 2.0, 2.0)
    worse_than = Rival(program_id="r", values=(0.0,) * 32)
    assert judge.evaluate(line, Split.TRAIN, worse_than).scenarios == 32


def test_measured_or_not_a_program_must_decide_alike(make_task: MakeTask) -> None:
    signs = Program.of("def predict(x):\n    return x * (0.0 if before > 1 else -0.0)\n")
    result = timing(make_task(), 2.0, 2.0, 2.0).evaluate(signs, Split.TRAIN)
    assert result.verdict is Verdict.NONDETERMINISTIC
    assert result.detail == "evaluated twice, it decided differently: other decisions"
    assert (result.score, result.values) == (None, ())


def test_what_fails_at_once_is_not_measured_again(make_task: MakeTask) -> None:
    broken = Program.of("def predict(x):\n    return 1 / 0\n")
    result = timing(make_task(), 2.0).evaluate(broken, Split.TRAIN)
    assert (result.verdict, result.cpu_s) == (Verdict.EXCEPTION, 2.0)
