"""A run: its configuration, its record and the assessments at its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from adrs.core.evaluation import Evaluation
from adrs.core.isolation import WEAKEST
from adrs.core.program import Program


class RunStatus(StrEnum):
    """Where a run stands."""

    RUNNING = "running"  # being worked on, or killed: resumable
    INTERRUPTED = "interrupted"  # ended early by the user, a budget or a fault: resumable
    FINISHED = "finished"  # its report is complete


class Order(StrEnum):
    """In which order the trials of a search are asked, taken in and told."""

    ORDERED = "ordered"  # as they are numbered: the trials depend on the configuration alone
    ARRIVAL = "arrival"  # as results come: nobody waits for a slow answer


# What a run is given where its user says nothing.
DEFAULT_SEED = 1
DEFAULT_STRATEGY = "adaptive"
DEFAULT_PROPOSER = "mutator/ast"
DEFAULT_WINDOW = 8  # trials in flight: enough for a few scorers and one ahead of each
USUALLY_OFF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {DEFAULT_STRATEGY: ("niches", "failures", "bandit", "simplify", "fix", "cycles", "islands")}
)
"""Parts that are off unless asked for, by strategy: their ablation shows no gain."""

EVERY_MODEL = "*"  # in the settings of a `ModelUse`: all models that are not named


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """Which language models a run asks, how, and how much it may spend on them.

    Attributes:
        models: the models as they were given, such as "openai/gpt-5-mini:0.8@strong".
        concurrency: how many are asked at once.
        calls: total number of answered calls, resumes included; None for no limit.
        tokens: total tokens sent and received; None for no limit.
        usd: total US dollars; None for no limit.
        settings: how each model is asked, by its name without weight and tier, or "*" for all;
            JSON values, no secrets.
        prompt_tokens: most tokens a prompt may have.
        prompts: folder with templates that go before the shipped ones; empty for none.
        cache: whether answers of other runs in the archive are used for equal requests.
    """

    models: tuple[str, ...]
    concurrency: int = 8
    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    prompt_tokens: int = 24_000
    prompts: str = ""
    cache: bool = False


def default_order(models: ModelUse | None) -> Order:
    """Return the order of a run's trials where its user names none."""
    return Order.ORDERED if models is None else Order.ARRIVAL


def default_window(models: ModelUse | None) -> int:
    """Return how many trials of a run may be asked before the first is told, likewise."""
    return DEFAULT_WINDOW if models is None else max(DEFAULT_WINDOW, 2 * models.concurrency)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """Everything that determines a run's result, and so is stored with it.

    The number of workers is not here: it changes a run's speed, never its result.

    Attributes:
        problem: name or path, as it was given.
        seed: the run's seed.
        strategy: name of the strategy.
        proposer: name of the proposer.
        evals: total number of evaluations of the search, resumes included; None for no limit.
        time_s: total wall seconds until the search ends, resumes included; None for no limit.
        window: how many trials may be asked before the first of them is told.
        control: whether blind single edits run at the same number of evaluations.
        minimum_isolation: the weakest isolation level the user accepts, such as "L2".
        params: evaluator parameters that override the problem's.
        heldout_key: the secret that the seeds of all scenarios but those of train are drawn with;
            empty for the public ones. It is shown nowhere; `heldout_set` names it.
        order: the order of the search's trials; the control's are always ordered.
        models: the language models that propose; None where none does.
        without: parts of the strategy that are off, by name, those that usually are among them.
        replays: name of the run whose recorded answers and order this one follows; empty for none.
    """

    problem: str
    seed: int
    strategy: str
    proposer: str
    evals: int | None
    time_s: float | None
    window: int
    control: bool
    minimum_isolation: str = WEAKEST.name
    params: Mapping[str, int | float | str]
    heldout_key: str = field(default="", repr=False)
    order: Order = Order.ORDERED
    models: ModelUse | None = None
    without: tuple[str, ...] = ()
    replays: str = ""

    @property
    def switched_on(self) -> tuple[str, ...]:
        """Parts of the strategy that are on, though usually off."""
        return tuple(part for part in self._usually_off if part not in self.without)

    @property
    def switched_off(self) -> tuple[str, ...]:
        """Parts of the strategy that are off, though usually on."""
        return tuple(part for part in self.without if part not in self._usually_off)

    @property
    def _usually_off(self) -> tuple[str, ...]:
        return USUALLY_OFF.get(self.strategy, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run as the archive keeps it.

    Attributes:
        name: unique in the archive, such as "amber-fox".
        config: what determines its result.
        problem_parts: hash of every part of the problem when the run began.
        evaluator: the evaluator's name and version.
        adrs_version: the version that began it.
        created_at: UTC, ISO 8601 to the second.
        status: where it stands.
        spent_s: wall seconds spent so far, over all sittings.
    """

    name: str
    config: RunConfig
    problem_parts: Mapping[str, str]
    evaluator: str
    adrs_version: str
    created_at: str
    status: RunStatus
    spent_s: float = 0.0


class Role(StrEnum):
    """Why a program was assessed outside the search."""

    INITIAL = "initial"
    BASELINE = "baseline"
    CANDIDATE = "candidate"  # a top program of the search, on its way to be champion
    RESERVE = "reserve"  # tried on the stress shapes when no top program was valid everywhere
    REDUCTION = "reduction"  # a shorter form of the champion that was tried
    CHAMPION = "champion"
    CONTROL_CANDIDATE = "control-candidate"
    CONTROL = "control"
    ABLATION = "ablation"  # the champion with one of its changes taken back
    BOUND = "bound"  # no program: the proven best value per scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One evaluation outside the search, with the reason for it.

    Attributes:
        role: why it was made.
        label: the baseline's name; the program's id for candidates; the number of the change
            for ablations, from 1 in the order of the text; empty elsewhere.
        program: what was evaluated; None for a bound.
        evaluation: the result; a bound's carries the per-scenario bounds as its values.
    """

    role: Role
    label: str
    program: Program | None
    evaluation: Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What a finished run decided; written once, with the status FINISHED.

    Attributes:
        champion: the program the run stands by: the best found, or the initial program when
            nothing beat it and the best human baseline beyond the interval.
        champion_trial: number of the trial the champion came from; None for the initial program.
        best: the best program found, significant or not.
        control: the control's pick; None without a control.
        improved: whether the best beat the initial program and every human baseline on
            validation by more than a paired bootstrap interval.
        reason: one sentence on that decision.
    """

    champion: Program
    champion_trial: int | None
    best: Program
    control: Program | None
    improved: bool
    reason: str
