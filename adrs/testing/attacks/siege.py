"""Runs one attack after another against one sandbox, and finds out what each of them got."""

import math
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Limits
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.evaluation.protocol import Outcome
from adrs.evaluation.scoring import Scoring
from adrs.sandbox.protocol import Argument, Job, Sandbox, Session
from adrs.testing.attacks.game import (
    CLAIM,
    CLAIRVOYANT,
    HONEST,
    SPLITS,
    CoinEvaluator,
    Form,
    Surroundings,
    Tosses,
    coin_task,
)
from adrs.testing.attacks.reading import Attack, Category
from adrs.testing.attacks.targets import Targets
from adrs.testing.attacks.witnesses import (
    Fact,
    adopting_orphans,
    changes,
    child_above,
    descendants,
    end_processes,
    facts,
)

# So wide that a busy machine ends nothing by accident, and so narrow that what hangs ends soon.
GENEROUS = Limits(cpu_s=5.0, wall_s=30.0, memory_mb=128)
NARROW = Limits(cpu_s=0.2, wall_s=1.0, memory_mb=128)
SPLIT = Split.HELDOUT
HONEST_SPLIT = Split.STRESS  # made with the same secret; nothing on it is evaluated twice
_TEXT_LIMIT = 2048 + 64  # the candidate's part, and what the scorer says before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What became of one attack.

    Attributes:
        name: the attack.
        stopped_by: the wall that was to stop it.
        ends: the verdicts that would have been right.
        verdict: how its evaluation ended; None when the scorer broke instead.
        detail: why, as the evaluation tells it.
        score: its score; None without one.
        best: the highest part of the bits that it met in a play, scored or not; 0 without one.
        claimed: whether it said that its attempt worked.
        effects: what was found changed, reached or left behind.
    """

    name: str
    stopped_by: str
    ends: tuple[Verdict, ...]
    verdict: Verdict | None
    detail: str
    score: float | None
    best: float
    claimed: bool
    effects: tuple[str, ...]

    @property
    def expected(self) -> bool:
        """True when it ended as its docstring says it must."""
        return self.verdict in self.ends

    @property
    def successes(self) -> tuple[str, ...]:
        """What it got, in words; empty when it failed."""
        found = list(self.effects)
        if self.claimed:
            found.append("it said that its attempt worked")
        if self.verdict is Verdict.IMPOSSIBLE:
            found.append("its score is above the bound")
        if self.best > CLAIRVOYANT:
            found.append(f"it met {self.best:.3f} of the bits: it knew the future")
        return tuple(found)

    @property
    def succeeded(self) -> bool:
        """True when it got anything."""
        return bool(self.successes)


class Siege:
    """Attacks a sandbox in which this process is the scorer; a context manager.

    After each attack the honest program is evaluated again, and everything that can be looked at
    is compared with how it was. What an attack left behind is then removed, so that the next one
    finds the same world.

    Args:
        sandbox: what is attacked; started after `targets`. Only the siege may use it.
        targets: what there is to reach.
        heldout_key: the secret that held-out scenarios are made with; None for a fresh one.
    """

    def __init__(self, sandbox: Sandbox, targets: Targets, heldout_key: str | None = None) -> None:
        self._ear = _ListeningSandbox(sandbox)
        self._targets = targets
        self._key = secrets.token_hex(16) if heldout_key is None else heldout_key
        self._undo = ExitStack()
        self._plays: list[float] = []
        self._scorings: dict[tuple[Form, Limits], Scoring] = {}
        self._honest: dict[Form, Evaluation] = {}
        self._facts: frozenset[Fact] = frozenset()
        self._zygote_pid = 0

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(adopting_orphans())
            self._zygote_pid = self._find_zygote()
            self._honest = {form: self._evaluate_honest(form) for form in Form}
            for evaluation in self._honest.values():
                if not evaluation.ok:
                    raise RuntimeError(f"the honest program has no score: {evaluation.detail}")
            self._facts = self._look()
            self._undo = undo.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._undo.close()

    @property
    def level(self) -> IsolationLevel:
        """What the sandbox says it is."""
        return self._ear.level

    def attack(self, attack: Attack) -> Finding:
        """Run one attack, and look at what it got."""
        self._ear.claims = 0
        self._plays.clear()
        limits = NARROW if attack.category is Category.HANGS else GENEROUS
        program = Program.of(attack.source)
        scoring = self._scoring(attack.form, limits)
        evaluation, broken = _tried(lambda: scoring.evaluate(program, SPLIT))
        claimed = self._ear.claims > 0
        best = max(self._plays, default=0.0)
        effects = [*broken, *_text_effects(evaluation), *self._honest_effects(attack.form)]
        effects += [*self._targets.reached(), *self._changes()]
        return Finding(
            name=attack.name,
            stopped_by=attack.stopped_by,
            ends=attack.ends,
            verdict=evaluation.verdict if evaluation else None,
            detail=evaluation.detail if evaluation else "",
            score=evaluation.score if evaluation else None,
            best=best,
            claimed=claimed,
            effects=tuple(effects),
        )

    def _find_zygote(self) -> int:
        """Return the child of this process that candidates come from, 0 where there is none."""
        form = Form.ONLINE
        interface = CoinEvaluator(form, self._targets.surroundings(0)).interface
        before = set(descendants())
        session = self._ear.open(Job(source=HONEST[form], interface=interface, limits=GENEROUS))
        try:
            candidates = set(descendants()) - before
            return child_above(min(candidates)) if candidates else 0
        finally:
            session.close()

    def _evaluate_honest(self, form: Form) -> Evaluation:
        return self._scoring(form, GENEROUS).evaluate(Program.of(HONEST[form]), HONEST_SPLIT)

    def _scoring(self, form: Form, limits: Limits) -> Scoring:
        if (form, limits) not in self._scorings:
            surroundings = self._targets.surroundings(self._zygote_pid)
            task = coin_task(form, limits, surroundings, self._key)
            game = _WitnessedGame(form, surroundings, self._plays)
            scoring = Scoring(task, game, self._ear)
            for split in (SPLIT, HONEST_SPLIT):
                scoring.set_bounds(split, scoring.bounds(split, 0, SPLITS[split].count))
            self._scorings[form, limits] = scoring
        return self._scorings[form, limits]

    def _honest_effects(self, form: Form) -> list[str]:
        """Evaluate the honest program again and tell what is not as it was."""
        again, broken = _tried(lambda: self._evaluate_honest(form))
        first = self._honest[form]
        if again is None:
            return [f"then the honest program: {text}" for text in broken]
        if not again.ok:
            return [f"the honest program fails: {again.verdict}: {again.detail}"]
        if (again.values, again.fingerprint) != (first.values, first.fingerprint):
            return [f"the honest program's score changed: {first.score} → {again.score}"]
        return []

    def _look(self) -> frozenset[Fact]:
        targets = self._targets
        return facts(targets.folder, targets.nonce, targets.harness_pid)

    def _changes(self) -> list[str]:
        """Tell what is not as it was before the attack; then remove what was left behind."""
        after = self._look()
        found = changes(self._facts, after)
        if found:
            self._clean_up()
        return found

    def _clean_up(self) -> None:
        known = {fact.what for fact in self._facts}
        if self._zygote_pid in descendants() or not self._zygote_pid:
            end_processes(pid for pid in descendants() if f"process {pid}" not in known)
        else:  # the sandbox has replaced it: who is new may be the sandbox's
            self._zygote_pid = self._find_zygote()
        self._targets.restore()
        self._scorings.clear()  # what attackers are told has changed
        self._facts = self._look()


def _text_effects(evaluation: Evaluation | None) -> list[str]:
    """Tell when a text of the candidate's making is not fit for prompts and terminals."""
    detail = evaluation.detail if evaluation else ""
    if detail.isprintable() and len(detail.encode()) <= _TEXT_LIMIT:
        return []
    return [f"the text on its end is long or not clean: {detail[:80]!r}"]


def _tried(evaluate: Callable[[], Evaluation]) -> tuple[Evaluation | None, list[str]]:
    """Return an evaluation, or what is wrong with a scorer that could not make one."""
    try:
        return evaluate(), []
    except Exception as exc:  # noqa: BLE001  (whatever a candidate makes a scorer raise is a finding)
        return None, [f"the scorer raised {type(exc).__name__}: {exc}"]


class _WitnessedGame(CoinEvaluator):
    """Notes how much of the bits was met in each play, whatever is made of it afterwards."""

    def __init__(self, form: Form, surroundings: Surroundings, plays: list[float]) -> None:
        super().__init__(form, surroundings)
        self._plays = plays

    def play(self, workloads: Sequence[Tosses], session: Session) -> Sequence[Outcome]:
        outcomes = super().play(workloads, session)
        values = [outcome.value for outcome in outcomes if outcome.value is not None]
        self._plays.append(sum(values) / len(outcomes))
        return outcomes


class _ListeningSandbox:
    """Passes everything through, and counts the decisions that claim a success."""

    def __init__(self, inner: Sandbox) -> None:
        self._inner = inner
        self.claims = 0

    @property
    def level(self) -> IsolationLevel:
        return self._inner.level

    def open(self, job: Job) -> Session:
        return _ListeningSession(self._inner.open(job), self)

    def close(self) -> None:
        self._inner.close()


class _ListeningSession:
    """A session of a `_ListeningSandbox`."""

    def __init__(self, inner: Session, ear: _ListeningSandbox) -> None:
        self._inner = inner
        self._ear = ear

    def begin(self, setups: NDArray[np.void]) -> None:
        self._inner.begin(setups)

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        decisions = self._inner.decide(slots, observations)
        self._ear.claims += int(np.count_nonzero(decisions == CLAIM))
        return decisions

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        result = self._inner.plan(slot, arguments, cpu_s=cpu_s)
        self._ear.claims += sum(int(np.count_nonzero(array == CLAIM)) for array in result)
        return result

    @property
    def cpu_s(self) -> float:
        return self._inner.cpu_s

    def close(self) -> None:
        self._inner.close()
