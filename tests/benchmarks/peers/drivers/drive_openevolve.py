"""Runs OpenEvolve on the task."""

import asyncio
import shutil
from pathlib import Path

from openevolve import OpenEvolve  # type: ignore[import-not-found]
from openevolve.config import Config  # type: ignore[import-not-found]
from task import CHECKPOINT_EVERY, MODEL, read_task  # type: ignore[import-not-found]

OUTPUT = Path("openevolve_output")


def main() -> None:
    """Run, and copy the best program to where it is wanted."""
    task = read_task()
    config = Config.from_dict(
        {
            "max_iterations": task.calls,
            "checkpoint_interval": CHECKPOINT_EVERY,
            "random_seed": task.seed,
            "diff_based_evolution": False,
            "llm": {"api_base": task.url, "api_key": "none", "models": [{"name": MODEL}]},
            "prompt": {"system_message": task.statement},
            "evaluator": {
                "cascade_evaluation": False,
                "parallel_evaluations": task.concurrency,
            },
        }
    )
    controller = OpenEvolve(
        initial_program_path=task.initial,
        evaluation_file=str(Path(__file__).with_name("evaluate.py")),
        config=config,
        output_dir=str(OUTPUT),
    )
    asyncio.run(controller.run(iterations=task.calls))
    shutil.copyfile(OUTPUT / "best" / "best_program.py", task.best)


if __name__ == "__main__":  # its worker processes import this file again
    main()
