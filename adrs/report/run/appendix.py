"""The report as Markdown for a paper's appendix: tables, and the champion's code."""

import re
from collections.abc import Iterable, Sequence

from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.report.format import (
    ABSENT,
    better_way,
    clean,
    decimals_for,
    format_change,
    format_count,
    format_duration,
    format_headroom,
    format_percent,
    format_value,
    model_name,
    plural,
)
from adrs.report.run.callpanel import cost_in_words, spend_parts
from adrs.report.run.console import race_parts
from adrs.report.run.jumpwords import jump_in_words
from adrs.report.run.model import (
    AblatedChange,
    Estimate,
    Finding,
    Gain,
    ProgramRow,
    RowKind,
    RunSummary,
)
from adrs.report.run.programs import SPLIT_HEADINGS

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#$])")
_FENCE = re.compile(r"`+")


def to_markdown(summary: RunSummary, *, program: Program | None) -> str:
    """Return the report as Markdown, the verdict first.

    Args:
        summary: the run.
        program: the program that the run stands by, to be shown in full; None for none.
    """
    sections = (
        _verdict(summary),
        _section("Results", _programs(summary)),
        _section("Held-out scenarios", _scenarios(summary)),
        _section("Sources of the gain on train", _sources(summary)),
        _section("Ablation of the champion, on validation", _ablation(summary)),
        _section("Setup", _setup(summary)),
        _section("Integrity", _integrity(summary)),
        _section("Attempts", _attempts(summary)),
        _section("Cost", _cost(summary)),
        _section(_code_title(summary), [] if program is None else _code(program)),
    )
    return "\n".join(line for section in sections for line in section)


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""] if lines else []


def _verdict(summary: RunSummary) -> list[str]:
    title = f"# {_text(summary.setup.problem_title)}: run {_text(summary.run.name)}"
    notes = [_text(note) for note in summary.verdict.notes]
    return [title, "", f"**{_text(summary.verdict.sentence)}**", "", *_apart(notes)]


def _apart(paragraphs: Iterable[str]) -> list[str]:
    return [line for paragraph in paragraphs for line in (paragraph, "")]


def _text(text: str) -> str:
    """Return text with Markdown's special characters escaped."""
    return _SPECIAL.sub(r"\\\1", clean(text))


def _verbatim(text: str) -> str:
    """Return text as code on one line, pipes escaped as a table needs them."""
    shown = clean(text).replace("|", "\\|")
    fence = "`" * (1 + max((len(run) for run in _FENCE.findall(shown)), default=0))
    space = " " if "`" in shown else ""
    return f"{fence}{space}{shown}{space}{fence}" if shown else ""


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> list[str]:
    """Return a table whose first `left` columns are aligned to the left, the others to the right.

    Nothing is returned without rows.
    """
    body = [f"| {' | '.join(row)} |" for row in rows]
    marks = [":--" if number < left else "--:" for number in range(len(heading))]
    return [f"| {' | '.join(heading)} |", f"|{'|'.join(marks)}|", *body] if body else []


def _programs(summary: RunSummary) -> list[str]:
    splits = [
        (split, title)
        for split, title in SPLIT_HEADINGS
        if any(row.result(split) for row in summary.rows)
    ]
    against = f"held-out against {_text(summary.setup.reference)}"
    heading = ["program", *(title for _, title in splits), against, "headroom closed, held-out"]
    rows = [
        [
            _program_title(row),
            *(_mean(summary, row, split) for split, _ in splits),
            _change(row),
            _headroom(row),
        ]
        for row in summary.rows
    ]
    objective = summary.setup.objective
    unit = f", {_text(objective.unit)}" if objective.unit else ""
    about = f"Mean {_text(objective.metric)}{unit} ({better_way(objective)})."
    table = _table(heading, rows)
    return [about + " Intervals are 95 % paired bootstrap intervals.", "", *table] if table else []


def _program_title(row: ProgramRow) -> str:
    found = row.kind in (RowKind.CHAMPION, RowKind.BEST)
    title = _text(row.title) + (" (initial)" if row.initial and row.name != "initial" else "")
    return f"**{title}**" if found else title


def _mean(summary: RunSummary, row: ProgramRow, split: Split) -> str:
    result = row.result(split)
    if result is None:
        return ABSENT
    if result.mean is None:
        return result.verdict.value
    means = [mean for each in summary.rows if (mean := each.mean(split)) is not None]
    unit = summary.setup.objective.unit
    return _text(format_value(result.mean, unit, decimals=decimals_for(means)))


def _change(row: ProgramRow) -> str:
    result = row.result(Split.HELDOUT)
    return "" if result is None or result.change is None else _estimate(result.change)


def _estimate(change: Estimate) -> str:
    return format_change(change.mean, change.low, change.high)


def _headroom(row: ProgramRow) -> str:
    result = row.result(Split.HELDOUT)
    if result is None or result.headroom is None:
        return ""
    headroom = result.headroom
    return format_headroom(headroom.mean, headroom.low, headroom.high)


def _scenarios(summary: RunSummary) -> list[str]:
    tally = summary.scenarios
    if tally is None:
        return []
    counts = (
        f"{_text(tally.program)} against {_text(tally.against)}: better in "
        f"{format_count(tally.better)} scenarios, the same in {format_count(tally.same)}, worse in "
        f"{format_count(tally.worse)}."
    )
    if tally.median is None or tally.best is None or tally.worst is None:
        return [counts]
    best, median, worst = (
        format_percent(change, signed=True) for change in (tally.best, tally.median, tally.worst)
    )
    return [f"{counts} Change: best {best}, median {median}, worst {worst}."]


def _sources(summary: RunSummary) -> list[str]:
    parts = (
        ("proposer", summary.proposers),
        ("operator", summary.operators),
        ("change", summary.changes),
    )
    rows = [[kind, *_gain(gain)] for kind, gains in parts for gain in gains]
    control = summary.curve(Arm.CONTROL)
    if rows and control is not None and control.gain_share is not None:
        share = format_percent(control.gain_share)
        rows.append(["control", "blind edits alone", format_count(control.improvements), share])
    return _table(("by", "name", "improvements", "share"), rows, left=2)


def _gain(gain: Gain) -> list[str]:
    return [_text(gain.name), format_count(gain.improvements), format_percent(gain.share)]


def _ablation(summary: RunSummary) -> list[str]:
    objective = summary.setup.objective
    rows = [
        [
            format_count(each.number),
            _verbatim(each.where),
            _lines(each.removed),
            _lines(each.added),
            *_without(each, objective),
        ]
        for each in summary.ablation
    ]
    heading = ("change", "in", "initial program", "champion", "without it", "change of the mean")
    return _table(heading, rows, left=4)


def _lines(lines: Sequence[str]) -> str:
    return "<br>".join(_verbatim(line) for line in lines if line.strip())


def _without(each: AblatedChange, objective: Objective) -> list[str]:
    if each.mean is None:
        return [each.verdict.value, ""]
    mean = _text(format_value(each.mean, objective.unit))
    return [mean, "" if each.change is None else _estimate(each.change)]


def _setup(summary: RunSummary) -> list[str]:
    setup = summary.setup
    models = () if setup.models is None else setup.models.models
    rows = [
        ("problem", _verbatim(setup.problem)),
        ("strategy", _verbatim(setup.strategy)),
        *(("with", _verbatim(part)) for part in setup.also),
        *(("without", _verbatim(part)) for part in setup.without),
        ("proposer", _verbatim(setup.proposer)),
        *(("model", _verbatim(model)) for model in models),
        *([("replay of", _verbatim(setup.replays))] if setup.replays else []),
        ("seed", str(setup.seed)),
        ("evaluations of the search", format_count(setup.evaluations)),
        *((f"parameter {_verbatim(key)}", _verbatim(str(v))) for key, v in setup.params.items()),
        ("adrs", _text(setup.adrs_version)),
        ("began (UTC)", _text(summary.times.created_at)),
        ("status", setup.status.value),
    ]
    return _table(("setting", "value"), rows, left=2)


def _integrity(summary: RunSummary) -> list[str]:
    integrity = summary.integrity
    rows = [
        ("isolation", ", ".join(integrity.isolation) or ABSENT),
        ("evaluator", _text(", ".join(integrity.evaluators)) or ABSENT),
        ("held-out set", _verbatim(summary.setup.heldout_set)),
        ("evaluated twice", format_count(integrity.repeated)),
        ("of these differed", format_count(integrity.differed)),
        ("above a proven bound", format_count(integrity.above_bound)),
        ("attacks", format_count(integrity.attacks)),
        *(("flag", _text(flag)) for flag in integrity.flags),
        *(("look", _text(jump_in_words(jump))) for jump in summary.jumps),
    ]
    return _table(("check", "result"), rows, left=2)


def _attempts(summary: RunSummary) -> list[str]:
    rows = [
        (each.arm.value, outcome, format_count(count))
        for each in summary.attempts
        for outcome, count in [
            *((verdict.verdict.value, verdict.count) for verdict in each.verdicts),
            *([("duplicate", each.duplicates)] if each.duplicates else []),
        ]
    ]
    failures = [
        (failure.verdict.value, _verbatim(failure.reason), format_count(failure.count))
        for failure in summary.failures
    ]
    table = _table(("arm", "outcome", "trials"), rows, left=2)
    reasons = _table(("verdict", "first reason of the kind", "trials"), failures, left=2)
    races = [
        f"Races, {each.arm.value}: {', '.join(race_parts(each.races))}."
        for each in summary.attempts
        if each.races is not None
    ]
    parts = [part for part in (table, races, reasons) if part]
    return [line for part in parts for line in ("", *part)][1:]


def _cost(summary: RunSummary) -> list[str]:
    spend, times = summary.spend, summary.times
    total = ", ".join(
        [
            *spend_parts(spend),
            plural(spend.evaluations, "evaluation"),
            f"{format_duration(times.cpu_s)} CPU",
            f"{format_duration(times.wall_s)} in all",
        ]
    )
    rows = [
        (
            _verbatim(model_name(model.name)),
            format_count(model.calls),
            format_count(model.usage.prompt_tokens),
            format_count(model.usage.completion_tokens),
            _text(cost_in_words(model)),
            format_count(model.improvements),
        )
        for model in spend.models
    ]
    heading = ("model", "calls", "tokens sent", "received", "cost", "improved")
    table = _table(heading, rows)
    return [f"{_text(total)}.", *([""] if table else []), *table]


def _code_title(summary: RunSummary) -> str:
    if summary.row(RowKind.CHAMPION) is not None:
        return "The champion"
    if summary.verdict.finding is Finding.UNASSESSED:
        return "The best program, not scored on held-out workloads"
    return "The best program, no significant improvement"


def _code(program: Program) -> list[str]:
    longest = max((len(run) for run in _FENCE.findall(program.source)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"Program {program.id}:", "", f"{fence}python", program.source.rstrip("\n"), fence]
