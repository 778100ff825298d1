"""The evaluator file that OpenEvolve and SkyDiscover load: `evaluate(program_path)`."""

from pathlib import Path

from task import measure  # type: ignore[import-not-found]


def evaluate(program_path: str) -> dict[str, float]:
    """Return the metrics of a program; the search maximises `combined_score`."""
    measured = measure(Path(program_path).read_text())
    return {"combined_score": measured.score, "validity": float(measured.valid)}
