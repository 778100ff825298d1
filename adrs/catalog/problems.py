"""Problems by name or path."""

import difflib
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from adrs.catalog.manifest import MANIFEST, Manifest, read_manifest
from adrs.catalog.parts import OBJECTIVE, parts_of
from adrs.core.arguments import expect, text_of_path
from adrs.core.problem import Baseline, Problem
from adrs.core.program import Program, evolve_region
from adrs.core.run import RunRecord
from adrs.core.scenario import Scalar
from adrs.errors import ProblemError, UsageError

BUNDLED = ENTRY_POINTS = "adrs.problems"
EVALUATORS = "adrs.evaluators"  # the bundled families, and the group of entry points beside them
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFolder:
    """Where a problem of a name lives."""

    name: str
    path: Path


def discover() -> tuple[ProblemFolder, ...]:
    """Return every problem that can be called by name, sorted.

    Raises:
        ProblemError: two folders have the same name.
    """
    found: dict[str, Path] = {}
    for root in _roots():
        for path in sorted(root.iterdir()):
            if not (path / MANIFEST).is_file():
                continue
            if path.name in found:
                raise ProblemError(
                    f"two problems are called '{path.name}': {found[path.name]} and {path}. "
                    "Rename one of the folders."
                )
            found[path.name] = path
    return tuple(ProblemFolder(name=name, path=found[name]) for name in sorted(found))


def _roots() -> Iterator[Path]:
    yield from _folders_of(BUNDLED)
    for entry in entry_points(group=ENTRY_POINTS):
        try:
            yield from _folders_of(entry.value)
        except Exception as exc:  # noqa: BLE001  (importing another distribution may raise anything)
            fault = type(exc).__name__
            logger.warning("problems of %s cannot be found: %s: %s", entry.name, fault, exc)


def _folders_of(package: str) -> list[Path]:
    """Return the folders of a package; one without `__init__.py` may have several.

    Raises:
        ImportError: there is no such package.
    """
    spec = find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError(f"no package {package}")
    return [path for path in map(Path, spec.submodule_search_locations) if path.is_dir()]


def locate(name_or_path: str) -> ProblemFolder:
    """Find a problem by its name, or by the path of its folder.

    Raises:
        UsageError: there is none; the text gives the nearest names.
    """
    path = Path(name_or_path)
    # Not Path.is_file: it raises where a name is longer than the file system takes.
    is_folder = os.path.isfile(path / MANIFEST)  # noqa: PTH113
    if "/" in name_or_path or is_folder:
        if not is_folder:
            raise UsageError(f"no problem at {path}: it holds no {MANIFEST}.")
        return ProblemFolder(name=path.resolve().name, path=path.resolve())
    known = {folder.name: folder for folder in discover()}
    if name_or_path in known:
        return known[name_or_path]
    near = difflib.get_close_matches(name_or_path, known, n=3, cutoff=0.4) or sorted(known)
    raise UsageError(f"no problem is called '{name_or_path}'. Did you mean {' or '.join(near)}?")


def load_problem(
    name_or_path: str | os.PathLike[str], params: Mapping[str, Scalar] | None = None
) -> Problem:
    """Load a problem whole.

    Args:
        name_or_path: its name, or the path of its folder.
        params: evaluator parameters that override the manifest's.

    Raises:
        UsageError: there is no such problem, or no such parameter.
        ProblemError: the folder is malformed; the text names file and field.
    """
    folder = locate(text_of_path("problem", name_or_path))
    is_mapping = params is None or isinstance(params, Mapping)
    expect(is_mapping, "params", params, "parameters by their names")
    manifest = read_manifest(folder.path)
    initial = _program(folder.path / "initial.py")
    baselines = tuple(
        Baseline(
            name=raw.name,
            title=raw.title,
            program=_program(folder.path / "baselines" / f"{raw.name}.py"),
        )
        for raw in manifest.baselines
    )
    problem = Problem(
        name=folder.name,
        title=manifest.title,
        statement=_text(folder.path / "statement.md"),
        location=str(folder.path),
        evaluator=manifest.evaluator,
        params={**manifest.params, **_overrides(manifest, params or {})},
        objective=manifest.core_objective(),
        initial=initial,
        baselines=baselines,
        reference=manifest.reference,
        splits=manifest.core_splits(),
        limits=manifest.core_limits(),
        vocabulary=manifest.core_vocabulary(),
        parts={},
    )
    return replace(problem, parts=parts_of(problem, manifest, params or ()))


def problem_of(record: RunRecord) -> Problem:
    """Load the problem of a run, to tell what the run's values mean.

    Raises:
        UsageError: it is not found, or its objective is another one than the values are of.
        ProblemError: the folder is malformed; the text names file and field.
    """
    problem = load_problem(record.config.problem, record.config.params)
    before = record.problem_parts.get(OBJECTIVE)
    if before not in (None, problem.parts[OBJECTIVE]):
        raise UsageError(
            f"run {record.name} cannot be read: since it began, {OBJECTIVE} of {problem.location} "
            "changed, so that its values would be taken for others. Put it back."
        )
    return problem


def evaluator_reference(problem: Problem) -> str:
    """Return the reference of the problem's evaluator, as `build_evaluator` takes it.

    A manifest names a family of `adrs.evaluators` or of an entry point of that group; a name that
    begins with a dot is a Python file in the problem's own folder.

    Raises:
        ProblemError: there is no such file, or two families have the name.
    """
    name = problem.evaluator
    if name.startswith("."):
        path = Path(problem.location) / f"{name[1:]}.py"
        if not path.is_file():
            raise ProblemError(f"{problem.location}/{MANIFEST}: evaluator: no file {path.name}.")
        return f"file:{path}"
    bundled = f"{EVALUATORS}.{name}"
    plugins = sorted({entry.value for entry in entry_points(group=EVALUATORS, name=name)})
    if not plugins:
        return bundled
    families = [bundled, *plugins] if _is_there(bundled) else plugins
    if len(families) > 1:
        raise ProblemError(
            f"two evaluators are called '{name}': {families[0]} and {families[1]}. Rename the "
            "entry point of one of them, or uninstall its distribution."
        )
    return families[0]


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:
        return False


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise ProblemError(f"{path}: cannot be read: {exc}") from exc


def _program(path: Path) -> Program:
    source = _text(path)
    evolve_region(source, where=str(path))
    try:
        compile(source, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as exc:
        raise ProblemError(f"{path}: does not compile: {exc}") from exc
    return Program.of(source)


def _overrides(manifest: Manifest, params: Mapping[str, Scalar]) -> dict[str, Scalar]:
    known = manifest.params
    converted: dict[str, Scalar] = {}
    for name, value in params.items():
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise UsageError(f"no parameter is called '{name}'; there are: {names}.")
        kind = type(known[name])
        try:
            converted[name] = _converted(value, kind)
        except (ValueError, TypeError, OverflowError) as exc:
            text = f"parameter {name}: expected {kind.__name__}, got {value!r}."
            raise UsageError(text) from exc
    return converted


def _converted(value: Any, kind: type[Scalar]) -> Scalar:
    """Return a value as one of another type, where it stays the same value.

    A text is read as a number; a number may be a text, and a path too.

    Raises:
        ValueError, TypeError, OverflowError: it does not.
    """
    if kind is str:
        if isinstance(value, bool) or not isinstance(value, (str, int, float, os.PathLike)):
            raise TypeError
        return str(value)
    number = kind(value)
    if not isinstance(value, str) and number != value:
        raise ValueError
    return number
