"""Runs SkyDiscover on the task; the argument is the search algorithm."""

import sys
from pathlib import Path

from skydiscover.api import run_discovery  # type: ignore[import-not-found]
from skydiscover.config import Config  # type: ignore[import-not-found]
from task import MODEL, read_task  # type: ignore[import-not-found]


def main() -> None:
    """Run, and write the best program to where it is wanted."""
    task = read_task()
    config = Config(random_seed=task.seed, diff_based_generation=False)
    config.evaluator.cascade_evaluation = False
    config.evaluator.parallel_evaluations = task.concurrency
    result = run_discovery(
        task.initial,
        str(Path(__file__).with_name("evaluate.py")),
        config=config,
        iterations=task.calls,
        output_dir="skydiscover_output",
        cleanup=False,
        model=MODEL,
        search=sys.argv[1],
        system_prompt=task.statement,
        api_base=task.url,
    )
    Path(task.best).write_text(result.best_solution)


if __name__ == "__main__":
    main()
