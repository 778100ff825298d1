"""A hash of every part that could change a run's result, so that a change can be named."""

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path

from adrs.catalog.manifest import MANIFEST, Manifest
from adrs.core.problem import OWN_EVALUATOR, Problem
from adrs.core.scenario import Split
from adrs.errors import ProblemError

OBJECTIVE = f"{MANIFEST}: objective"
_DIGEST_BYTES = 8


def parts_of(problem: Problem, manifest: Manifest, given: Collection[str]) -> dict[str, str]:
    """Return the hash of every part of a problem, by the part's name.

    Args:
        problem: the problem, its parameters overridden.
        manifest: what its `problem.toml` says.
        given: names of the parameters that the user overrides; those that name files or folders
            are hashed with what these hold.

    Raises:
        ProblemError: such a file cannot be read.
    """
    # What may be absent is hashed only where it is there: it changes no problem that lacks it.
    whole = manifest.model_dump(mode="json", exclude_none=True)
    texts = {
        "initial.py": problem.initial.source,
        "statement.md": problem.statement,
        f"{MANIFEST}: params": json.dumps(dict(problem.params), sort_keys=True),
    }
    for key in ("evaluator", "reference", "objective", "limits", "vocabulary"):
        texts[f"{MANIFEST}: {key}"] = json.dumps(whole[key], sort_keys=True)
    for split in Split:
        texts[f"{MANIFEST}: splits.{split.value}"] = json.dumps(
            whole["splits"][split.value], sort_keys=True
        )
    if manifest.evaluator.startswith("."):
        path = Path(problem.location) / f"{manifest.evaluator[1:]}.py"
        if path.is_file():  # else whoever loads it tells
            texts[f"{OWN_EVALUATOR}{path.name}"] = path.read_text("utf-8", "backslashreplace")
    for baseline in problem.baselines:
        texts[f"baselines/{baseline.name}.py"] = baseline.program.source
    hashes = {
        name: hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()
        for name, text in texts.items()
    }
    for name in sorted(given):
        for path in _files(problem.params[name]):
            hashes[f"{path} (--param {name})"] = _contents(path)
    return hashes


def _files(value: object) -> Iterator[Path]:
    """Yield the files that a parameter names: one, several with commas between, or a folder's."""
    if not isinstance(value, str):
        return
    for place in value.split(","):
        path = Path(place.strip())
        try:
            if path.is_file():
                yield path
            elif place.strip() and path.is_dir():
                yield from sorted(inside for inside in path.iterdir() if inside.is_file())
        except OSError:
            continue  # too long for a path, or not to be looked at: the evaluator tells


def _contents(path: Path) -> str:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=_DIGEST_BYTES))
    except OSError as exc:
        raise ProblemError(f"{path}: cannot be read: {exc.strerror}.") from exc
    return digest.hexdigest()
