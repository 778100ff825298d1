"""How well model calls and evaluations overlap: 100 trials of `adrs run spot`, 8 models at once.

Run by hand on a quiet machine: `python tests/benchmarks/bench_pipelining.py`. The ideal wall time
is all calls' latency over the concurrency. Measured is the wall time from the start of the process
to the last answer, start-up and baselines included.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass

CALLS = 100
CONCURRENCY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One run: when things happened, in seconds from the start of its process."""

    first_request_s: float
    last_answer_s: float
    ideal_s: float
    answered: int

    @property
    def efficiency(self) -> float:
        """The ideal wall time over the real one."""
        return self.ideal_s / self.last_answer_s


def measure(latency_s: float, sigma: float) -> Pace:
    """Run once against a server of that latency."""
    command = [sys.executable, "-m", "adrs.testing.model_server", "--port", "0", "--seed", "1"]
    command += ["--latency", str(latency_s), "--sigma", str(sigma)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _run(url, folder)
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def _run(url: str, folder: str) -> Pace:
    command = [sys.executable, "-m", "adrs", "run", "spot", "--model", "openai/strong", "--quiet"]
    command += ["--base-url", url, "--calls", str(CALLS), "--concurrency", str(CONCURRENCY)]
    began = time.monotonic()
    subprocess.run(
        [*command, "--no-control"], cwd=folder, check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={**os.environ, "ADRS_HELDOUT_KEY": "public"},
    )  # fmt: skip
    with urllib.request.urlopen(f"{url}/stats") as reply:
        served = json.load(reply)["served"]
    latencies = [call["ended_s"] - call["arrived_s"] for call in served]
    return Pace(
        first_request_s=min(call["arrived_s"] for call in served) - began,
        last_answer_s=max(call["ended_s"] for call in served) - began,
        ideal_s=sum(latencies) / CONCURRENCY,
        answered=sum(call["answered"] for call in served),
    )


def main() -> None:
    """Measure fixed and lognormal latency."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=2.0)
    options = parser.parse_args()
    for name, sigma in (("fixed", 0.0), ("lognormal", 0.5)):
        paces = [measure(options.latency, sigma) for _ in range(options.rounds)]
        efficiency = statistics.median(pace.efficiency for pace in paces)
        first = statistics.median(pace.first_request_s for pace in paces)
        wall = statistics.median(pace.last_answer_s for pace in paces)
        ideal = statistics.median(pace.ideal_s for pace in paces)
        print(
            f"{name}: efficiency {efficiency:.3f} (wall {wall:.2f} s, ideal {ideal:.2f} s, first "
            f"request after {first:.2f} s, {paces[0].answered} answers)"
        )


if __name__ == "__main__":
    main()
