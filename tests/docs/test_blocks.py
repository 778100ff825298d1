"""Every block of code in the documents does what it says, or is marked as run elsewhere."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adrs.catalog.new import write_problem
from adrs.testing.model_server import ModelServer, ServerSettings
from tests.docs.contents import COMMANDS, DOCUMENTS, FURTHER, MAIN
from tests.docs.generate import transcript

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"(?P<before>[^\n]*)\n```(?P<kind>\w*)\n(?P<text>.*?)\n```", re.DOTALL)
TEST_COMMAND = "<!-- test-command -->"
DRAWING = "<!-- drawing -->"
PATIENCE_S = 240.0
SHORTER = ((r"--evals \d+", "--evals 8"), (r"--calls \d+", "--calls 3"))
INSTALLED = """\
#!/bin/sh
# Stands for the installation, which the test suite itself runs in.
exit 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block.

    Attributes:
        document: where it stands.
        heading: the last heading above it.
        before: the line before its fence.
        kind: what follows the fence: sh, toml, python or text.
        text: its lines.
    """

    document: str
    heading: str
    before: str
    kind: str
    text: str


def blocks(document: str) -> Iterator[Block]:
    text = (ROOT / document).read_text()
    for found in FENCE.finditer(text):
        headings = re.findall(r"^#+ (.*)$", text[: found.start()], re.MULTILINE)
        yield Block(
            document=document,
            heading=headings[-1],
            before=found["before"],
            kind=found["kind"],
            text=found["text"],
        )


ALL = [block for document in (*DOCUMENTS, *FURTHER) for block in blocks(document)]
TYPED = [block for block in ALL if block.kind == "sh" and block.before != TEST_COMMAND]


def test_every_fence_is_closed_and_every_block_is_of_a_kind_that_is_checked() -> None:
    texts = [(ROOT / document).read_text() for document in (*DOCUMENTS, *FURTHER)]
    assert sum(text.count("\n```") for text in texts) == 2 * len(ALL)
    for block in ALL:
        match block.kind:
            case "sh":
                pass  # run below, or by .ci/run
            case "toml":
                assert block.document in (MAIN, COMMANDS)  # test_documents
            case "python":
                assert block.heading == "From Python"  # tests/api
            case "text":
                assert block.before == DRAWING or block.text in transcript(), block
            case _:
                pytest.fail(f"{block.document}: a block of kind '{block.kind}'")


def test_the_test_command_is_one_and_run_by_ci() -> None:
    marked = {block.text for block in ALL if block.before == TEST_COMMAND}
    assert len(marked) == 1
    assert TEST_COMMAND in (ROOT / ".ci/run").read_text()


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(ServerSettings(seed=3)) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where commands are run: `small` is a problem there, and `.venv` this interpreter."""
    write_problem(tmp_path / "small")
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    _write_program(programs / "python3", INSTALLED)
    _write_program(programs / "pip", INSTALLED)
    _write_program(programs / "python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    _write_program(programs / "adrs", f'#!/bin/sh\nexec {sys.executable} -m adrs "$@"\n')
    return tmp_path


def _write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def shortened(text: str, server: ModelServer) -> str:
    """Return commands that ask a server of ours, briefly, about a small problem."""
    for pattern, shorter in SHORTER:
        text = re.sub(pattern, shorter, text)
    text = text.replace("adrs run spot", "adrs run ./small --no-control")
    text = text.replace("http://localhost:11434/v1", server.url).replace("8765", str(_free_port()))
    # litellm would ask the provider itself, and has no test server.
    text = text.replace("anthropic/claude-sonnet-4-5", "openai/weak")
    return text.replace("_KEY=…", "_KEY=sk-of-a-test")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("block", TYPED, ids=lambda block: f"{block.document}: {block.heading}")
def test_commands_do_what_they_say(block: Block, folder: Path, server: ModelServer) -> None:
    environment = {
        **os.environ,
        "PATH": f"{folder / '.venv/bin'}:{os.environ['PATH']}",
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": "sk-of-a-test",
    }
    ending = "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT"
    script = f"set -e\n{ending}\n{shortened(block.text, server)}\n"
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "integrity" in done.stdout  # each of them ends with a report
    if "--model" in block.text:
        assert "3 calls" in done.stdout
