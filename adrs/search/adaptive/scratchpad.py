"""What a run has taught so far, in a few lines for the proposers that can read.

A compact running memory was worth about three times the evaluations at small budgets (MangoEvolve:
without it 60 to the optimum, with it 18). No model writes this one: it quotes the proposers' own
one-line ideas and what became of them, so that the same trials make the same text.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from adrs.core.trial import Trial
from adrs.search.adaptive.kin import Birth
from adrs.search.operators import TUNE

EVERY = 10
MOST_WORDS = 600
IDEA_WORDS = 24
IDEA_CHARACTERS = 160
APPROACHES = 8
GAINS = 6
FAILURES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """One line about a trial; `rank` is larger for what is worth more."""

    rank: float
    text: str


class Scratchpad:
    """Collects what helped, what did not and which approaches were tried; rewritten every 10 tells.

    Its size is bounded: the largest gains, the latest failures, the best approaches.
    """

    def __init__(self) -> None:
        self._told = 0
        self._best = ""
        self._approaches: list[_Note] = []
        self._gains: list[_Note] = []
        self._failures: deque[str] = deque(maxlen=FAILURES)
        self._returned = 0
        self._text = ""

    @property
    def text(self) -> str:
        """The notes, at most 600 words; empty before there is anything to say."""
        return self._text

    def tell(self, birth: Birth) -> None:
        """Take in what became of a trial."""
        self._returned += birth.cycles
        if birth.trial.parent_ids:
            self._note(birth)
        self._told += 1
        if self._told % EVERY == 0:
            self._text = self._written()

    def _note(self, birth: Birth) -> None:
        trial, member = birth.trial, birth.member
        if trial.operator == TUNE and member is None:
            return  # what became of it tells of validation, which no proposer may know
        idea = _idea(trial)
        if member is not None and birth.record:
            self._best = f"Best so far: {_number(trial.score)}, trial {trial.number}: {idea}"
        if birth.founds and member is not None:
            note = _Note(rank=member.fitness, text=f"- {_number(trial.score)}: {idea}")
            self._approaches = _largest([*self._approaches, note], APPROACHES)
        elif birth.better and birth.parent is not None:
            change = f"{_number(birth.parent.evaluation.score)} to {_number(trial.score)}"
            note = _Note(rank=birth.gain or 0.0, text=f"- {change}: {idea}")
            self._gains = _largest([*self._gains, note], GAINS)
        else:
            self._failures.appendleft(f"- {_outcome(birth)}: {idea}")

    def _written(self) -> str:
        lines = [self._best] if self._best else []
        lines += _section("Approaches tried, the best first:", (n.text for n in self._approaches))
        lines += _section("What helped, the largest gains first:", (n.text for n in self._gains))
        lines += _section("What did not help, the latest first:", self._failures)
        if self._returned:
            lines.append(
                f"{self._returned} of the changes brought back lines that had been deleted before."
            )
        return _cut(lines)


def _section(title: str, lines: Iterable[str]) -> list[str]:
    listed = list(lines)
    return [title, *listed] if listed else []


def _largest(notes: list[_Note], count: int) -> list[_Note]:
    return sorted(notes, key=lambda note: -note.rank)[:count]


def _idea(trial: Trial) -> str:
    words = trial.proposal.idea.split()
    text = " ".join(words[:IDEA_WORDS])
    if len(words) > IDEA_WORDS or len(text) > IDEA_CHARACTERS:
        text = text[:IDEA_CHARACTERS].rstrip() + " …"
    return text or f"({trial.operator}, no idea given)"


def _outcome(birth: Birth) -> str:
    trial = birth.trial
    if trial.duplicate_of is not None:
        return "tried before"
    if birth.member is None:
        return str(trial.verdict)
    if birth.parent is not None and birth.member.behaviour == birth.parent.behaviour:
        return "decides the same"
    return f"no better, {_number(trial.score)}"


def _number(score: float | None) -> str:
    return "no score" if score is None else f"{score:.6g}"


def _cut(lines: list[str]) -> str:
    """Leave out last lines until the rest has at most 600 words."""
    kept: list[str] = []
    room = MOST_WORDS
    for line in lines:
        room -= len(line.split())
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept)
