"""An evaluator program for ShinkaEvolve as its documents have it: `run_shinka_eval`."""

import argparse
from pathlib import Path
from typing import Any

from shinka.core import run_shinka_eval  # type: ignore[import-not-found]
from task import Measured, measure  # type: ignore[import-not-found]


def _validated(measured: Measured) -> tuple[bool, str | None]:
    return measured.valid, None if measured.valid else measured.detail


def _aggregated(results: list[Measured]) -> dict[str, Any]:
    return {"combined_score": results[0].score, "public": {"cost": results[0].cost}}


def main() -> None:
    """Evaluate the program that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--program_path", type=Path, required=True)
    parser.add_argument("--results_dir", type=Path, required=True)
    options = parser.parse_args()
    # `run_shinka_eval` imports the file it is given and calls a function in it; the programs of
    # spot have none, so the file is a launcher that measures the program.
    launcher = options.results_dir / "launcher.py"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text("from shinka_documented import measured as run_experiment\n")
    run_shinka_eval(
        program_path=str(launcher),
        results_dir=str(options.results_dir),
        experiment_fn_name="run_experiment",
        num_runs=1,
        get_experiment_kwargs=lambda _: {"path": str(options.program_path)},
        validate_fn=_validated,
        aggregate_metrics_fn=_aggregated,
    )


def measured(path: str) -> Measured:
    """Measure the program in a file."""
    return measure(Path(path).read_text())


if __name__ == "__main__":
    main()
