"""The report as JSON."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from adrs.report.run.jsonreport import as_json, to_json

MakeBook = Callable[..., Any]


def test_reading_it_back_gives_the_same_figures(make_book: MakeBook) -> None:
    summary = make_book().finished()
    document = json.loads(to_json(summary))
    assert document == as_json(summary)
    champion = summary.rows[4].results[2]
    assert document["rows"][4]["results"][2]["mean"] == champion.mean
    assert document["rows"][4]["results"][2]["headroom"]["low"] == champion.headroom.low
    assert document["verdict"]["finding"] == "improved"
    assert document["setup"]["params"] == {"zones": 3}
    assert document["setup"]["objective"]["direction"] == "minimize"


def test_keys_come_in_a_fixed_order(make_book: MakeBook) -> None:
    keys = list(json.loads(to_json(make_book().finished())))
    assert keys[:4] == ["format", "run", "verdict", "setup"]
    assert keys[-1] == "times"


def test_two_runs_of_a_seed_have_the_same_document(make_book: MakeBook) -> None:
    first, second = (json.loads(to_json(make_book().finished())) for _ in range(2))
    assert first.pop("times") == {
        "created_at": "2026-01-02T03:04:05+00:00",
        "wall_s": 41.0,
        "cpu_s": pytest.approx(1.3),
        "cpu_ratio": 1.0,
        "evaluations_per_s": 130 / 41,
    }
    second.pop("times")
    assert json.dumps(first) == json.dumps(second)


def test_nothing_that_is_not_a_number_gets_out(make_book: MakeBook) -> None:
    summary = make_book().finished()
    broken = replace(summary, times=replace(summary.times, wall_s=math.nan))
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(broken)


def test_unknown_kinds_of_values_are_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        as_json({1, 2})
