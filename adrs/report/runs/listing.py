"""The runs of an archive as a list: what is known of each, which are shown, in which order."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adrs.archive.protocol import Archive
from adrs.core.run import RunRecord, RunStatus
from adrs.errors import UsageError
from adrs.proposers.llm.models import ModelSpec
from adrs.report.runs.table import RunFacts, run_facts
from adrs.report.runs.yardstick import problem_name


class Order(StrEnum):
    """What a list of runs is sorted by."""

    BEGAN = "began"
    NAME = "name"
    PROBLEM = "problem"
    STATUS = "status"
    TRIALS = "trials"
    TRAIN = "train"
    HELDOUT = "heldout"
    CALLS = "calls"
    COST = "cost"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """A run and what it has come to."""

    record: RunRecord
    facts: RunFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which runs are listed; None lets all pass.

    Attributes:
        problem: name of the problem, or the path that it was given by.
        status: where the run stands.
        strategy: its strategy.
        model: one of its language models, with or without its provider, or its blind proposer.
    """

    problem: str | None = None
    status: RunStatus | None = None
    strategy: str | None = None
    model: str | None = None


def listed_runs(archive: Archive) -> tuple[ListedRun, ...]:
    """Return all runs, oldest first, without reading their trials or calls.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    records = archive.runs()  # read first: a run that is added meanwhile has an overview too
    facts = run_facts(archive, records)
    return tuple(
        ListedRun(record=record, facts=fact) for record, fact in zip(records, facts, strict=True)
    )


def selected(runs: Sequence[ListedRun], wanted: Filter) -> tuple[ListedRun, ...]:
    """Return the runs that pass a filter.

    Raises:
        UsageError: a name in the filter is that of no run; the text gives near ones.
    """
    _require("problem", wanted.problem, [name for run in runs for name in _problems(run)])
    _require("strategy", wanted.strategy, [run.record.config.strategy for run in runs])
    _require("model", wanted.model, [name for run in runs for name in _models(run)])
    return tuple(
        run
        for run in runs
        if wanted.problem in (None, *_problems(run))
        and wanted.status in (None, run.record.status)
        and wanted.strategy in (None, run.record.config.strategy)
        and wanted.model in (None, *_models(run))
    )


def _require(kind: str, name: str | None, known: Iterable[str]) -> None:
    names = sorted(set(known))
    if name is None or name in names or not names:
        return
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(names)}."
    raise UsageError(f"--{kind} {name}: no run of this archive has that {kind}. {hint}")


def _problems(run: ListedRun) -> tuple[str, ...]:
    problem = run.record.config.problem
    return (problem_name(problem), problem)


def _models(run: ListedRun) -> tuple[str, ...]:
    """Return the names by which a run's models can be asked for."""
    config = run.record.config
    if config.models is None:
        return (config.proposer,)
    specs = [ModelSpec.parse(given) for given in config.models.models]
    return (*(spec.id for spec in specs), *(spec.name for spec in specs))


def in_order(
    runs: Sequence[ListedRun], order: Order, *, reverse: bool = False
) -> tuple[ListedRun, ...]:
    """Return the runs sorted, the oldest of equal ones first; those without a value come last.

    Args:
        runs: the runs, oldest first.
        order: what to sort by; ascending.
        reverse: descending instead.
    """
    keyed = [(_value(run, order), run) for run in runs]
    there = [(value, run) for value, run in keyed if value is not None]
    there.sort(key=lambda pair: pair[0], reverse=reverse)
    return (*(run for _, run in there), *(run for value, run in keyed if value is None))


def _value(run: ListedRun, order: Order) -> tuple[str, float] | None:
    """Return what a run is sorted by, a text and a number; None where it has no such value."""
    record, facts = run.record, run.facts
    texts = {
        Order.BEGAN: record.created_at,
        Order.NAME: record.name,
        Order.PROBLEM: problem_name(record.config.problem),
        Order.STATUS: record.status.value,
    }
    if order in texts:
        return texts[order], 0.0
    numbers = {
        Order.TRIALS: facts.trials,
        Order.TRAIN: facts.train,
        Order.HELDOUT: facts.heldout,
        Order.CALLS: facts.calls,
        Order.COST: facts.usd,
        Order.TIME: record.spent_s,
    }
    number = numbers[order]
    return None if number is None else ("", number)
