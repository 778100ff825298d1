"""Parent programs and vocabularies for the mutator's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adrs.core.program import Program
from adrs.core.trial import Ask
from adrs.core.vocabulary import Vocabulary

PROGRAMS = Path(__file__).parent / "programs"
VOCABULARIES = {
    "uniform_progress": Vocabulary(
        numeric=(
            "obs.work_left_s",
            "obs.now_s",
            "left_s",
            "slack_s",
            "done",
            "expected",
            "self.overhead_s",
        ),
        booleans=("obs.has_spot", "obs.running_on_demand"),
        terms=("obs.work_left_s / max(left_s, 1.0)",),
        guards=("slack_s < {c} * self.overhead_s", "done > {c} * expected"),
        enums=("SPOT", "ON_DEMAND", "NONE"),
        snippets=("if slack_s < {c}:\n    return ON_DEMAND",),
        frozen=("obs", "setup"),
    ),
    "greedy_placement": Vocabulary(
        numeric=("best_share", "share", "weight"),
        numeric_lists=("loads", "totals"),
        guards=("best_share < {c}", "loads[expert] < {c}"),
        frozen=("placement", "plan"),
    ),
    "one_liner": Vocabulary(),
    "methods": Vocabulary(numeric=("self.capacity", "age", "score")),
    "nested_loop": Vocabulary(numeric_lists=("rates",)),
}
NAMES = sorted(VOCABULARIES)


@pytest.fixture(scope="session")
def read() -> Callable[[str], Program]:
    """Return what reads a parent program by name."""

    def program(name: str) -> Program:
        return Program.of((PROGRAMS / f"{name}.py").read_text())

    return program


@pytest.fixture(scope="session")
def vocabularies() -> dict[str, Vocabulary]:
    """Return the vocabulary of every parent program."""
    return VOCABULARIES


@pytest.fixture(scope="session")
def ask(read: Callable[[str], Program]) -> Callable[..., Ask]:
    """Return what asks for a change of a parent program by name."""

    def make(name: str, *donors: Program, operator: str = "refine") -> Ask:
        return Ask(operator=operator, parent=read(name), inspirations=donors)

    return make


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Return each parent program's name in turn."""
    text: str = request.param
    return text
