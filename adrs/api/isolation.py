"""What a user is told and asked about the isolation of candidates."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from adrs.core.isolation import WEAKEST, IsolationLevel
from adrs.core.scenario import Split
from adrs.errors import SandboxUnavailableError, UsageError
from adrs.sandbox.checks import SEE_ABOVE, Check
from adrs.sandbox.preflight import Preflight
from adrs.sandbox.preflight_cache import PreflightCache

OPTION = "--allow-weak-sandbox"


def accepted_level(text: str | None) -> IsolationLevel:
    """Return the weakest level that `--allow-weak-sandbox` accepts; `WEAKEST` where not given.

    Raises:
        UsageError: it is not L0, L1 or L2.
    """
    if text is None:
        return WEAKEST
    names = [level.name for level in IsolationLevel if level <= WEAKEST]
    if not isinstance(text, str) or text.upper() not in names:
        raise UsageError(
            f"{OPTION} {text}: expected {', '.join(names[:-1])} or {names[-1]}, the weakest level "
            "to accept. A better one is used wherever the host has it."
        )
    return IsolationLevel[text.upper()]


def preflight_cache(environment: Mapping[str, str]) -> PreflightCache:
    """Return the user's cache, after the XDG base directory specification.

    Args:
        environment: the process's environment variables.
    """
    given = Path(environment.get("XDG_CACHE_HOME", ""))
    if given.is_absolute():
        return PreflightCache(given / "adrs")
    try:
        home = Path.home()
    except RuntimeError:  # no home folder, so nothing is kept
        return PreflightCache(None)
    return PreflightCache(home / ".cache" / "adrs" if home.is_absolute() else None)


def refusal(found: Preflight) -> str:
    """Return why a run cannot go on here, what is missing, and how to get it."""
    reached = f"at {found.level.name} only ({found.level.summary})" if found.works else "not at all"
    causes = [check for check in found.missing if check.remedy != SEE_ABOVE]
    missing = "".join(f" Missing: {_missing(check)}." for check in causes)
    through = f" What got through: {_names(found.got_through)}." if found.got_through else ""
    return (
        f"this host isolates candidates {reached}, {found.minimum.name} is needed.{missing}"
        f"{through} `adrs doctor` tells more.{_way_out(found)}"
    )


def _missing(check: Check) -> str:
    return f"{check.name} ({check.found}). To get it, {check.remedy}"


def _way_out(found: Preflight) -> str:
    if not found.works:
        return ""
    return (
        f" `{OPTION} {found.level.name}` goes on all the same: candidates can then do what got "
        "through, and held-out workloads are not scored."
    )


def banner(found: Preflight) -> str:
    """Return what must be told before anything runs below `WEAKEST`."""
    able = _names(found.got_through) or "nothing that was tried"
    return (
        f"WEAK SANDBOX: isolation {found.level.name}, {found.level.summary}. An attack from inside "
        f"it succeeds at: {able}. Run only programs that you trust with your files, keys and "
        "network. Held-out workloads will not be scored."
    )


def _names(checks: Iterable[Check]) -> str:
    return ", ".join(check.name for check in checks)


def refuse_held_out(level: IsolationLevel, splits: Iterable[Split]) -> None:
    """Let held-out workloads be scored at a level that keeps them secret.

    Raises:
        SandboxUnavailableError: the level does not, and one of the splits is held out.
    """
    if not level.keeps_secrets and any(split.held_out for split in splits):
        raise SandboxUnavailableError(
            f"{level.heldout_refusal}. `adrs doctor` tells what this one lacks."
        )
