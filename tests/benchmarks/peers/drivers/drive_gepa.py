"""Runs GEPA's `optimize_anything` on the task; an argument "batches" asks for concurrent calls."""

import math
import sys
from pathlib import Path

from gepa.optimize_anything import (  # type: ignore[import-not-found]
    EngineConfig,
    GEPAConfig,
    ReflectionConfig,
    optimize_anything,
)
from gepa.strategies.proposal_sampling import (  # type: ignore[import-not-found]
    SameParentSampling,
)
from task import MODEL, measure, read_task  # type: ignore[import-not-found]


def evaluate(candidate: str) -> tuple[float, dict[str, str]]:
    """Return score and what the model is told of it."""
    measured = measure(candidate)
    cost = "none" if measured.cost is None else f"{measured.cost:.4f}"
    return measured.score, {"mean cost in $": cost, "verdict": measured.detail}


def main() -> None:
    """Run, and write the best program to where it is wanted."""
    task = read_task()
    batch = task.concurrency if "batches" in sys.argv[1:] else 1
    engine = EngineConfig(
        run_dir="gepa_run",
        seed=task.seed,
        max_candidate_proposals=math.ceil(task.calls / batch),
        sampling_strategy=SameParentSampling(batch) if batch > 1 else None,
    )
    reflection = ReflectionConfig(
        reflection_lm=f"openai/{MODEL}",
        reflection_lm_kwargs={"api_base": task.url, "api_key": "none"},
    )
    result = optimize_anything(
        Path(task.initial).read_text(),
        evaluator=evaluate,
        objective="Minimise the cost in $, the mean over jobs; the score is 100 over that cost.",
        background=task.statement,
        config=GEPAConfig(engine=engine, reflection=reflection),
    )
    Path(task.best).write_text(result.best_candidate)


if __name__ == "__main__":
    main()
