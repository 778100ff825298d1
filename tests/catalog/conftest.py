"""A well-formed problem folder to break."""

from pathlib import Path

import pytest

MANIFEST = """
title = "A toy"
evaluator = ".evaluator"
reference = "flat"
[objective]
metric = "error"
unit = "ms"
direction = "minimize"
[params]
size = 3
rate = 0.5
kind = "a"
[[baselines]]
name = "flat"
title = "flat"
[splits.train]
count = 2
choices = { load = [0.5, 0.9] }
[splits.validation]
count = 2
[splits.heldout]
count = 2
[splits.shifted]
count = 2
[splits.stress]
count = 1
"""
PROGRAM = "# EVOLVE-BLOCK-START\ndef predict(x):\n    return x\n# EVOLVE-BLOCK-END\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "toy"
    (folder / "baselines").mkdir(parents=True)
    (folder / "problem.toml").write_text(MANIFEST)
    (folder / "statement.md").write_text("Predict.")
    (folder / "initial.py").write_text(PROGRAM)
    (folder / "baselines" / "flat.py").write_text(PROGRAM.replace("return x", "return 0 * x"))
    (folder / "evaluator.py").write_text("def build(params):\n    raise NotImplementedError\n")
    return folder
