"""What holds for every child, over several parents and many seeds."""

import ast
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.core.program import Program, evolve_region, node_count, normalised
from adrs.core.trial import Ask
from adrs.core.vocabulary import Vocabulary
from adrs.errors import ProblemError
from adrs.proposers.mutator import AstMutator, SingleEditMutator
from adrs.proposers.protocol import Proposer

SEEDS = range(100)
Asking = Callable[..., Ask]
Vocabularies = dict[str, Vocabulary]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A proposal that has a source."""

    source: str
    operators: tuple[str, ...]
    idea: str


@pytest.fixture
def mutator(name: str, vocabularies: Vocabularies) -> AstMutator:
    return AstMutator(vocabularies[name])


def children(mutator: Proposer, ask: Ask, seeds: Sequence[int] = SEEDS) -> list[Child]:
    proposals = [mutator.propose(ask, seed=seed) for seed in seeds]
    return [
        Child(source=proposal.source, operators=proposal.operators, idea=proposal.idea)
        for proposal in proposals
        if proposal.source is not None
    ]


def test_almost_every_seed_gives_a_child(name: str, mutator: AstMutator, ask: Asking) -> None:
    assert len(children(mutator, ask(name))) >= 0.99 * len(SEEDS)


def test_children_compile_and_differ_from_the_parent(
    name: str, mutator: AstMutator, ask: Asking
) -> None:
    asked = ask(name)
    for child in children(mutator, asked):
        compile(child.source, name, "exec")
        assert normalised(child.source) != normalised(asked.parent.source)


def test_head_and_tail_are_byte_identical(name: str, mutator: AstMutator, ask: Asking) -> None:
    asked = ask(name)
    before = evolve_region(asked.parent.source, where="parent")
    for child in children(mutator, asked):
        after = evolve_region(child.source, where="child")
        assert (after.head, after.tail) == (before.head, before.tail)


def test_children_of_children_stay_sound(name: str, mutator: AstMutator, ask: Asking) -> None:
    program = ask(name).parent
    for seed in range(40):
        proposal = mutator.propose(Ask(operator="refine", parent=program), seed=seed)
        if proposal.source is not None:
            compile(proposal.source, name, "exec")
            program = Program.of(proposal.source)
    assert normalised(program.source) != normalised(ask(name).parent.source)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**64 - 1))
def test_any_seed_is_good(seed: int) -> None:
    source = (
        "def f(a, b):\n    # EVOLVE-BLOCK-START\n    return a + 0.5 * b\n    # EVOLVE-BLOCK-END\n"
    )
    ask = Ask(operator="refine", parent=Program.of(source))
    proposal = AstMutator(Vocabulary(numeric=("a", "b"))).propose(ask, seed=seed)
    assert proposal.source is not None
    scope: dict[str, Any] = {}
    exec(proposal.source, scope)
    float(scope["f"](1.25, 2.5))


def run_uniform_progress(source: str, draws: random.Random) -> None:
    scope: dict[str, Any] = {}
    exec(source, scope)
    policy = scope["Policy"](SimpleNamespace(overhead_s=120.0, tick_s=60.0))
    policy.setup.tick_s = 60.0
    for _ in range(60):
        obs = SimpleNamespace(
            now_s=draws.choice([0.0, draws.uniform(0, 9e4)]),
            deadline_s=9e4,
            work_s=6e4,
            work_left_s=draws.choice([0.0, draws.uniform(0, 6e4)]),
            has_spot=draws.random() < 0.5,
            running_on_demand=draws.random() < 0.5,
        )
        assert policy.decide(obs) in ("spot", "on_demand", "none")


def run_greedy_placement(source: str, draws: random.Random) -> None:
    scope: dict[str, Any] = {}
    exec(source, scope)
    windows = np.array([[draws.uniform(0.1, 9.0) for _ in range(12)] for _ in range(3)])
    placement = scope["plan"](windows, 16, 4)
    assert len(placement) == 16
    assert {expert for expert, _ in placement} == set(range(12))
    assert all(0 <= gpu < 4 for _, gpu in placement)


FAILURES = (ArithmeticError, LookupError, TypeError, ValueError, NameError, AttributeError)


def valid_share(proposals: Sequence[Child], run: Callable[[str, random.Random], None]) -> float:
    valid = 0
    for seed, proposal in enumerate(proposals):
        try:
            run(proposal.source, random.Random(seed))
            valid += 1
        except (*FAILURES, AssertionError):
            pass
    return valid / len(proposals)


def test_most_children_of_a_decision_policy_run(vocabularies: Vocabularies, ask: Asking) -> None:
    mutator = AstMutator(vocabularies["uniform_progress"])
    share = valid_share(children(mutator, ask("uniform_progress")), run_uniform_progress)
    assert share >= 0.9


def test_most_children_of_a_planner_run(vocabularies: Vocabularies, ask: Asking) -> None:
    mutator = AstMutator(vocabularies["greedy_placement"])
    share = valid_share(children(mutator, ask("greedy_placement")), run_greedy_placement)
    assert share >= 0.6


def test_no_child_reads_a_name_that_is_not_bound(vocabularies: Vocabularies, ask: Asking) -> None:
    mutator = AstMutator(vocabularies["uniform_progress"])
    for proposal in children(mutator, ask("uniform_progress")):
        try:
            run_uniform_progress(proposal.source, random.Random(0))
        except (NameError, AttributeError) as error:
            pytest.fail(f"{proposal.idea}: {error}")
        except (*FAILURES, AssertionError):
            pass


def test_single_edit_is_one_edit(name: str, vocabularies: Vocabularies, ask: Asking) -> None:
    mutator = SingleEditMutator(vocabularies[name])
    asked = ask(name, operator="refine")
    for proposal in children(mutator, asked):
        assert len(proposal.operators) == 1
        assert proposal.operators[0] not in ("constall", "xover", "block")


def test_single_edit_takes_nothing_from_inspirations(
    vocabularies: Vocabularies, ask: Asking, read: Callable[[str], Program]
) -> None:
    mutator = SingleEditMutator(vocabularies["one_liner"])
    alone = ask("one_liner", operator="crossover")
    accompanied = ask("one_liner", read("methods"), operator="crossover")
    for seed in range(30):
        assert mutator.propose(alone, seed=seed) == mutator.propose(accompanied, seed=seed)


def test_several_edits_happen_about_a_third_of_the_time(
    vocabularies: Vocabularies, ask: Asking
) -> None:
    mutator = AstMutator(vocabularies["uniform_progress"])
    many = [len(child.operators) > 1 for child in children(mutator, ask("uniform_progress"))]
    assert 0.2 < sum(many) / len(many) < 0.5


def test_ideas_are_one_short_line(name: str, mutator: AstMutator, ask: Asking) -> None:
    for child in children(mutator, ask(name)):
        assert child.idea
        assert "\n" not in child.idea
        assert len(child.idea) <= 120


def test_crossover_begins_with_something_of_the_donor(
    vocabularies: Vocabularies, ask: Asking
) -> None:
    donor = Program.of(
        "def priority(size, age):\n    # EVOLVE-BLOCK-START\n"
        "    return size * 7.125\n    # EVOLVE-BLOCK-END\n"
    )
    mutator = AstMutator(vocabularies["one_liner"])
    proposals = children(mutator, ask("one_liner", donor, operator="crossover"))
    assert all(proposal.operators[0] in ("xover", "block") for proposal in proposals)
    pieces = ("size * 7.125", "7.125", "size")
    assert all(
        proposal.idea.removeprefix("borrowed ").removeprefix("return ").startswith(pieces)
        for proposal in proposals
    )
    assert any("7.125" in proposal.source for proposal in proposals)


def test_nothing_is_borrowed_without_donors(name: str, mutator: AstMutator, ask: Asking) -> None:
    for child in children(mutator, ask(name, operator="crossover")):
        assert not {"xover", "block"} & set(child.operators)


def test_a_donor_that_cannot_be_read_is_left_out(vocabularies: Vocabularies, ask: Asking) -> None:
    mutator = AstMutator(vocabularies["one_liner"])
    broken = Program.of("def f(:\n")
    assert children(mutator, ask("one_liner", broken)) == children(mutator, ask("one_liner"))


def test_size_cap_holds(name: str, vocabularies: Vocabularies, ask: Asking) -> None:
    program = ask(name).parent
    cap = node_count(program.source) + 15
    mutator = AstMutator(vocabularies[name], size_cap_nodes=cap)
    for seed in range(60):
        proposal = mutator.propose(Ask(operator="refine", parent=program), seed=seed)
        if proposal.source is not None:
            assert node_count(proposal.source) <= cap
            program = Program.of(proposal.source)


def test_a_parent_above_the_cap_only_shrinks(
    name: str, vocabularies: Vocabularies, ask: Asking
) -> None:
    asked = ask(name)
    mutator = AstMutator(vocabularies[name], size_cap_nodes=1)
    for child in children(mutator, asked, range(40)):
        assert node_count(child.source) < node_count(asked.parent.source)


def test_frozen_names_are_never_changed(ask: Asking) -> None:
    mutator = AstMutator(Vocabulary(frozen=("expected", "done"), numeric=("slack_s",)))
    for child in children(mutator, ask("uniform_progress")):
        tree = ast.parse(child.source)
        targets = [
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AugAssign)
            for target in ast.walk(node)
            if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store)
        ]
        assert targets.count("expected") == 1
        assert targets.count("done") == 1


def test_a_region_that_cuts_through_a_statement_is_rejected() -> None:
    source = (
        "def f(x):\n    if x:\n        # EVOLVE-BLOCK-START\n        y = 1.0\n"
        "    else:\n        y = 2.0\n        # EVOLVE-BLOCK-END\n        y += 1.0\n    return y\n"
    )
    ask = Ask(operator="refine", parent=Program.of(source))
    proposal = AstMutator(Vocabulary()).propose(ask, seed=1)
    assert proposal.source is None
    assert "cuts through a statement" in proposal.rejection


def test_a_program_without_markers_is_rejected() -> None:
    ask = Ask(operator="refine", parent=Program.of("x = 1.0\n"))
    proposal = AstMutator(Vocabulary()).propose(ask, seed=1)
    assert "broken evolve region" in proposal.rejection


def test_a_comment_may_mention_the_markers() -> None:
    source = (
        "# EVOLVE-BLOCK-START\n# as far as # EVOLVE-BLOCK-END: all of this may change\n"
        "def f(x):\n    y = 1.5 * x\n    return y\n# EVOLVE-BLOCK-END\n"
    )
    ask = Ask(operator="refine", parent=Program.of(source))
    proposal = AstMutator(Vocabulary()).propose(ask, seed=1)
    assert proposal.source is not None
    assert evolve_region(proposal.source, where="child").body.startswith("# as far as # EVOLVE")


BROKEN = ("not ) Python",)


@pytest.mark.parametrize(
    ("field", "vocabulary"),
    [
        ("numeric", Vocabulary(numeric=BROKEN)),
        ("terms", Vocabulary(terms=BROKEN)),
        ("numeric_lists", Vocabulary(numeric_lists=BROKEN)),
        ("guards", Vocabulary(guards=BROKEN)),
        ("booleans", Vocabulary(booleans=BROKEN)),
        ("enums", Vocabulary(enums=BROKEN)),
        ("snippets", Vocabulary(snippets=BROKEN)),
    ],
)
def test_a_vocabulary_that_is_not_python_is_named(field: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(ProblemError, match=f"vocabulary: {field}: .*'not \\) Python'"):
        AstMutator(vocabulary)


def test_a_constant_range_must_be_positive() -> None:
    with pytest.raises(ProblemError, match="const_range"):
        AstMutator(Vocabulary(const_range=(0.0, 1.0)))


HASHED = """
import sys
from pathlib import Path
from adrs.core.program import Program
from adrs.core.trial import Ask
from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator import AstMutator
folder = Path(sys.argv[1])
parents = [Program.of((folder / f"{name}.py").read_text()) for name in
           ("uniform_progress", "greedy_placement")]
mutator = AstMutator(Vocabulary(numeric=("slack_s", "done"), numeric_lists=("loads",),
                                enums=("SPOT", "NONE"), guards=("done > {c} * slack_s",)))
for seed in range(50):
    for parent in parents:
        ask = Ask(operator="refine", parent=parent, inspirations=tuple(parents))
        sys.stdout.write(repr(mutator.propose(ask, seed=seed)))
"""


def test_children_do_not_depend_on_the_hash_seed() -> None:
    folder = Path(__file__).parent / "programs"
    outputs = [
        subprocess.run(
            [sys.executable, "-c", HASHED, str(folder)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0].count("Proposal(") == 100
    assert outputs[0] == outputs[1]
