"""`adrs manual`: which prompts wait for a person."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PATIENCE_S = 60.0


def wait_for(folder: Path, prompts: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while len(list(folder.glob("*.prompt.md"))) < prompts:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_prompts_that_wait_are_listed_by_folder_and_by_run(adrs: Any, toy: Path) -> None:
    desk = toy.parent / "desk"
    options = ("--model", "manual:desk", "--calls", "2", "--concurrency", "2", "--no-control")
    with subprocess.Popen(
        [sys.executable, "-m", "adrs", "run", str(toy), *options, "--run", "one", "--quiet"],
        cwd=toy.parent,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for(desk, 2)
        by_run = adrs("manual", "--json")
        assert json.loads(by_run.stdout) == [
            {"prompt": f"desk/000{n}.prompt.md", "answer": f"desk/000{n}.answer.md"} for n in (1, 2)
        ]
        assert adrs("manual", "desk", "--json").stdout == by_run.stdout
        shown = adrs("manual", "one").stdout
        assert "2 prompts wait for an answer in desk:" in shown
        assert "mv ANSWER desk/0001.answer.md" in shown
        for number, slope in ((1, 1.5), (2, 1.75)):
            draft = desk / "draft"
            draft.write_text(
                "IDEA: steeper\n<<<<<<< SEARCH\n    slope = 1.0\n=======\n"
                f"    slope = {slope}\n>>>>>>> REPLACE\n"
            )
            draft.rename(desk / f"000{number}.answer.md")
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, errors
    assert adrs("manual").stdout == "No prompt waits for an answer in desk.\n"
    assert json.loads(adrs("manual", "--json").stdout) == []
    assert "manual/desk" in adrs("report").stdout


def test_a_place_that_is_none_gets_one_line_and_exit_2(adrs: Any, toy: Path) -> None:
    nothing = adrs("manual", "nowhere")
    assert nothing.returncode == 2
    assert "nowhere: there is no such folder, and no archive at" in nothing.stderr
    assert "no archive at" in adrs("manual").stderr
    blind = adrs("run", toy, "--evals", "5", "--no-control", "--run", "blind", "--quiet")
    assert blind.returncode == 0, blind.stderr
    result = adrs("manual", "blind")
    assert result.returncode == 2
    assert "run blind asks nobody by hand, but mutator/ast" in result.stderr
    assert "no run named 'nowhere'" in adrs("manual", "nowhere").stderr
    assert "no run named 'xxx" in adrs("manual", "x" * 300).stderr
