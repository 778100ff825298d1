from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluation.parameters import Parameters

INF = float("inf")


class Law(StrEnum):
    ZIPF = "zipf"
    EQUAL = "equal"


def one(value: Scalar) -> Parameters:
    return Parameters({"x": value}, "toy params", ["x"])


def refusal(read: object) -> str:
    assert callable(read)
    with pytest.raises(ProblemError) as raised:
        read()
    return str(raised.value)


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    said = refusal(lambda: Parameters({"z": 1}, "toy params", ["x"], defaults={"y": 2}))
    assert said == "toy params: unknown parameter 'z'; there are x, y."


def test_where_there_are_no_parameters_none_is_accepted() -> None:
    said = refusal(lambda: Parameters({"z": 1}, "toy params"))
    assert said == "toy params: unknown parameter 'z'; there are none."


def test_a_missing_name_is_refused_unless_it_has_a_default() -> None:
    said = refusal(lambda: Parameters({}, "toy params", ["x"], defaults={"y": 2}))
    assert said == "toy params: parameter 'x' is missing."
    params = Parameters({"x": 1}, "toy params", ["x"], defaults={"y": 2, "z": 3})
    assert [params.whole(key) for key in ("x", "y", "z")] == [1, 2, 3]


def test_what_is_given_goes_before_a_default() -> None:
    assert Parameters({"y": 7}, "toy params", defaults={"y": 2}).whole("y") == 7


def test_a_default_is_not_changed_by_reading_through_it() -> None:
    defaults: dict[str, Scalar] = {"y": 2}
    Parameters({"y": 7}, "toy params", defaults=defaults)
    assert defaults == {"y": 2}


def test_a_scenario_is_named_by_its_id() -> None:
    scenario = Scenario(id="train/0003", split=Split.TRAIN, seed=1, params={"x": 0})
    params = Parameters.of_scenario(scenario, ["x"])
    said = refusal(lambda: params.whole("x", least=1))
    assert said == "scenario train/0003.x: expected a whole number of at least 1, got 0."


@pytest.mark.parametrize("value", [3, 2.5])
def test_a_text_is_no_number(value: Scalar) -> None:
    said = refusal(lambda: one(value).text("x", "the path of a file"))
    assert said == f"toy params.x: expected the path of a file, got {value!r}."
    assert one("a").text("x") == "a"


@pytest.mark.parametrize("value", ["ZIPF", "zip", "", 1])
def test_a_choice_is_one_of_the_known(value: Scalar) -> None:
    said = f"toy params.x: expected one of zipf, equal, got {value!r}."
    assert refusal(lambda: one(value).choice("x", ("zipf", "equal"))) == said
    assert refusal(lambda: one(value).member("x", Law)) == said


def test_a_member_is_found_by_its_value() -> None:
    assert one("equal").member("x", Law) is Law.EQUAL
    assert one("equal").choice("x", {"zipf": 1, "equal": 2}) == "equal"


@pytest.mark.parametrize("value", [0, 6, 2.0, "3", float("nan")])
def test_a_whole_number_outside_its_range_is_refused(value: Scalar) -> None:
    said = refusal(lambda: one(value).whole("x", least=1, most=5))
    assert said == f"toy params.x: expected a whole number from 1 to 5, got {value!r}."


@pytest.mark.parametrize(
    ("value", "limits", "expected"),
    [
        (-0.1, {}, "a number of at least 0"),
        (INF, {}, "a number of at least 0"),
        (float("nan"), {}, "a number of at least 0"),
        ("1", {}, "a number of at least 0"),
        (0.9, {"least": 1.0}, "a number of at least 1"),
        (1.1, {"most": 1.0}, "a number from 0 to 1"),
        (0, {"above": 0.0}, "a number above 0"),
        (0.0, {"above": 0.0, "most": 9.0}, "a number above 0 and at most 9"),
        (20, {"above": 0.0, "below": 20.0}, "a number above 0 and below 20"),
        (1.0, {"below": 1.0}, "a number of at least 0 and below 1"),
        (10**400, {}, "a number of at least 0"),
    ],
)
def test_a_number_outside_its_range_is_refused(
    value: Scalar, limits: dict[str, float], expected: str
) -> None:
    said = refusal(lambda: one(value).number("x", **limits))
    assert said == f"toy params.x: expected {expected}, got {value!r}."


@given(value=st.integers(-5, 5) | st.floats(-5, 5), least=st.floats(-5, 5), most=st.floats(-5, 5))
def test_a_number_is_read_just_where_it_is_in_its_range(
    value: float, least: float, most: float
) -> None:
    params = one(value)
    if least <= value <= most:
        found = params.number("x", least=least, most=most)
        assert found == value
        assert isinstance(found, float)
    else:
        assert "expected a number from" in refusal(
            lambda: params.number("x", least=least, most=most)
        )


@given(value=st.integers(-5, 5), least=st.integers(-5, 5), most=st.integers(-5, 5))
def test_a_whole_number_is_read_just_where_it_is_in_its_range(
    value: int, least: int, most: int
) -> None:
    params = one(value)
    if least <= value <= most:
        assert params.whole("x", least=least, most=most) == value
    else:
        refusal(lambda: params.whole("x", least=least, most=most))


def test_a_fault_of_its_own_names_the_parameter() -> None:
    assert str(one(3).wrong("x", "too odd.")) == "toy params.x: too odd."


def test_a_value_of_any_kind_can_be_looked_at() -> None:
    assert one("unbounded").raw("x") == "unbounded"
