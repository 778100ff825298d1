"""What to expect of something that is tried again and again, of late.

The discounted counts of Raj and Kalyani (arXiv 1707.09727, algorithm 1): with every trial told all
counts fade by γ. Rewards may be fractions.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Expectation:
    """The mean reward of one arm, with a prior.

    Attributes:
        prior: expected reward before anything is known, between 0 and 1.
        prior_trials: how many trials the prior counts for.
        trials: trials told, faded.
        rewards: their rewards, each between 0 and 1, faded alike.
    """

    prior: float
    prior_trials: float
    trials: float = 0.0
    rewards: float = 0.0

    def fade(self, keep: float) -> None:
        """Keep a share of what is known."""
        self.trials *= keep
        self.rewards *= keep

    def add(self, reward: float) -> None:
        """Take in a trial."""
        self.trials += 1
        self.rewards += reward

    @property
    def mean(self) -> float:
        """The expected reward."""
        return (self.rewards + self.prior * self.prior_trials) / (self.trials + self.prior_trials)

    @property
    def variance(self) -> float:
        """The variance of the mean: that of a beta distribution with these counts."""
        mean = self.mean
        return mean * (1 - mean) / (self.trials + self.prior_trials + 1)
