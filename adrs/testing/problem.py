"""The conformance suite of a problem: what `adrs problem check` asks, as tests."""

import ast

import pytest

from adrs.core.problem import Problem
from adrs.core.scenario import Split
from adrs.engine.check import (
    MIN_BASELINES,
    cheats,
    check_cheats,
    same_worth,
    valid_mutants,
)
from adrs.engine.evaluations import Evaluations
from adrs.proposers.protocol import Proposer

MIN_CHEATS = 8


class ProblemConformance:
    """Subclass it and provide the fixtures `problem`, `evaluations` and `mutator`.

    `evaluations` runs candidates in a real sandbox; `mutator` is the blind mutator with the
    problem's vocabulary.
    """

    def test_it_has_a_statement_that_names_the_entry(self, problem: Problem) -> None:
        """A proposer must be told what to write: a class or function of the initial program."""
        kinds = (ast.ClassDef, ast.FunctionDef)
        defined = [n.name for n in ast.parse(problem.initial.source).body if isinstance(n, kinds)]
        assert [name for name in defined if name in problem.statement] != []

    def test_it_has_enough_baselines_and_a_reference(self, problem: Problem) -> None:
        """A single weak baseline inflates everything."""
        names = [baseline.name for baseline in problem.baselines]
        assert len(names) >= MIN_BASELINES
        assert problem.reference in names

    @pytest.mark.parametrize("split", list(Split))
    def test_honest_programs_are_valid(
        self, problem: Problem, evaluations: Evaluations, split: Split
    ) -> None:
        """The initial program and every baseline have a score that respects the bound.

        Where a split holds other draws of the workloads of one before it, the reference stands
        for all of them.
        """
        programs = [problem.initial, *(b.program for b in problem.baselines)]
        if _is_another_draw(problem, split):
            programs = [b.program for b in problem.baselines if b.name == problem.reference]
        results = evaluations.evaluate(programs, split)
        assert [r.detail for r in results if not r.ok] == []
        assert all(len(r.values) == problem.splits[split].count for r in results)

    def test_baselines_are_listed_weak_to_strong_up_to_the_reference(
        self, problem: Problem, evaluations: Evaluations
    ) -> None:
        """The first baseline is no better than the reference on train."""
        first = problem.baselines[0].program
        reference = next(b.program for b in problem.baselines if b.name == problem.reference)
        weak, strong = evaluations.evaluate([first, reference], Split.TRAIN)
        assert weak.score is not None
        assert strong.score is not None
        apart = not problem.objective.agree(weak.score, strong.score)
        assert not (apart and problem.objective.better(weak.score, strong.score))

    def test_an_evaluation_repeats_bit_for_bit(
        self, problem: Problem, evaluations: Evaluations
    ) -> None:
        """Same program, same scenarios, same decisions; a measured value within its step."""
        first, second = evaluations.evaluate([problem.initial] * 2, Split.TRAIN)
        assert first.ok
        assert same_worth(problem.objective, first, second)
        assert first.fingerprint == second.fingerprint

    def test_blind_mutants_are_mostly_valid(
        self, problem: Problem, evaluations: Evaluations, mutator: Proposer
    ) -> None:
        """The declared vocabulary makes sense in the evolve region."""
        mutants = valid_mutants(problem, evaluations, mutator)
        assert mutants.enough, mutants
        assert not mutants.impossible, mutants

    def test_it_ships_programs_that_cheat(self, problem: Problem) -> None:
        """An evaluator that nobody attacked is not tested."""
        assert len(cheats(problem)) >= MIN_CHEATS

    def test_no_cheat_gains_anything(self, problem: Problem, evaluations: Evaluations) -> None:
        """Each ends with the verdict its docstring names, or no better than its honest twin."""
        findings = check_cheats(problem, evaluations)
        assert [f"{f.what}: {f.found}" for f in findings if not f.ok] == []


def _is_another_draw(problem: Problem, split: Split) -> bool:
    splits = list(Split)
    earlier = splits[: splits.index(split)]
    choices = problem.splits[split].choices
    return any(problem.splits[other].choices == choices for other in earlier)
