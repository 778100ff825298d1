"""The language models of a run: which are asked, how, with whose keys, at what price."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from adrs.archive.calls import RunCalls
from adrs.archive.protocol import Archive
from adrs.core.call import CallOutcome
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.interface import Interface
from adrs.core.isolation import WEAKEST
from adrs.core.problem import Problem
from adrs.core.run import EVERY_MODEL, ModelUse, RunRecord
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal
from adrs.engine.budget import CallCaps, CallLedger
from adrs.engine.metering import CallMeter
from adrs.engine.proposals import Proposals, ThreadedProposals
from adrs.engine.staff import Briefing
from adrs.errors import UsageError
from adrs.proposers.llm.client import Client, Desk
from adrs.proposers.llm.connections import Connections
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.prices import Prices, PriceTable
from adrs.proposers.llm.prompt import PromptBuilder, TrainFigures
from adrs.proposers.llm.proposer import LlmProposer
from adrs.proposers.llm.protocol import Transport
from adrs.proposers.llm.settings import ModelSettings, Price
from adrs.proposers.manual import ManualTransport
from adrs.proposers.replay import Answer, RecordedAnswers
from adrs.sandbox.modules import IMPORTABLE

REPLAY = "replay:"
FREE = Price(input_usd=0.0, output_usd=0.0)


def settings_of(use: ModelUse, spec: ModelSpec) -> ModelSettings:
    """Return how a model is asked: the settings for every model, and its own over them.

    Raises:
        UsageError: a setting is unknown or out of range.
    """
    merged = {**use.settings.get(EVERY_MODEL, {}), **use.settings.get(spec.id, {})}
    known = {field.name for field in fields(ModelSettings)}
    unknown = sorted(set(merged) - known)
    if unknown:
        raise UsageError(
            f'models."{spec.id}".{unknown[0]}: unknown key; there are: {", ".join(sorted(known))}.'
        )
    try:
        return ModelSettings(**_with_price(merged))
    except TypeError as exc:
        raise UsageError(f'models."{spec.id}": {exc}.') from exc


def _with_price(merged: Mapping[str, object]) -> dict[str, Any]:
    price = merged.get("price")
    if not isinstance(price, Mapping):
        return dict(merged)
    return {**merged, "price": Price(**{str(name): value for name, value in price.items()})}


class Models:
    """The models of a run: prices known, keys checked as far as no library is needed for it.

    `warm_up` imports the libraries and lets them check the rest; nothing is sent.

    Args:
        use: which and how.
        environ: the environment, for keys.
        offline: no model is asked, so no key is needed.

    Raises:
        UsageError: a model, a setting or a key is wrong or missing, or a budget in US dollars is
            given and the price of a model that is asked is not known.
    """

    def __init__(self, use: ModelUse, environ: Mapping[str, str], *, offline: bool = False) -> None:
        self.use = use
        self.offline = offline
        self.specs = tuple(ModelSpec.parse(text) for text in use.models)
        self._settings = {spec.id: settings_of(use, spec) for spec in self.specs}
        for spec in self.by_hand:
            self._settings[spec.id] = replace(self._settings[spec.id], price=FREE)
        asked = [spec for spec in self.specs if spec.provider != "manual"]
        self._connections = Connections(
            [] if offline else asked, settings=self._settings, environ=environ
        )
        self._warming: Future[None] | None = None
        self._prompts: PromptBuilder | None = None
        self._settings.update(self._connections.settings)
        self.prices = Prices(self._settings, PriceTable())
        self._check_prices()

    @property
    def by_hand(self) -> tuple[ModelSpec, ...]:
        """Those that are persons with a folder."""
        return tuple(spec for spec in self.specs if spec.provider == "manual")

    @property
    def unpriced(self) -> tuple[str, ...]:
        """The models whose price is not known."""
        return tuple(spec.id for spec in self.specs if not self.prices.known(spec.id))

    @property
    def idle_settings(self) -> str | None:
        """One line on settings of models that are not asked; None where there are none."""
        names = [spec.id for spec in self.specs]
        idle = [name for name in self.use.settings if name not in (EVERY_MODEL, *names)]
        if not idle:
            return None
        tables = ", ".join(f'models."{name}"' for name in idle)
        return f"{tables}: without effect, as no such model is asked, but {', '.join(names)}."

    @property
    def banner(self) -> str:
        """One line that tells the user who proposes."""
        names = ", ".join(spec.id for spec in self.specs)
        if self.offline:
            return f"proposing: recorded answers of {names}; nothing is sent"
        unpriced = f"; no price is known for {', '.join(self.unpriced)}" if self.unpriced else ""
        return f"proposing: {names}, {self.use.concurrency} at once{unpriced}"

    def _check_prices(self) -> None:
        if self.use.usd is not None and self.unpriced and not self.offline:
            raise UsageError(
                f"--usd {self.use.usd:g}: no price is known for {', '.join(self.unpriced)}. Give "
                f'it in a config file: [models."{self.unpriced[0]}".price] input_usd = …, '
                "output_usd = … (US dollars per million tokens), or leave --usd out and set "
                "--calls or --tokens."
            )

    def warm_up(self) -> None:
        """Import what the first call needs, in a thread of its own; see `ready`."""
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="adrs-warm-up")
        self._warming = pool.submit(self._connections.warm_up)
        pool.shutdown(wait=False)

    def ready(self) -> None:
        """Wait for the end of `warm_up`: from here on every model can be asked.

        Raises:
            UsageError: a library, a provider or a key is missing.
        """
        if self._warming is not None:
            self._warming.result()

    def prompts(self, problem: Problem, interface: Interface) -> PromptBuilder:
        """Return what builds the prompts, with figures of train that are supposed.

        It is made once: reading and trying out all templates takes a twentieth of a second.

        Args:
            problem: the run's problem.
            interface: its policies' interface.

        Raises:
            UsageError: a template is at fault, or the prompts have no room for what is never cut.
        """
        if self._prompts is None:
            self._prompts = PromptBuilder(
                problem,
                interface,
                _supposed(problem),
                modules=IMPORTABLE,
                templates=[Path(self.use.prompts)] if self.use.prompts else [],
                budget_tokens=self.use.prompt_tokens,
            )
        return self._prompts

    def transports(self, stop: threading.Event) -> Mapping[str, Transport]:
        """Return who sends, by model."""
        persons = {spec.id: ManualTransport(Path(spec.name), stop.wait) for spec in self.by_hand}
        return {**self._connections.transports, **persons}

    def settings(self) -> Mapping[str, ModelSettings]:
        """Return how each model is asked."""
        return self._settings

    def close(self) -> None:
        """Close every connection; what is still under way on one fails."""
        self._connections.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelWork:
    """What a search with models works on."""

    record: RunRecord
    problem: Problem
    interface: Interface
    archive: Archive
    models: Models
    stop: threading.Event


def model_proposals(work: ModelWork) -> Callable[[Briefing], AbstractContextManager[Proposals]]:
    """Return what brings the models' proposals, once the baselines are known."""

    def bring(briefing: Briefing) -> ThreadedProposals:
        proposals = ThreadedProposals(slots=work.models.use.concurrency, stop=work.stop.set)
        ledger = _ledger(work)
        meter = _meter(work, ledger, proposals.nudge)
        client = _client(work, meter, ledger, proposals.notice)
        proposer = LlmProposer(client, _prompts(work, briefing), _rejected(work))
        proposals.start(proposer.prepare, meter.spending)
        return proposals

    return bring


def recorded_answers(archive: Archive, run: str) -> Mapping[int, list[Answer]]:
    """Return what models answered in the search of a run, by trial, in the order of asking.

    Raises:
        UsageError: there is no such run, or it asked no model.
    """
    archive.run(run)
    answers: dict[int, list[Answer]] = {}
    for call in archive.calls(run):
        if call.outcome is CallOutcome.OK and call.site.arm is Arm.SEARCH:
            answer = Answer(text=call.text, finish=call.finish)
            answers.setdefault(call.site.trial, []).append(answer)
    if not answers:
        raise UsageError(
            f"--model {REPLAY}{run}: run {run} has no recorded answers: no model was asked, or "
            "none answered. `adrs runs` lists the runs and their calls."
        )
    return answers


def replayed_proposals(
    archive: Archive, run: str, slots: int
) -> Callable[[Briefing], AbstractContextManager[Proposals]]:
    """Return what brings the answers of a recorded run.

    Raises:
        UsageError: as `recorded_answers`.
    """
    answers = recorded_answers(archive, run)

    def bring(briefing: Briefing) -> ThreadedProposals:  # noqa: ARG001
        proposals = ThreadedProposals(slots=slots)
        proposals.start(RecordedAnswers(run, answers).prepare)
        return proposals

    return bring


def _meter(work: ModelWork, ledger: CallLedger, on_move: Callable[[], None]) -> CallMeter:
    run = work.record
    others = [run.config.replays] if run.config.replays else []
    # What a replay asks its source may have had no answer to, where another run has one.
    shared = work.models.use.cache and not others
    log = RunCalls(work.archive, run.name, others=others, shared=shared)
    return CallMeter(log, ledger, work.archive.calls(run.name), on_move)


def _ledger(work: ModelWork) -> CallLedger:
    """Return the ledger of a run's calls, with what earlier sittings took already in it."""
    use = work.models.use
    caps = CallCaps(calls=use.calls, tokens=use.tokens, usd=use.usd)
    return CallLedger(caps, work.archive.calls(work.record.name))


def _client(
    work: ModelWork, meter: CallMeter, ledger: CallLedger, notice: Callable[[str], None]
) -> Client:
    models = work.models
    return Client(
        models.specs,
        settings=models.settings(),
        prices=models.prices,
        desk=Desk(
            transports=models.transports(work.stop),
            log=meter,
            budget=ledger,
            stop=work.stop,
            on_notice=notice,
            offline=models.offline,
        ),
    )


def _prompts(work: ModelWork, briefing: Briefing) -> PromptBuilder:
    known = TrainFigures(baselines=briefing.baselines, bounds=briefing.bounds)
    return work.models.prompts(work.problem, work.interface).knowing(known)


def _supposed(problem: Problem) -> TrainFigures:
    """Return figures in the place of those that are not known yet, which take no more room."""
    reference, bound = sorted((-1.23456e-5, -1.23457e-5), key=problem.objective.fitness)
    evaluations = {
        baseline.name: Evaluation(
            program_id=baseline.program.id,
            split=Split.TRAIN,
            verdict=Verdict.OK,
            score=reference,
            isolation=WEAKEST,
            evaluator="",
        )
        for baseline in problem.baselines
    }
    return TrainFigures(baselines=evaluations, bounds=(bound,))


def _rejected(work: ModelWork) -> Mapping[int, Proposal]:
    """Return the proposals on record that held no program, for a replay."""
    source = work.record.config.replays
    if not source:
        return {}
    proposals = {t.number: t.proposal for t in work.archive.trials(source, Arm.SEARCH)}
    return {number: proposal for number, proposal in proposals.items() if proposal.source is None}


def no_model(models: Sequence[str], known: Collection[str]) -> str | None:
    """Return the blind proposer or the recorded run that is meant, None where models are.

    Raises:
        UsageError: these and models are mixed, or there are two of them.
    """
    named = [name for name in models if name in known or name.startswith(REPLAY)]
    if named and len(models) > 1:
        raise UsageError(f"--model {named[0]}: it proposes alone, not together with other models.")
    return named[0] if named else None
