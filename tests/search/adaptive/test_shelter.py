from collections.abc import Callable

from adrs.search.adaptive.kin import Birth
from adrs.search.adaptive.shelter import FIRST_CHILDREN, MOST_LINES, Shelter
from adrs.search.member import Member


def _founded(shelter: Shelter, make_birth: Callable[..., Birth], score: float) -> Member:
    birth = make_birth(score, operator="paradigm")
    shelter.tell(birth)
    assert birth.member is not None
    return birth.member


def test_a_paradigm_is_sheltered_for_its_first_children(make_birth: Callable[..., Birth]) -> None:
    shelter = Shelter()
    founder = _founded(shelter, make_birth, 9.0)
    for _ in range(FIRST_CHILDREN - 1):
        shelter.tell(make_birth(None, parent=founder))
    assert list(shelter.sheltered) == [founder]
    shelter.tell(make_birth(None, parent=founder))
    assert list(shelter.sheltered) == []
    assert list(shelter.bests) == [founder]


def test_a_line_goes_on_with_its_best(make_birth: Callable[..., Birth]) -> None:
    shelter = Shelter()
    founder = _founded(shelter, make_birth, 9.0)
    worse, better = make_birth(9.5, parent=founder), make_birth(8.0, parent=founder)
    shelter.tell(worse)
    assert list(shelter.sheltered) == [founder]
    shelter.tell(better)
    assert list(shelter.sheltered) == [better.member]
    assert worse.member is not None
    assert shelter.line(worse.member.program.id) == founder.program.id
    grandchild = make_birth(7.0, parent=worse.member)
    shelter.tell(grandchild)
    assert list(shelter.bests) == [grandchild.member]


def test_broken_or_repeated_paradigms_found_nothing(make_birth: Callable[..., Birth]) -> None:
    shelter = Shelter()
    shelter.tell(make_birth(5.0, operator="paradigm", fingerprint="same"))
    shelter.tell(make_birth(None, operator="paradigm"))
    shelter.tell(make_birth(5.0, operator="paradigm", fingerprint="same"))
    assert len(shelter.bests) == 1


def test_a_repaired_paradigm_founds_a_line(make_birth: Callable[..., Birth]) -> None:
    shelter = Shelter()
    shelter.tell(make_birth(5.0, operator="fix", founds=True))
    assert len(shelter.sheltered) == 1


def test_the_weakest_grown_line_is_given_up(make_birth: Callable[..., Birth]) -> None:
    shelter = Shelter()
    grown = [_founded(shelter, make_birth, score) for score in (3.0, 4.0)]
    for founder in grown * FIRST_CHILDREN:
        shelter.tell(make_birth(None, parent=founder))
    for score in range(MOST_LINES - 1):
        _founded(shelter, make_birth, 10.0 + score)
    assert len(shelter.bests) == MOST_LINES
    assert grown[0] in shelter.bests
    assert grown[1] not in shelter.bests
    assert shelter.line(grown[1].program.id) == ""


def test_where_all_are_sheltered_the_weakest_line_is_given_up(
    make_birth: Callable[..., Birth],
) -> None:
    shelter = Shelter()
    founders = [_founded(shelter, make_birth, float(cost)) for cost in (3, 1, 9, 2, 5, 4, 8, 7, 6)]
    assert len(founders) == MOST_LINES + 1
    best_last = sorted(founders, key=lambda member: member.merit)[1:]
    assert list(shelter.sheltered) == list(shelter.bests) == best_last


def test_lines_of_forgotten_programs_are_forgotten(make_birth: Callable[..., Birth]) -> None:
    shelter = Shelter()
    founder = _founded(shelter, make_birth, 9.0)
    child = make_birth(9.5, parent=founder)
    shelter.tell(child)
    shelter.forget_all_but({founder.program.id})
    assert child.member is not None
    assert shelter.line(child.member.program.id) == ""
    assert shelter.line(founder.program.id) == founder.program.id
