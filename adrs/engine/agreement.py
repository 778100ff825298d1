"""Tells whether two runs went the same way, trial by trial."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest

from adrs.archive.protocol import Archive
from adrs.core.trial import Arm, Trial


def first_difference(archive: Archive, one: str, other: str) -> str:
    """Return what first differs between two runs of an archive; empty when nothing does.

    Compared are the trials of both arms in the order in which they were told, and the conclusions;
    times and proposers' names are not, nor are the places in which proposals were taken in: those
    of a run that was killed have gaps.
    """
    for arm in Arm:
        difference = _between(archive.trials(one, arm), archive.trials(other, arm))
        if difference:
            return f"{arm.value} {difference}"
    mine, theirs = archive.conclusion(one), archive.conclusion(other)
    if mine is None or theirs is None:
        return "" if mine is theirs else "one of them is not finished"
    for what in ("champion", "best", "control", "improved", "champion_trial"):
        if getattr(mine, what) != getattr(theirs, what):
            return f"the conclusions differ in '{what}'"
    return ""


def _between(ours: Iterable[Trial], theirs: Iterable[Trial]) -> str:
    for place, (mine, other) in enumerate(zip_longest(ours, theirs), start=1):
        if mine is None or other is None:
            return f"ends after {place - 1} trials in one of them"
        if _comparable(mine) != _comparable(other):
            return f"differs at trial {mine.number}, told at place {place}"
    return ""


def _comparable(trial: Trial) -> Trial:
    """Return the trial without what may differ between two runs that went the same way."""
    evaluation = trial.evaluation
    if evaluation is not None:
        evaluation = replace(evaluation, cpu_s=0.0)
    proposal = replace(trial.proposal, proposer="")
    return replace(trial, evaluation=evaluation, proposal=proposal, arrival=0)
