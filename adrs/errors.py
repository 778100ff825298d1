"""The error tree, split by who must react.

AdrsError
├── UsageError               the user: an option, a name, a path (exit code 2)
│   └── ProblemError         the author of a problem: manifest, program, evolve region (exit code 2)
├── EvaluatorError           the author of an evaluator: a simulator broke its own contract
├── SandboxUnavailableError  the host: it lacks what isolation needs
├── ProposerError            the user, mostly: no model answers, or none of them usefully
├── ScorerError              the host: a scorer process died or could not start
├── ArchiveError             the archive's place: unwritable, locked, full (exit code 2; 3 in a run)
│   └── ArchiveVersionError  the archive was written by a newer adrs (exit code 2)
└── Interrupted              the user pressed Ctrl-C; the run is resumable (exit code 130)

A bad candidate is none of these: it is data, a `Verdict` in an `Evaluation`. The one exception that
speaks of a candidate, `PolicyFailed`, never leaves the scorer; scoring turns it into a verdict.
"""


class AdrsError(Exception):
    """Root of every error that adrs raises on purpose; its text is one clear sentence or two."""


class UsageError(AdrsError):
    """Something the user gave is wrong; nothing was touched."""


class ProblemError(UsageError):
    """A problem folder or a program is malformed; the text names file and field."""


class EvaluatorError(AdrsError):
    """An evaluator broke its own contract (a non-finite value, a missing scenario)."""


class SandboxUnavailableError(AdrsError):
    """This host cannot isolate candidates at the level asked for."""


class ProposerError(AdrsError):
    """Whoever proposes cannot go on: no model answers, or none of them usefully."""


class ScorerError(AdrsError):
    """A scorer process could not start or kept dying."""


class ArchiveError(AdrsError):
    """The archive cannot be opened, read or written."""


class ArchiveVersionError(ArchiveError):
    """The archive was written by a newer version of adrs."""


class Interrupted(AdrsError):
    """The user asked to stop; what was committed can be resumed."""


def in_one_line(text: object) -> str:
    """Return a text, such as an exception's, with its line breaks and runs of spaces as a space."""
    return " ".join(str(text).split())
