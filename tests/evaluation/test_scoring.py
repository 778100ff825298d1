"""Every end of an evaluation is a verdict, and a score needs every scenario."""

from collections.abc import Callable

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.errors import EvaluatorError
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.scoring import Scoring, Task
from adrs.testing.sandbox import InlineSandbox

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


def test_a_failure_in_a_later_batch_names_its_scenario(make_task: MakeTask, line: Program) -> None:
    judge = scoring(make_task())
    assert judge.evaluate(line, Split.VALIDATION).ok
    late = Program.of(
        "n = [0]\ndef predict(x):\n    n[0] += 1\n    return x[: 9 - 5 * (n[0] > 4)]\n"
    )
    assert judge.evaluate(late, Split.VALIDATION).failed_scenario == "validation/0004"


def test_an_evaluator_that_breaks_its_contract_is_an_error(
    make_task: MakeTask, line: Program
) -> None:
    with pytest.raises(EvaluatorError, match="value nan in scenario train/0000"):
        scoring(make_task(fault="nan")).evaluate(line, Split.TRAIN)
