"""Real scorer processes: every program gets its verdict, and a dead scorer costs nothing."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.errors import EvaluatorError, ScorerError
from adrs.evaluation.pool import ScorerPool
from adrs.evaluation.scorer_process import ScorerProcess, start_scorer
from adrs.evaluation.scoring import Task
from adrs.sandbox.preflight import preflight

MakeTask = Callable[..., Task]


LEVEL = preflight().level


def start(task: Task, workers: int = 2, first: ScorerProcess | None = None) -> ScorerPool:
    return ScorerPool(task, level=LEVEL, workers=workers, instrument="line 1", first=first)


@pytest.fixture
def pool(make_task: MakeTask) -> Iterator[ScorerPool]:
    with start(make_task()) as pool:
        yield pool


def test_a_host_that_lets_no_more_be_started_is_said_to() -> None:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, most))
    try:
        with pytest.raises(ScorerError, match=r"cannot start a scorer by .*Too many open files"):
            start_scorer(LEVEL)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


def sloped(slope: float) -> Program:
    return Program.of(f"def predict(x):\n    return {slope} * x\n")


def collected(pool: ScorerPool) -> tuple[int, Evaluation]:
    """Return the next finished evaluation."""
    answer = pool.collect()
    assert answer is not None
    return answer


def test_tickets_tell_whose_answer_it_is(pool: ScorerPool) -> None:
    programs = [sloped(i / 4) for i in range(12)]
    for ticket, program in enumerate(programs):
        pool.submit(ticket, program, Split.TRAIN)
    answers = dict(collected(pool) for _ in programs)
    assert [answers[i].program_id for i in range(12)] == [p.id for p in programs]
    assert all(a.ok for a in answers.values())


def test_what_was_foreseen_needs_no_scorer(make_task: MakeTask) -> None:
    with start(make_task()) as pool:
        pool.foresee([sloped(0), sloped(1)], Split.TRAIN)
        both = pool.evaluate([sloped(1), sloped(2)], Split.TRAIN)
        assert [e.program_id for e in both] == [sloped(1).id, sloped(2).id]
    assert pool.evaluate([sloped(0)], Split.TRAIN)[0].ok


def test_the_number_of_scorers_changes_no_value(make_task: MakeTask, pool: ScorerPool) -> None:
    programs = [sloped(i) for i in range(4)]
    with start(make_task(), workers=1) as one:
        single = [(e.values, e.fingerprint) for e in one.evaluate(programs, Split.VALIDATION)]
    double = [(e.values, e.fingerprint) for e in pool.evaluate(programs, Split.VALIDATION)]
    assert single == double


def test_bounds_are_computed_in_parts_and_checked(make_task: MakeTask) -> None:
    with start(make_task(bound=0.75)) as pool:
        assert pool.bounds(Split.VALIDATION) == (0.75,) * 5
        assert pool.evaluate([sloped(3)], Split.VALIDATION)[0].verdict is Verdict.IMPOSSIBLE


def test_the_other_scorers_start_once_enough_work_has_waited(make_task: MakeTask) -> None:
    with start(make_task()) as pool:
        assert (pool.workers, len(pool.processes)) == (2, 1)
        for ticket in range(4):
            pool.submit(ticket, sloped(ticket), Split.TRAIN)
        ticket = 4
        while len(pool.processes) == 1 and ticket < 10_000:
            assert collected(pool)[1].ok
            pool.submit(ticket, sloped(ticket), Split.TRAIN)
            ticket += 1
        assert len(pool.processes) == 2
        assert all(collected(pool)[1].ok for _ in range(4))


def test_the_other_scorers_start_when_the_first_lets_wait(make_task: MakeTask) -> None:
    hang = Program.of("def predict(x):\n    while True:\n        pass\n")
    with start(make_task()) as pool:
        assert pool.evaluate([hang], Split.TRAIN)[0].verdict is Verdict.TIMEOUT
        assert len(pool.processes) == 2


def test_a_scorer_that_was_started_before_is_used_where_it_fits(make_task: MakeTask) -> None:
    fitting = start_scorer(LEVEL)
    with start(make_task(), workers=1, first=fitting) as pool:
        assert pool.processes == (fitting.process.pid,)
        assert pool.evaluate([sloped(1)], Split.TRAIN)[0].ok
    unfit = start_scorer(next(level for level in IsolationLevel if level is not LEVEL))
    with start(make_task(), workers=1, first=unfit) as pool:
        assert unfit.process.returncode is not None
        assert pool.evaluate([sloped(1)], Split.TRAIN)[0].ok


def test_the_terminals_ctrl_c_does_not_reach_a_scorer_that_starts() -> None:
    """It goes to a whole process group, and Python needs a while until it can ignore it."""
    scorer = start_scorer(LEVEL)
    try:
        assert os.getpgid(scorer.process.pid) != os.getpgrp()
    finally:
        scorer.kill()


def test_a_killed_scorer_is_replaced_and_its_work_done(pool: ScorerPool) -> None:
    pool.bounds(Split.TRAIN)
    for ticket in range(6):
        pool.submit(ticket, sloped(ticket), Split.TRAIN)
    os.kill(pool.processes[0], signal.SIGKILL)
    answers = dict(collected(pool) for _ in range(6))
    assert sorted(answers) == list(range(6))
    assert all(a.ok for a in answers.values())


def test_a_killed_zygote_is_replaced_and_its_work_done(make_task: MakeTask) -> None:
    slow = Program.of(
        "def predict(x):\n    for i in range(3_000_000):\n        pass\n    return x\n"
    )
    with start(make_task(), workers=1) as pool:
        pool.bounds(Split.TRAIN)
        pool.submit(0, slow, Split.TRAIN)
        scorer = pool.processes[0]
        zygote = Path(f"/proc/{scorer}/task/{scorer}/children").read_text().split()[0]
        os.kill(int(zygote), signal.SIGKILL)
        assert collected(pool)[1].ok
        assert pool.evaluate([sloped(1)], Split.TRAIN)[0].ok


def test_a_hanging_program_times_out_and_the_next_one_is_scored(pool: ScorerPool) -> None:
    hang = Program.of("def predict(x):\n    while True:\n        pass\n")
    first, second = pool.evaluate([hang, sloped(1)], Split.TRAIN)
    assert first.verdict is Verdict.TIMEOUT
    assert first.failed_scenario == "train/0000"
    assert second.ok


def test_no_key_of_the_harness_reaches_a_scorer(make_task: MakeTask) -> None:
    os.environ["ADRS_TEST_SECRET"] = "sk-secret"
    try:
        with start(make_task(), workers=1) as pool:
            environment = Path(f"/proc/{pool.processes[0]}/environ").read_bytes()
            pool.evaluate([sloped(1)], Split.TRAIN)
    finally:
        del os.environ["ADRS_TEST_SECRET"]
    assert b"sk-secret" not in environment


def test_a_folder_called_adrs_in_the_working_directory_is_not_imported(
    make_task: MakeTask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "adrs").mkdir()
    (tmp_path / "adrs" / "__init__.py").write_text("raise SystemExit('the wrong adrs')")
    monkeypatch.chdir(tmp_path)
    with start(make_task(), workers=1) as pool:
        assert pool.evaluate([sloped(1)], Split.TRAIN)[0].ok


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("raise", "ZeroDivisionError"),
        ("end", "EOFError"),
        ("reset", "ConnectionResetError"),
        ("exit", "SystemExit"),
    ],
)
def test_an_evaluators_fault_stops_the_pool_with_its_place(
    make_task: MakeTask, fault: str, raised: str
) -> None:
    """Whatever it is: a file of the evaluator's own may end early, a server of its own be gone."""
    text = rf"{raised}: a fault of the evaluator \(.*line_evaluator\.py:\d+, in _spoilt\)"
    with start(make_task(fault=fault)) as pool, pytest.raises(EvaluatorError, match=text):
        pool.evaluate([sloped(1)], Split.TRAIN)


def test_closing_with_work_under_way_is_silent(
    make_task: MakeTask, capfd: pytest.CaptureFixture[str]
) -> None:
    pool = start(make_task())
    for ticket in range(6):
        pool.submit(ticket, sloped(ticket), Split.VALIDATION)
    pool.close()
    assert capfd.readouterr().err == ""


def test_closing_leaves_no_process(make_task: MakeTask) -> None:
    pool = start(make_task())
    pool.evaluate([sloped(1)], Split.TRAIN)
    processes = pool.processes
    pool.close()
    pool.close()
    for pid in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
