"""How often something had its turn in a search, and how often that came to something."""

from collections import Counter
from dataclasses import dataclass

from adrs.core.trial import Trial
from adrs.report.format import format_success, plural
from adrs.report.run.races import VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What became of the trials of one operator or one model.

    Attributes:
        name: whose.
        trials: its trials.
        valid: those that gave a valid program which was not there before.
        gains: those that beat everything before them.
    """

    name: str
    trials: int
    valid: int
    gains: int

    @property
    def success(self) -> str:
        """Its success in words: "71 % valid, 3 gains"."""
        gains = f", {plural(self.gains, 'gain')}" if self.gains else ""
        return f"{format_success(self.valid, self.trials)} valid{gains}"


class Shares:
    """Counts trials by name."""

    def __init__(self) -> None:
        self._trials: Counter[str] = Counter()
        self._valid: Counter[str] = Counter()
        self._gains: Counter[str] = Counter()

    def add(self, name: str, trial: Trial, *, gained: bool) -> None:
        """Take in one trial."""
        self._trials[name] += 1
        self._valid[name] += trial.verdict in VALID
        self._gains[name] += gained

    def all(self) -> tuple[Share, ...]:
        """Return every name's share, the one with the most trials first."""
        return tuple(self.of(name) for name, _ in self._trials.most_common())

    def of(self, name: str) -> Share:
        """Return the share of one name, which may have had no turn."""
        return Share(
            name=name,
            trials=self._trials[name],
            valid=self._valid[name],
            gains=self._gains[name],
        )
