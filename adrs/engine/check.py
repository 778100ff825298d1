"""What `adrs problem check` asks of a problem; the shipped conformance suite asks most of it."""

import ast
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Objective
from adrs.core.problem import Problem
from adrs.core.program import UNPARSABLE, Program, parsed
from adrs.core.scenario import Split, scenario_id
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask
from adrs.engine.evaluations import Evaluations
from adrs.errors import ProblemError, in_one_line
from adrs.evaluation.statistics import advantage_interval
from adrs.proposers.protocol import Proposer

Anew = Callable[[], AbstractContextManager[Evaluations]]  # starts further scorers, for a time

MUTANTS = 200
ENOUGH_MUTANTS = MUTANTS // 2
_AT_ONCE = 20
MIN_BASELINES = 3
TELLING = 3  # different values of programs in a scenario, by which it can be told from others
HONEST = "honest"
SEED = 0  # of the resampling: a problem's check always finds the same


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
        ProblemError: one cannot be read, or its docstring does not say what to expect.
    """
    folder = Path(problem.location) / "cheats"
    return tuple(_cheat(path, problem) for path in sorted(folder.glob("*.py")))


def _cheat(path: Path, problem: Problem) -> Cheat:
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise ProblemError(f"{path}: cannot be read: {exc}") from exc
    try:
        text = ast.get_docstring(parsed(source)) or ""
    except UNPARSABLE:
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


def check_problem(
    problem: Problem, evaluations: Evaluations, mutator: Proposer, *, anew: Anew
) -> list[Finding]:
    """Check a problem the way its author should.

    Args:
        problem: the problem.
        evaluations: who evaluates on it.
        mutator: the blind mutator with the problem's vocabulary.
        anew: starts scorers of their own: each draws the workloads once, so that one scorer alone
            does not tell whether they repeat.
    """
    programs = [problem.initial, *(b.program for b in problem.baselines)]
    played = {
        split: evaluations.evaluate(programs, split)
        for split in Split
        if evaluations.level.keeps_secrets or not split.held_out
    }
    return [
        *_check_programs(problem, evaluations.level, played),
        check_order(problem, played[Split.TRAIN][1:]),
        check_splits(problem.objective, played),
        check_determinism(problem, evaluations, anew),
        *check_cheats(problem, evaluations),
        *_check_mutants(problem, evaluations, mutator),
    ]


def _check_programs(
    problem: Problem, level: IsolationLevel, played: Mapping[Split, Sequence[Evaluation]]
) -> Iterator[Finding]:
    count = len(problem.baselines)
    yield Finding(
        what="baselines",
        found=f"{count}, at least {MIN_BASELINES} are needed",
        ok=count >= MIN_BASELINES,
    )
    names = ["initial program", *(f"baseline {b.name}" for b in problem.baselines)]
    for split in Split:
        what = f"programs on {split.value}"
        if split not in played:
            yield Finding(what=what, found=level.heldout_refusal, ok=False)
            continue
        bad = [
            f"{name}: {_described(result)}"
            for name, result in zip(names, played[split], strict=True)
            if not result.ok
        ]
        found = "; ".join(bad) or f"all {len(names)} valid and within the bounds"
        yield Finding(what=what, found=found, ok=not bad)


def check_order(problem: Problem, results: Sequence[Evaluation]) -> Finding:
    """Look for a baseline that is better than the next one, by more than noise.

    Args:
        problem: the problem, which lists its baselines from weak to strong.
        results: how they did on train, in that order.
    """
    listed = [(b.name, r) for b, r in zip(problem.baselines, results, strict=True) if r.ok]
    objective = problem.objective
    wrong = [
        f"{weaker} is better than {stronger}"
        for (weaker, first), (stronger, second) in pairwise(listed)
        if advantage_interval(first.values, second.values, objective=objective, seed=SEED).low > 0
    ]
    return Finding(
        what="baselines' order", found="; ".join(wrong) or "weak to strong on train", ok=not wrong
    )


def check_splits(objective: Objective, played: Mapping[Split, Sequence[Evaluation]]) -> Finding:
    """Look for scenarios of two splits in which all programs fare alike: it may be the same one.

    What is held out must not be what was searched on, as where an evaluator does without the
    scenario's seed. Where fewer than three values differ nothing is said, and nothing of stress.

    Args:
        objective: measured values count in steps, so that any two scenarios may look alike.
        played: how the same programs did on the splits.
    """
    if objective.measured:
        return Finding(what="splits", found="measured values do not tell them apart", ok=True)
    met: dict[tuple[float, ...], str] = {}
    shared = []
    for split, results in played.items():
        columns = zip(*(r.values for r in results if r.ok), strict=True)
        for place, values in enumerate(columns if split is not Split.STRESS else ()):
            name = scenario_id(split, place)
            first = met.setdefault(values, name)
            if len(set(values)) >= TELLING and not first.startswith(f"{split.value}/"):
                shared.append(f"{name} is like {first}")
    several = f" ({len(shared)} such)" if len(shared) > 1 else ""
    return Finding(
        what="splits",
        found=f"{shared[0]}{several}: every program has the same value in both"
        if shared
        else "no scenario of one is like one of another",
        ok=not shared,
    )


def _described(result: Evaluation) -> str:
    where = f" in {result.failed_scenario}" if result.failed_scenario else ""
    return f"{result.verdict}{where}: {result.detail}"


def check_determinism(problem: Problem, evaluations: Evaluations, anew: Anew) -> Finding:
    """Evaluate the initial program on two sets of scorers, as two runs do, and compare."""
    (first,) = evaluations.evaluate([problem.initial], Split.TRAIN)
    with anew() as others:  # no longer than that: they keep a core from the first ones
        (second,) = others.evaluate([problem.initial], Split.TRAIN)
    same = first.fingerprint == second.fingerprint and same_worth(problem.objective, first, second)
    differ = "differ: what happens depends on more than the scenario and the decisions"
    return Finding(
        what="determinism",
        found=f"two evaluations {_alike(problem.objective) if same else differ}",
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


def _check_mutants(
    problem: Problem, evaluations: Evaluations, mutator: Proposer
) -> Iterator[Finding]:
    began = time.monotonic()
    mutants = valid_mutants(problem, evaluations, mutator)
    rate = mutants.tried / (time.monotonic() - began)
    why = "" if mutants.enough else mutants.usual_failure
    yield Finding(
        what="vocabulary",
        found=f"{mutants.valid} of the first {mutants.tried} blind mutants are valid, "
        f"{ENOUGH_MUTANTS} of {MUTANTS} are needed{why}",
        ok=mutants.enough,
    )
    yield Finding(
        what="bound",
        found=f"{mutants.impossible} of them are better than can be: the bound, or the evaluator, "
        "is wrong"
        if mutants.impossible
        else "none of them is better than can be",
        ok=not mutants.impossible,
    )
    yield Finding(
        what="speed",
        found=f"{rate:.0f} of them a second, on train (scorers: {evaluations.workers})",
        ok=True,
    )


@dataclass(frozen=True, slots=True)
class Mutants:
    """What became of blind mutants of the initial program.

    Attributes:
        tried: how many there were.
        valid: how many have a score.
        impossible: how many are better than the proven bound.
        failures: verdict and detail of those without a score.
    """

    tried: int
    valid: int
    impossible: int = 0
    failures: tuple[tuple[Verdict, str], ...] = ()

    @property
    def enough(self) -> bool:
        """True when so many are valid that the vocabulary makes sense."""
        return self.valid >= ENOUGH_MUTANTS

    @property
    def usual_failure(self) -> str:
        """The most frequent verdict with its first detail, as the end of a sentence."""
        verdict, count = Counter(verdict for verdict, _ in self.failures).most_common(1)[0]
        first = next(detail for other, detail in self.failures if other is verdict)
        return f"; most often {verdict} ({count}), first with: {in_one_line(first)}"

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
        mutants = Mutants(
            tried=mutants.tried + len(seeds),
            valid=mutants.valid + sum(result.ok for result in results),
            impossible=mutants.impossible
            + sum(result.verdict is Verdict.IMPOSSIBLE for result in results),
            failures=(
                *mutants.failures,
                *((Verdict.REJECTED, p.rejection) for p in proposals if p.source is None),
                *((result.verdict, result.detail) for result in results if not result.ok),
            ),
        )
        if mutants.decided:
            break
    return mutants
