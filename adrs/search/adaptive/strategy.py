"""The default strategy: one search that adapts to its budget and to what its trials bring."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from random import Random
from typing import ClassVar

from adrs.core.objective import Objective
from adrs.core.run import DEFAULT_STRATEGY, USUALLY_OFF
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask, Notes, Trial
from adrs.search.adaptive.bandit import Bandit
from adrs.search.adaptive.cycles import Cycles
from adrs.search.adaptive.kin import Birth, Kin
from adrs.search.adaptive.leaning import Leaning
from adrs.search.adaptive.plan import FEATURES, checked, plan_for
from adrs.search.adaptive.repairs import Repairs
from adrs.search.adaptive.scratchpad import Scratchpad
from adrs.search.adaptive.selecting import pick_ranked
from adrs.search.adaptive.shelter import Shelter
from adrs.search.adaptive.stall import Stall
from adrs.search.adaptive.stock import Stock
from adrs.search.adaptive.tuning import Tunings
from adrs.search.member import Member, member_of
from adrs.search.operators import CROSSOVER, FIX, PARADIGM, REFINE, REWRITE, SIMPLIFY, TIERS, TUNE
from adrs.search.selection import even_weight

SHELTER_SHARE = 0.3
SHOWN = 3
GROWN = 1.25
UNRACED = frozenset({PARADIGM, FIX, TUNE})


class AdaptiveStrategy:
    """Seeds paradigms, develops them, and turns to what brings gains.

    - The first trials ask for distinct paradigms; later one is asked for on schedule, and more
      often while the search is stalled. From 300 evaluations on a new paradigm is sheltered for
      its first children.
    - Parents are drawn by rank from the population or from the best programs of single scenarios;
      with `niches` from their elites too, with `islands` from the home island, of several from 300
      evaluations on.
    - The operator is drawn with priors, from which the `bandit` goes on. A crossover's donor comes
      from elsewhere.
    - Of several models it leans to those whose answers are worth more.
    - A child races against the third best of its population, once that is full.

    Args:
        objective: what is optimised.
        seed: the run's seed.
        evals: the budget of evaluations; None for no limit.
        calls: the budget of model calls; None for no limit. The scarcer of the two is planned by;
            without either it is planned like 2,000 evaluations.
        without: features that are off, see `FEATURES`.

    Raises:
        UsageError: `without` names an unknown feature.
    """

    FEATURES: ClassVar[tuple[str, ...]] = FEATURES

    def __init__(
        self,
        *,
        objective: Objective,
        seed: int,
        evals: int | None,
        calls: int | None = None,
        without: Collection[str] = USUALLY_OFF[DEFAULT_STRATEGY],
    ) -> None:
        off = checked(without)
        plan = plan_for(evals, calls)
        self._objective = objective
        self._seed = seed
        self._plan = plan
        self._on = frozenset(FEATURES) - off
        self._initial: Member | None = None
        self._best: Member | None = None
        self._stock = Stock(
            plan.islands,
            objective,
            seed=seed,
            islands="islands" in self._on,
            niches="niches" in self._on,
            scenarios="scenarios" in self._on,
        )
        self._kin = Kin()
        self._weight = self._kin.weight if "failures" in self._on else even_weight
        self._bandit = Bandit(
            memory=plan.memory,
            learns="bandit" in self._on,
            by_evaluation=not plan.tuning_is_free,
        )
        self._leaning = Leaning(memory=plan.model_memory)
        self._stall = Stall(objective, patience=plan.patience)
        self._shelter = Shelter()
        self._cycles = Cycles()
        self._repairs = Repairs()
        self._tunings = Tunings(evals=plan.tuning_evals)
        self._scratchpad = Scratchpad()

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return "adaptive"

    @property
    def niches(self) -> int:
        """How many niches are occupied; 1 where niches are switched off."""
        return 0 if self._initial is None else self._stock.niches

    @property
    def scratchpad(self) -> str:
        """What the run has taught so far, at most 600 words; empty when it is switched off."""
        return self._scratchpad.text if "scratchpad" in self._on else ""

    def ask(self, number: int) -> Ask:
        """Choose the operator, the parent and what goes with them.

        Raises:
            RuntimeError: no program with a score was told yet.
        """
        if self._initial is None or self._best is None:
            raise RuntimeError("tell a trial with a score, the initial program's, before asking")
        rng = Random(derive_seed(self._seed, "ask", number))
        if "seeding" in self._on and number <= self._plan.seeds:
            return self._asked(PARADIGM, self._initial, self._shelter.bests)
        if "paradigm" in self._on and self._is_paradigm_due(number):
            return self._asked(PARADIGM, self._best, self._shelter.bests)
        shelters = self._plan.shelters and "shelter" in self._on
        sheltered = self._shelter.sheltered if shelters else ()
        if sheltered and rng.random() < SHELTER_SHARE:
            return self._developed(rng, pick_ranked(rng, sheltered, even_weight))
        parent = pick_ranked(rng, self._stock.pool(rng, number), self._weight)
        return self._changed(rng, number, parent)

    def tell(self, trial: Trial) -> None:
        """Take in a trial, failures and duplicates included."""
        birth = self._birth(trial)
        member = birth.member
        if member is not None:
            self._initial = self._initial or member
            self._best = member if birth.record else self._best
        self._kin.tell(birth)
        self._bandit.tell(birth)
        self._leaning.tell(birth)
        self._stall.tell(birth)
        self._shelter.tell(birth)
        self._scratchpad.tell(birth)
        self._repairs.tell(trial, birth.parent)
        self._tunings.tell(trial, birth.parent)
        self._stock.tell(trial.number, member)
        if self._kin.is_due():
            kept = self._kin.forget_all_but((*self._stock.members(), *self._shelter.bests))
            self._shelter.forget_all_but(kept)

    def _birth(self, trial: Trial) -> Birth:
        member = member_of(trial, self._objective)
        parent, founds = self._origin(trial)
        gain, copies, cycles = None, False, False
        if member is not None and parent is not None:
            shown = [parent, *map(self._kin.member, trial.parent_ids[1:])]
            copies = any(one is not None and one.behaviour == member.behaviour for one in shown)
            gain = 0.0 if copies else member.fitness - parent.fitness
            line = self._shelter.line(parent.program.id)
            cycles = self._cycles.tell(parent, member, line) and "cycles" in self._on
        return Birth(
            trial=trial,
            member=member,
            parent=parent,
            gain=gain,
            copies=copies,
            record=member is not None and (self._best is None or member.merit > self._best.merit),
            founds=founds,
            cycles=cycles,
        )

    def _origin(self, trial: Trial) -> tuple[Member | None, bool]:
        """Return the scored program that a trial comes from, and whether it founds a line."""
        if not trial.parent_ids:
            return None, False
        case = self._repairs.case(trial.parent_ids[0])
        if trial.operator == FIX and case is not None:
            return case.origin, case.founds
        return self._kin.member(trial.parent_ids[0]), trial.operator == PARADIGM

    def _is_paradigm_due(self, number: int) -> bool:
        plan = self._plan
        every = plan.stalled_every if self._stall.stalled else plan.scheduled_every
        return number % every == 0

    def _changed(self, rng: Random, number: int, parent: Member) -> Ask:
        """Ask for a change of `parent` by an operator that is drawn."""
        donor = self._donor(rng, number, parent) if "crossover" in self._on else None
        operators = [REFINE, REWRITE]
        if donor is not None:
            operators.append(CROSSOVER)
        if "simplify" in self._on and self._has_grown(parent):
            operators.append(SIMPLIFY)
        if "fix" in self._on and len(self._repairs) > 0:
            operators.append(FIX)
        if "tune" in self._on and self._tunings.suits(number, parent, self._stock.home(number)):
            operators.append(TUNE)
        operator = self._bandit.draw(rng, operators)
        if operator == FIX:
            return self._advised(Ask(operator=FIX, parent=self._repairs.draw(rng)))
        if operator == CROSSOVER and donor is not None:
            return self._asked(CROSSOVER, parent, (donor,), rival=self._stock.rival(number))
        return self._asked(operator, parent, self._shown(operator), rival=self._stock.rival(number))

    def _developed(self, rng: Random, parent: Member) -> Ask:
        """Ask for a change of a sheltered program, which has to be better than itself alone."""
        operator = self._bandit.draw(rng, (REFINE, REWRITE))
        return self._asked(operator, parent, (), rival=parent)

    def _donor(self, rng: Random, number: int, parent: Member) -> Member | None:
        donor = pick_ranked(rng, self._stock.donors(rng, number), even_weight)
        return None if donor.behaviour == parent.behaviour else donor

    def _has_grown(self, member: Member) -> bool:
        return self._initial is not None and member.size > GROWN * self._initial.size

    def _shown(self, operator: str) -> Iterable[Member]:
        """Return what is shown beside the parent: a rewrite may take what is best elsewhere."""
        return self._shelter.bests[-1:] if operator == REWRITE else ()

    def _asked(
        self,
        operator: str,
        parent: Member,
        inspirations: Iterable[Member],
        *,
        rival: Member | None = None,
    ) -> Ask:
        others = {m.program.id: m for m in inspirations if m.program.id != parent.program.id}
        best_first = sorted(others.values(), key=lambda m: m.merit, reverse=True)[:SHOWN]
        races = rival is not None and "racing" in self._on and operator not in UNRACED
        return self._advised(
            Ask(
                operator=operator,
                parent=parent.program,
                inspirations=tuple(m.program for m in best_first),
                tier=TIERS.get(operator),
                rival=rival.evaluation if rival is not None and races else None,
            )
        )

    def _advised(self, ask: Ask) -> Ask:
        """Add what was learned of models and, in words, of everything else."""
        text = self.scratchpad
        notes = Notes(parent=None, scratchpad=text) if text else None
        leaning = self._leaning.factors() if "models" in self._on else {}
        return replace(ask, notes=notes, leaning=leaning)
