"""The documents tell of all that there is, tell it as it is, and a line less is noticed."""

import re
import shutil
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from cogapp import Cog  # type: ignore[import-untyped]  # it ships no types

from adrs.api.config import read_options
from adrs.api.models import settings_of
from adrs.catalog.problems import ENTRY_POINTS, load_problem
from adrs.core.run import ModelUse
from adrs.evaluation.racing import CHECK_EVERY
from adrs.evaluation.scoring import REPEAT_EVERY
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.settings import ModelSettings, Price
from adrs.search.adaptive.plan import TUNING_EVALS
from tests.docs import baselines, example
from tests.docs.contents import COMMANDS, DOCUMENTS, FURTHER, MAIN, items, telling, undocumented

ROOT = Path(__file__).parents[2]
LARGEST_PICTURE = 100_000


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """The documents in a folder of their own, to be spoilt."""
    for name in DOCUMENTS:
        tmp_path.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def without(path: Path, number: int) -> str:
    """Take a line out of a file, and return it."""
    lines = path.read_text().splitlines(keepends=True)
    line = lines.pop(number)
    path.write_text("".join(lines))
    return line


def checked(folder: Path, name: str) -> int:
    """Return the exit code of `cog --check` on a document."""
    return int(Cog().main(["cog", "--check", "-I", str(ROOT), str(folder / name)]))


def test_everything_is_documented() -> None:
    assert [str(item) for item in undocumented(ROOT)] == []


def test_every_line_is_needed() -> None:
    texts = {name: (ROOT / name).read_text() for name in DOCUMENTS}
    for item in items():
        told = telling(item, texts[item.document])
        assert len(told) == 1, item
        lines = texts[item.document].splitlines()
        assert telling(item, "\n".join(lines[: told[0]] + lines[told[0] + 1 :])) == [], item


@pytest.mark.parametrize(
    ("what", "document"),
    [("run, option --usd", COMMANDS), ("verdict timeout", MAIN), ("exit code 3", COMMANDS)],
)
def test_a_line_that_is_taken_out_is_missed(copies: Path, what: str, document: str) -> None:
    [item] = [item for item in items() if item.what == what]
    [number] = telling(item, (copies / document).read_text())
    assert without(copies / document, number).startswith(item.line)
    assert [missing.what for missing in undocumented(copies)] == [what]


def test_all_documents_are_checked_by_ci() -> None:
    listed = (ROOT / "tests/docs/cog.args").read_text().splitlines()
    assert listed == [f"{name} -I ." for name in DOCUMENTS]
    assert "cog --check --diff @tests/docs/cog.args" in (ROOT / ".ci/run").read_text()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generated_parts_are_what_the_code_says(name: str) -> None:
    assert checked(ROOT, name) == 0


@pytest.mark.parametrize(("name", "line"), [(MAIN, "| `memory`"), (COMMANDS, "| `--window N`")])
def test_a_generated_part_that_was_changed_is_noticed(copies: Path, name: str, line: str) -> None:
    lines = (copies / name).read_text().splitlines()
    without(copies / name, next(i for i, text in enumerate(lines) if text.startswith(line)))
    assert checked(copies, name) == 5


@pytest.mark.parametrize("key", [f.name for kind in (ModelSettings, Price) for f in fields(kind)])
def test_every_setting_of_a_model_is_shown_in_the_configuration_file(key: str) -> None:
    assert re.search(rf"\b{key} = ", configuration_file())


def configuration_file() -> str:
    [text] = re.findall(r"^```toml\n(.*?)^```", (ROOT / COMMANDS).read_text(), re.M | re.S)
    return str(text)


def test_the_configuration_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "adrs.toml"
    file.write_text(configuration_file())
    options = read_options(file)
    use = ModelUse(models=tuple(options.proposers), settings=options.models)
    assert [settings_of(use, ModelSpec.parse(model)).temperature for model in use.models] == [
        0.8,
        0.8,
    ]


def test_entry_points_have_the_names_that_are_looked_for() -> None:
    [text] = re.findall(r"^```toml\n(.*?)^```", (ROOT / MAIN).read_text(), re.M | re.S)
    groups = tomllib.loads(text)["project"]["entry-points"]
    assert list(groups) == [ENTRY_POINTS, "adrs.evaluators"]


@pytest.mark.parametrize(
    ("document", "told", "holds"),
    [
        (MAIN, "one in sixteen of these is played on", CHECK_EVERY == 16),
        (MAIN, "one in 64 on train", REPEAT_EVERY == 64),
        (MAIN, "at most 50 evaluations that count", TUNING_EVALS == 50),
        (COMMANDS, "(24,000)", ModelUse(models=()).prompt_tokens == 24_000),
    ],
)
def test_numbers_in_the_text_are_those_of_the_code(document: str, told: str, holds: bool) -> None:
    assert told in " ".join((ROOT / document).read_text().split())
    assert holds, told


def test_links_lead_somewhere() -> None:
    for name in (*DOCUMENTS, *FURTHER):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text()):
            assert (ROOT / name).parent.joinpath(link).exists(), f"{name}: {link}"


@pytest.mark.parametrize("name", ["live.svg", "report.svg"])
def test_pictures_are_small_and_load_nothing(name: str) -> None:
    text = (example.KEPT / name).read_text()
    assert f"](runs/example/{name})" in (ROOT / MAIN).read_text()
    assert len(text.encode()) < LARGEST_PICTURE
    assert not re.search(r"<script|@import|@font-face|<image|href=", text)


def test_what_the_readme_says_of_the_run_is_in_its_report() -> None:
    readme = " ".join((ROOT / MAIN).read_text().split())
    report = " ".join((example.KEPT / "report.txt").read_text().split())
    closed = re.search(r"the champion closes (\d+ %)", readme)
    assert closed
    assert "Improved on held-out workloads" in report
    assert f"it closes {closed[1]}" in report
    assert re.search(rf" champion \S+ \S+ \S+ \S+ \S+ {closed[1]}", report)
    assert "Blind single edits gain nothing beyond noise" in report
    assert f".venv/bin/adrs {' '.join(example.COMMAND)}\n" in (ROOT / MAIN).read_text()


def test_a_frame_of_the_live_view_is_found_in_what_a_terminal_was_sent() -> None:
    def drawn(done: int) -> str:
        return f"\x1b[1mspot\x1b[0m\n\x1b[1m▸search\x1b[0m\n━━  {done:,}/2,000 evaluations\n"

    again = "\r\x1b[2K\x1b[1A\x1b[2K\x1b[1A\x1b[2K"
    sent = "\x1b[?25l" + again.join(drawn(done) for done in (4, 900, 1_234, 1_900)) + "\x1b[?25h"
    found = example.frame(sent)
    assert found == drawn(1_234).rstrip("\n")
    picture = example.svg(found, "a run")
    assert "1,234/2,000" in picture.replace("&#160;", " ")
    assert "@font-face" not in picture


def test_figures_of_baselines_were_measured_on_the_problems_as_they_are() -> None:
    assert baselines.stale(baselines.kept()) == [], "run python -m tests.docs.baselines"


def test_stale_figures_are_noticed() -> None:
    figures = baselines.kept()
    other = figures["spot_regions"].conditions
    figures["spot"] = baselines.Figures(conditions=other, bound=1.0, scores={})
    del figures["txn"]
    assert baselines.stale(figures) == ["spot", "txn"]


def test_figures_are_those_of_an_evaluation() -> None:
    problem = load_problem("spot")
    assert baselines.measured(problem) == baselines.kept()["spot"]


def test_every_baseline_has_its_figure() -> None:
    for problem in baselines.repeatable():
        names = [baseline.name for baseline in problem.baselines]
        assert list(baselines.kept()[problem.name].scores) == names
