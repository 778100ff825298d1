"""The scorer's side of a session's questions: checked, so that an evaluator's slip is named."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.interface import Array, ElementType, OnlineInterface, PlannerInterface
from adrs.errors import EvaluatorError
from adrs.sandbox.frames import record_dtype
from adrs.sandbox.protocol import Argument, Job, PolicyFailed

_SLOTS = np.dtype(np.int32)


class OnlineRequests:
    """Checks what an evaluator sends to an online policy.

    Raises:
        EvaluatorError: from every method, when the evaluator breaks the session's contract.
    """

    def __init__(self, interface: OnlineInterface) -> None:
        self._setup = record_dtype(interface.setup)
        self._observation = record_dtype(interface.observation)
        self._slots = 0
        self._checked_slots: NDArray[np.int32] | None = None

    def check_begin(self, setups: NDArray[np.void]) -> None:
        """Check the setups of `begin` and remember how many there are."""
        if setups.ndim != 1 or not len(setups):
            raise EvaluatorError(f"begin: setups have shape {setups.shape}, expected [n], n >= 1")
        _expect_dtype("begin: setups", setups.dtype, self._setup)
        self._slots = len(setups)
        self._checked_slots = None

    def check_decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> None:
        """Check the slots and observations of `decide`."""
        if slots.dtype is not _SLOTS:
            _expect_dtype("decide: slots", slots.dtype, _SLOTS)
        if observations.dtype is not self._observation:
            _expect_dtype("decide: observations", observations.dtype, self._observation)
            self._observation = observations.dtype  # the next check is then by identity
        count = len(slots)
        if slots.shape != observations.shape or slots.ndim != 1 or not count:
            raise EvaluatorError(
                f"decide: shapes {slots.shape} and {observations.shape}, expected [n], [n], n >= 1"
            )
        if slots is not self._checked_slots:
            self._check_slots(slots)

    def _check_slots(self, slots: NDArray[np.int32]) -> None:
        if slots[0] < 0 or slots[-1] >= self._slots:
            raise EvaluatorError(f"decide: slots not within the {self._slots} begun scenarios")
        if len(slots) > 1 and bool((slots[1:] <= slots[:-1]).any()):
            raise EvaluatorError("decide: slots are not ascending")
        self._checked_slots = slots  # an evaluator asks the same slots tick after tick


def checked_source(job: Job) -> bytes:
    """Return the program's text in UTF-8.

    Raises:
        PolicyFailed: REJECTED, when it cannot be encoded or is too long.
    """
    try:
        source = job.source.encode("utf-8")
    except UnicodeEncodeError:
        text = "the program holds characters that UTF-8 cannot encode"
        raise PolicyFailed(Verdict.REJECTED, text) from None
    if len(source) > job.limits.source_bytes:
        text = f"the program has {len(source)} bytes, at most {job.limits.source_bytes} are allowed"
        raise PolicyFailed(Verdict.REJECTED, text)
    return source


def planner_arrays(
    interface: PlannerInterface, arguments: Sequence[Argument]
) -> list[NDArray[np.generic]]:
    """Return the arguments of `plan` as arrays of the declared element types.

    Raises:
        EvaluatorError: there are too few or too many, or one has another type or ndim.
    """
    if len(arguments) != len(interface.arguments):
        raise EvaluatorError(
            f"plan: {len(arguments)} arguments, expected {len(interface.arguments)}"
        )
    pairs = zip(arguments, interface.arguments, strict=True)
    return [_argument(value, declared) for value, declared in pairs]


def _argument(value: Argument, declared: Array) -> NDArray[np.generic]:
    dtype = np.dtype(np.int64 if declared.element is ElementType.INT else np.float64)
    if isinstance(value, np.ndarray):
        array: NDArray[np.generic] = value
        _expect_dtype(f"plan: argument {declared.name}", value.dtype, dtype)
    elif isinstance(value, int if declared.element is ElementType.INT else int | float):
        array = np.array(value, dtype)
    else:
        raise EvaluatorError(
            f"plan: argument {declared.name} is a {type(value).__name__}, expected {dtype}"
        )
    if array.ndim != declared.ndim:
        raise EvaluatorError(
            f"plan: argument {declared.name} has {array.ndim} dimensions, expected {declared.ndim}"
        )
    return array


def _expect_dtype(what: str, found: np.dtype[np.generic], expected: np.dtype[np.generic]) -> None:
    if found != expected:
        raise EvaluatorError(f"{what} have dtype {found}, expected {expected}")
