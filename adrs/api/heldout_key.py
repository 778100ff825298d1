"""The user's held-out key: made once, kept in a file, or given by an environment variable."""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from adrs.api.warning import Warn, warn_caller
from adrs.errors import UsageError

VARIABLE = "ADRS_HELDOUT_KEY"
PUBLIC = "public"
KEY_BYTES = 16  # 128 bits: nobody finds it by trying
_GIVEN = re.compile(r"[A-Za-z0-9-]{1,64}")
_KEPT = re.compile(r"[0-9a-f]{32}")
_LONGEST_FILE = 4096


def users_key(warn: Warn = warn_caller) -> str:
    """Return `heldout_key` of this process's environment."""
    return heldout_key(os.environ, warn=warn)


def heldout_key(environment: Mapping[str, str], *, warn: Warn) -> str:
    """Return the key that a new run, or an evaluation, draws its held-out scenarios with.

    It is what `ADRS_HELDOUT_KEY` says, and else what the user's key file holds, which is made when
    there is none. Where that file can be neither made nor read, the key is a fresh one.

    Args:
        environment: the process's environment variables.
        warn: takes one line when the key is not the user's own.

    Returns:
        The key; empty for the public scenarios.

    Raises:
        UsageError: the variable or the file holds something else than a key.
    """
    given = environment.get(VARIABLE)
    if given is not None:
        return _given(given)
    try:
        return _kept(key_file(environment))
    except OSError as exc:
        where = "" if exc.filename is None else f"{exc.filename}: "
        warn(
            f"the held-out key can be neither read nor made ({where}{exc.strerror or exc}), so a "
            f"fresh one is used this time. Set {VARIABLE} to have the same one every time."
        )
        return _fresh()


def key_file(environment: Mapping[str, str]) -> Path:
    """Return where the user's key is kept, after the XDG base directory specification.

    Raises:
        OSError: the user has no home folder.
    """
    data = environment.get("XDG_DATA_HOME", "")
    if Path(data).is_absolute():
        return Path(data) / "adrs" / "heldout.key"
    try:
        home = Path.home()
    except RuntimeError as exc:
        raise OSError(str(exc)) from exc
    if not home.is_absolute():
        raise OSError("no home folder")
    return home / ".local" / "share" / "adrs" / "heldout.key"


def _given(text: str) -> str:
    if text == PUBLIC:
        return ""
    if not _GIVEN.fullmatch(text):
        raise UsageError(
            f"{VARIABLE}: expected '{PUBLIC}', or 1 to 64 letters of a-z and A-Z, digits and '-'. "
            "Give it such a value, or unset it to use the key that is kept for you."
        )
    return text


def _kept(path: Path) -> str:
    """Return the key in the file, which is made first where there is none."""
    try:
        return _read(path)
    except FileNotFoundError:
        return _made(path)


def _read(path: Path) -> str:
    with path.open("rb") as file:
        text = file.read(_LONGEST_FILE).decode("ascii", "replace").strip()
    if not _KEPT.fullmatch(text):
        raise UsageError(
            f"{path}: expected 32 hexadecimal digits, found something else. Put the key back, or "
            "delete the file: a new key is made, and new held-out results are on other scenarios. "
            "Runs that have begun keep their key."
        )
    return text


def _made(path: Path) -> str:
    """Write a fresh key to the file, unless another process was faster; return the file's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written whole under another name, then linked: the file never holds half a key, and of two
    # processes that link at once one fails and takes the other's.
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(_fresh() + "\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(name)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
    return _read(path)


def _fresh() -> str:
    return os.urandom(KEY_BYTES).hex()
