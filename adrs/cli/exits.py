"""The exit codes that scripts rely on."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status says."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    RESUMABLE = 3  # ended early by a budget or a fault; `adrs resume` goes on
    INTERRUPTED = 130  # by Ctrl-C; `adrs resume` goes on
