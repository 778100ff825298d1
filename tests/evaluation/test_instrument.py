"""An author's faults in an evaluator are errors of one line that name its file."""

import os
import sys
from pathlib import Path

import pytest

from adrs.errors import EvaluatorError, ProblemError
from adrs.evaluation.instrument import build_evaluator

LINE = (Path(__file__).parents[1] / "doubles" / "line_evaluator.py").read_text()
NOT_AN_INTERFACE = "def build(params):\n    it = LineEvaluator(params)\n    it.interface = 3\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = (\n", r"cannot be imported: SyntaxError: .*evaluator\.py, line 1\)"),
        ("x = 1\nimport nobody_has_this\n",
         r"imported: ModuleNotFoundError: .*nobody_has_this.* \(.*evaluator\.py:2, in <module>\)"),
        ("raise ValueError('two\\nlines')\n", r"imported: ValueError: two lines \(.*\.py:1, "),
        ("raise ValueError\n", r"imported: ValueError \(.*evaluator\.py:1, "),
        ("x = 1\n", r"has no function build\(params\)\. Add one"),
        ("def build(params):\n    return params['size']\n",
         r"build\(params\) failed: KeyError: 'size' \(.*evaluator\.py:2, in build\)"),
        ("def build():\n    return 1\n", r"build\(params\) failed: TypeError: .*1 was given$"),
        ("def build(params):\n    return None\n",
         r"returned NoneType, which has no family, version, interface, workload, bound, play\."),
        (f"{LINE}\n\n{NOT_AN_INTERFACE}    return it\n", r"interface is int, expected an Online"),
    ],
)  # fmt: skip
def test_a_fault_of_its_own_is_named_by_file(tmp_path: Path, source: str, message: str) -> None:
    file = tmp_path / "evaluator.py"
    file.write_text(source)
    with pytest.raises(EvaluatorError, match=message) as raised:
        build_evaluator(f"file:{file}", {})
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["fill level", "class", "_fill", "", "seen"])
@pytest.mark.parametrize("fields", ["setup", "observation"])
def test_a_field_that_no_policy_could_reach_is_named(
    tmp_path: Path, name: str, fields: str
) -> None:
    """Else it ends every scorer, and the program is said to have done it."""
    interface = {"setup": "()", "observation": "()", fields: f"(field('seen'), field({name!r}))"}
    file = tmp_path / "evaluator.py"
    file.write_text(
        f"{LINE}\n\nfrom adrs.core.interface import Field, FieldType, OnlineInterface\n\n\n"
        "def field(name):\n    return Field(name=name, type=FieldType.INT, doc='')\n\n\n"
        "def build(params):\n    it = LineEvaluator(params)\n    it.interface = OnlineInterface("
        "entry='Policy', actions=('GO',), "
        f"setup={interface['setup']}, observation={interface['observation']})\n    return it\n"
    )
    with pytest.raises(EvaluatorError, match=rf"{fields} field {name!r}: expected an identifier"):
        build_evaluator(f"file:{file}", {})


def test_an_installed_family_that_is_not_there() -> None:
    with pytest.raises(EvaluatorError, match="no_such_family: cannot be imported: ModuleNotFound"):
        build_evaluator("adrs.evaluators.no_such_family", {})


def test_what_it_refuses_itself_keeps_its_text(tmp_path: Path) -> None:
    file = tmp_path / "evaluator.py"
    file.write_text(
        "from adrs.errors import ProblemError\n\n\ndef build(params):\n"
        "    raise ProblemError('size: expected 1 to 9, got 0.')\n"
    )
    with pytest.raises(ProblemError, match=r"^size: expected 1 to 9, got 0\.$"):
        build_evaluator(f"file:{file}", {})


def test_a_changed_file_is_read_anew_even_in_the_same_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)  # as it is unless the user says
    file = tmp_path / "evaluator.py"
    versions = []
    for version in (1, 2):
        file.write_text(LINE.replace("version = 1", f"version = {version}"))
        os.utime(file, (1e9, 1e9))
        versions.append(build_evaluator(f"file:{file}", {}).version)
    assert versions == [1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["evaluator.py"]
