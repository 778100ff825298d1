"""A person, or another program, in a model's place: prompts and answers as files in a folder.

For every request one numbered file `0001.prompt.md` appears, whole from the first moment; its
answer is the file `0001.answer.md`, which should be moved there in one piece. Several may wait at
once. A request that was written in an earlier sitting keeps its file.
"""

import errno
import itertools
import json
import os
import re
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adrs.core.call import CallRequest, Usage
from adrs.errors import ProposerError
from adrs.proposers.llm.errors import CallsStopped
from adrs.proposers.llm.protocol import RawReply
from adrs.proposers.llm.redaction import Redactor

POLL_S = 0.2
_NUMBERED = re.compile(r"^(\d{4,})\.(prompt|answer)\.md$")
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS)  # FAT, and folders shared with other systems
_REQUEST = re.compile(r"^<!-- request ([0-9a-f]+) -->$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One prompt that has no answer yet."""

    prompt: Path
    answer: Path


def waiting(folder: Path) -> tuple[Waiting, ...]:
    """Return the prompts in a folder that have no answer, oldest first."""
    prompts = sorted(path for path in folder.glob("*.prompt.md") if _NUMBERED.match(path.name))
    pairs = (Waiting(prompt=path, answer=_answer_of(path)) for path in prompts)
    return tuple(pair for pair in pairs if not pair.answer.is_file())


class ManualTransport:
    """Sends requests to a folder and waits for the answers; implements `Transport`.

    Args:
        folder: where the files are; it is made if need be.
        wait: waits that many seconds, and tells whether it is time to stop.
    """

    def __init__(self, folder: Path, wait: Callable[[float], bool]) -> None:
        self._folder = folder
        self._wait = wait
        self._lock = threading.Lock()

    def send(self, request: CallRequest, *, timeout_s: float) -> RawReply:  # noqa: ARG002
        """Write the prompt, unless it is there already, and wait for its answer, however long.

        Raises:
            CallsStopped: it is time to stop; that nobody has answered yet is no failure.
            ProposerError: the folder cannot be used.
        """
        try:
            with self._lock:
                prompt = self._prompt_of(request)
            answer = _answer_of(prompt)
            while not answer.is_file():
                if self._wait(POLL_S):
                    raise CallsStopped(f"{prompt.name} was not answered yet")
            text = answer.read_text(encoding="utf-8", errors="replace")
        except OSError as exc:
            raise ProposerError(f"{self._folder}: {exc.strerror}: {exc.filename}.") from exc
        text = Redactor({}).storable(text)  # no archive can hold a NUL
        return RawReply(
            text=text, raw=json.dumps({"file": answer.name}), finish="stop", usage=Usage()
        )

    def _prompt_of(self, request: CallRequest) -> Path:
        """Return the file of a request, written now or in an earlier sitting."""
        self._folder.mkdir(parents=True, exist_ok=True)
        numbers = [0]
        for path in self._folder.iterdir():
            found = _NUMBERED.match(path.name)
            if found is None:
                continue
            numbers.append(int(found[1]))
            # An answer counts too: its prompt may have been tidied away, and it answers no other.
            if found[2] == "answer" or not path.is_file():
                continue
            marked = _REQUEST.search(path.read_text(encoding="utf-8", errors="replace"))
            if marked is not None and marked[1] == request.digest:
                return path
        return _write_whole(self._folder, max(numbers) + 1, _as_text(request))


def _answer_of(prompt: Path) -> Path:
    return prompt.with_name(prompt.name.replace(".prompt.", ".answer."))


def _as_text(request: CallRequest) -> str:
    parts: Sequence[str] = [f"## {m.role.value}\n\n{m.content}\n" for m in request.messages]
    return f"<!-- request {request.digest} -->\n\n" + "\n".join(parts)


def _write_whole(folder: Path, least: int, text: str) -> Path:
    """Write a prompt under the first free number from `least` on; another run may write too."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".prompt-")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        paths = (folder / f"{number:04d}.prompt.md" for number in itertools.count(least))
        return next(path for path in paths if _placed(draft, path))
    finally:
        draft.unlink(missing_ok=True)


def _placed(draft: Path, path: Path) -> bool:
    """Put a file at a path unless there is one: a link replaces nothing, as a rename would."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    except OSError as exc:
        if exc.errno not in _NO_LINKS:
            raise
        if path.exists():
            return False
        draft.rename(path)
    return True
