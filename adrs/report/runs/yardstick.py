"""What must be equal in two runs before their held-out results mean the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adrs.core.run import RunRecord
from adrs.core.scenario import Split, heldout_set

# Parts of a problem that leave a held-out result of a given program as it is.
_NEUTRAL = ("initial.py", "statement.md", "problem.toml: vocabulary", "problem.toml: reference")
_BASELINES = "baselines/"
_OTHER_SPLITS = tuple(f"problem.toml: splits.{s.value}" for s in Split if not s.held_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """How a run's held-out results were measured.

    Attributes:
        problem: the problem's name, without the folder that it was loaded from.
        evaluator: the evaluator's name and version.
        heldout_set: which held-out scenarios were drawn; see `heldout_set`.
        parts: hash of every part of the problem that a held-out result depends on.
    """

    problem: str
    evaluator: str
    heldout_set: str
    parts: Mapping[str, str]

    @staticmethod
    def of(record: RunRecord) -> "Yardstick":
        """Return how a run is measured."""
        return Yardstick(
            problem=problem_name(record.config.problem),
            evaluator=record.evaluator,
            heldout_set=heldout_set(record.config.heldout_key),
            parts={name: h for name, h in record.problem_parts.items() if _matters(name)},
        )

    def differences(self, other: "Yardstick") -> tuple[str, ...]:
        """Name what differs, such as "evaluator spot 1, not spot 2"; nothing when all is equal.

        Of two problems nothing else is named.
        """
        if self.problem != other.problem:
            return (f"problem {self.problem}, not {other.problem}",)
        found = []
        if self.evaluator != other.evaluator:
            found.append(f"evaluator {self.evaluator}, not {other.evaluator}")
        if self.heldout_set != other.heldout_set:
            found.append(f"held-out set {self.heldout_set}, not {other.heldout_set}")
        names = sorted(set(self.parts) | set(other.parts))
        found += [
            f"another {name}" for name in names if self.parts.get(name) != other.parts.get(name)
        ]
        return tuple(found)


def problem_name(problem: str) -> str:
    """Return the name of a problem that was given by its name or by the path of its folder."""
    return Path(problem).name or problem


def same_train(one: RunRecord, other: RunRecord) -> bool:
    """Tell whether two runs of one yardstick searched on the same train scenarios."""
    part = f"problem.toml: splits.{Split.TRAIN.value}"
    return one.problem_parts.get(part) == other.problem_parts.get(part)


def _matters(part: str) -> bool:
    return not (part in _NEUTRAL or part in _OTHER_SPLITS or part.startswith(_BASELINES))
