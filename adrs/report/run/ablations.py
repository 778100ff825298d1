"""Reads from a run's assessments what each change of its champion is worth."""

import difflib
import re
from collections.abc import Sequence

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.program import normalised
from adrs.core.run import Assessment, Conclusion, Role
from adrs.report.format import clean
from adrs.report.run.compare import difference, relative_change
from adrs.report.run.model import AblatedChange

LONGEST_DETAIL = 160
_DEFINITION = re.compile(r"(\s*)(?:async\s+def|def|class)\s+(\w+)")


def ablated(
    assessments: Sequence[Assessment], conclusion: Conclusion | None, objective: Objective
) -> tuple[AblatedChange, ...]:
    """Return the champion's changes in the order of its text; none where none was taken back."""
    found = [a for a in assessments if a.role is Role.ABLATION and a.program is not None]
    if conclusion is None or not found:
        return ()
    text = normalised(conclusion.champion.source).split("\n")
    split = found[0].evaluation.split
    wholes = (
        a.evaluation
        for a in assessments
        if a.evaluation.program_id == conclusion.champion.id and a.evaluation.split is split
    )
    whole = next(wholes, None)
    return tuple(_change(assessment, text, whole, objective) for assessment in found)


def _change(
    assessment: Assessment, text: Sequence[str], whole: Evaluation | None, objective: Objective
) -> AblatedChange:
    assert assessment.program is not None
    without = assessment.program.source.removesuffix("\n").split("\n")
    matcher = difflib.SequenceMatcher(None, without, text, autojunk=False)
    parts = [opcode for opcode in matcher.get_opcodes() if opcode[0] != "equal"]
    evaluation = assessment.evaluation
    return AblatedChange(
        number=int(assessment.label),
        where=_definition(text, _first_line(parts[0])) if parts else "",
        removed=tuple(line for part in parts for line in without[part[1] : part[2]]),
        added=tuple(line for part in parts for line in text[part[3] : part[4]]),
        verdict=evaluation.verdict,
        detail=clean(evaluation.detail, limit=LONGEST_DETAIL),
        mean=evaluation.score,
        change=relative_change(evaluation, whole, objective),
        difference=difference(evaluation, whole, objective),
    )


def _first_line(part: tuple[str, int, int, int, int]) -> int:
    """Return the champion's first changed line; the line above where nothing but a cut was made."""
    return part[3] if part[4] > part[3] else max(part[3] - 1, 0)


def _definition(text: Sequence[str], line: int) -> str:
    """Return the name of the innermost function or class that a line stands in."""
    here = text[line] if line < len(text) else ""
    depth = len(here) - len(here.lstrip())
    for above in reversed(text[: line + 1]):
        match = _DEFINITION.match(above)
        if match is not None and (len(match.group(1)) < depth or above is here):
            return match.group(2)
    return ""
