"""What `adrs problem check` asks of a problem; the shipped conformance suite asks the same."""

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.objective import Objective
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask
from adrs.engine.evaluations import Evaluations
from adrs.errors import ProblemError
from adrs.proposers.protocol import Proposer

MUTANTS = 200
ENOUGH_MUTANTS = MUTANTS // 2
_AT_ONCE = 20
MIN_BASELINES = 3
HONEST = "honest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was checked."""

    what: str
    found: str
    ok: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheat:
    """A program that tries to lie, with what must become of it.

    Attributes:
        name: its file's name without ".py".
        program: the text; it need not have an evolve region.
        expect: the verdict it must end with; None when it may run but must gain nothing.
        twin: the baseline it must not beat, where it may run.
    """

    name: str
    program: Program
    expect: Verdict | None
    twin: str | None


def cheats(problem: Problem) -> tuple[Cheat, ...]:
    """Read the programs under `cheats/`, each with its expectation from its docstring.

    Raises:
        ProblemError: a docstring does not say what to expect.
    """
    folder = Path(problem.location) / "cheats"
    return tuple(_cheat(path, problem) for path in sorted(folder.glob("*.py")))


def _cheat(path: Path, problem: Problem) -> Cheat:
    source = path.read_text(encoding="utf-8")
    try:
        text = ast.get_docstring(ast.parse(source)) or ""
    except SyntaxError:
        text = source.lstrip("# ")
    marks = dict(
        (key.strip(), value.strip())
        for key, colon, value in (line.partition(":") for line in text.splitlines())
        if colon and key.strip() in ("expect", "twin")
    )
    expect, twin = marks.get("expect"), marks.get("twin")
    known = {b.name for b in problem.baselines}
    if expect not in (HONEST, *Verdict) or (expect == HONEST and twin not in known):
        raise ProblemError(
            f"{path}: docstring: expected a line 'expect: VERDICT', or 'expect: {HONEST}' and "
            f"'twin: BASELINE', found expect '{expect}' and twin '{twin}'."
        )
    verdict = None if expect == HONEST else Verdict(str(expect))
    return Cheat(name=path.stem, program=Program.of(source), expect=verdict, twin=twin)


def check_problem(problem: Problem, evaluations: Evaluations, mutator: Proposer) -> list[Finding]:
    """Check a problem the way its author should.

    Args:
        problem: the problem.
        evaluations: who evaluates on it.
        mutator: the blind mutator with the problem's vocabulary.
    """
    return [
        *_check_programs(problem, evaluations),
        _check_determinism(problem, evaluations),
        *check_cheats(problem, evaluations),
        _check_vocabulary(problem, evaluations, mutator),
    ]


def _check_programs(problem: Problem, evaluations: Evaluations) -> Iterator[Finding]:
    count = len(problem.baselines)
    yield Finding(
        what="baselines",
        found=f"{count}, at least {MIN_BASELINES} are needed",
        ok=count >= MIN_BASELINES,
    )
    names = ["initial program", *(f"baseline {b.name}" for b in problem.baselines)]
    programs = [problem.initial, *(b.program for b in problem.baselines)]
    for split in Split:
        if split.held_out and not evaluations.level.keeps_secrets:
            refusal = evaluations.level.heldout_refusal
            yield Finding(what=f"programs on {split.value}", found=refusal, ok=False)
            continue
        results = evaluations.evaluate(programs, split)
        bad = [
            f"{name}: {_described(result)}"
            for name, result in zip(names, results, strict=True)
            if not result.ok
        ]
        yield Finding(
            what=f"programs on {split.value}",
            found="; ".join(bad) or f"all {len(programs)} valid and within the bounds",
            ok=not bad,
        )


def _described(result: Evaluation) -> str:
    where = f" in {result.failed_scenario}" if result.failed_scenario else ""
    return f"{result.verdict}{where}: {result.detail}"


def _check_determinism(problem: Problem, evaluations: Evaluations) -> Finding:
    first, second = evaluations.evaluate([problem.initial, problem.initial], Split.TRAIN)
    same = first.fingerprint == second.fingerprint and same_worth(problem.objective, first, second)
    return Finding(
        what="determinism",
        found=f"two evaluations {_alike(problem.objective) if same else 'differ'}",
        ok=same,
    )


def same_worth(objective: Objective, first: Evaluation, second: Evaluation) -> bool:
    """Tell whether two evaluations are of the same worth, as far as it can repeat at all."""
    pairs = zip_longest(first.values, second.values, fillvalue=math.inf)
    return all(objective.agree(a, b) for a, b in pairs)


def _alike(objective: Objective) -> str:
    if objective.measured:
        return f"decide alike and are measured within {objective.step:g} of each other"
    return "agree bit for bit"


def check_cheats(problem: Problem, evaluations: Evaluations) -> Iterator[Finding]:
    """Evaluate the programs that cheat, and the baselines that they are to be no better than."""
    programs = cheats(problem)
    if not programs:
        yield Finding(what="cheats", found="none; write programs that try to lie", ok=False)
        return
    twins = {b.name: b.program for b in problem.baselines if b.name in {c.twin for c in programs}}
    results = evaluations.evaluate([*(c.program for c in programs), *twins.values()], Split.TRAIN)
    honest = dict(zip(twins, results[len(programs) :], strict=True))
    for cheat, result in zip(programs, results, strict=False):
        yield judge_cheat(problem, cheat, result, honest.get(cheat.twin or ""))


def judge_cheat(
    problem: Problem, cheat: Cheat, result: Evaluation, twin: Evaluation | None
) -> Finding:
    """Tell whether a cheat ended as its docstring says it must."""
    what = f"cheat {cheat.name}"
    if cheat.expect is not None:
        return Finding(
            what=what,
            found=f"{_described(result)} (expected {cheat.expect})",
            ok=result.verdict is cheat.expect,
        )
    if not result.ok or twin is None or result.score is None or twin.score is None:
        return Finding(what=what, found=f"{_described(result)} (expected a score)", ok=False)
    objective = problem.objective
    apart = not objective.agree(result.score, twin.score)
    return Finding(
        what=what,
        found=f"{result.score:.9g} against {twin.score:.9g} of its honest twin {cheat.twin}",
        ok=not (apart and objective.better(result.score, twin.score)),
    )


def _check_vocabulary(problem: Problem, evaluations: Evaluations, mutator: Proposer) -> Finding:
    mutants = valid_mutants(problem, evaluations, mutator)
    return Finding(
        what="vocabulary",
        found=f"{mutants.valid} of the first {mutants.tried} blind mutants are valid, "
        f"{ENOUGH_MUTANTS} of {MUTANTS} are needed",
        ok=mutants.enough,
    )


@dataclass(frozen=True, slots=True)
class Mutants:
    """How many blind mutants of the initial program were tried, and how many have a score."""

    tried: int
    valid: int

    @property
    def enough(self) -> bool:
        """True when so many are valid that the vocabulary makes sense."""
        return self.valid >= ENOUGH_MUTANTS

    @property
    def decided(self) -> bool:
        """True when the rest of `MUTANTS` could not change whether there are enough."""
        return self.enough or self.tried - self.valid > MUTANTS - ENOUGH_MUTANTS


def valid_mutants(problem: Problem, evaluations: Evaluations, mutator: Proposer) -> Mutants:
    """Try blind mutants of the initial program, `MUTANTS` at most, until it is decided."""
    ask = Ask(operator="refine", parent=problem.initial)
    mutants = Mutants(0, 0)
    for first in range(0, MUTANTS, _AT_ONCE):
        seeds = [derive_seed(problem.name, "check", first + i) for i in range(_AT_ONCE)]
        proposals = [mutator.propose(ask, seed=seed) for seed in seeds]
        programs = [Program.of(p.source) for p in proposals if p.source is not None]
        results = evaluations.evaluate(programs, Split.TRAIN)
        valid = mutants.valid + sum(result.ok for result in results)
        mutants = Mutants(mutants.tried + len(seeds), valid)
        if mutants.decided:
            break
    return mutants
