"""Sudden gains in words."""

from adrs.report.run.integrity import Jump, JumpKind


def jump_in_words(jump: Jump) -> str:
    """Return what a human should look at, and why, in one sentence."""
    source = "" if jump.trial is None else f" of trial {jump.trial}"
    where = f"the best program so far on {jump.split}"
    if jump.kind is JumpKind.SINGLE:
        what = (
            f"solves {jump.scenario}, which no human program does, and changes little else against "
            f"{where}"
        )
    else:
        if jump.split.held_out:
            where = "the best human program on held-out workloads"
        what = f"brings the median scenario {_times(jump.factor)} nearer to the bound than {where}"
    return f"for a human look: program {jump.program_id}{source} {what}."


def jump_in_brief(jump: Jump) -> str:
    """Return what a human should look at, short enough for a line of 80 cells."""
    trial = "" if jump.trial is None else f"#{jump.trial}: "
    if jump.kind is JumpKind.SINGLE:
        return f"{trial}solves {jump.scenario}, which no human program does"
    return f"{trial}{_times(jump.factor)} nearer to the bound in the median scenario"


def _times(factor: float) -> str:
    return f"{factor:.1f} times" if factor < 1000 else "over a thousand times"
