"""A model server whose k-th answer is the k-th program of a fixed stream, whoever asks what.

`python -m tests.benchmarks.peers.stream --latency 2`: the first line on stdout is its base URL.
"""

import argparse
import signal
import sys
from collections.abc import Iterator

from adrs.catalog.problems import load_problem
from adrs.core.problem import Problem
from adrs.core.program import Program, node_count
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask
from adrs.proposers.mutator import AstMutator
from adrs.proposers.mutator.dice import Dice
from adrs.testing.model_server import Fault, ModelServer, ServerSettings
from adrs.testing.model_server.chat import Chat
from adrs.testing.model_server.desk import Desk
from adrs.testing.model_server.payloads import Answer

LONGEST_CHAIN = 4  # mutations from the initial program to one of the stream
_ENDINGS = (signal.SIGTERM, signal.SIGINT)
# One text that every parser under test finds a name, a description and a whole program in.
_REPLY = """IDEA: program {number} of the stream

<NAME>
program_{number}
</NAME>

<DESCRIPTION>
Program {number} of the stream.
</DESCRIPTION>

<CODE>
```python
{source}```
</CODE>
"""


def programs(problem: Problem, seed: int) -> Iterator[str]:
    """Yield mutants of the initial program without end, each different from all before."""
    mutator = AstMutator(
        problem.vocabulary, size_cap_nodes=2 * node_count(problem.initial.source) + 40
    )
    seen = {problem.initial.id}
    draw = 0
    while True:
        program = problem.initial
        for step in range(1 + draw % LONGEST_CHAIN):
            ask = Ask(operator="refine", parent=program)
            proposal = mutator.propose(ask, seed=derive_seed("stream", seed, draw, step))
            if proposal.source is not None:
                program = Program.of(proposal.source)
        draw += 1
        if program.id not in seen:
            seen.add(program.id)
            yield program.source


class StreamDesk(Desk):
    """Answers every request that is let in with the stream's next program."""

    def __init__(self, settings: ServerSettings, problem: Problem) -> None:
        super().__init__(settings)
        self._programs = enumerate(programs(problem, settings.seed), start=1)

    def _answer(self, chat: Chat, fault: Fault | None, dice: Dice) -> Answer:
        number, source = next(self._programs)
        return Answer(text=_REPLY.format(number=number, source=source))


class StreamServer(ModelServer):
    """A model server with that desk."""

    def __init__(self, settings: ServerSettings, problem: Problem) -> None:
        super().__init__(settings)
        self._desk = StreamDesk(settings, problem)


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--problem", default="spot")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0.0)
    options = parser.parse_args()
    settings = ServerSettings(seed=options.seed, latency_s=options.latency)
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)  # the server's thread inherits it
    with StreamServer(settings, load_problem(options.problem)) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        signal.sigwait(_ENDINGS)


if __name__ == "__main__":
    main()
