"""Problems are found by name or path, and a fault is named by file and field."""

import hashlib
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adrs.catalog.problems import discover, evaluator_reference, load_problem
from adrs.core.scenario import Split
from adrs.errors import ProblemError, UsageError

Edit = Callable[[Path], object]


def manifest(old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / "problem.toml"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return edit


def limit(line: str) -> Edit:
    return manifest("[objective]", f"[limits]\n{line}\n[objective]")


def test_bundled_problems_are_found_by_name() -> None:
    assert {"eplb", "spot"} <= {f.name for f in discover()}


def test_a_folder_is_a_problem(folder: Path) -> None:
    problem = load_problem(str(folder))
    assert problem.name == "toy"
    assert problem.splits[Split.TRAIN].choices == {"load": (0.5, 0.9)}
    assert evaluator_reference(problem) == f"file:{folder / 'evaluator.py'}"


def test_an_unknown_name_gives_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no problem is called 'sopt'. Did you mean spot"):
        load_problem("sopt")


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put a distribution of these entry points and files where Python looks for modules."""

    def install(entry_points: str, files: dict[str, str]) -> None:
        info = "acme-1.0.dist-info"
        metadata = "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n"
        whole = {f"{info}/METADATA": metadata, f"{info}/entry_points.txt": entry_points, **files}
        for place, text in whole.items():
            path = tmp_path / "site" / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        monkeypatch.syspath_prepend(tmp_path / "site")

    return install


@pytest.mark.parametrize("text", ["raise RuntimeError('no GPU')", "def f(:", "import nowhere"])
def test_a_distribution_that_cannot_be_imported_hides_no_problem(
    install: Callable[..., None], caplog: pytest.LogCaptureFixture, text: str
) -> None:
    install("[adrs.problems]\nours = acme_broken.problems\n", {"acme_broken/__init__.py": text})
    assert {"eplb", "spot"} <= {f.name for f in discover()}
    assert "problems of ours cannot be found: " in caplog.text


@pytest.mark.parametrize(
    ("name", "entry_points", "expected"),
    [
        ("mine", "mine = acme.one", "acme.one"),
        ("spot", "spot = acme.one", "two .* 'spot': adrs.evaluators.spot and acme.one"),
        ("mine", "mine = acme.one\nmine = acme.two", "two .* 'mine': acme.one and acme.two"),
        ("no.such", "no.such = acme.one", "acme.one"),
        ("mine", "yours = acme.one", "adrs.evaluators.mine"),
    ],
)
def test_no_evaluator_takes_the_place_of_another(
    folder: Path, install: Callable[..., None], name: str, entry_points: str, expected: str
) -> None:
    install(f"[adrs.evaluators]\n{entry_points}\n", {})
    manifest('".evaluator"', f'"{name}"')(folder)
    problem = load_problem(folder)
    if not expected.startswith("two"):
        assert evaluator_reference(problem) == expected
        return
    with pytest.raises(ProblemError, match=expected):
        evaluator_reference(problem)


@pytest.mark.parametrize("name", ["x" * 300, "./" + "x" * 300])
def test_a_name_longer_than_a_file_may_have_is_unknown(name: str) -> None:
    with pytest.raises(UsageError, match="no problem "):
        load_problem(name)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda f: (f / "problem.toml").write_text("x = ["), r"problem\.toml: not valid TOML"),
        (manifest("count = 2\nchoices", "count = 0\nchoices"), r"splits\.train\.count: .* got 0"),
        (manifest("count = 2\nchoices", 'count = "2"\nchoices'), r"train\.count: .* got '2'"),
        (manifest('"minimize"', '"least"'), r"objective\.direction: .* got 'least'"),
        (manifest('title = "A toy"', 'titel = "A toy"'), r"title: missing. Add it"),
        (manifest("[objective]", "[limits]\ncpu = 1\n[objective]"), r"limits\.cpu: unknown key"),
        (limit("cpu_s = inf"), r"limits\.cpu_s: .* finite number, got inf"),
        (limit("wall_s = nan"), r"limits\.wall_s: .* finite number, got nan"),
        (limit("wall_s = 1e6"), r"limits\.wall_s: .* less than or equal to 86400, got 1000000"),
        (limit("memory_mb = 99999999999999"), r"limits\.memory_mb: .* 1048576, got 99999999999999"),
        (limit("decisions = 9000000000000"), r"limits\.decisions: .* got 9000000000000"),
        (
            manifest("[splits.train]", '[[baselines]]\nname = "flat"\ntitle = "x"\n[splits.train]'),
            r"problem\.toml: baselines: two are called 'flat'",
        ),
        (
            manifest("rate = 0.5", "rate = true"),
            r"params\.rate: expected a number or a text",
        ),
        (manifest("[0.5, 0.9]", "[0.5, []]"), r"train\.choices\.load\.1: expected a number or"),
        (manifest('reference = "flat"', 'reference = "flut"'), r"no baseline is called 'flut'"),
        (lambda f: (f / "initial.py").write_text("x = 1\n"), r"initial\.py: broken evolve region"),
        (lambda f: (f / "baselines" / "flat.py").unlink(), r"flat\.py: cannot be read"),
        (lambda f: (f / "statement.md").unlink(), r"statement\.md: cannot be read"),
        (
            lambda f: (f / "initial.py").write_text(
                "# EVOLVE-BLOCK-START\ndef f(:\n# EVOLVE-BLOCK-END\n"
            ),
            r"initial\.py: does not compile",
        ),
    ],
)
def test_a_fault_is_named_by_file_and_field(folder: Path, edit: Edit, message: str) -> None:
    edit(folder)
    with pytest.raises(ProblemError, match=message):
        load_problem(str(folder))


def test_parameters_are_overridden_with_their_own_type(folder: Path) -> None:
    problem = load_problem(str(folder), {"size": "4", "rate": "0.25", "kind": "b"})
    assert problem.params == {"size": 4, "rate": 0.25, "kind": "b"}


def test_a_parameter_of_another_type_may_be_the_same_value(folder: Path) -> None:
    params = load_problem(str(folder), {"size": 4.0, "rate": 2, "kind": 3}).params
    assert [(type(value), value) for value in params.values()] == [(int, 4), (float, 2), (str, "3")]


def test_a_problem_is_loaded_by_a_path_too(folder: Path) -> None:
    assert load_problem(folder) == load_problem(str(folder))
    assert load_problem(Path("spot")).name == "spot"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"sise": "4"}, "no parameter is called 'sise'; there are: kind, rate, size"),
        ({"size": "four"}, "parameter size: expected int, got 'four'"),
        ({"size": 2.7}, r"parameter size: expected int, got 2\.7\."),
        ({"size": math.inf}, "parameter size: expected int, got inf"),
        ({"size": None}, "parameter size: expected int, got None"),
        ({"rate": 10**400}, "parameter rate: expected float, got 1000"),
        ({"rate": None}, "parameter rate: expected float, got None"),
        ({"rate": 2**53 + 1}, "parameter rate: expected float, got 9007199254740993"),
        ({"kind": None}, "parameter kind: expected str, got None"),
        ({"kind": ["a"]}, "parameter kind: expected str, got \\['a'\\]"),
    ],
)
def test_wrong_parameters_are_refused(folder: Path, params: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_problem(str(folder), params)


@pytest.mark.parametrize(
    ("edit", "part"),
    [
        (manifest("rate = 0.5", "rate = 0.6"), "problem.toml: params"),
        (manifest("[0.5, 0.9]", "[0.5, 0.8]"), "problem.toml: splits.train"),
        (manifest("[objective]", "[objective]\nstep = 0.5"), "problem.toml: objective"),
        (lambda f: (f / "statement.md").write_text("Guess."), "statement.md"),
        (lambda f: (f / "evaluator.py").write_text("x = 1"), "evaluator: evaluator.py"),
    ],
)
def test_a_change_is_told_by_its_part(folder: Path, edit: Edit, part: str) -> None:
    before = load_problem(str(folder)).parts
    edit(folder)
    after = load_problem(str(folder)).parts
    assert [name for name in before if before[name] != after[name]] == [part]


def test_only_an_objective_with_a_step_is_measured(folder: Path) -> None:
    assert load_problem(str(folder)).objective.step == 0.0
    manifest("[objective]", "[objective]\nstep = 0.5")(folder)
    assert load_problem(str(folder)).objective.step == 0.5


def test_parts_of_runs_made_before_a_key_existed_still_agree(folder: Path) -> None:
    objective = load_problem(str(folder)).objective
    keys = {"metric": objective.metric, "unit": objective.unit, "direction": objective.direction}
    text = json.dumps(keys, sort_keys=True).encode()
    known = hashlib.blake2b(text, digest_size=8).hexdigest()
    assert load_problem(str(folder)).parts["problem.toml: objective"] == known


def test_what_a_parameters_files_hold_is_a_part(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.csv").write_text("a,b\n1,2\n")
    Path("more").mkdir()
    Path("more/two.csv").write_text("a,b\n")
    Path("a").write_text("named like the manifest's own value")
    assert not [name for name in load_problem(str(folder)).parts if "--param" in name]
    given = {"kind": "one.csv, more"}
    before = load_problem(str(folder), given).parts
    files = ["more/two.csv (--param kind)", "one.csv (--param kind)"]
    assert sorted(name for name in before if "--param" in name) == files
    for name, part in (("one.csv", files[1]), ("more/two.csv", files[0])):
        Path(name).write_text("a,b\n3,4\n")
        after = load_problem(str(folder), given).parts
        assert [each for each in before if before[each] != after[each]] == [part]
        before = after
