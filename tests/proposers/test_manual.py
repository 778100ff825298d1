"""A folder in a model's place: numbers, several runs at one folder, odd answers."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from adrs.core.call import CallRequest, Message, Speaker
from adrs.proposers.llm.errors import CallsStopped
from adrs.proposers.manual import ManualTransport, waiting


def request(text: str) -> CallRequest:
    return CallRequest(
        model="manual/desk", messages=(Message(role=Speaker.USER, content=text),), settings={}
    )


def stopping(_seconds: float) -> bool:
    """Say that it is time to stop, whenever somebody would wait."""
    return True


def once(act: Callable[[], object]) -> Callable[[float], bool]:
    """Return a wait that acts the first time, and stops the second."""
    acts = iter([act])

    def wait(_seconds: float) -> bool:
        for found in acts:
            found()
            return False
        return True

    return wait


def written(folder: Path, text: str) -> str:
    """Have a prompt written that nobody answers; return its file's name."""
    with pytest.raises(CallsStopped, match="was not answered yet") as caught:
        ManualTransport(folder, stopping).send(request(text), timeout_s=1.0)
    return str(caught.value).split()[0]


def test_prompts_are_numbered_and_found_again(tmp_path: Path) -> None:
    assert [written(tmp_path, text) for text in ("a", "b", "a")] == [
        "0001.prompt.md",
        "0002.prompt.md",
        "0001.prompt.md",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0001.prompt.md", "0002.prompt.md"]


def test_an_answer_is_not_that_of_the_next_prompt(tmp_path: Path) -> None:
    (tmp_path / "0001.answer.md").write_text("of old")
    assert written(tmp_path, "new") == "0002.prompt.md"


def test_runs_at_one_folder_do_not_overwrite_each_others_prompts(tmp_path: Path) -> None:
    texts = [f"prompt {n}" for n in range(24)]
    names: list[str] = []
    together = threading.Barrier(len(texts))

    def run(text: str) -> None:  # every one with a lock of its own, as in a process of its own
        together.wait(30)
        names.append(written(tmp_path, text))

    threads = [threading.Thread(target=run, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(names)) == len(texts)
    kept = "".join(path.read_text() for path in tmp_path.glob("*.prompt.md"))
    assert all(f"\n{text}\n" in kept for text in texts)
    assert len(list(tmp_path.iterdir())) == len(texts), "no draft is left"


def test_a_folder_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "0001.answer.md").mkdir()
    (tmp_path / "0001.prompt.md").mkdir()
    assert written(tmp_path, "a") == "0002.prompt.md"
    answer = tmp_path / "0002.answer.md"
    answer.mkdir()
    assert written(tmp_path, "a") == "0002.prompt.md"
    assert answer in [pair.answer for pair in waiting(tmp_path)]

    def mend() -> None:
        answer.rmdir()
        answer.write_text("well")

    assert ManualTransport(tmp_path, once(mend)).send(request("a"), timeout_s=1.0).text == "well"


def test_an_answer_that_no_archive_can_hold_is_mended(tmp_path: Path) -> None:
    def answer() -> None:
        (tmp_path / "0001.answer.md").write_bytes(b"a\x00b\xff")

    reply = ManualTransport(tmp_path, once(answer)).send(request("a"), timeout_s=1.0)
    assert reply.text == "a\ufffdb\ufffd"
