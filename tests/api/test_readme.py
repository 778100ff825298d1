"""The README's section "From Python": its blocks run one after the other, on a small problem."""

import re
import subprocess
import sys
from pathlib import Path

from adrs.catalog.new import write_problem

README = Path(__file__).parents[2] / "README.md"
FUNCTIONS = ("load_problem", "evaluate", "run", "resume", "open_archive")


def blocks(text: str) -> list[str]:
    """Return the Python of the section."""
    section = re.search(r"^## From Python\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    found = "" if section is None else section.group(1)
    return re.findall(r"^```python\n(.*?)^```", found, flags=re.MULTILINE | re.DOTALL)


def test_blocks_are_those_of_the_section_alone() -> None:
    code = "```python\nimport {}\n```\n"
    text = "".join(f"## {title}\n\n{code.format(name)}" for title, name in (
        ("Before", "one"), ("From Python", "two"), ("After", "three")))  # fmt: skip
    assert blocks(text) == ["import two\n"]


def test_every_block_runs(folder: Path) -> None:
    write_problem(folder / "small")
    found = [
        block.replace('adrs.run("spot"', 'adrs.run("./small"')  # which takes a tenth of the time
        for block in blocks(README.read_text())
    ]
    said = []
    for block in found:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", block],
            capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), block
        said.append(done.stdout)
    assert all(said)
    missing = [name for name in FUNCTIONS if f"adrs.{name}(" not in "".join(found)]
    assert missing == []
