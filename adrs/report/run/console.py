"""The report of a run on a terminal."""

import re
import shlex
import textwrap
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from adrs.core.trial import Arm
from adrs.report.format import (
    clean,
    format_count,
    format_duration,
    format_percent,
    format_rate,
    format_value,
    plural,
)
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    STRONG,
    WORSE,
    broken,
    emit,
    emit_prose,
)
from adrs.report.run.callpanel import (
    call_lines,
    failure_parts,
    improvement_parts,
    overrun_in_words,
    saving_parts,
    spend_parts,
    step_lines,
)
from adrs.report.run.integrity import Integrity
from adrs.report.run.jumpwords import jump_in_words
from adrs.report.run.model import Attempts, Finding, RunSummary
from adrs.report.run.panels import ablation_lines, panel_lines
from adrs.report.run.programs import program_lines
from adrs.report.run.races import Races
from adrs.report.run.verdict import is_blind

LABEL_WIDTH = 11
SEPARATOR = " · "
MOST_REASONS = 3
MOST_JUMPS = 3
_OPTION = re.compile(r"(--[a-z-]+) (?!--)")
_BOUND = "\N{NO-BREAK SPACE}"  # keeps an option and its value, or what is quoted, on one line
_FINDING_STYLES = {
    Finding.IMPROVED: CHAMPION,
    Finding.UNSOUND: WORSE,
    Finding.NOTHING_VALID: WORSE,
}


def render_report(summary: RunSummary, console: Console) -> None:
    """Print a run's report, the verdict first; sensible from 60 columns on."""
    width = console.width
    emit(console, header_lines(summary, width))
    emit(console, [Text()])
    style = _FINDING_STYLES.get(summary.verdict.finding, CAUTION)
    emit_prose(console, summary.verdict.sentence, style=f"{STRONG} {style}")
    for note in summary.verdict.notes:
        emit_prose(console, note, style=CAUTION if note.startswith("Caution") else "")
    for lines in (
        program_lines(summary, width),
        panel_lines(summary, width),
        ablation_lines(summary, width),
        step_lines(summary, width),
        call_lines(summary, width),
    ):
        if lines:
            emit(console, [Text(), *lines])
    emit(console, [Text(), *fact_lines(summary, width)])


def header_lines(summary: RunSummary, width: int) -> list[Text]:
    """Return what was run, on one line where it fits, else on as many as it takes."""
    setup = summary.setup
    parts = [
        setup.strategy
        + "".join(f" with {clean(part)}" for part in setup.also)
        + "".join(f" without {clean(part)}" for part in setup.without),
        f"seed {setup.seed}",
        clean(setup.proposer) + (", no language model" if is_blind(setup.proposer) else ""),
        *([f"replay of {clean(setup.replays)}"] if setup.replays else []),
        plural(setup.evaluations, "evaluation"),
        format_duration(summary.times.wall_s),
    ]
    line = Text.assemble((clean(setup.problem), STRONG), f"  {summary.run.name}")
    context = SEPARATOR.join(parts)
    if line.cell_len + 3 + cell_len(context) <= width:
        return [line.append(f"   {context}", style=CONTEXT)]
    if line.cell_len > width:
        problem = broken(clean(setup.problem), width)
        heading = [*(Text(part, style=STRONG) for part in problem), Text(summary.run.name)]
    else:
        heading = [line]
    return [*heading, *flow("", parts, width, style=CONTEXT)]


def flow(label: str, parts: Sequence[str], width: int, *, style: str = "") -> list[Text]:
    """Return parts joined by dots, broken between parts, below each other after a label."""
    indent = LABEL_WIDTH if label else 0
    lines: list[str] = []
    room = max(width - indent, 20)
    for part in (piece for whole in parts for piece in broken(whole, room)):
        if lines and cell_len(lines[-1] + SEPARATOR + part) + indent <= width:
            lines[-1] += SEPARATOR + part
        else:
            lines.append(part)
    shown = []
    for number, line in enumerate(lines):
        start = (label if number == 0 else "").ljust(indent)
        shown.append(Text.assemble((start, CONTEXT), (line, style)))
    return shown


def fact_lines(summary: RunSummary, width: int) -> list[Text]:
    """Return the labelled lines: integrity, attempts, failures, spend, saved, what next."""
    integrity = summary.integrity
    parts = [*_integrity_parts(integrity), *_measured_part(summary), _heldout_part(summary)]
    lines = flow("integrity", parts, width)
    if integrity.above_bound:
        loud = f"{STRONG} {WORSE}"
        lines.extend(wrapped("IMPOSSIBLE", _above_in_words(integrity), width, style=loud))
    for number, jump in enumerate(summary.jumps[:MOST_JUMPS]):
        label = "look" if number == 0 else ""
        lines.extend(wrapped(label, jump_in_words(jump), width, style=CAUTION))
    flagged = flow("flags", integrity.flags, width, style=WORSE)
    lines.extend(flagged)
    for attempts in summary.attempts:
        label = "attempts" if attempts.arm is Arm.SEARCH else "control"
        lines.extend(flow(label, _attempts(attempts), width))
        lines.extend(flow("races", race_parts(attempts.races), width))
    lines.extend(_failure_lines(summary, width))
    lines.extend(flow("spend", _spend_parts(summary), width))
    lines.extend(flow("failed", failure_parts(summary.spend), width))
    lines.extend(flow("reused", saving_parts(summary.spend), width))
    for overrun in summary.spend.overruns:
        lines.extend(wrapped("exceeded", overrun_in_words(overrun), width, style=CAUTION))
    return [*lines, *_last_lines(summary, width)]


def _last_lines(summary: RunSummary, width: int) -> list[Text]:
    """Return where the program is and what to do next, on one line where it fits."""
    steps = SEPARATOR.join(summary.run.next)
    saved = summary.run.saved
    if saved and LABEL_WIDTH + len(saved) + len("   next  ") + len(steps) <= width:
        label = "saved".ljust(LABEL_WIDTH)
        return [Text.assemble((label, CONTEXT), saved, ("   next  ", CONTEXT), (steps, STRONG))]
    lines = flow("saved", [saved], width) if saved else []
    if max(map(len, summary.run.next)) <= width - LABEL_WIDTH:
        return [*lines, *flow("next", summary.run.next, width, style=STRONG)]
    for number, step in enumerate(summary.run.next):
        lines.extend(_command_lines("" if number else "next", step, width))
    return lines


def _command_lines(label: str, command: str, width: int) -> list[Text]:
    """Return a command over as many lines as it takes, so that it can be copied whole."""
    words = (shlex.quote(word).replace(" ", _BOUND) for word in shlex.split(command))
    parts = textwrap.wrap(
        _OPTION.sub(rf"\1{_BOUND}", " ".join(words)),
        max(width - LABEL_WIDTH - 2, 20),
        break_long_words=False,
        break_on_hyphens=False,
    )
    ends = [" \\"] * (len(parts) - 1) + [""]
    return [
        Text.assemble(
            ((label if n == 0 else "").ljust(LABEL_WIDTH), CONTEXT),
            (part.replace(_BOUND, " ") + end, STRONG),
        )
        for n, (part, end) in enumerate(zip(parts, ends, strict=True))
    ]


def wrapped(label: str, text: str, width: int, *, style: str = "") -> list[Text]:
    """Return a sentence after a label, broken between words."""
    return [
        Text.assemble(((label if number == 0 else "").ljust(LABEL_WIDTH), style), (line, style))
        for number, line in enumerate(broken(text, max(width - LABEL_WIDTH, 20)))
    ]


def _above_in_words(integrity: Integrity) -> str:
    count = plural(integrity.above_bound, "evaluation")
    first = integrity.first_above_bound
    if first is None:
        return f"{count} better than a proven bound."
    trial = "" if first.trial is None else f"{first.arm} trial {first.trial}, "
    detail = f": {first.detail}" if first.detail else ""
    return (
        f"{count} better than a proven bound, the first {trial}program {first.program_id} on "
        f"{first.split}{detail}. Find out why before you believe any figure of this run."
    )


def _heldout_part(summary: RunSummary) -> str:
    return f"held-out set {summary.setup.heldout_set}"


def _measured_part(summary: RunSummary) -> list[str]:
    objective = summary.setup.objective
    if not objective.measured:
        return []
    step = format_value(objective.step, clean(objective.unit))
    return [f"{clean(objective.metric)} is measured, to within {step}"]


def _integrity_parts(integrity: Integrity) -> list[str]:
    parts = []
    if integrity.isolation:
        parts.append(f"isolation {', '.join(integrity.isolation)}")
    if integrity.evaluators:
        parts.append(f"evaluator {', '.join(integrity.evaluators)}")
    if integrity.repeated:
        differed = f"{format_count(integrity.differed)} differed (nondeterministic)"
        agree = differed if integrity.differed else "all agree"
        parts.append(f"{format_count(integrity.repeated)} evaluated twice, {agree}")
    above = integrity.above_bound
    if above or integrity.bounds:
        parts.append(f"{format_count(above) if above else 'nothing'} above the bound")
    parts.append(plural(len(integrity.flags), "flag"))
    return parts


def _attempts(attempts: Attempts) -> list[str]:
    counts = [f"{format_count(v.count)} {v.verdict}" for v in attempts.verdicts]
    if attempts.duplicates:
        counts.append(plural(attempts.duplicates, "duplicate"))
    total = format_count(attempts.trials)
    return [f"{total} = {counts[0]}", *counts[1:]] if counts else [total]


def race_parts(races: Races | None) -> list[str]:
    """Return what races saved and how often they were wrong, in words; nothing without a race."""
    if races is None:
        return []
    parts = [
        f"{format_count(races.stopped)} of {format_count(races.raced)} stopped",
        f"{format_percent(races.saved)} of their scenarios left out",
    ]
    if races.checked:
        stops = plural(races.checked, "checked stop")
        parts.append(f"{format_count(races.wrong)} of {stops} wrong")
    return parts


def _failure_lines(summary: RunSummary, width: int) -> list[Text]:
    lines: list[Text] = []
    for number, failure in enumerate(summary.failures[:MOST_REASONS]):
        label = "failures" if number == 0 else ""
        shown = f"{format_count(failure.count)} × {failure.verdict}: {failure.reason}"
        for line in broken(clean(shown), max(width - LABEL_WIDTH, 20)):
            lines.append(Text.assemble((label.ljust(LABEL_WIDTH), CONTEXT), line))
            label = ""
    return lines


def _spend_parts(summary: RunSummary) -> list[str]:
    spend, times = summary.spend, summary.times
    parts = [
        *spend_parts(spend),
        *improvement_parts(spend),
        plural(spend.evaluations, "evaluation"),
        f"{format_duration(times.cpu_s)} CPU",
        f"{format_duration(times.wall_s)} in all",
    ]
    if times.evaluations_per_s is not None:
        parts.append(format_rate(times.evaluations_per_s))
    if times.cpu_ratio is not None:
        parts.append(f"best {times.cpu_ratio:.2f} × the CPU of {clean(summary.setup.reference)}")
    return parts
