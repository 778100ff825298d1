"""The honest end of a run: who is chosen on validation, and what they are worth held out."""

from collections.abc import Iterator
from dataclasses import replace

from adrs.core.evaluation import Evaluation
from adrs.core.events import Phase, Warned
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.run import Conclusion, Role, RunRecord
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Arm
from adrs.engine.ablation import one_change_reverted
from adrs.engine.assessor import Assessor, Entrant
from adrs.engine.champion import Field, Finalist, field_of, pick, reserves
from adrs.engine.humans import Humans
from adrs.engine.reduction import Reduction
from adrs.engine.staff import Staff
from adrs.evaluation.statistics import advantage_interval

BETTER = "better on validation than the initial program and every human baseline"
NOTHING = "no program was found that is valid everywhere and acts unlike the initial one"


class Concluder:
    """Concludes a run whose searches are complete.

    Champion and control are chosen on validation, from each arm's finalists. Only then,
    and once, are they and the programs of people measured on the held-out splits.

    Args:
        record: the run.
        problem: what it optimises.
        staff: everybody who works on it.
        assessor: evaluates and records.
        humans: the programs of people.
    """

    def __init__(
        self,
        record: RunRecord,
        problem: Problem,
        staff: Staff,
        *,
        assessor: Assessor,
        humans: Humans,
    ) -> None:
        self._record = record
        self._problem = problem
        self._staff = staff
        self._assessor = assessor
        self._humans = humans

    def conclude(self, initial: Evaluation) -> Conclusion:
        """Choose, measure and decide.

        Args:
            initial: the initial program's evaluation on train.

        Raises:
            Stopped: the user stopped it; what was evaluated is on record.
            ProblemError: the initial program or a baseline has no score on a split.
        """
        objective = self._problem.objective
        fields = [self._field(arm, initial) for arm in (Arm.SEARCH, Arm.CONTROL)]
        stressed = sum(bool(field.finalists) for field in fields)  # at the least: the first valid
        entrants = self._humans.count + sum(len(field.finalists) for field in fields)
        self._staff.begin(Phase.VALIDATION, entrants + stressed)
        initial_validation = self._humans.assess(Split.VALIDATION)
        found = self._pick(fields[0], Role.CANDIDATE)
        control = self._pick(fields[1], Role.CONTROL_CANDIDATE)
        if found is not None:
            self._staff.begin(Phase.REDUCTION, None)
            found = Reduction(self._assessor, objective, self._staff.reducer).shorten(found)
        self._hold_out(found, control)
        conclusion = self._decide(found, control, initial_validation)
        if conclusion.improved:
            self._ablate(conclusion.champion)
        return conclusion

    def _field(self, arm: Arm, initial: Evaluation) -> Field:
        trials = self._staff.archive.trials(self._record.name, arm)
        return field_of(trials, self._problem.objective, baseline=initial)

    def _pick(self, field: Field, role: Role) -> Finalist | None:
        """Return the best of an arm, of the reserves where no finalist will do."""
        objective = self._problem.objective
        found = pick(field.finalists, self._assessor, objective, role=role)
        if found is not None or len(field.finalists) == len(field.ranked):
            return found
        self._staff.begin(Phase.VALIDATION, None)
        tried = {trial.program.id for trial in field.finalists if trial.program is not None}
        more = reserves(field.ranked, self._assessor, objective, tried=tried)
        return pick(more, self._assessor, objective, role=role)

    def _hold_out(self, found: Finalist | None, control: Finalist | None) -> None:
        """Touch the held-out splits, once, for everybody alike; not where candidates could."""
        best = self._problem.initial if found is None else found.program
        picks = [(Role.CHAMPION, best)]
        if control is not None:
            picks.append((Role.CONTROL, control.program))
        refusal = self._staff.evaluations.level.heldout_refusal
        held_out = [] if refusal else [split for split in Split if split.held_out]
        splits = (Split.TRAIN, Split.VALIDATION, *held_out)
        if refusal:
            self._staff.sink(Warned(message=refusal))
        else:
            humans = len(held_out) * self._humans.count
            self._staff.begin(Phase.HELDOUT, humans + len(splits) * len(picks))
        for split in held_out:
            self._humans.assess(split)
        for split in splits:
            for role, program in picks:
                self._assessor.assess(role, [Entrant(label="", program=program)], split)

    def _decide(
        self, found: Finalist | None, control: Finalist | None, initial: Evaluation
    ) -> Conclusion:
        initial_program = self._problem.initial
        conclusion = Conclusion(
            champion=initial_program,
            champion_trial=None,
            best=initial_program if found is None else found.program,
            control=None if control is None else control.program,
            improved=False,
            reason=NOTHING,
        )
        if found is None:
            return conclusion
        doubt = next(self._doubts(found.validation, initial), None)
        if doubt is not None:
            return replace(conclusion, reason=doubt)
        refusal = self._staff.evaluations.level.heldout_refusal
        if refusal:
            return replace(conclusion, reason=f"{BETTER}, but {refusal}")
        return replace(
            conclusion,
            champion=found.program,
            champion_trial=found.trial,
            improved=True,
            reason=BETTER,
        )

    def _doubts(self, best: Evaluation, initial: Evaluation) -> Iterator[str]:
        """Name every program that `best` does not beat on validation beyond the interval."""
        baselines = self._humans.baselines(Split.VALIDATION)
        rivals = [("the initial program", initial), *((b.title, e) for b, e in baselines)]
        objective = self._problem.objective
        for title, rival in rivals:
            seed = derive_seed(self._record.config.seed, "significance", title)
            gain = advantage_interval(best.values, rival.values, objective=objective, seed=seed)
            if not gain.lies_above(0.0):
                relation = "worse than" if gain.lies_below(0.0) else "within noise of"
                yield f"{relation} {title} on validation"

    def _ablate(self, champion: Program) -> None:
        """Assess the champion without each of its changes: a report tells what they are worth."""
        texts = one_change_reverted(self._problem.initial.source, champion.source)
        self._staff.begin(Phase.ABLATION, len(texts))
        entrants = [
            Entrant(label=str(number), program=Program.of(text))
            for number, text in enumerate(texts, start=1)
        ]
        self._assessor.assess(Role.ABLATION, entrants, Split.VALIDATION)
