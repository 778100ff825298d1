"""The peers side by side: same model server, same problem, same evaluator, same number of calls.

Run by hand, from the top of a checkout: `python -m tests.benchmarks.peers`. See README.md here.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.peers.contestants import PEERS, Peer
from tests.benchmarks.peers.environments import OURSELVES, InstallFailed, built_wheel, installed
from tests.benchmarks.peers.measuring import Terms, measured
from tests.benchmarks.peers.table import Row, as_json, as_text


def main() -> int:
    """Install, run, and print the table."""
    options = _options()
    terms = Terms(
        calls=options.calls,
        concurrency=options.concurrency,
        latency_s=options.latency,
        seed=options.seed,
        stream_seed=options.stream_seed,
        patience_s=options.patience,
    )
    with _cache(options.cache) as cache:
        wheel = built_wheel(cache)
        judge = installed(OURSELVES, (), wheel=wheel, cache=cache).python
        rows = [_row(peer, terms, wheel, judge, cache) for peer in _chosen(options.peers)]
    print(as_json(rows) if options.json else as_text(rows))
    return 0


def _row(peer: Peer, terms: Terms, wheel: Path, judge: Path, cache: Path) -> Row:
    print(f"{peer.name} ...", file=sys.stderr)
    try:
        own = installed(peer.package, peer.requirements, wheel=wheel, cache=cache)
    except InstallFailed as exc:
        return Row(name=peer.name, error=f"cannot be installed: {exc}")
    folder = "".join(c if c.isalnum() else "-" for c in peer.name)
    row = measured(peer, own, judge, terms, cache / "work" / folder)
    print(as_text([row]), file=sys.stderr)
    return row


def _chosen(names: Sequence[str]) -> Sequence[Peer]:
    return [peer for peer in PEERS if (peer.name in names if names else peer.by_default)]


@contextlib.contextmanager
def _cache(folder: Path | None) -> Iterator[Path]:
    """Yield the cache folder, a temporary one if none is given."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="peers-") as temporary:
            yield Path(temporary)
        return
    folder.mkdir(parents=True, exist_ok=True)
    yield folder.resolve()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__)
    add = parser.add_argument
    names = [peer.name for peer in PEERS]
    add("peers", nargs="*", metavar="PEER", help=f"which rows, of: {'; '.join(names)}")
    add("--cache", type=Path, help="folder for environments and runs; else a temporary one")
    add("--calls", type=int, default=100, help="model calls of each")
    add("--concurrency", type=int, default=8, help="model calls at once, where a peer can")
    add("--latency", type=float, default=2.0, metavar="S", help="of the model server")
    add("--seed", type=int, default=1, help="of the runs, where a peer takes one")
    add("--stream-seed", type=int, default=1, help="of the programs that the server answers with")
    add("--patience", type=float, default=1200.0, metavar="S", help="kill what lasts longer")
    add("--json", action="store_true", help="print JSON instead of text")
    options = parser.parse_args()
    for name in options.peers:
        if name not in names:
            parser.error(f"no peer is called '{name}'; there are: {', '.join(names)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
