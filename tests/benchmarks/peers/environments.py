"""Installs a peer from the package index, in an environment of its own."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]
OURSELVES = "adrs"
_BUILT_FROM = ("adrs", "evaluators", "problems", "tests/attacks")
_BUILT_WITH = ("pyproject.toml", "README.md", "LICENSE")
_PATIENCE_S = 900.0
_ERROR_LINES = 4  # uv wraps its sentences


class InstallFailed(Exception):
    """A peer cannot be had; the text is the end of what the installer said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An installed peer: its interpreter, and the version that the index gave."""

    python: Path
    version: str


def built_wheel(cache: Path) -> Path:
    """Build a wheel of this checkout, from a copy so that nothing is written into the checkout.

    Raises:
        InstallFailed: it cannot be built.
    """
    source, wheels = cache / "adrs-source", cache / "wheel"
    for folder in (source, wheels):
        shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    for name in _BUILT_FROM:
        shutil.copytree(CHECKOUT / name, source / name, ignore=ignored)
    for name in _BUILT_WITH:
        shutil.copyfile(CHECKOUT / name, source / name)
    _uv("build", "--wheel", "--out-dir", str(wheels), str(source))
    return next(wheels.glob("*.whl"))


def installed(
    package: str, requirements: Sequence[str], *, wheel: Path, cache: Path
) -> Environment:
    """Make, or bring up to date, the environment of a peer.

    Args:
        package: the package that is the peer.
        requirements: what to install.
        wheel: `adrs`; for a peer it is there for the evaluator and comes without its dependencies,
            so that the peer's own are left as its packager chose them.
        cache: folder of environments.

    Raises:
        InstallFailed: the index does not have it, or it cannot be installed.
    """
    folder = cache / "environments" / package
    python = folder / "bin" / "python"
    if not python.exists():
        _uv("venv", "--python", sys.executable, str(folder))
    # Without compilation a peer's first run would pay for it.
    into = ("pip", "install", "--compile-bytecode", "--python", str(python))
    anew = ("--reinstall-package", OURSELVES, str(wheel))
    if package == OURSELVES:
        _uv(*into, *anew)
    else:
        _uv(*into, *requirements)
        _uv(*into, "--no-deps", *anew)
    listed = _uv("pip", "show", "--python", str(python), package)
    fields = dict(line.partition(": ")[::2] for line in listed.splitlines())
    return Environment(python=python, version=fields["Version"])


def _uv(*arguments: str) -> str:
    beside = str(Path(sys.executable).parent)
    program = shutil.which("uv", path=beside) or shutil.which("uv")
    if program is None:
        raise InstallFailed("uv is not installed: `pip install uv` beside adrs, and try again")
    try:
        done = subprocess.run(
            [program, *arguments], capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as exc:
        raise InstallFailed(f"uv {arguments[0]}: not done after {_PATIENCE_S:g} s") from exc
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines()[-_ERROR_LINES:]]
        said = " ".join(line for line in lines if not line.startswith("Using "))
        raise InstallFailed(said or f"uv {arguments[0]}: exit {done.returncode}")
    return done.stdout
