"""Train results in words and figures, worst scenario first; no other split is let through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.problem import Problem
from adrs.core.scenario import Scenario, Split
from adrs.proposers.llm.prompt.budget import BaselineRow, ScenarioRow
from adrs.proposers.llm.prompt.neutral import one_line, remark

_LONGEST_DETAIL = 600
_LONGEST_LABEL = 100


class ForeignSplitError(AssertionError):
    """Something of a split other than train was about to get into a prompt: a fault of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainFigures:
    """What is known of the train split before a search begins.

    Attributes:
        baselines: the baselines' evaluations by name.
        scenarios: the scenarios, in the split's order; empty where only their numbers are known.
        bounds: the proven best value of each; empty where they are not known.
    """

    baselines: Mapping[str, Evaluation] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    bounds: tuple[float, ...] = ()


def require_train(evaluation: Evaluation | None) -> None:
    """Refuse an evaluation of another split.

    Raises:
        ForeignSplitError: it is of another split.
    """
    if evaluation is not None and evaluation.split is not Split.TRAIN:
        raise ForeignSplitError(
            f"an evaluation on {evaluation.split.value} must never be shown to a proposer"
        )


class Figures:
    """Puts evaluations on train into words.

    Args:
        problem: its objective, baselines and reference.
        train: what is known before the search.

    Raises:
        ForeignSplitError: a baseline's evaluation or a scenario is of another split.
    """

    def __init__(self, problem: Problem, train: TrainFigures) -> None:
        for evaluation in train.baselines.values():
            require_train(evaluation)
        for scenario in train.scenarios:
            if scenario.split is not Split.TRAIN:
                raise ForeignSplitError(f"scenario {scenario.id} must never be shown to a proposer")
        self._objective: Objective = problem.objective
        self._bounds = train.bounds
        self._titles = {b.name: b.title for b in problem.baselines}
        self._reference = problem.reference
        self._evaluations = {
            b.name: train.baselines[b.name] for b in problem.baselines if b.name in train.baselines
        }
        self._names = _scenario_names(train.scenarios)

    def score(self, value: float | None) -> str:
        """Return a score as text, with the headroom it closes where that is known."""
        if value is None:
            return "none"
        share = self._headroom_closed(value)
        closed = "" if share is None else f" ({share:.0%} of the headroom closed)"
        return f"{value:.6g}{closed}"

    def _headroom_closed(self, value: float) -> float | None:
        reference = self._evaluations.get(self._reference)
        if reference is None or reference.score is None or not self._bounds:
            return None
        bound = sum(self._bounds) / len(self._bounds)
        return self._objective.headroom_closed(value, reference=reference.score, bound=bound)

    def headroom(self) -> str:
        """Return what headroom means here; empty where it is not known."""
        reference = self._evaluations.get(self._reference)
        if reference is None or reference.score is None or not self._bounds:
            return ""
        bound = sum(self._bounds) / len(self._bounds)
        title = self._titles[self._reference]
        return (
            f"Headroom is what lies between the baseline {title} ({reference.score:.6g}, 0%) and "
            f"the mean of the proven bounds ({bound:.6g}, 100%), which no policy can pass and "
            "perhaps none can reach."
        )

    def result(self, evaluation: Evaluation | None) -> str:
        """Return how a program did, on one line."""
        if evaluation is None:
            return "not evaluated yet"
        if evaluation.score is not None:
            return f"score {self.score(evaluation.score)}"
        where = "" if evaluation.failed_scenario is None else f" in {evaluation.failed_scenario}"
        return f"no score: {evaluation.verdict.value}{where}"

    def detail(self, evaluation: Evaluation | None) -> str:
        """Return why a program has no score, on one line; empty where it has one."""
        if evaluation is None or evaluation.ok:
            return ""
        return remark(evaluation.detail, _LONGEST_DETAIL)

    def metrics(self, evaluation: Evaluation | None) -> str:
        """Return the means of the further metrics on one line; empty without any."""
        if evaluation is None:
            return ""
        return ", ".join(
            f"{one_line(name, _LONGEST_LABEL)} {value:.6g}"
            for name, value in evaluation.metrics.items()
        )

    def baselines(self) -> tuple[BaselineRow, ...]:
        """Return the baselines with their scores, weak to strong as the problem lists them."""
        return tuple(
            BaselineRow(
                title=_cell(self._titles[name]),
                score=self.score(evaluation.score) if evaluation.ok else self.result(evaluation),
            )
            for name, evaluation in self._evaluations.items()
        )

    def scenarios(self, evaluation: Evaluation | None) -> tuple[ScenarioRow, ...]:
        """Return the scenarios of an evaluation, the one with the largest gap first.

        The gap is the distance to the proven bound where bounds are known, else to the best of the
        baselines on the same scenario, in the metric's unit: the score is the mean over scenarios,
        so a scenario weighs by what it lacks. Without either the worst values come first.
        """
        if evaluation is None:
            return ()
        values = evaluation.values
        best = self._best_values(len(values))
        bounds = self._bounds if len(self._bounds) == len(values) else ()
        targets = bounds or best
        gaps = [self._gap(value, targets[i] if targets else None) for i, value in enumerate(values)]
        order = sorted(range(len(values)), key=lambda i: (-gaps[i], i))
        return tuple(
            ScenarioRow(
                name=self._name(i, len(values)),
                value=f"{values[i]:.6g}",
                best=f"{best[i]:.6g}" if best else "",
                bound=f"{bounds[i]:.6g}" if bounds else "",
                gap=f"{gaps[i]:.4g}" if targets else "",
            )
            for i in order
        )

    def _gap(self, value: float, target: float | None) -> float:
        fitness = self._objective.fitness
        return -fitness(value) if target is None else fitness(target) - fitness(value)

    def _best_values(self, count: int) -> tuple[float, ...]:
        columns = [e.values for e in self._evaluations.values() if len(e.values) == count]
        if not columns:
            return ()
        return tuple(max(row, key=self._objective.fitness) for row in zip(*columns, strict=True))

    def _name(self, at: int, count: int) -> str:
        if len(self._names) == count:
            return self._names[at]
        return f"{Split.TRAIN.value}/{at:04d}"


def _scenario_names(scenarios: Sequence[Scenario]) -> tuple[str, ...]:
    """Return the scenarios' ids with the parameters in which they differ; never their seeds."""
    keys = sorted({key for scenario in scenarios for key in scenario.params})
    telling = [key for key in keys if len({scenario.params.get(key) for scenario in scenarios}) > 1]
    return tuple(
        _cell(
            " ".join(
                [
                    scenario.id,
                    *(f"{k}={scenario.params[k]}" for k in telling if k in scenario.params),
                ]
            )
        )
        for scenario in scenarios
    )


def _cell(text: str) -> str:
    """Return text fit for a cell of a Markdown table."""
    return one_line(text, _LONGEST_LABEL).replace("|", "/")
