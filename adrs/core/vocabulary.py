"""The words a problem offers to proposers: the blind mutator and the prompt read the same ones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Expressions that make sense in the evolve region.

    A name or term is used only where every name in it is in scope.

    Attributes:
        numeric: names or attribute expressions that hold a number ("obs.work_left_s", "load").
        numeric_lists: names that hold a sequence of numbers.
        booleans: names or expressions that hold a truth value.
        terms: numeric expressions worth inserting ("obs.work_left_s / setup.tick_s").
        guards: conditions worth testing; `{c}` stands for a constant the proposer chooses.
        enums: names of the decision constants that may stand for one another.
        siblings: groups of names of functions that may stand for one another.
        snippets: statements worth copying in.
        frozen: names that must not be assigned or replaced.
        const_range: smallest and largest magnitude of a new constant.
    """

    numeric: tuple[str, ...] = ()
    numeric_lists: tuple[str, ...] = ()
    booleans: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    enums: tuple[str, ...] = ()
    siblings: tuple[tuple[str, ...], ...] = ()
    snippets: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    const_range: tuple[float, float] = (0.01, 100.0)
