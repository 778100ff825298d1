"""A proposer that proposes given programs, with attacks in between."""

from collections.abc import Sequence
from random import Random

from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask, Proposal


class HostileStream:
    """Proposes a fixed stream of honest programs; at a part of the trials an attack comes first.

    The honest programs come in their order, each once, whatever attacks come between them; when
    they are used up there are no more proposals. What is asked for plays no part. A proposal is
    kept by its seed, so the same seed gets the same answer again.

    Args:
        honest: texts of the honest programs.
        attacks: texts of attack programs, drawn without replacement as long as there are some.
        share: part of the trials that attack, 0 for none.
        seed: of the draws.
    """

    def __init__(
        self, honest: Sequence[str], attacks: Sequence[str], *, share: float, seed: int
    ) -> None:
        self._honest = list(reversed(honest))
        self._attacks = list(attacks)
        self._share = share
        Random(derive_seed(seed, "order")).shuffle(self._attacks)
        self._when = Random(derive_seed(seed, "when"))
        self._answers: dict[int, Proposal] = {}

    @property
    def name(self) -> str:
        """See `Proposer.name`."""
        return "test/hostile-stream@1"

    @property
    def banner(self) -> str:
        """See `Proposer.banner`."""
        return "programs of a test, some of them hostile"

    def propose(self, ask: Ask, *, seed: int) -> Proposal:
        """See `Proposer.propose`."""
        del ask
        if seed not in self._answers:
            self._answers[seed] = self._next()
        return self._answers[seed]

    def _next(self) -> Proposal:
        if not self._honest:
            return Proposal(proposer=self.name, source=None, rejection="the stream is at its end")
        if self._attacks and self._when.random() < self._share:
            return Proposal(proposer=self.name, source=self._attacks.pop(), idea="attack")
        return Proposal(proposer=self.name, source=self._honest.pop(), idea="play")
