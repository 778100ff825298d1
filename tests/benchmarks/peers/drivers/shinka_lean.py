"""An evaluator program for ShinkaEvolve that does not import it: writes the two files it reads."""

import argparse
import json
from pathlib import Path

from task import measure  # type: ignore[import-not-found]


def main() -> None:
    """Evaluate the program that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--program_path", type=Path, required=True)
    parser.add_argument("--results_dir", type=Path, required=True)
    options = parser.parse_args()
    measured = measure(options.program_path.read_text())
    error = None if measured.valid else measured.detail
    metrics = {"combined_score": measured.score, "public": {"cost": measured.cost}, "private": {}}
    options.results_dir.mkdir(parents=True, exist_ok=True)
    (options.results_dir / "metrics.json").write_text(json.dumps(metrics))
    correct = {"correct": measured.valid, "error": error}
    (options.results_dir / "correct.json").write_text(json.dumps(correct))


if __name__ == "__main__":
    main()
