"""The screens that tell where a program comes from: a run's lineage, and one program whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from adrs.core.evaluation import Verdict
from adrs.core.objective import Objective
from adrs.core.scenario import Split
from adrs.report.format import (
    ABSENT,
    better_way,
    clean,
    decimals_for,
    format_change,
    format_count,
    format_value,
    model_name,
    plural,
)
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    STRONG,
    WORSE,
    Column,
    Table,
    column,
    emit,
    emit_prose,
)
from adrs.report.program.lineage import REDUCED, SO_FAR, Ancestor, Lineage
from adrs.report.program.showing import SHORT_ID, Origin, ProgramShown, SplitShown
from adrs.report.source import print_source

LONGEST_OPERATOR = 20
LONGEST_PROPOSER = 28
MOST_RUNS = 6
_PROGRAMS = "Whole programs: adrs show ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """What stands before the first program of a line, those in between, and the last."""

    first: str
    between: str
    last: str

    def at(self, number: int, last: int) -> str:
        """Return the branch of a program by its number in the line, from 0."""
        if number == 0:
            return self.first
        return self.last if number == last else self.between


BRANCHES = Branches(first="●", between="├─", last="╰─")
PLAIN_BRANCHES = Branches(first="*", between="+-", last="+-")


def render_lineage(traced: Lineage, console: Console) -> None:
    """Print one line a program, from the initial one to the champion."""
    objective = traced.objective
    about = f"train {objective.metric}, {better_way(objective)}"
    title = Text.assemble(
        (clean(traced.problem), STRONG), f"  {traced.run}   ", (f"lineage · {about}", CONTEXT)
    )
    emit(console, [title])
    if not traced.ancestors:
        trials = plural(traced.trials, "trial")
        ended = "that is valid everywhere and acts differently"
        wanted = "with a score" if traced.end == SO_FAR else ended
        emit_prose(console, f"No lineage: none of {trials} gave a program {wanted}.")
        return
    branches = PLAIN_BRANCHES if console.options.ascii_only else BRANCHES
    emit(console, [Text(), *_line_table(traced, branches).lines(console.width), Text()])
    emit_prose(console, _in_words(traced), style=CONTEXT)


def _in_words(traced: Lineage) -> str:
    made = [ancestor for ancestor in traced.ancestors if ancestor.trial is not None]
    off = sum(ancestor.folded for ancestor in traced.ancestors)
    lead = "leads" if len(made) == 1 else "lead"
    way = f"{plural(len(made), 'step')} of {plural(traced.trials, 'trial')} {lead} to the "
    elsewhere = f"; the other {format_count(off)} branch off and lead elsewhere"
    if off < 2:
        elsewhere = "; the other one branches off and leads elsewhere" if off else ""
    return f"{way}{traced.end}{elsewhere}. {_PROGRAMS}"


def _line_table(traced: Lineage, branches: Branches) -> Table:
    ancestors, objective = traced.ancestors, traced.objective
    last = len(ancestors) - 1
    folded = [ancestor.folded_best for ancestor in ancestors]
    proposers = [clean(model_name(a.proposer), limit=LONGEST_PROPOSER) for a in ancestors]
    several = len({proposer for proposer in proposers if proposer}) > 1
    styled = [CHAMPION if number == last else "" for number in range(len(ancestors))]
    ideas = [_idea(a, traced.end if n == last and n else "") for n, a in enumerate(ancestors)]
    columns = (
        Column(
            title="trial",
            cells=tuple(
                _place(ancestor, branches.at(number, last))
                for number, ancestor in enumerate(ancestors)
            ),
        ),
        column("train", _scores([a.score for a in ancestors], objective), right=True),
        Column(title="gain", cells=tuple(map(_gain, ancestors)), right=True),
        column("operator", [_operator(ancestor) for ancestor in ancestors], drop=1),
        column("model", proposers, drop=2 if several else 6),
        Column(
            title="idea",
            cells=tuple(map(Text, ideas, styled)),
            shrink=True,
        ),
        column("others", [_folded(ancestor) for ancestor in ancestors], right=True, drop=3),
        column("their best", _scores(folded, objective, ""), right=True, drop=5),
        column("id", [ancestor.program_id[:SHORT_ID] for ancestor in ancestors], drop=4),
    )
    return Table(columns=columns)


def _place(ancestor: Ancestor, branch: str) -> Text:
    """Return the branch of the tree and the program's trial: "● start", "├─ #47", "╰─ #812"."""
    made = "cut" if ancestor.idea == REDUCED else "start"
    name = made if ancestor.trial is None else f"#{ancestor.trial}"
    return Text.assemble((f"{branch} ", CONTEXT), name)


def _idea(ancestor: Ancestor, end: str) -> str:
    return f"{end}: {ancestor.idea}" if end and ancestor.idea else end or ancestor.idea


def _scores(
    scores: Sequence[float | None], objective: Objective, absent: str = ABSENT
) -> list[str]:
    decimals = decimals_for(score for score in scores if score is not None)
    return [
        absent if score is None else format_value(score, objective.unit, decimals=decimals)
        for score in scores
    ]


def _gain(ancestor: Ancestor) -> Text:
    if ancestor.change is None:
        return Text()
    shown = format_change(ancestor.change)
    if ancestor.change == 0:
        return Text(shown, style=CONTEXT)
    return Text(shown, style=CHAMPION if ancestor.gain else WORSE)


def _operator(ancestor: Ancestor) -> str:
    made = "+".join(ancestor.changes) or ancestor.operator
    mates = "".join(f" ×#{mate}" for mate in ancestor.mates)
    return clean(made, limit=LONGEST_OPERATOR) + mates


def _folded(ancestor: Ancestor) -> str:
    return f"+{format_count(ancestor.folded)}" if ancestor.folded else ""


def render_program(shown: ProgramShown, console: Console) -> None:
    """Print what is known of a program, then its text."""
    title = Text.assemble((shown.program_id, STRONG), f"   {clean(shown.problem)}  {shown.run}   ")
    title.append(plural(len(shown.source.splitlines()), "line"), style=CONTEXT)
    emit(console, [title, Text()])
    for origin in shown.origins:
        for line in _origin_lines(origin):
            emit_prose(console, line)
    if shown.made_from is not None:
        emit_prose(console, f"Made shorter from the program of trial {shown.made_from}")
    if shown.results:
        emit(console, [Text(), *_results(shown).lines(console.width)])
    if shown.hidden:
        emit_prose(console, f"{shown.hidden[0].upper()}{shown.hidden[1:]}.", style=CAUTION)
    if shown.other_runs:
        emit_prose(console, _elsewhere(shown.other_runs), style=CONTEXT)
    emit(console, [Text()])
    print_source(shown.source, console)


def _origin_lines(origin: Origin) -> list[str]:
    what = f"{origin.what[0].upper()}{origin.what[1:]}"
    if origin.trial is None:
        return [what]
    made = "+".join(origin.changes) or origin.operator
    by = model_name(origin.proposer)
    parents = ", ".join(parent[:SHORT_ID] for parent in origin.parents)
    line = f"{what}: {made} by {by}" + (f", from {parents}" if parents else "")
    if origin.repeats:
        line += "; a repetition, not evaluated again"
    return [line, *([f"  {origin.idea}"] if origin.idea else [])]


def _results(shown: ProgramShown) -> Table:
    results = shown.results
    decimals = decimals_for(r.mean for r in results if r.mean is not None)
    verdicts = tuple(_verdict(result) for result in results)
    columns = [
        column("split", [_split_word(result.split) for result in results]),
        Column(title="verdict", cells=verdicts),
        column(
            shown.objective.metric,
            [_mean(result, shown.objective, decimals) for result in results],
            right=True,
        ),
        column("scenarios", [_scenarios(result) for result in results], right=True, drop=3),
        column("CPU", [f"{result.cpu_s:.3f} s" for result in results], right=True, drop=2),
        column("isolation", [result.isolation for result in results], drop=4),
        column("evaluator", [result.evaluator for result in results], drop=5),
    ]
    if any(result.detail for result in results):
        columns.append(column("why", [result.detail for result in results], shrink=True, drop=1))
    return Table(columns=tuple(columns))


def _split_word(split: Split) -> str:
    return "held-out" if split is Split.HELDOUT else split.value


def _verdict(result: SplitShown) -> Text:
    return Text(result.verdict.value, style="" if result.verdict is Verdict.OK else WORSE)


def _mean(result: SplitShown, objective: Objective, decimals: int) -> str:
    if result.mean is None:
        return ABSENT
    return format_value(result.mean, objective.unit, decimals=decimals)


def _scenarios(result: SplitShown) -> str:
    return format_count(result.scenarios) if result.scenarios else ABSENT


def _elsewhere(runs: Sequence[str]) -> str:
    newest = list(runs[::-1][:MOST_RUNS])
    rest = len(runs) - len(newest)
    named = ", ".join(newest) + (f" and {rest} more" if rest else "")
    return f"Also in {named}: --run RUN shows it there."
