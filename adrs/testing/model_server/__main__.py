"""`python -m adrs.testing.model_server`: a model server to try things with, without a key."""

import argparse
import signal
import sys
from collections.abc import Sequence

from adrs.core.problem import Problem
from adrs.core.program import node_count
from adrs.core.vocabulary import Vocabulary
from adrs.errors import UsageError
from adrs.testing.model_server.faults import MEMBERS, Fault, Group
from adrs.testing.model_server.server import ModelServer
from adrs.testing.model_server.settings import RetryAfterForm, ServerSettings

_ENDINGS = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the first line on stdout is the base URL."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        settings = _settings(options)
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)  # the server's thread inherits it
        with ModelServer(settings) as server:
            sys.stdout.write(f"{server.url}\n")
            sys.stdout.flush()
            signal.sigwait(_ENDINGS)
    except UsageError as exc:
        parser.error(str(exc))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m adrs.testing.model_server",
        description="A deterministic model server on 127.0.0.1 that speaks the OpenAI chat API. "
        "Its models are 'strong', 'weak' and 'empty'; any other name is 'strong'. The first line "
        "on stdout is its base URL; URL/stats tells what was served.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="TCP port; 0 for any free one")
    add("--seed", type=int, default=1, help="what answers, latencies and faults are drawn from")
    add("--problem", metavar="NAME", help="take the mutator's words from this problem")
    add("--latency", type=float, default=0.0, metavar="S", help="median latency in seconds")
    add("--sigma", type=float, default=0.0, help="spread of a lognormal latency; 0 for fixed")
    add("--key", help="the key that clients must show")
    add("--revoke-after", type=int, metavar="N", help="let nobody in after N calls")
    add("--retry-after", type=float, default=0.2, metavar="S", help="how long a 429 asks to wait")
    add("--retry-after-form", type=RetryAfterForm, choices=list(RetryAfterForm), default="seconds")
    add("--refused-parameter", default="temperature", help="what unsupported-parameter refuses")
    add("--faulty-repairs", action="store_true", help="spoil the answers to repair requests too")
    faults = parser.add_argument_group("faults", "shares of the requests, from 0 to 1")
    for name in (*Fault, *Group):
        parts = ", ".join(MEMBERS[name]) if isinstance(name, Group) else None
        faults.add_argument(f"--rate-{name}", type=float, metavar="SHARE", help=parts)
    return parser


def _settings(options: argparse.Namespace) -> ServerSettings:
    rates = {name: getattr(options, f"rate_{name}".replace("-", "_")) for name in (*Fault, *Group)}
    problem = _problem(options.problem)
    return ServerSettings(
        seed=options.seed,
        port=options.port,
        latency_s=options.latency,
        sigma=options.sigma,
        faults={name: rate for name, rate in rates.items() if rate is not None},
        faulty_repairs=options.faulty_repairs,
        retry_after_s=options.retry_after,
        retry_after_form=RetryAfterForm(options.retry_after_form),
        refused_parameter=options.refused_parameter,
        key=options.key,
        revoke_after=options.revoke_after,
        vocabulary=problem.vocabulary if problem else Vocabulary(),
        size_cap_nodes=2 * node_count(problem.initial.source) + 40 if problem else None,
    )


def _problem(name: str | None) -> Problem | None:
    if name is None:
        return None
    from adrs.catalog.problems import load_problem

    return load_problem(name)


if __name__ == "__main__":
    sys.exit(main())
