from collections.abc import Callable

from adrs.search.adaptive.cycles import REMEMBERED, Cycles
from adrs.search.member import Member

KEPT = "keep_this = 1\n"
GONE = "leave_this = 2\n"
NEW = "try_this_one = 3\n"


def test_a_deleted_line_that_comes_back_is_a_cycle(scored: Callable[..., Member]) -> None:
    cycles = Cycles()
    full, short = scored(5.0, body=KEPT + GONE), scored(4.0, body=KEPT)
    again = scored(4.5, body=KEPT + f"  # once more\n{GONE}")
    assert not cycles.tell(full, short, "")
    assert cycles.tell(short, again, "")


def test_what_is_mostly_new_is_none(scored: Callable[..., Member]) -> None:
    cycles = Cycles()
    full, short = scored(5.0, body=KEPT + GONE), scored(4.0, body=KEPT)
    cycles.tell(full, short, "")
    assert not cycles.tell(short, scored(4.5, body=KEPT + NEW), "")
    mixed = scored(4.5, body=KEPT + GONE + NEW + "and_another = 4\n")
    assert not cycles.tell(short, mixed, "")


def test_half_of_what_is_added_makes_a_cycle(scored: Callable[..., Member]) -> None:
    cycles = Cycles()
    full, short = scored(5.0, body=KEPT + GONE), scored(4.0, body=KEPT)
    cycles.tell(full, short, "")
    assert cycles.tell(short, scored(4.5, body=KEPT + GONE + NEW), "")


def test_what_a_child_keeps_was_not_deleted(scored: Callable[..., Member]) -> None:
    cycles = Cycles()
    full, short = scored(5.0, body=KEPT + GONE), scored(4.0, body=KEPT)
    assert not cycles.tell(short, full, "")
    assert not cycles.tell(scored(4.0, body=NEW), short, "")


def test_comments_and_short_lines_say_nothing(scored: Callable[..., Member]) -> None:
    cycles = Cycles()
    noise = "# a long comment\nx = 1\n"
    full, short = scored(5.0, body=KEPT + noise), scored(4.0, body=KEPT)
    cycles.tell(full, short, "")
    assert not cycles.tell(short, full, "")
    assert not cycles.tell(short, scored(4.0, body=KEPT + noise + NEW), "")


def test_lines_of_descent_are_kept_apart(scored: Callable[..., Member]) -> None:
    cycles = Cycles()
    full, short = scored(5.0, body=KEPT + GONE), scored(4.0, body=KEPT)
    cycles.tell(full, short, "one")
    assert not cycles.tell(short, full, "other")
    assert cycles.tell(short, full, "one")


def test_a_shortened_program_is_no_cycle(scored: Callable[..., Member]) -> None:
    cycles = Cycles()
    full, short = scored(5.0, body=KEPT + GONE), scored(4.0, body=KEPT)
    cycles.tell(full, short, "")
    assert not cycles.tell(full, short, "")


def test_what_was_deleted_long_ago_is_forgotten(scored: Callable[..., Member]) -> None:
    cycles = Cycles()
    full, short = scored(5.0, body=KEPT + GONE), scored(4.0, body=KEPT)
    cycles.tell(full, short, "")
    many = "".join(f"variable_{i} = {i}\n" for i in range(REMEMBERED))
    cycles.tell(scored(5.0, body=KEPT + many), short, "")
    assert not cycles.tell(short, full, "")
