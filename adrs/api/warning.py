"""What a user should know that is no error, where nobody else tells it."""

import warnings
from collections.abc import Callable

from adrs.core.events import Event, Warned

Warn = Callable[[str], None]  # takes one line


def warn_caller(text: str) -> None:
    """Issue a `RuntimeWarning`."""
    warnings.warn(text, RuntimeWarning, stacklevel=2)


def warnings_only(event: Event) -> None:
    """Listen to a run for what must not be missed; an `EventSink`."""
    if isinstance(event, Warned):
        warn_caller(event.message)
