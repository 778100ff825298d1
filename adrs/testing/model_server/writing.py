"""Writing answers: a changed program, in the format that the prompt asks for."""

import re
from dataclasses import dataclass, replace

from adrs.core.program import EvolveRegion, Program, evolve_region
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask, Proposal
from adrs.core.vocabulary import Vocabulary
from adrs.proposers.mutator import AstMutator, SingleEditMutator
from adrs.proposers.mutator.dice import Dice
from adrs.testing.model_server.chat import Chat
from adrs.testing.model_server.edits import Block, can_be_shown, edit_blocks
from adrs.testing.model_server.programs import find_program
from adrs.testing.model_server.settings import ServerSettings

STRONG = "strong"
WEAK = "weak"
EMPTY = "empty"
WEAK_EDITS = 3  # one edit alone is an improvement as often as what the strong model does
MODELS = (STRONG, WEAK, EMPTY)
NO_PROGRAM = "I find no program with an evolve region that I could change in these messages."


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A changed program and how to tell of it.

    Attributes:
        idea: one line.
        before: the program as the prompt shows it.
        body: the region's new text.
        as_edits: whether to tell it in SEARCH/REPLACE blocks.
        with_markers: whether a whole region is told with its marker lines.
    """

    idea: str
    before: EvolveRegion
    body: str
    as_edits: bool
    with_markers: bool


class Writer:
    """Writes the answers; what it writes depends on the seed, the model and the messages alone."""

    def __init__(self, settings: ServerSettings) -> None:
        cap = settings.size_cap_nodes
        self._seed = settings.seed
        self._strong = AstMutator(settings.vocabulary, size_cap_nodes=cap)
        self._weak = SingleEditMutator(Vocabulary(), size_cap_nodes=cap)

    def change(self, chat: Chat) -> Change | None:
        """Change the program in the prompt; None where there is none or nothing can be changed."""
        found = find_program(chat.asked)
        if found is None:
            return None
        seed = derive_seed("answer", self._seed, chat.talk_digest)
        changed = self._stumbled if chat.model == WEAK else self._improved
        proposal = changed(found.source, seed)
        if proposal.source is None:
            return None
        body = evolve_region(proposal.source, where="answer").body
        return Change(
            idea=proposal.idea,
            before=found.shown,
            body=body,
            as_edits=chat.wants_edits and can_be_shown(found.shown, body),
            with_markers=Dice(derive_seed("dress", self._seed, chat.talk_digest)).chance(0.5),
        )

    def _improved(self, source: str, seed: int) -> Proposal:
        """Change the program as well as the mutator can."""
        return self._strong.propose(Ask(operator="refine", parent=_unread(source)), seed=seed)

    def _stumbled(self, start: str, seed: int) -> Proposal:
        """Make several single random edits in a row, without the problem's words."""
        ideas: list[str] = []
        source = start
        for step in range(WEAK_EDITS):
            ask = Ask(operator="refine", parent=_unread(source))
            proposal = self._weak.propose(ask, seed=derive_seed("step", seed, step))
            if proposal.source is None or proposal.source == start:
                break
            source = proposal.source
            ideas.append(proposal.idea)
        return replace(proposal, source=source if ideas else None, idea="; ".join(ideas))


def told(change: Change) -> str:
    """Return the answer's text."""
    idea = f"IDEA: {change.idea}\n"
    if change.as_edits:
        return idea + told_blocks(*edit_blocks(change.before, change.body))
    start = change.before.head.splitlines(keepends=True)[-1]
    end = change.before.tail.splitlines(keepends=True)[0]
    region = start + change.body + end if change.with_markers else change.body
    return idea + fenced(region)


def told_blocks(*blocks: Block) -> str:
    """Return edits as a model writes them."""
    return "\n".join(map(str, blocks))


def fenced(code: str) -> str:
    """Return code in a fence that is longer than any in it."""
    longest = max(map(len, re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    end = "" if code.endswith("\n") else "\n"
    return f"{fence}python\n{code}{end}{fence}\n"


def _unread(source: str) -> Program:
    """Return a program whose identity nobody asks for; hashing it would mean to parse it again."""
    return Program(id="", source=source)
