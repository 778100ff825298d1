"""Builds the messages of a model call from what is known of a problem and of an ask."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from adrs.core.call import Message, Speaker
from adrs.core.interface import Interface
from adrs.core.problem import Problem
from adrs.core.program import Program, evolve_region
from adrs.core.trial import Ask, Failure, Notes
from adrs.errors import UsageError
from adrs.proposers.llm.prompt.budget import (
    Inspiration,
    Sections,
    cut_whole,
    fitted,
)
from adrs.proposers.llm.prompt.neutral import fenced, remark, visible
from adrs.proposers.llm.prompt.rendering import PROBLEM_FOLDER, renderer
from adrs.proposers.llm.prompt.results import Figures, TrainFigures, require_train
from adrs.proposers.llm.prompt.setting import setting_of
from adrs.proposers.llm.tokens import estimated_tokens

LONGEST_IDEA = 200
LONGEST_OUTCOME = 300
LONGEST_ERROR = 2000
LONGEST_QUOTED_REPLY = 24_000  # characters of a reply that a repair request gives back
EDIT_SIGN: Final = "<<<<<<< SEARCH"
REFINE: Final = "refine"


class Form(StrEnum):
    """In which form a reply is asked for; the values name templates."""

    EDITS = "edits"
    WHOLE = "whole"


OPERATORS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        REFINE: Form.EDITS,
        "rewrite": Form.WHOLE,
        "crossover": Form.WHOLE,
        "simplify": Form.EDITS,
        "fix": Form.EDITS,
        "paradigm": Form.WHOLE,
    }
)
"""The operators that have a template of their own; every other one is asked for as a refinement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parent:
    """The program to change, as text that is fit to be shown.

    Attributes:
        program: the whole of it between fences.
        result: its score, or how it failed, on one line.
        detail: why it failed, between fences; empty where it has a score.
        metrics: the means of further metrics on one line; may be empty.
    """

    program: str
    result: str
    detail: str
    metrics: str


class PromptBuilder:
    """Builds prompts; thread-safe, and the same for the same ask and number, on every machine.

    A request is two messages: what stays the same for a whole run, so that providers can keep it
    at hand, and what the ask is about. Nothing of the environment, no address and no path gets in.
    What is cut when the budget is too small says `budget.CUTTING_ORDER`. The parent, the statement
    and the interface are never cut: a parent that has grown far beyond the initial program may take
    a prompt over its budget.

    Args:
        problem: what is optimised.
        interface: what a policy is given and must return.
        train: the baselines' evaluations on train, and what else is known of it.
        modules: names of the modules that a program may import.
        budget_tokens: largest size of a request, in tokens as `estimated_tokens` counts them.
        templates: folders whose files stand in the place of the package's templates of the same
            name, the first one's first; after them the folder `prompts` of the problem, if any.

    Raises:
        UsageError: the budget has no room for what is never cut, a template is at fault, or there
            is no such folder.
        ForeignSplitError: an evaluation or a scenario of another split than train was given.
    """

    def __init__(
        self,
        problem: Problem,
        interface: Interface,
        train: TrainFigures,
        *,
        modules: Sequence[str],
        budget_tokens: int,
        templates: Sequence[Path] = (),
    ) -> None:
        for folder in templates:
            if not folder.is_dir():
                raise UsageError(f"prompt templates: no folder {folder}.")
        self._problem = problem
        self._figures = Figures(problem, train)
        self._setting = setting_of(problem, interface, modules)
        self._budget_tokens = budget_tokens
        self._render = renderer([*templates, Path(problem.location) / PROBLEM_FOLDER])
        self._system = Message(
            role=Speaker.SYSTEM, content=self._render("system", setting=self._setting)
        )
        self._try_out(problem.initial)

    def knowing(self, train: TrainFigures) -> "PromptBuilder":
        """Return the same builder with other figures; its templates are not read again.

        Raises:
            ForeignSplitError: an evaluation or a scenario of another split than train was given.
        """
        other = copy(self)
        other._figures = Figures(self._problem, train)
        return other

    def messages(self, ask: Ask, *, number: int) -> tuple[Message, ...]:
        """Return the request for an ask.

        Args:
            ask: its notes, where it has any, must be of train.
            number: the trial's number; it makes the request unlike any other trial's.

        Raises:
            ForeignSplitError: an evaluation in the notes is of another split.
            UsageError: a template is at fault.
        """
        notes = ask.notes or Notes(parent=None)
        for evaluation in (notes.parent, *notes.inspirations):
            require_train(evaluation)
        # Rendered once for each cut: mostly nothing is cut, and what fits is what is sent.
        request = cache(lambda some: self._request(ask, notes, some, number))
        return request(fitted(self._sections(ask, notes), lambda some: self._fits(request(some))))

    def repair(
        self, messages: Sequence[Message], reply_text: str, error: str
    ) -> tuple[Message, ...]:
        """Return the request that gives a useless reply back and says what was wrong with it.

        Args:
            messages: the request that was answered.
            reply_text: the answer as it came; a very long one loses its middle.
            error: what was wrong with it.

        Raises:
            UsageError: the template is at fault.
        """
        asked = next(m.content for m in reversed(messages) if m.role is Speaker.USER)
        form = Form.EDITS if EDIT_SIGN in asked else Form.WHOLE
        return (
            *messages,
            Message(role=Speaker.ASSISTANT, content=_quoted(reply_text)),
            Message(role=Speaker.USER, content=self._repair_text(error, form)),
        )

    def _repair_text(self, error: str, form: Form) -> str:
        if form is Form.WHOLE:  # a request for a whole region must not hold the other form's sign
            error = error.replace(EDIT_SIGN, EDIT_SIGN.lstrip("< "))
        quoted = fenced(_shortened(error, LONGEST_ERROR), "text")
        return self._render("repair", error=quoted, form=form.value, setting=self._setting)

    def _try_out(self, initial: Program) -> None:
        """Render every operator's prompt once, with everything in it and with all of it cut."""
        row = Failure(idea="idea", outcome="outcome")
        notes = Notes(parent=None, failures=(row,), scratchpad="note", best=0.0)
        least = 0
        for operator in OPERATORS:
            ask = Ask(operator=operator, parent=initial, inspirations=(initial,), notes=notes)
            sections = self._sections(ask, notes)
            self._request(ask, notes, sections, 1)
            bare = estimated_tokens(self._request(ask, notes, cut_whole(sections), 1))
            least = max(least, bare)
        for form in Form:
            self._repair_text("error", form)
        if least > self._budget_tokens:
            raise UsageError(
                f"a prompt budget of {self._budget_tokens:,} tokens is too small: statement, "
                f"interface and initial program alone take about {least:,}. Give at least that."
            )

    def _sections(self, ask: Ask, notes: Notes) -> Sections:
        evaluations = (*notes.inspirations, *[None] * len(ask.inspirations))
        scratchpad = notes.scratchpad.strip()
        return Sections(
            inspirations=tuple(
                Inspiration(result=self._figures.result(evaluation), region=_region(program))
                for program, evaluation in zip(ask.inspirations, evaluations, strict=False)
            ),
            failures=tuple(map(_failure, notes.failures)),
            scenarios=self._figures.scenarios(notes.parent),
            scratchpad=(scratchpad,) if scratchpad else (),
            baselines=self._figures.baselines(),
        )

    def _fits(self, request: Sequence[Message]) -> bool:
        return estimated_tokens(request) <= self._budget_tokens

    def _request(
        self, ask: Ask, notes: Notes, sections: Sections, number: int
    ) -> tuple[Message, ...]:
        operator = ask.operator if ask.operator in OPERATORS else REFINE
        detail = self._figures.detail(notes.parent)
        text = self._render(
            "user",
            operator=operator,
            form=OPERATORS[operator].value,
            setting=self._setting,
            parent=_Parent(
                program=fenced(ask.parent.source, "python"),
                result=self._figures.result(notes.parent),
                detail=fenced(detail, "text") if detail else "",
                metrics=self._figures.metrics(notes.parent),
            ),
            best="" if notes.best is None else self._figures.score(notes.best),
            headroom=self._figures.headroom(),
            scenarios=sections.scenarios,
            baselines=sections.baselines,
            inspirations=sections.inspirations,
            failures=fenced("\n".join(sections.failures), "text") if sections.failures else "",
            scratchpad=_scratchpad(sections.scratchpad),
        )
        # Not left to a template: two trials must never send the same request.
        user = Message(role=Speaker.USER, content=f"{text}\n\nThis is trial {number}.")
        return (self._system, user)


def _region(program: Program) -> str:
    """Return the evolve region between fences: the rest is the parent's, or of no use there."""
    return fenced(evolve_region(program.source, where="inspiration").body, "python")


def _failure(failure: Failure) -> str:
    idea = remark(failure.idea, LONGEST_IDEA) or "(no idea given)"
    return f"- {idea} => {remark(failure.outcome, LONGEST_OUTCOME)}"


def _scratchpad(items: Sequence[str]) -> str:
    lines = "\n".join(items).splitlines()
    return (
        fenced("\n".join(remark(line, LONGEST_OUTCOME) for line in lines), "text") if items else ""
    )


def _quoted(reply_text: str) -> str:
    return visible(_shortened(reply_text, LONGEST_QUOTED_REPLY)).strip() or "(an empty reply)"


def _shortened(text: str, limit: int) -> str:
    """Return a text of at most about `limit` characters, a long one without its middle."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 3
    return f"{text[:head]}\n[{len(text) - head - tail:,} characters left out]\n{text[-tail:]}"
