"""The language models behind `--model`: which are asked, how, with whose keys, at what price."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from adrs.archive.calls import RunCalls
from adrs.archive.protocol import Archive
from adrs.core.call import CallOutcome
from adrs.core.interface import Interface
from adrs.core.problem import Problem
from adrs.core.run import ModelUse, RunRecord
from adrs.core.trial import Arm, Proposal
from adrs.engine.budget import CallCaps, CallLedger, CallSpend
from adrs.engine.metering import CallMeter
from adrs.engine.proposals import Proposals, ThreadedProposals
from adrs.engine.run import Briefing
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
from adrs.proposers.replay import RecordedAnswers
from adrs.sandbox.modules import IMPORTABLE

MANUAL = "manual:"
REPLAY = "replay:"
EVERY_MODEL = "*"
FREE = Price(input_usd=0.0, output_usd=0.0)


def spec_of(text: str) -> ModelSpec:
    """Return the model that one `--model` names.

    Raises:
        UsageError: it names none.
    """
    if text.startswith(MANUAL):
        folder = text.removeprefix(MANUAL)
        if not folder:
            raise UsageError("--model manual: expected manual:DIR, a folder for the prompts.")
        return ModelSpec(provider="manual", name=folder)
    return ModelSpec.parse(text)


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
    """The models of a run: keys checked, prices known; nothing is imported or sent yet.

    Args:
        use: which and how.
        environ: the environment, for keys.
        offline: no model is asked, so no key is needed.

    Raises:
        UsageError: a model, a setting or a key is wrong or missing, or a budget in US dollars is
            given and a price is not known.
    """

    def __init__(self, use: ModelUse, environ: Mapping[str, str], *, offline: bool = False) -> None:
        self.use = use
        self.offline = offline
        self.specs = tuple(spec_of(text) for text in use.models)
        self._settings = {spec.id: settings_of(use, spec) for spec in self.specs}
        for spec in self.by_hand:
            self._settings[spec.id] = replace(self._settings[spec.id], price=FREE)
        asked = [spec for spec in self.specs if spec.provider != "manual"]
        self._connections = Connections(
            [] if offline else asked, settings=self._settings, environ=environ
        )
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
    def banner(self) -> str:
        """One line that tells the user who proposes."""
        names = ", ".join(spec.id for spec in self.specs)
        if self.offline:
            return f"proposing: recorded answers of {names}; nothing is sent"
        unpriced = f"; no price is known for {', '.join(self.unpriced)}" if self.unpriced else ""
        return f"proposing: {names}, {self.use.concurrency} at once{unpriced}"

    def _check_prices(self) -> None:
        if self.use.usd is not None and self.unpriced:
            raise UsageError(
                f"--usd {self.use.usd:g}: no price is known for {', '.join(self.unpriced)}. Give "
                f'it in a config file: [models."{self.unpriced[0]}".price] input_usd = …, '
                "output_usd = … (US dollars per million tokens), or leave --usd out and set "
                "--calls or --tokens."
            )

    def warm_up(self) -> None:
        """Import, in a thread of its own, what the first call needs."""
        threading.Thread(target=self._import, name="adrs-warm-up", daemon=True).start()

    def _import(self) -> None:
        try:
            self._connections.warm_up()
        except UsageError:
            return  # the first call meets it again, where it can be told

    def transports(self, stop: threading.Event) -> Mapping[str, Transport]:
        """Return who sends, by model."""
        persons = {spec.id: ManualTransport(Path(spec.name), stop.wait) for spec in self.by_hand}
        return {**self._connections.transports, **persons}

    def settings(self) -> Mapping[str, ModelSettings]:
        """Return how each model is asked."""
        return self._settings


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
        proposals = ThreadedProposals(slots=work.models.use.concurrency)
        meter = _meter(work, proposals.nudge)
        ledger = _ledger(work, meter)
        client = _client(work, meter, ledger, proposals.notice)
        proposer = LlmProposer(client, _prompts(work, briefing), _unanswered(work))
        proposals.start(proposer.prepare, lambda: meter.spending(ledger.in_flight))
        return proposals

    return bring


def replayed_proposals(
    archive: Archive, run: str, slots: int
) -> Callable[[Briefing], AbstractContextManager[Proposals]]:
    """Return what brings the answers of a recorded run.

    Raises:
        UsageError: there is no such run, or it asked no model.
    """
    archive.run(run)
    answers: dict[int, list[str]] = {}
    for call in archive.calls(run):
        if call.outcome is CallOutcome.OK and call.site.arm is Arm.SEARCH:
            answers.setdefault(call.site.trial, []).append(call.text)
    if not answers:
        raise UsageError(f"run {run} has no recorded answers: it asked no model.")

    def bring(briefing: Briefing) -> ThreadedProposals:  # noqa: ARG001
        proposals = ThreadedProposals(slots=slots)
        proposals.start(RecordedAnswers(run, answers).prepare)
        return proposals

    return bring


def _meter(work: ModelWork, on_move: Callable[[], None]) -> CallMeter:
    run = work.record
    others = [run.config.replays] if run.config.replays else []
    log = RunCalls(work.archive, run.name, others=others, shared=work.models.use.cache)
    return CallMeter(log, work.archive.calls(run.name), on_move)


def _ledger(work: ModelWork, meter: CallMeter) -> CallLedger:
    """Return the ledger of a run's calls, with what earlier sittings took already in it."""
    use, earlier = work.models.use, meter.spending()
    caps = CallCaps(calls=use.calls, tokens=use.tokens, usd=use.usd)
    spent = CallSpend(calls=earlier.calls, tokens=earlier.tokens, usd=earlier.usd)
    return CallLedger(caps, spent)


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
    use = work.models.use
    return PromptBuilder(
        work.problem,
        work.interface,
        TrainFigures(baselines=briefing.baselines, bounds=briefing.bounds),
        modules=IMPORTABLE,
        templates=[Path(use.prompts)] if use.prompts else [],
        budget_tokens=use.prompt_tokens,
    )


def _unanswered(work: ModelWork) -> Mapping[int, Proposal]:
    """Return the rejections on record of the trials that no model answered, for a replay."""
    source = work.record.config.replays
    if not source:
        return {}
    answered = {
        call.site.trial for call in work.archive.calls(source) if call.outcome is CallOutcome.OK
    }
    return {
        trial.number: trial.proposal
        for trial in work.archive.trials(source, Arm.SEARCH)
        if trial.number not in answered
    }


def blind(models: Sequence[str], known: Collection[str]) -> str | None:
    """Return the blind proposer that is meant, None where language models are.

    Raises:
        UsageError: blind proposers and models are mixed, or there are two of them.
    """
    named = [name for name in models if name in known]
    if named and len(models) > 1:
        raise UsageError(f"--model {named[0]}: it proposes alone, not together with other models.")
    return named[0] if named else None
