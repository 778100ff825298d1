"""The options of a run: given one by one, and in a TOML file for the rest."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from adrs.catalog.manifest import AnyScalar
from adrs.errors import UsageError

# Whole numbers are stored as signed, of 64 bits.
_Count = Annotated[int, Field(ge=1, lt=2**63)]


def _as_dict(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value


_AnyMapping = BeforeValidator(_as_dict)  # strict types take none but a dict


class RunOptions(BaseModel):
    """What a run may be told; None is "not said"."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    model: str | list[str] | None = None
    calls: _Count | None = None
    tokens: _Count | None = None
    # An endless budget is none; and no archive keeps one.
    usd: Annotated[float | None, Field(gt=0, allow_inf_nan=False)] = None
    concurrency: Annotated[int | None, Field(ge=1, le=1024)] = None
    order: str | None = None
    base_url: str | None = None
    cache: bool | None = None
    prompts: str | None = None
    prompt_tokens: Annotated[int | None, Field(ge=1000, lt=2**63)] = None
    models: Annotated[dict[str, Annotated[dict[str, Any], _AnyMapping]], _AnyMapping] = {}
    strategy: str | None = None
    also: list[str] | None = None
    without: list[str] | None = None
    evals: _Count | None = None
    time: str | None = None
    seed: Annotated[int | None, Field(ge=0, lt=2**63)] = None
    window: Annotated[int | None, Field(ge=1, le=1024)] = None
    workers: _Count | None = None
    control: bool | None = None
    params: Annotated[dict[str, AnyScalar], _AnyMapping] = {}

    def under(self, given: "RunOptions") -> "RunOptions":
        """Return these options with everything that `given` says taking their place."""
        said = {k: v for k, v in given.model_dump(exclude_unset=True).items() if v is not None}
        params = {**self.params, **given.params}
        return self.model_copy(update={**said, "params": params})

    @property
    def proposers(self) -> list[str]:
        """Who proposes; empty where nobody was named."""
        if self.model is None:
            return []
        return [self.model] if isinstance(self.model, str) else self.model


def options_of(given: Mapping[str, object], file: Path | None) -> RunOptions:
    """Return the options that are given one by one, over those of a file.

    Args:
        given: options by name; None is one that was not given.
        file: a configuration file; None for none.

    Raises:
        UsageError: an option is unknown or out of range, or the file cannot be read.
    """
    said = {name: value for name, value in given.items() if value is not None}
    options = checked(said, where="--")
    return (RunOptions() if file is None else read_options(file)).under(options)


def read_options(path: Path) -> RunOptions:
    """Parse a configuration file.

    Raises:
        UsageError: it cannot be read, is no TOML, or a key is unknown or wrong; named.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise UsageError(f"{path}: cannot be read: {exc.strerror}.") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path}: not valid TOML: {exc}") from exc
    return checked(raw, where=f"{path}: ")


def checked(raw: dict[str, object], *, where: str) -> RunOptions:
    """Return the options in `raw`.

    Args:
        raw: options by name.
        where: what to put before an option's name in an error.

    Raises:
        UsageError: an option is unknown or out of range.
    """
    try:
        return RunOptions.model_validate(raw)
    except ValidationError as exc:
        fault = exc.errors(include_url=False)[0]
        name = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            known = ", ".join(RunOptions.model_fields)
            raise UsageError(f"{where}{name}: unknown key; there are: {known}.") from exc
        message = fault["msg"][0].lower() + fault["msg"][1:]
        raise UsageError(f"{where}{name}: {message}, got {fault['input']!r}.") from exc


def parse_duration(text: str) -> float:
    """Return the seconds of "90", "90s", "10m" or "2h".

    Raises:
        UsageError: it is none of these, or not positive.
    """
    units = {"s": 1.0, "m": 60.0, "h": 3600.0}
    number, unit = (text[:-1], text[-1]) if text[-1:] in units else (text, "s")
    try:
        seconds = float(number) * units[unit]
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"--time {text}: expected a duration such as 90s, 10m or 2h.")
    return seconds
