"""Build the distributions and check the wheel as a user gets it; run by `.ci/run`, not by pytest.

    python tests/packaging/check_wheel.py

Needs a git checkout and the `build` package. Builds the sdist and from it the wheel, compares the
wheel's files with those that git tracks, installs it into a new environment at the pinned versions
and runs the command, from a folder outside the checkout and from the checkout itself. Exits 1 at
the first thing that is wrong.
"""

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {
    "adrs": "adrs",
    "problems": "adrs/problems",
    "evaluators": "adrs/evaluators",
    "tests/attacks": "adrs/testing/attacks/programs",
}
"""Folders of the checkout and where the wheel holds them."""


KEPT = tempfile.TemporaryDirectory(prefix="adrs-wheel-user-")


class WheelError(Exception):
    """The wheel is not what it should be; the text says how."""


def run(*command: str | Path, cwd: Path) -> str:
    """Return what a command prints on stdout; what it keeps for its user stays out of our home.

    Raises:
        WheelError: it exits with another code than 0.
    """
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, "XDG_CACHE_HOME": KEPT.name, "XDG_DATA_HOME": KEPT.name},
    )  # fmt: skip
    if done.returncode != 0:
        line = " ".join(str(part) for part in command)
        raise WheelError(f"`{line}` exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def tracked_files(root: Path) -> list[str]:
    """Return the paths that git tracks under the shipped folders."""
    listed = run("git", "ls-files", "-z", "--", *SHIPPED, cwd=root)
    return [path for path in listed.split("\0") if path]


def shipped_as(path: str) -> str:
    """Return a checkout path as the wheel holds it."""
    folder = next(folder for folder in SHIPPED if path.startswith(f"{folder}/"))
    return SHIPPED[folder] + path.removeprefix(folder)


def problem_names(tracked: list[str]) -> list[str]:
    """Return the names of the problem folders."""
    parts = [path.split("/") for path in tracked]
    return [part[1] for part in parts if part[0] == "problems" and part[2:] == ["problem.toml"]]


def check_contents(wheel: Path, tracked: list[str]) -> int:
    """Compare the wheel's files with the tracked ones; returns how many there are.

    Raises:
        WheelError: a file is missing or unexpected, or the licence is missing.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    metadata = {name for name in names if name.split("/")[0].endswith(".dist-info")}
    expected = {shipped_as(path) for path in tracked}
    missing = sorted(expected - names)
    if missing:
        raise WheelError(
            f"tracked by git, not in the wheel: {', '.join(missing)}. Is the kind of file listed "
            "in pyproject.toml, tool.setuptools.package-data?"
        )
    unexpected = sorted(names - expected - metadata)
    if unexpected:
        raise WheelError(f"in the wheel, not tracked by git: {', '.join(unexpected)}")
    top = {name.split("/")[0] for name in names - metadata}
    if top != {"adrs"}:
        raise WheelError(f"the wheel's top level is {sorted(top)}, not adrs alone")
    if not any(name.endswith("/licenses/LICENSE") for name in metadata):
        raise WheelError("the wheel holds no licence")
    return len(expected)


def build(root: Path, out: Path) -> Path:
    """Build the sdist, and the wheel from it; returns the wheel.

    Raises:
        WheelError: a build fails, or does not make one file of each kind.
    """
    run(sys.executable, "-m", "build", "--outdir", out, root, cwd=out)
    wheels, sdists = list(out.glob("*.whl")), list(out.glob("*.tar.gz"))
    if len(wheels) != 1 or len(sdists) != 1:
        raise WheelError(f"expected one wheel and one sdist, got {[p.name for p in out.iterdir()]}")
    return wheels[0]


def check_installed(wheel: Path, work: Path, problems: list[str]) -> None:
    """Install the wheel into a new environment and run it from an empty folder.

    Raises:
        WheelError: it does not install or run, or does not find every problem.
    """
    environment, elsewhere = work / "venv", work / "elsewhere"
    elsewhere.mkdir()
    venv.create(environment, with_pip=True)
    python, adrs = environment / "bin/python", environment / "bin/adrs"
    pins = ROOT / "requirements.lock"
    run(python, "-m", "pip", "install", "-q", "-c", pins, wheel, cwd=elsewhere)
    location = run(python, "-c", "import adrs; print(adrs.__file__)", cwd=elsewhere).strip()
    if not Path(location).is_relative_to(environment):
        raise WheelError(f"adrs was imported from {location}, not from the installed wheel")
    run(adrs, "--help", cwd=elsewhere)
    listed = run(adrs, "problems", cwd=elsewhere)
    lost = [name for name in problems if name not in listed]
    if lost:
        raise WheelError(f"`adrs problems` does not list {', '.join(lost)}:\n{listed}")
    run(python, "-m", "adrs.testing.attacks", "--user", "me", "--only", "secrets", cwd=elsewhere)
    left = sorted(path.name for path in elsewhere.iterdir())
    if left:
        raise WheelError(f"listing problems left files behind: {', '.join(left)}")
    # In the checkout, where a folder called adrs lies, as the README's first command runs it.
    run(adrs, "run", "spot", "--evals", "20", "--archive", work / "adrs.db", cwd=ROOT)


def main() -> int:
    """Check everything and say what was found."""
    with tempfile.TemporaryDirectory(prefix="adrs-wheel-") as folder:
        work = Path(folder)
        out = work / "dist"
        out.mkdir()
        try:
            tracked = tracked_files(ROOT)
            problems = problem_names(tracked)
            wheel = build(ROOT, out)
            count = check_contents(wheel, tracked)
            check_installed(wheel, work, problems)
        except WheelError as exc:
            sys.stderr.write(f"check_wheel: {exc}\n")
            return 1
        size_kb = wheel.stat().st_size // 1024
        sys.stdout.write(
            f"{wheel.name}: {size_kb} KiB, {count} files, top level adrs, "
            f"{len(problems)} problems listed from another folder\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
