"""The improvements of a search, one after the other, with the ideas behind them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A trial of the search that beat everything before it.

    Attributes:
        trial: its number.
        operator: the kind of change that was asked for.
        proposer: who proposed it, as the trial keeps it ("llm/openai/gpt-5-mini").
        idea: one line on what was changed, in the proposer's words.
        score: its raw train score.
        previous: the best before it; None for the first valid program.
        change: relative change of the best; None without one before, or where that was 0.
    """

    trial: int
    operator: str
    proposer: str
    idea: str
    score: float
    previous: float | None
    change: float | None
