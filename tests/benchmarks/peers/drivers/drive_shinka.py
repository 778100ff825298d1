"""Runs ShinkaEvolve on the task; the argument is the file name of the evaluator program."""

import shutil
import sys
from pathlib import Path

from shinka.core import EvolutionConfig, ShinkaEvolveRunner  # type: ignore[import-not-found]
from shinka.database import DatabaseConfig  # type: ignore[import-not-found]
from shinka.launch import LocalJobConfig  # type: ignore[import-not-found]
from task import MODEL, read_task  # type: ignore[import-not-found]

RESULTS = Path("shinka_results")


def main() -> None:
    """Run, and copy the best program to where it is wanted."""
    task = read_task()
    evolution = EvolutionConfig(
        task_sys_msg=task.statement,
        patch_types=["full"],
        patch_type_probs=[1.0],
        num_generations=task.calls + 1,  # the initial program is one
        llm_models=[f"local/{MODEL}@{task.url}"],
        llm_dynamic_selection=None,
        embedding_model=None,
        init_program_path=task.initial,
        results_dir=str(RESULTS),
    )
    runner = ShinkaEvolveRunner(
        evo_config=evolution,
        job_config=LocalJobConfig(
            eval_program_path=str(Path(__file__).with_name(sys.argv[1])), time="00:01:00"
        ),
        db_config=DatabaseConfig(),
        max_evaluation_jobs=task.concurrency,
        max_proposal_jobs=task.concurrency,
    )
    runner.run()
    shutil.copyfile(RESULTS / "best" / "main.py", task.best)


if __name__ == "__main__":
    main()
