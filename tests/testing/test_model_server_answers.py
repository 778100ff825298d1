"""What the test model server says: answers that can be applied, and answers that cannot."""

import ast
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from adrs.catalog.problems import evaluator_reference, load_problem
from adrs.core.program import REGION_END, REGION_START, evolve_region
from adrs.core.scenario import Split
from adrs.errors import UsageError
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.splits import scenarios
from adrs.sandbox.protocol import Job
from adrs.testing.model_server import Fault, Group, ServerSettings
from adrs.testing.model_server.chat import UnreadableChatError, read_chat
from adrs.testing.model_server.desk import Desk, Plan
from adrs.testing.model_server.faults import UNUSABLE_TEXT, resolved
from adrs.testing.model_server.programs import fenced_python, find_program
from adrs.testing.model_server.wire import HttpRequest
from adrs.testing.sandbox import InlineSandbox

EDITS = "Answer with <<<<<<< SEARCH blocks."
WHOLE = "Answer with the whole region."
PROBLEMS = {name: load_problem(name) for name in ("spot", "eplb")}
SPOT = PROBLEMS["spot"].initial.source
BARE = f"Change this:\n    {REGION_START}\n    y = x + 1.5\n    return y\n    {REGION_END}\nPlease."


def settings(name: str = "spot", **changes: Any) -> ServerSettings:
    return replace(ServerSettings(vocabulary=PROBLEMS[name].vocabulary), **changes)


def form(*texts: str, model: str = "strong", **parameters: object) -> dict[str, object]:
    """Return a request; user and assistant take turns."""
    roles = ("user", "assistant")
    messages = [{"role": roles[at % 2], "content": text} for at, text in enumerate(texts)]
    return {"model": model, "messages": messages, **parameters}


def prompt(source: str, wish: str, number: int = 0) -> str:
    return f"# Task\n\n```python\n{source}```\n\n{wish}\n\nTrial {number}."


def plan(desk: Desk, body: Mapping[str, object]) -> Plan:
    data = json.dumps(body).encode()
    return desk.chat(HttpRequest(method="POST", path="/v1/chat/completions", headers={}, body=data))


def choice(desk: Desk, body: Mapping[str, object]) -> Any:
    answer = json.loads(plan(desk, body).response.body)
    return answer["choices"][0]


def text(desk: Desk, body: Mapping[str, object]) -> str:
    said: str = choice(desk, body)["message"]["content"]
    return said


def blocks(reply: str) -> list[tuple[str, str]]:
    """Read SEARCH/REPLACE blocks as strictly as can be."""
    found: list[tuple[str, str]] = []
    for part in reply.split("<<<<<<< SEARCH\n")[1:]:
        search, rest = part.split("=======\n", 1)
        change, _ = rest.split(">>>>>>> REPLACE\n", 1)
        found.append((search, change))
    return found


def apply(reply: str, source: str) -> str | None:
    """Return the program that a reply makes of `source`, None when it does not fit."""
    cut = evolve_region(source, where="test")
    body = cut.body
    try:
        edits = blocks(reply)
    except ValueError:  # a block that does not end
        return None
    for search, change in edits:
        if not search or body.count(search) != 1:
            return None
        body = body.replace(search, change)
    if not edits:
        fences = list(fenced_python(reply))
        if len(fences) != 1:
            return None
        lines = fences[0].splitlines(keepends=True)
        body = "".join(x for x in lines if x.strip() not in (REGION_START, REGION_END))
    program = cut.with_body(body)
    try:
        ast.parse(program)
    except (SyntaxError, ValueError):
        return None
    return None if program == source else program


@pytest.mark.parametrize("wish", [EDITS, WHOLE])
@pytest.mark.parametrize("name", PROBLEMS)
def test_answers_apply_to_the_program_in_the_prompt(name: str, wish: str) -> None:
    source, desk = PROBLEMS[name].initial.source, Desk(settings(name))
    for number in range(40):
        reply = text(desk, form(prompt(source, wish, number)))
        assert reply.startswith("IDEA: ")
        assert (">>>>>>> REPLACE" in reply) == (wish is EDITS)
        program = apply(reply, source)
        assert program is not None, reply
        before = evolve_region(source, where="before")
        after = evolve_region(program, where="after")
        assert (after.head, after.tail) == (before.head, before.tail)


def test_whole_regions_come_with_and_without_their_marker_lines() -> None:
    desk = Desk(settings())
    replies = [text(desk, form(prompt(SPOT, WHOLE, number))) for number in range(20)]
    assert 0 < sum(REGION_START in reply for reply in replies) < 20


def test_the_last_user_message_decides_the_format() -> None:
    desk = Desk(settings())
    assert blocks(text(desk, form(prompt(SPOT, WHOLE), "No.", f"Wrong. {EDITS}")))
    assert not blocks(text(desk, form(prompt(SPOT, EDITS), "No.", f"Wrong. {WHOLE}")))


def test_answer_depends_on_seed_model_and_messages_alone() -> None:
    asks = [form(prompt(SPOT, EDITS, number), model="strong") for number in range(12)]
    first, second = Desk(settings()), Desk(settings())
    answers = [text(first, ask) for ask in asks]
    assert [text(second, {**ask, "temperature": 1.0}) for ask in reversed(asks)] == answers[::-1]
    assert len(set(answers)) == 12
    assert text(Desk(settings(seed=2)), asks[0]) != answers[0]
    assert text(first, {**asks[0], "model": "another"}) != answers[0]


def test_equal_requests_get_equal_bodies() -> None:
    desk, ask = Desk(settings()), form(prompt(SPOT, EDITS))
    assert plan(desk, ask).response == plan(desk, ask).response


def mean_cost(model: str, count: int) -> float:
    """Return the mean cost of that many answers of a model, over a few workloads of spot."""
    problem, desk = PROBLEMS["spot"], Desk(settings())
    evaluator = build_evaluator(evaluator_reference(problem), problem.params)
    members = scenarios(problem.name, problem.splits[Split.TRAIN])[:6]
    workloads = [evaluator.workload(scenario) for scenario in members]
    costs: list[float] = []
    for number in range(count):
        program = apply(text(desk, form(prompt(SPOT, EDITS, number), model=model)), SPOT)
        assert program is not None
        job = Job(source=program, interface=evaluator.interface, limits=problem.limits)
        outcomes = evaluator.play(workloads, InlineSandbox().open(job))
        costs += [outcome.value for outcome in outcomes if outcome.value is not None]
    assert len(costs) == len(workloads) * count
    return statistics.fmean(costs)


def test_weak_answers_are_worse_than_strong_ones() -> None:
    assert mean_cost("strong", 40) < 0.97 * mean_cost("weak", 40)


def test_empty_says_nothing() -> None:
    desk = Desk(settings(faults={Fault.GARBAGE: 0.5}))
    for number in range(8):
        said = choice(desk, form(prompt(SPOT, EDITS, number), model="empty"))
        assert (said["message"]["content"], said["finish_reason"]) == ("", "stop")


def test_without_a_program_it_says_so() -> None:
    assert "no program" in text(Desk(settings()), form("Hello!"))


def test_a_bare_region_is_changed_too() -> None:
    desk = Desk(ServerSettings())
    for number in range(20):
        edits = blocks(text(desk, form(f"{BARE} {EDITS} {number}")))
        assert edits
        assert all(BARE.count(search) == 1 for search, _ in edits[:1])
        whole = text(desk, form(f"{BARE} {WHOLE} {number}"))
        assert "def region" not in whole
        (region,) = fenced_python(whole)
        ast.parse("def f(x):\n" + region)


def test_the_last_whole_program_is_the_one_to_change() -> None:
    other = SPOT.replace("ahead < 0.0", "ahead < 1.0")
    found = find_program(
        [f"```python\n{other}```", f"Parent:\n````python\n{SPOT}````\n```py\n1\n```"]
    )
    assert found is not None
    assert found.source == SPOT


def test_programs_quoted_as_data_or_in_answers_are_left_alone() -> None:
    other = SPOT.replace("ahead < 0.0", "ahead < 1.0")
    quoted = f"Your reply was:\n````text\n```python\n{other}```\n````\n"
    chat = read_chat(
        json.dumps(form(prompt(SPOT, WHOLE), f"```python\n{other}```", quoted)).encode()
    )
    found = find_program(chat.asked)
    assert found is not None
    assert found.source == SPOT
    assert find_program([quoted + f"```python\n{SPOT}```"]) == find_program([prompt(SPOT, "")])


def test_content_may_be_a_list_of_parts() -> None:
    whole = prompt(SPOT, EDITS)
    parts = [{"type": "text", "text": whole[:50]}, {"type": "text", "text": whole[50:]}]
    split = {"model": "strong", "messages": [{"role": "user", "content": parts}]}
    assert text(Desk(settings()), split) == text(Desk(settings()), form(whole))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b"{}",
        b'{"model": "strong"}',
        b'{"model": 1, "messages": [{"role": "user", "content": "x"}]}',
        b'{"model": "strong", "messages": []}',
        b'{"model": "strong", "messages": ["x"]}',
        b'{"model": "strong", "messages": [{"content": "x"}]}',
        b'{"model": "strong", "messages": [{"role": "user", "content": 1}]}',
        b'{"model": "strong", "messages": [{"role": "user", "content": "x"}], "stream": true}',
        b'{"model": "strong", "messages": [{"role": "user", "content": "x"}], "n": 2}',
    ],
)
def test_unreadable_requests_are_named(body: bytes) -> None:
    with pytest.raises(UnreadableChatError):
        read_chat(body)
    request = HttpRequest(method="POST", path="/v1/chat/completions", headers={}, body=body)
    assert Desk(ServerSettings()).chat(request).response.status == 400


@pytest.mark.parametrize("wish", [EDITS, WHOLE])
@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("fault", [f for f in UNUSABLE_TEXT if f is not Fault.OVERSIZED])
def test_unusable_answers_cannot_be_applied(fault: Fault, name: str, wish: str) -> None:
    source = PROBLEMS[name].initial.source
    desk = Desk(settings(name, faults={fault: 1.0}))
    for number in range(10):
        said = choice(desk, form(prompt(source, wish, number)))
        assert apply(said["message"]["content"], source) is None
        assert said["finish_reason"] == ("length" if fault is Fault.CUT_OFF else "stop")


def only_blocks(fault: Fault, source: str = SPOT) -> list[tuple[str, str]]:
    return blocks(text(Desk(settings(faults={fault: 1.0})), form(prompt(source, EDITS))))


def test_ambiguous_search_is_found_more_than_once() -> None:
    ((search, _),) = only_blocks(Fault.AMBIGUOUS_SEARCH)
    assert evolve_region(SPOT, where="test").body.count(search) > 1
    ((search, change),) = only_blocks(Fault.AMBIGUOUS_SEARCH, PROBLEMS["eplb"].initial.source)
    assert search == ""
    assert change


def test_missing_search_is_not_found() -> None:
    ((search, _),) = only_blocks(Fault.MISSING_SEARCH)
    assert search
    assert search not in SPOT


def test_frozen_edit_fits_in_the_frozen_text() -> None:
    *right, (search, change) = only_blocks(Fault.FROZEN_EDIT)
    assert right
    assert SPOT.count(search) == 1
    assert search not in evolve_region(SPOT, where="test").body
    ast.parse(SPOT.replace(search, change))
    ((_, _), (bare, _)) = blocks(
        text(Desk(settings(faults={Fault.FROZEN_EDIT: 1.0})), form(f"{BARE} {EDITS}"))
    )
    assert REGION_START in bare


@pytest.mark.parametrize("wish", [EDITS, WHOLE])
def test_oversized_answers_carry_an_oversized_program(wish: str) -> None:
    desk = Desk(settings(faults={Fault.OVERSIZED: 1.0}))
    program = apply(text(desk, form(prompt(SPOT, wish))), SPOT)
    assert program is not None
    assert len(program) > 1_000_000


@pytest.mark.parametrize("wish", [EDITS, WHOLE])
def test_thinking_holds_a_draft_and_then_the_right_answer(wish: str) -> None:
    ask = form(prompt(SPOT, wish))
    reply = text(Desk(settings(faults={Fault.THINKING: 1.0})), ask)
    thought, _, answer = reply.partition("</think>\n\n")
    assert thought.startswith("<think>\n")
    assert blocks(thought)
    assert list(fenced_python(thought))
    assert answer == text(Desk(settings()), ask)


@pytest.mark.parametrize("fault", UNUSABLE_TEXT)
def test_a_repair_is_answered_rightly(fault: Fault) -> None:
    ask = form(prompt(SPOT, EDITS), "nonsense", f"That was wrong. {EDITS}")
    assert apply(text(Desk(settings(faults={fault: 1.0})), ask), SPOT) is not None


def test_repairs_can_be_spoiled_too() -> None:
    ask = form(prompt(SPOT, EDITS), "nonsense", f"That was wrong. {EDITS}")
    desk = Desk(settings(faults={Fault.CUT_OFF: 1.0}, faulty_repairs=True))
    assert choice(desk, ask)["finish_reason"] == "length"


def test_faults_depend_on_request_and_repeat_alone() -> None:
    shares = {Fault.RATE_LIMIT: 0.3, Fault.SERVER_ERROR: 0.1, Group.DROP: 0.15}
    asks = [form(prompt(SPOT, EDITS, number)) for number in range(30)] * 3
    first, second = Desk(settings(faults=shares)), Desk(settings(faults=shares))
    one = sorted((p.digest, p.repeat, p.fault or "") for p in (plan(first, a) for a in asks))
    two = sorted((p.digest, p.repeat, p.fault or "") for p in (plan(second, a) for a in asks[::-1]))
    assert one == two
    assert {repeat for _, repeat, _ in one} == {1, 2, 3}
    again = Desk(settings(faults=shares))
    by_request = [{plan(again, ask).fault is None for _ in range(4)} for ask in asks[:30]]
    assert {True, False} in by_request  # a retry may succeed where the first attempt did not


def test_faults_come_in_their_shares() -> None:
    desk = Desk(settings(faults={Fault.RATE_LIMIT: 0.3, Group.WRONG_USAGE: 0.3}))
    faults = [plan(desk, form("Hello", model="empty", user=str(n))).fault for n in range(2000)]
    shares = {fault: faults.count(fault) / 2000 for fault in set(faults)}
    assert shares[Fault.RATE_LIMIT] == pytest.approx(0.3, abs=0.04)
    for fault in (Fault.USAGE_MISSING, Fault.USAGE_NEGATIVE, Fault.USAGE_STRINGS):
        assert shares[fault] == pytest.approx(0.1, abs=0.03)
    assert shares[None] == pytest.approx(0.4, abs=0.04)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({"drop": 1.5}, "drop"),
        ({"429": -0.1}, "429"),
        ({"429": float("nan")}, "429"),
        ({"teapot": 0.1}, "teapot"),
        ({"429": 0.6, "500": 0.6}, "1.2"),
    ],
)
def test_impossible_shares_are_usage_errors(shares: Mapping[str, float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ServerSettings(faults=shares)


def test_shares_may_add_up_to_one() -> None:
    assert len(resolved({"429": 0.1, "500": 0.2, "drop": 0.7})) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"latency_s": -1.0},
        {"sigma": float("inf")},
        {"retry_after_s": float("nan")},
        {"port": 70_000},
        {"revoke_after": -1},
    ],
)
def test_impossible_settings_are_usage_errors(changes: Mapping[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(changes))):
        settings(**changes)


def latencies(asks: Sequence[Mapping[str, object]], **changes: Any) -> list[float]:
    desk = Desk(settings(**changes))
    return [plan(desk, ask).latency_s for ask in asks]


def test_latency_is_fixed_or_lognormal_and_the_request_decides_it() -> None:
    asks = [form("Hello", model="empty", user=str(number)) for number in range(1000)]
    assert set(latencies(asks[:10], latency_s=2.0)) == {2.0}
    drawn = latencies(asks, latency_s=2.0, sigma=0.5)
    assert statistics.median(drawn) == pytest.approx(2.0, rel=0.06)
    assert statistics.mean(drawn) == pytest.approx(2.0 * 1.1331, rel=0.06)  # exp(sigma² / 2)
    assert latencies(asks[::-1], latency_s=2.0, sigma=0.5) == drawn[::-1]


@pytest.mark.parametrize(
    "fault", [Fault.RATE_LIMIT, Fault.OVERLOADED, Fault.CONTEXT_TOO_LONG, Fault.REFUSED]
)
def test_refusals_at_the_door_cost_no_time(fault: Fault) -> None:
    assert latencies([form("Hello")], latency_s=2.0, faults={fault: 1.0}) == [0.0]
