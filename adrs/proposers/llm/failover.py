"""Which model is asked next, and what follows from a failure: breakers, retries, other models."""

from collections.abc import Callable, Mapping, Sequence

from adrs.core.call import CallOutcome
from adrs.core.seeds import derive_seed
from adrs.proposers.llm.breaker import Admission, Breaker, BreakerPolicy, Gate, Trouble
from adrs.proposers.llm.errors import ModelsDown, NoAnswer
from adrs.proposers.llm.job import Job
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.notices import Notices
from adrs.proposers.llm.protocol import CallFailed
from adrs.proposers.llm.retry import Retries, RetryPolicy

# Failures of the model's side: a request that met nothing else for as long as it was tried, while
# nobody was answered, has met a model that is down. Others may be the request's own fault.
_SYSTEMIC = (CallOutcome.RATE_LIMITED, CallOutcome.OVERLOADED, CallOutcome.CONNECTION)
_REMEDIES = {
    CallOutcome.AUTHENTICATION: "check the model's name, the key and the account",
    CallOutcome.RATE_LIMITED: "wait, or ask with less --concurrency",
    CallOutcome.CONNECTION: "check the address and the network",
    CallOutcome.OVERLOADED: "wait until the provider has recovered",
    CallOutcome.TIMEOUT: "raise timeout_s, or ask a faster model",
}


class Failover:
    """The health of all models. Thread-safe.

    Args:
        models: ids of the models.
        retry: how often and how long a request is tried.
        breaker: when a model is left alone.
        patient_s: longest wait for a model while others could be asked instead.
        notices: takes what the user should know.
        clock: a monotonic clock, in seconds.
    """

    def __init__(
        self,
        models: Sequence[str],
        *,
        retry: RetryPolicy,
        breaker: BreakerPolicy,
        patient_s: float,
        notices: Notices,
        clock: Callable[[], float],
    ) -> None:
        self._retry = retry
        self._patient_s = patient_s
        self._notices = notices
        self._clock = clock
        self._breakers = {model: Breaker(breaker, clock) for model in models}

    def answers(self) -> Mapping[str, int]:
        """Return how many calls each model has answered so far."""
        return {model: breaker.answers for model, breaker in self._breakers.items()}

    def admit(self, job: Job) -> tuple[ModelSpec, Admission] | float:
        """Return the first model of the order that may be asked, or how long to wait for one.

        What is admitted is reported once: to `answered`, `failed` or `withdrew`.

        Raises:
            NoAnswer, ModelsDown: there is none left.
        """
        waits: list[float] = []
        for spec in job.order:
            if spec.id in job.given_up:
                continue
            breaker = self._breakers[spec.id]
            pause_s = job.not_before.get(spec.id, 0.0) - self._clock()
            if pause_s > 0 and not breaker.down:
                waits.append(pause_s)
                if pause_s <= self._patient_s and breaker.healthy:
                    break
                continue
            admission = breaker.admit()
            if admission.gate in (Gate.GO, Gate.PROBE):
                return spec, admission
            if admission.gate is Gate.WAIT:
                waits.append(admission.wait_s)
        if not waits:
            raise self._exhausted(job)
        return min(waits)

    def answered(self, model: str, admission: Admission) -> None:
        """Note an answer."""
        self._breakers[model].answered(admission)

    def withdrew(self, model: str, admission: Admission) -> None:
        """Take back an admission that was not used."""
        self._breakers[model].withdrew(admission)

    def failed(self, job: Job, model: str, admission: Admission, failure: CallFailed) -> None:
        """Draw the consequences of a failure: for the model, and for the next attempt."""
        trouble = Trouble(outcome=failure.outcome, text=str(failure))
        if failure.refused_parameter:
            self._breakers[model].replied(admission)
        elif failure.outcome is CallOutcome.AUTHENTICATION:
            self._give_up(model, trouble)
        elif not failure.outcome.passing:
            self._breakers[model].replied(admission)
            job.given_up[model] = trouble
        else:
            self._try_later(job, model, admission, failure)

    def _try_later(self, job: Job, model: str, admission: Admission, failure: CallFailed) -> None:
        breaker = self._breakers[model]
        trouble = Trouble(outcome=failure.outcome, text=str(failure))
        if breaker.failed(admission, trouble, retry_after_s=failure.retry_after_s):
            self._tell_open(model, trouble)
        if admission.gate is Gate.PROBE and failure.outcome is not CallOutcome.RATE_LIMITED:
            return  # the breaker counts its probes itself
        seed = derive_seed("retries", job.seed, model)
        retries = job.retries.setdefault(model, Retries(self._retry, seed))
        wait_s = retries.wait_s(failure)
        if wait_s is not None:
            job.not_before[model] = self._clock() + wait_s
        elif failure.outcome in _SYSTEMIC and breaker.answers == job.answers_before[model]:
            self._give_up(model, trouble)
        else:
            job.given_up[model] = trouble

    def _give_up(self, model: str, trouble: Trouble) -> None:
        if self._breakers[model].give_up(trouble):
            self._tell_open(model, trouble)

    def _tell_open(self, model: str, trouble: Trouble) -> None:
        state = "is not asked any more" if self._breakers[model].down else "is left alone a while"
        self._notices.tell(f"{model} {state}: {trouble.text}")

    def _exhausted(self, job: Job) -> NoAnswer | ModelsDown:
        """Return why no model is left for a request."""
        if job.given_up:
            told = [f"{model}: {t.text}" for model, t in job.given_up.items()]
            outcome = list(job.given_up.values())[-1].outcome
            return NoAnswer(outcome, f"no model answered this request ({'; '.join(told)})")
        told = []
        for spec in job.order:
            trouble = self._breakers[spec.id].trouble
            if trouble is not None:
                remedy = _REMEDIES.get(trouble.outcome, "see what it says")
                told.append(f"{spec.id}: {trouble.text} ({remedy})")
        return ModelsDown(f"no model answers. {'; '.join(told)}")
