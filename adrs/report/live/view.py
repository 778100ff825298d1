"""What a user sees while a run works: a live picture, where there is a terminal."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.control import Control
from rich.live import Live
from rich.text import Text

from adrs.core.events import Event, PhaseStarted, RunStarted, Warned
from adrs.report.layout import CAUTION, print_line
from adrs.report.live.budgets import Clocked
from adrs.report.live.picture import picture
from adrs.report.live.plain import PlainView, QuietView
from adrs.report.live.tally import Tally

REFRESHES_PER_S = 2.0  # more would be seen by nobody, and taken from the run's cores


class RunView(Protocol):
    """An event sink that owns the terminal between entering and leaving it."""

    def __enter__(self) -> Self:
        """Take the terminal."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the terminal back as it was, whatever happened."""

    def __call__(self, event: Event) -> None:
        """Take one event; see `EventSink`."""


def make_view(console: Console, quiet: bool) -> RunView:
    """Return the view that suits: live on a terminal, plain lines else, warnings when quiet.

    Args:
        console: where to show it; stderr's, so that stdout stays the answer's.
        quiet: whether the user wants to see nothing of the work.
    """
    if quiet:
        return QuietView(console)
    # A log that asks for colours, as many CI hosts do, is called a terminal too, but cannot redraw.
    if console.is_terminal and not console.is_dumb_terminal and console.file.isatty():
        return LiveView(console)
    return PlainView(console, now=lambda: datetime.now(UTC))


class _Drawn:
    """Lines that fit their terminal, so that nothing is measured or wrapped any more."""

    def __init__(self, lines: Sequence[Text]) -> None:
        self._lines = lines

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """See `rich.console.ConsoleRenderable`."""
        for line in self._lines:
            yield from line.render(console, end="\n")


class LiveView:
    """Counts events as they come and redraws a few times a second, from a thread of its own.

    The engine's thread only counts: drawing costs it nothing but a lock that is held for the
    milliseconds a picture takes. The picture vanishes on leaving; warnings stay above it.
    """

    def __init__(
        self,
        console: Console,
        *,
        refreshes_per_s: float = REFRESHES_PER_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare the view.

        Args:
            console: a terminal's.
            refreshes_per_s: 0 to redraw on `refresh` alone.
            clock: seconds from any start.
        """
        self._console = console
        self._clock = clock
        self._lock = threading.Lock()
        self._tally = Tally()
        self._run_began_s = self._phase_began_s = clock()
        self._size = console.size
        self._live = Live(
            console=console,
            get_renderable=self._drawn,
            auto_refresh=refreshes_per_s > 0,
            refresh_per_second=refreshes_per_s or REFRESHES_PER_S,
            transient=True,
            redirect_stdout=False,
            vertical_overflow="crop",
        )

    def __enter__(self) -> Self:
        """Hide the cursor and start drawing."""
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop drawing, take the picture away and show the cursor again."""
        self._live.stop()

    def __call__(self, event: Event) -> None:
        """Count one event."""
        with self._lock:
            self._tally.add(event)
            if isinstance(event, RunStarted):
                self._run_began_s = self._phase_began_s = self._clock()
            if isinstance(event, PhaseStarted):
                self._phase_began_s = self._clock()
        if isinstance(event, Warned):
            print_line(self._console, f"warning: {event.message}", style=CAUTION)

    def refresh(self) -> None:
        """Draw the picture now."""
        self._live.refresh()

    def _drawn(self) -> "_Drawn":
        size = self._console.size
        if size != self._size:
            # A terminal wraps the old picture anew, so nobody knows how many lines it takes now.
            self._size = size
            self._console.control(Control.home(), Control.clear())
        with self._lock:
            lines = self._lines(size.width - 1, size.height - 1)
        return _Drawn(lines)

    def _lines(self, width: int, height: int) -> list[Text]:
        now = self._clock()
        clocked = Clocked(
            run_s=max(now - self._run_began_s, 0.0), phase_s=max(now - self._phase_began_s, 0.0)
        )
        return picture(self._tally, clocked, width=width, height=height, console=self._console)
