"""A candidate's program as an object: compiled, begun, asked, its errors put into words.

This is the only code that touches what a program defines. It runs in the candidate's process, after
the lockdown (and in-process in the double for tests).
"""

import re
import sys
import types
from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import index
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.interface import Array, ElementType, Field, OnlineInterface
from adrs.sandbox.frames import record_struct

FILENAME = "<policy>"
MODULE = "policy"
_PLAIN = (int, float, bool, str, bytes, type(None), tuple, list)
_SHOWN_CHARS = 80
_FILE_OF_MODULE = re.compile(r" \(/[^()]*\)$")
_INT64_SPAN = 2.0**63


class CandidateError(Exception):
    """The program did something that ends its session.

    Attributes:
        verdict: how it ended.
        text: what happened, as raw text of the candidate's making.
        slot: the scenario in which it happened, where that is known.
    """

    def __init__(self, verdict: Verdict, text: str, slot: int | None = None) -> None:
        super().__init__(text)
        self.verdict = verdict
        self.text = text
        self.slot = slot


def load_entry(source: str, entry: str, method: str | None) -> Callable[..., Any]:
    """Compile and run a program and return the class or function named `entry`.

    Args:
        source: the program's text.
        entry: the name to return.
        method: the method that the class must have; None when `entry` names a function.

    Raises:
        CandidateError: REJECTED when it does not compile or lacks the entry, EXCEPTION, MEMORY or
            CRASH when its top level raises.
    """
    namespace = _run(_compile(source))
    if entry not in namespace:
        kind = "function" if method is None else "class"
        raise CandidateError(Verdict.REJECTED, f"the program defines no {kind} '{entry}'")
    found = namespace[entry]
    if method is None:
        if not callable(found):
            raise CandidateError(Verdict.REJECTED, f"'{entry}' is not a function")
        return partial(found)
    if not isinstance(found, type):
        raise CandidateError(Verdict.REJECTED, f"'{entry}' is not a class")
    if not callable(getattr(found, method, None)):
        raise CandidateError(Verdict.REJECTED, f"class '{entry}' has no method '{method}'")
    return found


def _compile(source: str) -> types.CodeType:
    try:
        return compile(source, FILENAME, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as exc:
        raise CandidateError(Verdict.REJECTED, _worded(exc)) from None


def _run(code: types.CodeType) -> dict[str, Any]:
    # Dataclasses and type hints look their module up in sys.modules.
    module = types.ModuleType(MODULE)
    sys.modules[MODULE] = module
    try:
        exec(code, module.__dict__)  # noqa: S102  (running candidates is what this process is for)
    except BaseException as exc:  # noqa: BLE001  (a candidate may raise anything, SystemExit too)
        raise candidate_error(exc) from None
    return module.__dict__


class OnlineForm:
    """What an online interface means to its policies; made once, used by any number of programs."""

    def __init__(self, interface: OnlineInterface) -> None:
        self.setup = _named("Setup", interface.setup)
        self.observation = _named("Observation", interface.observation)
        self.setup_record = record_struct([field.type for field in interface.setup])
        self.observation_record = record_struct([field.type for field in interface.observation])
        self.actions = len(interface.actions)


def _named(name: str, fields: Sequence[Field]) -> Callable[[tuple[Any, ...]], Any]:
    # partial(tuple.__new__, T) makes the same object as T._make in a third of the time.
    return partial(tuple.__new__, namedtuple(name, [field.name for field in fields]))


class OnlinePolicies:
    """The policy objects of a session, one per scenario that was begun last."""

    def __init__(self, entry: Callable[..., Any], form: OnlineForm) -> None:
        self._entry = entry
        self._setup = form.setup
        self._observation = form.observation
        self._actions = form.actions
        self._decide: list[Callable[[Any], Any]] = []

    def begin(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Make one policy object per setup row, in place of those before.

        Raises:
            CandidateError: the constructor raised.
        """
        self._decide = []
        try:
            for row in rows:
                self._decide.append(self._entry(self._setup(row)).decide)
        except BaseException as exc:  # noqa: BLE001  (a candidate may raise anything)
            raise candidate_error(exc, len(self._decide)) from None

    def decide(self, slots: Iterable[int], rows: Iterable[tuple[Any, ...]]) -> list[int]:
        """Return one valid decision per slot and observation row.

        Raises:
            CandidateError: a policy raised, or returned no int in range.
        """
        methods, observation, actions = self._decide, self._observation, self._actions
        decisions: list[int] = []
        slot = 0
        try:
            for slot, row in zip(slots, rows, strict=True):
                decision = methods[slot](observation(row))
                if type(decision) is not int:
                    decision = self._as_int(decision)
                if not 0 <= decision < actions:
                    self._reject(decision)
                decisions.append(decision)
        except BaseException as exc:  # noqa: BLE001  (a candidate may raise anything)
            raise candidate_error(exc, slot) from None
        return decisions

    def _as_int(self, decision: object) -> int:
        if isinstance(decision, np.bool_):  # a truth value as good as Python's own
            return int(decision)
        try:
            return index(decision)  # type: ignore[arg-type]  # tried, not known
        except TypeError:
            self._reject(decision)

    def _reject(self, decision: object) -> NoReturn:
        text = f"decide returned {_shown(decision)}, expected an int in 0..{self._actions - 1}"
        raise CandidateError(Verdict.INVALID, text)


class Planner:
    """A plan-making function and the types its results are converted to."""

    def __init__(self, entry: Callable[..., Any], result: Sequence[Array]) -> None:
        self._entry = entry
        self._result = result

    def plan(self, arguments: Sequence[Any]) -> list[NDArray[np.generic]]:
        """Return one array per declared result, of its element type and number of dimensions.

        Raises:
            CandidateError: the function raised, or returned what cannot be converted without loss.
        """
        try:
            return self._converted(self._entry(*arguments))
        except BaseException as exc:  # noqa: BLE001  (a candidate may raise anything)
            raise candidate_error(exc) from None

    def _converted(self, returned: Any) -> list[NDArray[np.generic]]:
        if len(self._result) == 1:
            return [_as_declared(returned, self._result[0])]
        if not isinstance(returned, tuple | list) or len(returned) != len(self._result):
            names = ", ".join(array.name for array in self._result)
            raise CandidateError(
                Verdict.INVALID, f"returned {_shown(returned)}, expected a tuple ({names})"
            )
        pairs = zip(returned, self._result, strict=True)
        return [_as_declared(value, array) for value, array in pairs]


def _as_declared(value: object, declared: Array) -> NDArray[np.generic]:
    want = f"expected {declared.element}"
    try:
        array = np.asarray(value)
    except ValueError:
        raise _unfit(declared, "is ragged", want) from None
    if array.dtype.kind == "O":
        raise _unfit(declared, f"is {_shown(value)}", want)
    if array.dtype.kind not in "biuf":
        raise _unfit(declared, f"holds {array.dtype} items", want)
    if array.ndim != declared.ndim:
        raise _unfit(declared, f"has {array.ndim} dimensions", f"expected {declared.ndim}")
    if declared.element is ElementType.INT:
        return _as_int64(array, declared)
    converted = array.astype(np.float64)
    # numpy compares int64 with float64 by rounding; only Python's own numbers compare exactly.
    if array.dtype.itemsize >= 8 and array.dtype != np.float64:
        exact = np.equal(converted.astype(object), array.astype(object)) | np.isnan(converted)
        if not np.all(exact):
            raise _unfit(declared, "holds a number that a float64 cannot hold", want)
    return converted


def _as_int64(array: NDArray[Any], declared: Array) -> NDArray[np.int64]:
    want = "expected int64"
    kind = array.dtype.kind
    if kind == "f" and array.size:
        if not np.all(np.isfinite(array)) or np.any(array != np.trunc(array)):
            raise _unfit(declared, "holds a number that is not an integer", want)
        if array.min() < -_INT64_SPAN or array.max() >= _INT64_SPAN:
            raise _unfit(declared, "holds a number out of range", want)
    if kind == "u" and array.size and int(array.max()) >= 2**63:
        raise _unfit(declared, "holds a number out of range", want)
    return array.astype(np.int64)


def _unfit(declared: Array, found: str, want: str) -> CandidateError:
    return CandidateError(Verdict.INVALID, f"result '{declared.name}' {found}, {want}")


def candidate_error(exc: BaseException, slot: int | None = None) -> CandidateError:
    """Return what an exception out of candidate code means for its session."""
    if isinstance(exc, CandidateError):
        exc.slot = slot if exc.slot is None else exc.slot
        return exc
    if isinstance(exc, MemoryError):
        verdict = Verdict.MEMORY
    elif isinstance(exc, SystemExit):
        verdict = Verdict.CRASH
    else:
        verdict = Verdict.EXCEPTION
    return CandidateError(verdict, _worded(exc), slot)


def _worded(exc: BaseException) -> str:
    """Return `TypeError: ... (line N)`, N being a line of the program."""
    name = type(exc).__name__
    if isinstance(exc, SyntaxError):
        text, line = f"{name}: {exc.msg}", exc.lineno
    else:
        text, line = f"{name}: {_message(exc)}".removesuffix(": "), _line(exc)
    return text if line is None else f"{text} (line {line})"


def _message(exc: BaseException) -> str:
    try:
        text = str(exc)
        # Where on this host a module lies is nobody's business.
        return _FILE_OF_MODULE.sub("", text) if isinstance(exc, ImportError) else text
    except BaseException:  # noqa: BLE001  (__str__ is the candidate's)
        return ""


def _line(exc: BaseException) -> int | None:
    line = None
    trace = exc.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILENAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _shown(value: object) -> str:
    if type(value) not in _PLAIN:
        return f"an object of type {type(value).__name__}"
    try:
        text = repr(value)
    except (ValueError, RecursionError, MemoryError):
        return f"a {type(value).__name__} too large to show"
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "…"
