"""`adrs.evaluate` and `adrs.load_problem`."""

import json
import re
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

import adrs
from adrs.report.run.jsonreport import as_json
from tests.doubles.warm_adrs import WarmAdrs


@pytest.mark.parametrize("split", list(adrs.Split))
def test_it_is_the_command_lines_evaluation(
    warm_adrs: WarmAdrs, toy: Path, split: adrs.Split
) -> None:
    program = toy / "baselines/steep.py"
    done = warm_adrs("evaluate", toy, program, "--split", split, "--json")
    shown = json.loads(done.stdout)[0]
    assert shown.pop("heldout_set") == (None if split is adrs.Split.TRAIN else "public")
    evaluation = adrs.evaluate(toy, program, split=split).evaluation
    found: Any = as_json(evaluation)
    found["isolation"] = evaluation.isolation.name
    for each in (found, shown):
        assert each.pop("cpu_s") > 0.0
    assert found == shown


def test_a_result_has_a_score_and_a_value_for_every_scenario(toy: Path) -> None:
    result = adrs.evaluate(str(toy), str(toy / "initial.py"), split="validation")
    assert result.ok
    assert result.verdict is adrs.Verdict.OK
    assert result.detail == ""
    assert [each.scenario for each in result.scenarios][:2] == [
        "validation/0000",
        "validation/0001",
    ]
    assert len(result.scenarios) == 16
    assert result.score == pytest.approx(fmean(each.value for each in result.scenarios))
    assert result.heldout_set == "public"


def test_loaded_problems_and_programs_are_taken(toy: Path) -> None:
    problem = adrs.load_problem(str(toy), {"bound": -1.0})
    steep = problem.baselines[1].program
    result = adrs.evaluate(problem, steep, workers=1)
    assert result.program is steep
    assert result.score == adrs.evaluate(toy, toy / "baselines/steep.py").score
    assert result.heldout_set is None


def test_a_byte_order_mark_is_no_part_of_a_program(toy: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.py"
    marked.write_text((toy / "initial.py").read_text(), encoding="utf-8-sig")
    assert adrs.evaluate(toy, marked).program == adrs.load_problem(str(toy)).initial


def test_a_program_that_fails_is_a_result(toy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = adrs.evaluate(toy, adrs.Program.of("def predict(x):\n    return x[:3]\n"))
    assert (result.verdict, result.ok, result.score) == (adrs.Verdict.INVALID, False, None)
    assert result.detail
    assert result.scenarios == ()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"problem": "sopt"}, "no problem is called 'sopt'"),
        ({"program": "no.py"}, "no.py: cannot be read"),
        ({"program": "x = 1\n" * 999}, "expected the path of a program's file, got lines of text"),
        ({"program": "a\0b"}, "cannot be read: embedded null byte"),
        ({"split": "test"}, "--split test: expected one of train, validation, heldout"),
        ({"workers": 0}, "--workers 0: expected 1 to "),
        ({"workers": "2"}, "--workers '2': expected 1 to "),
        ({"problem": 5}, "problem: expected a text or a path, got 5."),
        ({"program": 5}, "program: expected a text or a path, got 5."),
        ({"program": b"a"}, "program: expected a text or a path, got b'a'."),
        ({"allow_weak_sandbox": "no"}, "--allow-weak-sandbox no: expected L0, L1 or L2"),
    ],
)
def test_a_wrong_argument_is_a_usage_error(
    toy: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(adrs.UsageError, match=re.escape(message)):
        adrs.evaluate(**{"problem": toy, "program": toy / "initial.py", **arguments})


def test_a_wrong_argument_of_what_is_loaded_is_a_usage_error(toy: Path) -> None:
    with pytest.raises(adrs.UsageError, match="problem: expected a text or a path, got None"):
        adrs.load_problem(None)  # type: ignore[arg-type]
    with pytest.raises(adrs.UsageError, match="params: expected parameters by their names, got 5"):
        adrs.load_problem(toy, 5)  # type: ignore[arg-type]
    with pytest.raises(adrs.UsageError, match="source: expected a program's text, got b'x = 1'"):
        adrs.Program.of(b"x = 1")  # type: ignore[arg-type]
