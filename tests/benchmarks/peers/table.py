"""The result: one row a contestant, as text or JSON."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one run took and gave.

    Attributes:
        name: who.
        version: which.
        error: last line of what went wrong; empty for nothing. The figures are then of what there
            was until then.
        note: what else to know.
        heldout: mean cost in $ of the best program on the held-out scenarios; lower is better.
        shifted: the same on those of the shifted family.
        calls: model calls answered.
        evaluations: evaluations of programs by the search, the initial program's included.
        trials: programs of the model's that were evaluated, each counted once.
        further_evaluations: of baselines, and of whatever on validation, held-out and stress
            scenarios, which peers do not have.
        cpu_s: CPU seconds of the whole run, descendants included, model server excluded.
        search_cpu_s: those between the first request to the model and its last answer.
        peak_memory: bytes, proportional set size summed over the process tree.
        wall_s: wall seconds from the start of the process to its end.
        search_s: those between the first request to the model and its last answer.
        in_flight: the most model calls at once.
        disk: bytes of all files that it left.
        files: their number.
    """

    name: str
    version: str = ""
    error: str = ""
    note: str = ""
    heldout: float | None = None
    shifted: float | None = None
    calls: int | None = None
    evaluations: int | None = None
    trials: int | None = None
    further_evaluations: int | None = None
    cpu_s: float | None = None
    search_cpu_s: float | None = None
    peak_memory: int | None = None
    wall_s: float | None = None
    search_s: float | None = None
    in_flight: int | None = None
    disk: int | None = None
    files: int | None = None

    @property
    def evaluations_per_call(self) -> float | None:
        """Evaluations for each answered model call."""
        return _per(self.evaluations, self.calls)

    @property
    def cpu_ms_per_trial(self) -> float | None:
        """CPU milliseconds of the whole run for each trial."""
        return _per(self.cpu_s, self.trials, 1000.0)

    @property
    def search_cpu_ms_per_trial(self) -> float | None:
        """CPU milliseconds of the search alone for each trial."""
        return _per(self.search_cpu_s, self.trials, 1000.0)


_COLUMNS: Sequence[tuple[str, Callable[[Row], float | None], str]] = (
    ("held-out $", lambda row: row.heldout, ".2f"),
    ("shifted $", lambda row: row.shifted, ".2f"),
    ("calls", lambda row: row.calls, "d"),
    ("trials", lambda row: row.trials, "d"),
    ("evals", lambda row: row.evaluations, "d"),
    ("evals/call", lambda row: row.evaluations_per_call, ".2f"),
    ("further", lambda row: row.further_evaluations, "d"),
    ("CPU s", lambda row: row.cpu_s, ".1f"),
    ("CPU ms/trial", lambda row: row.cpu_ms_per_trial, ".0f"),
    ("of it search", lambda row: row.search_cpu_ms_per_trial, ".0f"),
    ("peak MB", lambda row: _per(row.peak_memory, 1, 1e-6), ".0f"),
    ("wall s", lambda row: row.wall_s, ".1f"),
    ("search s", lambda row: row.search_s, ".1f"),
    ("in flight", lambda row: row.in_flight, "d"),
    ("disk KB", lambda row: _per(row.disk, 1, 1e-3), ".0f"),
    ("files", lambda row: row.files, "d"),
)


def as_json(rows: Sequence[Row]) -> str:
    """Return the rows as a JSON document."""
    return json.dumps({"rows": [asdict(row) | _derived(row) for row in rows]}, indent=1)


def as_text(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table, and below it what went wrong."""
    head = ["", *(title for title, _, _ in _COLUMNS)]
    lines = [head, ["---", *("---:" for _ in _COLUMNS)]]
    lines += [[f"{row.name} {row.version}".strip(), *_cells(row)] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = [
        "| " + " | ".join(cell.ljust(widths[0]) if not i else cell.rjust(widths[i]) for i, cell in
        enumerate(line)) + " |"
        for line in lines
    ]  # fmt: skip
    said = [(row.name, text) for row in rows for text in (row.error, row.note) if text]
    text += ["", *(f"{name}: {text}" for name, text in said)]
    return "\n".join(text).rstrip()


def _cells(row: Row) -> list[str]:
    values = [(value(row), form) for _, value, form in _COLUMNS]
    return ["-" if value is None else format(value, form) for value, form in values]


def _derived(row: Row) -> dict[str, float | None]:
    return {
        "evaluations_per_call": row.evaluations_per_call,
        "cpu_ms_per_trial": row.cpu_ms_per_trial,
        "search_cpu_ms_per_trial": row.search_cpu_ms_per_trial,
    }


def _per(amount: float | None, count: int | None, factor: float = 1.0) -> float | None:
    return amount * factor / count if amount is not None and count else None
