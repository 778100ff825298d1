"""What is cut from a prompt first when it is too large."""

import bisect
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class End(StrEnum):
    """Which end of a section goes first."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One step of cutting: a section loses its items one by one, from one end.

    Attributes:
        section: name of the field of `Sections`.
        end: where it loses them.
    """

    section: str
    end: End


CUTTING_ORDER: Final = (
    Cut(section="inspirations", end=End.LAST),  # the least good ones first
    Cut(section="failures", end=End.LAST),  # the oldest first
    Cut(section="scenarios", end=End.LAST),  # those that go best first
    Cut(section="scratchpad", end=End.LAST),  # in one piece
    Cut(section="baselines", end=End.FIRST),  # the weakest first
)
"""What goes first. What is not named here is never cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspiration:
    """A further program: its evolve region between fences, and how it did."""

    result: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRow:
    """The parent on one train scenario, as text.

    Attributes:
        name: its id and the parameters in which scenarios differ.
        value: the parent's.
        best: the best baseline's; empty where there is none.
        bound: the proven best value; empty where it is not known.
        gap: how far the parent is from the bound, else from the best baseline.
    """

    name: str
    value: str
    best: str
    bound: str
    gap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRow:
    """A baseline's score on train, as text."""

    title: str
    score: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """What may be cut from a prompt; every field is a tuple of items.

    Attributes:
        inspirations: best first.
        failures: one line each, newest first.
        scenarios: worst first.
        scratchpad: the whole of it as one item, or none.
        baselines: weak to strong.
    """

    inspirations: tuple[Inspiration, ...] = ()
    failures: tuple[str, ...] = ()
    scenarios: tuple[ScenarioRow, ...] = ()
    scratchpad: tuple[str, ...] = ()
    baselines: tuple[BaselineRow, ...] = ()

    def count(self, section: str) -> int:
        """Return how many items a section has."""
        return len(self._items(section))

    def shortened(self, cut: Cut, items: int) -> "Sections":
        """Return the sections with `items` items less in one of them."""
        kept = self._items(cut.section)
        kept = kept[items:] if cut.end is End.FIRST else kept[: len(kept) - items]
        # The field's name is data of the table above; mypy cannot follow it.
        return replace(self, **{cut.section: kept})  # type: ignore[arg-type]

    def _items(self, section: str) -> tuple[object, ...]:
        items: tuple[object, ...] = getattr(self, section)
        return items


def cut(sections: Sections, items: int) -> Sections:
    """Return the sections without the first `items` items that `CUTTING_ORDER` gives up."""
    for step in CUTTING_ORDER:
        here = min(items, sections.count(step.section))
        if here:
            sections = sections.shortened(step, here)
        items -= here
    return sections


def fitted(sections: Sections, fits: Callable[[Sections], bool]) -> Sections:
    """Return the sections with as little cut as is needed to fit; all of it where nothing does."""
    if fits(sections):
        return sections  # as most do; each question costs a rendering
    total = sum(sections.count(step.section) for step in CUTTING_ORDER)
    least = bisect.bisect_left(range(total), True, key=lambda items: fits(cut(sections, items)))
    return cut(sections, least)


def cut_whole(sections: Sections) -> Sections:
    """Return the sections with everything cut that may be."""
    return cut(sections, sum(sections.count(step.section) for step in CUTTING_ORDER))
