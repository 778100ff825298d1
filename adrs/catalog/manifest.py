"""`problem.toml`, parsed once into types; a fault is named by file and field."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from adrs.core.objective import Direction, Objective
from adrs.core.problem import Limits
from adrs.core.scenario import Scalar, Split, SplitSpec
from adrs.core.vocabulary import Vocabulary
from adrs.errors import ProblemError

MANIFEST = "problem.toml"
DAY_S = 86_400.0
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _scalar(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PydanticCustomError("scalar", "Expected a number or a text")
    return value


# Of a union alone, a fault is told as one of its first type.
AnyScalar = Annotated[Scalar, BeforeValidator(_scalar)]


class _Strict(BaseModel):
    """Unknown keys and silent conversions are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Objective(_Strict):
    metric: Annotated[str, Field(min_length=1)]
    unit: str
    direction: Annotated[Direction, Field(strict=False)]
    step: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


class _Baseline(_Strict):
    name: Name
    title: Annotated[str, Field(min_length=1)]


class _Split(_Strict):
    count: Annotated[int, Field(ge=1)]
    draw: Annotated[int, Field(ge=0)] = 0
    choices: dict[str, Annotated[list[AnyScalar], Field(min_length=1)]] = {}


class _Splits(_Strict):
    train: _Split
    validation: _Split
    heldout: _Split
    shifted: _Split
    stress: _Split


class _Limits(_Strict):
    # What is beyond these is a slip of the pen, and the kernel's own fields end soon after.
    cpu_s: Annotated[float, Field(gt=0, le=DAY_S, allow_inf_nan=False)] = 5.0
    wall_s: Annotated[float, Field(gt=0, le=DAY_S, allow_inf_nan=False)] = 60.0
    memory_mb: Annotated[int, Field(ge=16, le=2**20)] = 512
    source_bytes: Annotated[int, Field(ge=256, lt=2**20)] = 65_536
    output_bytes: Annotated[int, Field(ge=1024, lt=2**31)] = 64 * 1024 * 1024
    decisions: Annotated[int, Field(ge=1, le=10**12)] = 20_000_000


class _Vocabulary(_Strict):
    numeric: list[str] = []
    numeric_lists: list[str] = []
    booleans: list[str] = []
    terms: list[str] = []
    guards: list[str] = []
    enums: list[str] = []
    siblings: list[list[str]] = []
    snippets: list[str] = []
    frozen: list[str] = []
    const_range: Annotated[list[float], Field(min_length=2, max_length=2)] = [0.01, 100.0]


class Manifest(_Strict):
    """What `problem.toml` says.

    `bound` tells what the evaluator's bound is: the optimum itself, or a value that none can beat.
    `objective.step` says that the value is measured on the host, and how coarsely.
    """

    title: Annotated[str, Field(min_length=1)]
    evaluator: Annotated[str, Field(min_length=1)]
    reference: Name
    bound: Literal["exact", "relaxed"] | None = None
    objective: _Objective
    params: dict[str, AnyScalar] = {}
    baselines: Annotated[list[_Baseline], Field(min_length=1)]
    splits: _Splits
    limits: _Limits = _Limits()
    vocabulary: _Vocabulary = _Vocabulary()

    def core_objective(self) -> Objective:
        """Return the objective."""
        raw = self.objective
        return Objective(
            metric=raw.metric, unit=raw.unit, direction=raw.direction, step=raw.step or 0.0
        )

    def core_splits(self) -> dict[Split, SplitSpec]:
        """Return every split's specification."""
        specs: dict[Split, SplitSpec] = {}
        for split in Split:
            raw: _Split = getattr(self.splits, split.value)
            choices = {name: tuple(values) for name, values in raw.choices.items()}
            specs[split] = SplitSpec(split=split, count=raw.count, choices=choices, draw=raw.draw)
        return specs

    def core_limits(self) -> Limits:
        """Return the limits."""
        return Limits(**self.limits.model_dump())

    def core_vocabulary(self) -> Vocabulary:
        """Return the vocabulary."""
        raw = self.vocabulary
        return Vocabulary(
            numeric=tuple(raw.numeric),
            numeric_lists=tuple(raw.numeric_lists),
            booleans=tuple(raw.booleans),
            terms=tuple(raw.terms),
            guards=tuple(raw.guards),
            enums=tuple(raw.enums),
            siblings=tuple(tuple(group) for group in raw.siblings),
            snippets=tuple(raw.snippets),
            frozen=tuple(raw.frozen),
            const_range=(raw.const_range[0], raw.const_range[1]),
        )


def read_manifest(folder: Path) -> Manifest:
    """Parse a problem folder's manifest.

    Raises:
        ProblemError: it is missing, no TOML, or a field is wrong; the text names it.
    """
    path = folder / MANIFEST
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ProblemError(f"{path}: cannot be read: {exc.strerror}.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ProblemError(f"{path}: not valid TOML: {exc}") from exc
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError as exc:
        raise ProblemError(_described(path, exc)) from exc
    names = [baseline.name for baseline in manifest.baselines]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ProblemError(f"{path}: baselines: two are called '{twice[0]}'. Rename one of them.")
    if manifest.reference not in names:
        raise ProblemError(
            f"{path}: reference: no baseline is called '{manifest.reference}'; "
            f"there are {', '.join(names)}."
        )
    return manifest


def _described(path: Path, exc: ValidationError) -> str:
    """Return one line for the first fault, and how many more there are."""
    faults = exc.errors(include_url=False)
    first = faults[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        text = "unknown key. Remove it or mend its name."
    elif first["type"] == "missing":
        text = "missing. Add it."
    else:
        message = first["msg"][0].lower() + first["msg"][1:]
        text = f"{message}, got {first['input']!r}."
    more = f" ({len(faults) - 1} more faults)" if len(faults) > 1 else ""
    return f"{path}: {where}: {text}{more}"
