"""A benchmark on the simulated model: no problem, no sandbox, no archive."""

import math
from collections.abc import Callable, Sequence

from adrs.api import compose
from adrs.cli.benching.plan import Contender
from adrs.core.scenario import PUBLIC_SET, Split
from adrs.report.bench.cells import BenchCell, Instrumentation, Milestone
from adrs.testing.simulated_model import Simulation, run_simulation


def simulated_cells(
    contenders: Sequence[Contender], *, seeds: int, calls: int, tell: Callable[[str], None]
) -> list[BenchCell]:
    """Search on the landscapes of the seeds with every contender.

    Args:
        contenders: who searches.
        seeds: how many landscapes, each with a search of its own.
        calls: of every search.
        tell: hears of every contender that is through.
    """
    cells = []
    for contender in contenders:
        off = contender.parts_off
        make = compose.strategy_factory(contender.strategy, off, calls=calls)
        tuner = compose.tuner_for(contender.strategy, off)
        for seed in range(1, seeds + 1):
            found = run_simulation(make, calls=calls, seed=seed, tuner=tuner)
            cells.append(_cell(contender, seed, found))
        tell(contender.label)
    return cells


def _cell(contender: Contender, seed: int, found: Simulation) -> BenchCell:
    """Return a search as a cell: its level is the true quality of what it would end with."""
    heldout = found.heldout
    rooms = found.landscape.rooms(Split.HELDOUT)
    references = [best + room for best, room in rooms]
    milestones = []
    level = found.start
    for spent, quality in enumerate(found.curve, start=1):
        if not math.isclose(quality, level, rel_tol=0.0, abs_tol=1e-12):
            milestones.append(Milestone(spent=spent, level=quality))
            level = quality
    return BenchCell(
        problem="simulated",
        contender=contender.label,
        seed=seed,
        instrumentation=Instrumentation(evaluator=heldout.evaluator, heldout=PUBLIC_SET),
        gains=tuple(
            reference - value for reference, value in zip(references, heldout.values, strict=True)
        ),
        rooms=tuple(room for _, room in rooms),
        start=found.start,
        milestones=tuple(milestones),
    )
