"""Tuning: generations of sources out, fitness in, the same for the same seed."""

import math
from collections.abc import Callable, Sequence

import pytest

from adrs.core.program import program_id
from adrs.errors import ProblemError
from adrs.proposers.tuner import Tuning, find_literals
from adrs.proposers.tuner.cma import MOST_EVALUATIONS

Fitness = Callable[[tuple[float, ...]], float | None]


def program(*lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"def f(x):\n    # EVOLVE-BLOCK-START\n{body}    # EVOLVE-BLOCK-END\n    return y\n"


THREE = program("y = 0.5 * x + 20.0", "if x > -3.0:", "    y = 7")


def values(source: str) -> tuple[float, ...]:
    return find_literals(source).values


def near(*target: float) -> Callable[[tuple[float, ...]], float]:
    """Return a fitness that is best at the target, each value in units of it."""

    def fitness(found: tuple[float, ...]) -> float:
        return -sum((a / b - 1.0) ** 2 for a, b in zip(found, target, strict=True))

    return fitness


def run(tuning: Tuning, fitness: Fitness) -> list[list[str]]:
    generations = []
    while not tuning.done:
        generations.append(tuning.ask())
        tuning.tell([fitness(values(source)) for source in generations[-1]])
    return generations


def flat(generations: Sequence[Sequence[str]]) -> list[str]:
    return [source for generation in generations for source in generation]


def test_it_finds_better_values() -> None:
    target = near(0.8, 12.0, -4.5)
    tuning = Tuning(THREE, 1)
    run(tuning, target)
    assert tuning.best is not None
    assert tuning.best.fitness > 0.2 * target(values(THREE))
    assert tuning.best.fitness == target(tuning.best.values)
    assert values(tuning.best.source) == tuning.best.values


def test_the_best_is_the_best_of_all_that_were_told() -> None:
    tuning = Tuning(THREE, 2)
    told = flat(run(tuning, near(0.4, 30.0, -3.0)))
    assert tuning.best is not None
    assert tuning.best.fitness == max(map(near(0.4, 30.0, -3.0), map(values, told)))


def test_a_generation_grows_with_the_number_of_literals() -> None:
    assert len(Tuning(program("y = 0.5"), 1).ask()) == 4
    assert len(Tuning(THREE, 1).ask()) == 7
    assert len(Tuning(program(*(f"y = {i}.5" for i in range(40))), 1).ask()) == 14


def test_same_seed_same_generations() -> None:
    assert run(Tuning(THREE, 5), near(1.0, 10.0, -1.0)) == run(
        Tuning(THREE, 5), near(1.0, 10.0, -1.0)
    )


def test_another_seed_other_generations() -> None:
    assert Tuning(THREE, 5).ask() != Tuning(THREE, 6).ask()
    assert Tuning(THREE, 2**64 - 1).ask() != Tuning(THREE, 6).ask()


def test_answers_change_what_is_asked_next() -> None:
    one, other = (
        run(Tuning(THREE, 5), near(1.0, 40.0, -1.0)),
        run(Tuning(THREE, 5), near(0.1, 10.0, -9.0)),
    )
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_only_ranks_count() -> None:
    target = near(0.8, 12.0, -4.5)

    def cubed(found: tuple[float, ...]) -> float:
        return 1e9 * target(found) ** 3

    assert run(Tuning(THREE, 3), target) == run(Tuning(THREE, 3), cubed)


@pytest.mark.parametrize("evaluations", [1, 7, 10, 50])
def test_no_more_programs_than_evaluations_and_none_twice(evaluations: int) -> None:
    sources = flat(run(Tuning(THREE, 1, evaluations), near(0.8, 12.0, -4.5)))
    assert len(sources) == evaluations
    assert len({program_id(source) for source in sources}) == evaluations


def test_one_literal_is_worth_fewer_evaluations() -> None:
    assert len(flat(run(Tuning(program("y = 0.5"), 1), near(0.8)))) == 20


@pytest.mark.parametrize("evaluations", [0, -1, MOST_EVALUATIONS + 1])
def test_a_number_of_evaluations_out_of_range_is_refused(evaluations: int) -> None:
    with pytest.raises(ValueError, match=f"found {evaluations}"):
        Tuning(THREE, 1, evaluations)


def test_without_literals_there_is_nothing_to_do() -> None:
    tuning = Tuning(program("y = 3"), 1)
    assert tuning.done
    assert tuning.ask() == []
    assert tuning.best is None


def test_a_program_without_a_region_is_refused() -> None:
    with pytest.raises(ProblemError):
        Tuning("y = 0.5\n", 1)


def test_a_generation_stands_until_it_is_told_of() -> None:
    tuning = Tuning(THREE, 1)
    first = tuning.ask()
    assert tuning.ask() == first
    assert not tuning.done
    tuning.tell([0.0] * len(first))
    assert tuning.ask() != first


def test_it_is_not_done_before_the_last_generation_is_told_of() -> None:
    tuning = Tuning(THREE, 1, 5)
    last = tuning.ask()
    assert len(last) == 5
    assert not tuning.done
    tuning.tell([0.0] * 5)
    assert tuning.done
    assert tuning.ask() == []


def test_an_answer_too_few_is_refused() -> None:
    tuning = Tuning(THREE, 1)
    with pytest.raises(ValueError, match="argument"):
        tuning.tell([0.0] * (len(tuning.ask()) - 1))


@pytest.mark.parametrize("failure", [None, math.nan, math.inf, -math.inf])
def test_a_failure_is_worse_than_anything(failure: float | None) -> None:
    def fitness(found: tuple[float, ...]) -> float | None:
        return failure if found[0] > 0.5 else -1e12 - found[0]

    tuning = Tuning(THREE, 1)
    generations = run(tuning, fitness)
    assert tuning.best is not None
    assert math.isfinite(tuning.best.fitness)
    assert tuning.best.values[0] <= 0.5
    valid = [sum(values(source)[0] <= 0.5 for source in part) / len(part) for part in generations]
    assert valid[-1] > valid[0]


def test_where_all_fail_there_is_no_best_and_the_search_stays_near() -> None:
    tuning = Tuning(THREE, 1)
    generations = run(tuning, lambda found: None)
    assert tuning.best is None
    assert len(flat(generations)) == 50

    def apart(sources: Sequence[str]) -> float:
        return sum(-near(0.5, 20.0, -3.0)(values(source)) for source in sources) / len(sources)

    assert apart(generations[5]) < apart(generations[0])


def test_values_stay_in_their_ranges() -> None:
    source = program("y = 0.5 * x  # tune: 0.4..0.6", "y += -0.1")

    def greedy(found: tuple[float, ...]) -> float:
        return found[0] + found[1]

    tuning = Tuning(source, 1)
    for asked in flat(run(tuning, greedy)):
        first, second = values(asked)
        assert 0.4 <= first <= 0.6
        assert -0.4 <= second <= 0.0
    assert tuning.best is not None
    assert tuning.best.values[0] > 0.58


def test_a_declared_range_sets_the_first_steps() -> None:
    wide = Tuning(program("y = 1.5  # tune: 0..100"), 1).ask()
    narrow = Tuning(program("y = 1.5  # tune: 1.4..1.6"), 1).ask()
    assert max(abs(values(source)[0] - 1.5) for source in wide) > 5.0
    assert max(abs(values(source)[0] - 1.5) for source in narrow) <= 0.1


def test_what_is_written_alike_is_asked_once() -> None:
    source = program("y = 1.5  # tune: 1.4999..1.5001")
    sources = flat(run(Tuning(source, 1), near(1.5)))
    assert len(sources) == len(set(sources)) <= 3
