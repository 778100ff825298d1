"""Races stop what is out of reach, seldom what is not, and change nothing else."""

import itertools
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.api import compose
from adrs.catalog.problems import load_problem
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.program import Program
from adrs.core.scenario import Scalar, Split, SplitSpec
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.racing import (
    CHECK_EVERY,
    FIRST_PART,
    SMALLEST_BLOCK,
    Race,
    Rival,
    block_ends,
    is_checked,
    out_of_reach,
    playing_order,
    rival_of,
)
from adrs.evaluation.scoring import BATCH, Scoring, Task, repeats
from adrs.evaluation.splits import scenarios
from adrs.sandbox.protocol import Job
from adrs.testing.sandbox import InlineSandbox, InlineSession

MakeTask = Callable[..., Task]
Params = dict[str, Scalar]

COUNT = 32
FIRST = block_ends(COUNT)[0]
ZONES = st.sampled_from(["a", "b", "c"])
SLACKS = st.integers(1, 4)
GAINS = st.lists(st.floats(-1e6, 1e6), min_size=SMALLEST_BLOCK, max_size=40)


@pytest.fixture
def raced(make_task: MakeTask) -> Task:
    splits = {split: SplitSpec(split=split, count=COUNT) for split in Split}
    return replace(make_task(), splits=splits, raced=True)


def scoring(task: Task) -> Scoring:
    return Scoring(task, build_evaluator(task.evaluator, task.params), InlineSandbox())


def line(slope: float, comment: str = "") -> Program:
    return Program.of(f"def predict(x):\n    return {slope} * x - 0.5\n{comment}")


def test_one_program_in_so_many_is_played_on() -> None:
    checked = sum(is_checked(line(slope)) for slope in range(100 * CHECK_EVERY))
    assert 70 <= checked <= 130  # three standard deviations of a draw


def unlike(slope: float, *, checked: bool) -> Program:
    """Return a program that is, or is not, one of those that are played on."""
    texts = (f"def predict(x):\n    return {slope} * x - 0.5 + {i} * 0.0\n" for i in range(1000))
    return next(p for p in map(Program.of, texts) if is_checked(p) is checked)


@given(st.integers(1, 500))
def test_blocks_are_few_and_each_pause_is_at_twice_the_one_before(count: int) -> None:
    *pauses, end = block_ends(count)
    assert end == count
    assert len(pauses) <= 3
    assert all(after == 2 * before for before, after in itertools.pairwise(pauses))
    if pauses:
        assert pauses[0] >= SMALLEST_BLOCK
        assert pauses[0] >= count / FIRST_PART
        assert end - pauses[-1] >= SMALLEST_BLOCK


@pytest.mark.parametrize(
    "ends", [(1,), (7,), (4, 8), (4, 8, 12), (4, 8, 19), (4, 8, 16, 20), (6, 12, 24, 32)]
)
def test_a_pause_leaves_room_for_a_whole_block_behind_it(ends: tuple[int, ...]) -> None:
    assert block_ends(ends[-1]) == ends


@given(st.text(min_size=1), st.lists(st.fixed_dictionaries({"zone": ZONES, "slack": SLACKS})))
def test_every_scenario_has_one_place_in_the_order(problem: str, params: list[Params]) -> None:
    order = playing_order(problem, params)
    assert sorted(order) == list(range(len(params)))
    assert playing_order(problem, params) == order


@given(st.text(min_size=1), st.integers(1, 6), st.integers(1, 6))
def test_the_first_in_the_order_stand_for_all(problem: str, zones: int, rounds: int) -> None:
    """However far it is played, no zone was played twice more often than another."""
    params: list[Params] = [{"zone": f"z{at // rounds}"} for at in range(zones * rounds)]
    played = Counter({f"z{zone}": 0 for zone in range(zones)})
    for at in playing_order(problem, params):
        played[str(params[at]["zone"])] += 1
        assert max(played.values()) - min(played.values()) <= 1


@given(GAINS, st.integers(1, 100))
def test_who_is_ahead_is_never_stopped(gains: list[float], more: int) -> None:
    if sum(gains) / len(gains) > 0:
        assert not out_of_reach(gains, len(gains) + more)


@given(st.integers(SMALLEST_BLOCK, 40), st.integers(0, 100))
def test_who_did_the_same_so_far_is_not_stopped(played: int, more: int) -> None:
    assert not out_of_reach([0.0] * played, played + more)


@given(GAINS)
def test_at_the_end_there_is_nothing_to_stop(gains: list[float]) -> None:
    assert not out_of_reach(gains, len(gains))


@given(st.lists(st.floats(-10, -1), min_size=SMALLEST_BLOCK, max_size=30), st.floats(0, 100))
def test_who_is_worse_by_more_everywhere_is_stopped_if_he_was_before(
    gains: list[float], worse: float
) -> None:
    if out_of_reach(gains, 60):
        assert out_of_reach([gain - worse for gain in gains], 60)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
@pytest.mark.parametrize(
    ("played", "total", "quantile"),
    [
        (4, 24, 2.353),
        (5, 24, 2.132),
        (6, 24, 2.015),
        (7, 24, 1.943),
        (8, 24, 1.895),
        (9, 24, 1.860),
        (11, 24, 1.833),
        (12, 24, 1.796),
        (16, 32, 1.753),
        (24, 48, 1.714),
        (32, 64, 1.696),
        (48, 96, 1.678),
        (64, 96, 1.669),
        (70, 96, 1.645),
    ],
)
def test_a_race_is_stopped_at_the_one_sided_bound_of_student(
    played: int, total: int, quantile: float, size: float
) -> None:
    """The quantiles are those of a table of Student's t, and of the normal beyond it."""
    noise = np.linspace(-1.0, 1.0, played)
    error = noise.std(ddof=1) * np.sqrt((1 - played / total) / played)
    for part, stopped in ((0.999, False), (1.001, True)):
        gains = size * (noise - part * quantile * error)
        assert out_of_reach(gains.tolist(), total) is stopped


@pytest.mark.parametrize("heavy", [False, True])
def test_the_better_one_is_seldom_stopped(heavy: bool) -> None:
    """Finite populations whose mean gain is half its deviation."""
    rng = np.random.Generator(np.random.PCG64(3))
    stopped = 0
    for _ in range(4000):
        noise = rng.standard_t(3, 24) if heavy else rng.normal(size=24)
        gains = noise - noise.mean() + 0.5 * noise.std()
        stopped += any(out_of_reach(gains[:end].tolist(), 24) for end in block_ends(24)[:-1])
    assert stopped < 0.03 * 4000


def test_who_is_ahead_is_looked_at_no_more() -> None:
    rival = Rival(program_id="rival", values=(1.0,) * 24)
    race = Race(rival, lambda value: -value, range(24))
    pauses = block_ends(24)
    assert race.next_pause(pauses, 0) == 4
    race.look([1.0] * 4)
    assert race.next_pause(pauses, 4) == 8
    race.look([1.0] * 7 + [0.5])
    assert (race.open, race.behind_after, race.next_pause(pauses, 8)) == (False, None, 24)


def test_nobody_to_race_against_is_no_race() -> None:
    race = Race(None, lambda value: value, range(24))
    assert not race.open
    assert race.next_pause(block_ends(24), 0) == 24


def test_the_much_worse_one_is_stopped_early(raced: Task) -> None:
    judge = scoring(raced)
    rival = rival_of(judge.evaluate(line(2.0), Split.TRAIN))
    result = judge.evaluate(unlike(-4.0, checked=False), Split.TRAIN, rival)
    assert result.verdict is Verdict.BEHIND
    assert result.score is None
    assert result.values == ()
    assert (result.scenarios, result.behind_after) == (FIRST, FIRST)
    assert result.rival == line(2.0).id
    assert f"after {FIRST} of {COUNT} scenarios" in result.detail


def test_one_of_a_sample_is_played_on(raced: Task) -> None:
    judge = scoring(raced)
    rival = rival_of(judge.evaluate(line(2.0), Split.TRAIN))
    worse = unlike(-4.0, checked=True)
    result = judge.evaluate(worse, Split.TRAIN, rival)
    alone = judge.evaluate(worse, Split.TRAIN)
    assert result.verdict is Verdict.OK
    assert (result.scenarios, result.behind_after) == (COUNT, FIRST)
    assert (result.values, result.fingerprint) == (alone.values, alone.fingerprint)


def test_the_better_one_races_to_the_end_and_is_scored_as_without_a_race(raced: Task) -> None:
    judge = scoring(raced)
    rival = rival_of(judge.evaluate(line(2.0), Split.TRAIN))
    result = judge.evaluate(line(2.9), Split.TRAIN, rival)
    alone = judge.evaluate(line(2.9), Split.TRAIN)
    assert result == replace(alone, rival=line(2.0).id, cpu_s=result.cpu_s)
    assert result.behind_after is None


COUNTING = """
OBJECTS = []


class Policy:
    def __init__(self, setup):
        OBJECTS.append(self)

    def decide(self, obs):
        return 2 if len(OBJECTS) <= 4 else int(obs.has_spot)
"""


def test_a_program_that_counts_its_objects_decides_alike_when_evaluated_twice() -> None:
    task = replace(compose.instrument(load_problem("spot")).task, raced=True)
    texts = (f"{COUNTING}\nN = {i}\n" for i in range(1000))
    program = next(p for p in map(Program.of, texts) if repeats(p.id, Split.TRAIN))
    weak = Rival(program_id="weak", values=(1000.0,) * task.splits[Split.TRAIN].count)
    result = scoring(task).evaluate(program, Split.TRAIN, weak)
    assert (result.verdict, result.repeated) == (Verdict.OK, True)


def values(evaluation: Evaluation) -> tuple[float, ...]:
    assert evaluation.ok
    return evaluation.values


def test_values_and_bounds_keep_the_splits_order(raced: Task) -> None:
    plain = replace(raced, raced=False)
    one, other = scoring(raced), scoring(plain)
    first, second = (s.evaluate(line(2.0), Split.TRAIN) for s in (one, other))
    assert values(first) == values(second)
    assert len(set(values(first))) > COUNT // 2
    assert first.score == pytest.approx(statistics.fmean(second.values))
    assert one.bounds(Split.TRAIN, 3, 9) == other.bounds(Split.TRAIN, 3, 9)


class Counting(InlineSandbox):
    """Counts the candidate processes that there would be."""

    def __init__(self) -> None:
        self.opened = 0

    def open(self, job: Job) -> InlineSession:
        self.opened += 1
        return super().open(job)


@pytest.mark.parametrize(("count", "processes"), [(COUNT, 1), (BATCH, 1), (BATCH + 1, 2)])
def test_a_race_costs_no_process_more(raced: Task, count: int, processes: int) -> None:
    splits = {**raced.splits, Split.TRAIN: SplitSpec(split=Split.TRAIN, count=count)}
    task, sandbox = replace(raced, splits=splits), Counting()
    judge = Scoring(task, build_evaluator(task.evaluator, task.params), sandbox)
    rival = rival_of(scoring(task).evaluate(line(2.0), Split.TRAIN))
    result = judge.evaluate(line(2.9), Split.TRAIN, rival)
    assert (result.scenarios, sandbox.opened) == (count, processes)


def test_a_failure_is_told_with_its_own_scenario(raced: Task) -> None:
    """The fourth scenario played is not the split's fourth."""
    members = scenarios(raced.problem, raced.splits[Split.TRAIN])
    fourth = playing_order(raced.problem, [member.params for member in members])[3]
    source = "n = [0]\ndef predict(x):\n    n[0] += 1\n    return x if n[0] != 4 else x[:2]\n"
    result = scoring(raced).evaluate(Program.of(source), Split.TRAIN)
    assert result.verdict is Verdict.INVALID
    assert result.failed_scenario == f"train/{fourth:04}"
    assert fourth != 3


def test_only_train_is_raced(raced: Task) -> None:
    judge = scoring(raced)
    rival = rival_of(judge.evaluate(line(2.0), Split.VALIDATION))
    result = judge.evaluate(unlike(-4.0, checked=False), Split.VALIDATION, rival)
    assert result.verdict is Verdict.OK
