"""`adrs.run` and `adrs.resume`: the command line's runs, without a terminal."""

import json
import os
import re
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import adrs
from adrs.api.reporting import summary_of
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.core.events import RunStarted, Warned
from adrs.core.run import RunStatus
from adrs.core.scenario import Split
from adrs.report.run.jsonreport import as_json
from adrs.testing.model_server import ModelServer, ServerSettings
from tests.cli.watching import eventually
from tests.doubles.warm_adrs import WarmAdrs

EVALS, SEED, STOP_AT = 20, 3, 10

BROKEN_BOUND = "def bound(self, workload):\n        raise ValueError\n\n    def unbound(self"


@pytest.fixture
def begin(toy: Path) -> Callable[..., adrs.RunResult]:
    return partial(adrs.run, toy, evals=EVALS, seed=SEED, name="one", workers=1)


def without_times(report: Any) -> Any:
    return {name: value for name, value in report.items() if name != "times"}


def stop_after(trials: int, stop: threading.Event) -> adrs.EventSink:
    """Listen until so many trials of the search were told, then stop."""

    def listen(event: adrs.Event) -> None:
        if isinstance(event, adrs.TrialTold) and event.trial.number == trials:
            stop.set()

    return listen


def test_it_is_the_command_lines_run(warm_adrs: WarmAdrs, begin: Any, toy: Path) -> None:
    options = ("--evals", str(EVALS), "--seed", str(SEED), "--run", "one", "--archive", "b.db")
    done = warm_adrs("run", toy, *options, "--json")
    saved = [Path("runs/one", name).read_text() for name in ("best.py", "report.json")]
    result = begin(archive="a.db")
    report = as_json(result.report)
    assert without_times(report) == without_times(json.loads(done.stdout))
    assert Path("runs/one/best.py").read_text() == saved[0] == result.champion.source
    assert json.loads(Path("runs/one/report.json").read_text()) == report
    assert without_times(json.loads(saved[1])) == without_times(report)


def test_a_result_tells_what_the_report_says(begin: Any) -> None:
    result = begin(evals=4 * EVALS)
    report: Any = as_json(result.report)
    rows = {row["kind"]: row for row in report["rows"]}
    heldout = {kind: {r["split"]: r for r in row["results"]} for kind, row in rows.items()}
    assert result.name == "one"
    assert result.improved
    assert result.finding is adrs.Finding.IMPROVED
    assert result.verdict == report["verdict"]["sentence"]
    assert result.champion.id == rows["champion"]["program_id"] == result.best.id
    assert as_json(result.heldout) == heldout["champion"]["heldout"]
    assert as_json(result.on(adrs.Split.TRAIN)) == heldout["champion"]["train"]
    assert as_json(result.control) == heldout["control"]["heldout"]
    assert result.heldout is not None
    assert result.heldout.change is not None
    assert result.heldout.change.low is not None
    assert result.heldout.headroom is not None
    assert (result.usd, result.calls) == (0.0, 0)
    assert result.evaluations == report["spend"]["evaluations"] > 4 * EVALS


def test_a_result_is_frozen(begin: Any) -> None:
    result = begin(control=False)
    assert result.control is None
    with pytest.raises(AttributeError):
        result.champion = result.best


def test_nothing_is_printed(begin: Any, capfd: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    with pytest.raises(adrs.Interrupted):
        begin(events=stop_after(STOP_AT, stop), stop=stop)
    adrs.resume("one")
    assert capfd.readouterr() == ("", "")


def test_a_stopped_run_is_resumed_as_if_it_had_never_stopped(begin: Any) -> None:
    whole = begin(archive="whole.db")
    stop = threading.Event()
    with pytest.raises(adrs.Interrupted, match="`adrs resume one` goes on"):
        begin(events=stop_after(STOP_AT, stop), stop=stop)
    with adrs.open_archive() as archive:
        assert archive.run().status is RunStatus.INTERRUPTED
        assert STOP_AT <= sum(1 for _ in archive.trials()) < EVALS
    resumed = adrs.resume()
    assert resumed.champion == whole.champion
    assert without_times(as_json(resumed.report)) == without_times(as_json(whole.report))
    with pytest.raises(adrs.UsageError, match="run one is finished: there is nothing to resume"):
        adrs.resume("one")


def test_ctrl_c_comes_through_and_the_run_can_be_resumed(begin: Any) -> None:
    def interrupt(event: adrs.Event) -> None:
        if isinstance(event, adrs.TrialTold) and event.trial.number == STOP_AT:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        begin(events=interrupt)
    assert caught.value.__notes__ == ["What was done is kept; `adrs resume one` goes on."]
    assert adrs.resume("one").name == "one"


def test_a_fault_keeps_its_type_and_says_how_to_go_on(begin: Any, toy: Path) -> None:
    evaluator = toy / "evaluator.py"
    good = evaluator.read_text()
    evaluator.write_text(good.replace("def bound(self", BROKEN_BOUND))
    with pytest.raises(adrs.EvaluatorError) as caught:
        begin()
    assert caught.value.__notes__ == ["What was done is kept; `adrs resume one` goes on."]
    evaluator.write_text(good)
    with pytest.warns(RuntimeWarning, match="evaluator.py changed since run one began"):
        assert adrs.resume().name == "one"


def test_a_result_that_cannot_be_saved_is_not_lost(begin: Any) -> None:
    Path("runs").touch()
    with pytest.raises(adrs.AdrsError, match="run one is finished, but runs/one cannot be written"):
        begin(archive="a.db")
    with closing(open_archive("a.db", read_only=True)) as archive:
        assert archive.run("one").status is RunStatus.FINISHED
        assert archive.conclusion("one") is not None


def test_a_file_of_another_runs_champion_is_not_said_to_be_this_ones(begin: Any, toy: Path) -> None:
    problem = adrs.load_problem(str(toy))
    assert begin(archive="a.db").report.run.saved == "runs/one/best.py"
    Path("runs/one/best.py").write_text("x = 1\n")
    with closing(open_archive("a.db", read_only=True)) as archive:
        assert summary_of(archive, "one", problem).run.saved is None


def test_any_thread_may_run(begin: Any) -> None:
    with ThreadPoolExecutor(2) as pool:
        archives = ["a.db", "b.db"]
        first, second = pool.map(lambda archive: begin(archive=archive), archives)
    assert first.champion == second.champion
    assert first.report.rows == second.report.rows


def test_events_come_in_the_callers_thread(begin: Any) -> None:
    events: list[adrs.Event] = []
    threads: set[int] = set()

    def listen(event: adrs.Event) -> None:
        events.append(event)
        threads.add(threading.get_ident())

    begin(events=listen, workers=2)
    assert threads == {threading.get_ident()}
    assert isinstance(events[0], RunStarted)
    assert events[0].workers == 2
    assert sum(isinstance(event, adrs.TrialTold) for event in events) >= EVALS


def test_every_argument_takes_effect(toy: Path) -> None:
    Path("adrs.toml").write_text("evals = 9\nseed = 1\n")
    adrs.run(
        problem=toy, seed=5, time="10m", strategy="greedy", window=3, params={"bound": -1.0},
        control=False, config="adrs.toml", name="two", archive=Path("c.db"),
        allow_weak_sandbox="L1",
    )  # fmt: skip
    with adrs.open_archive("c.db") as archive:
        config = archive.run("two").config
    assert (config.evals, config.seed, config.time_s) == (9, 5, 600.0)
    assert (config.strategy, config.window, config.control) == ("greedy", 3, False)
    assert (config.params, config.minimum_isolation) == ({"bound": -1.0}, "L1")


def test_any_mapping_is_taken(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with ModelServer(ServerSettings(seed=3)) as server:
        adrs.run(
            toy, model="openai/strong", base_url=server.url, calls=1, control=False,
            params=MappingProxyType({"bound": -1.0}),
            models=MappingProxyType({"*": MappingProxyType({"max_tokens": 500})}),
        )  # fmt: skip
    with adrs.open_archive() as archive:
        assert archive.run().config.params == {"bound": -1.0}
        assert [call.request.settings["max_tokens"] for call in archive.calls()] == [500]


def test_data_that_will_not_do_after_the_search_is_refused_before_it() -> None:
    """Recordings of 80 h: enough for the jobs of train, too little for the longest of shifted."""
    choices = load_problem("spot_regions").splits[Split.TRAIN].choices["zones"]
    trace = json.dumps({"metadata": {"gap_seconds": 3600}, "data": [1, 0] * 40})
    Path("traces").mkdir()
    for zone in {zone for zones in choices for zone in str(zones).split()}:
        Path("traces", f"{zone}_v100_1.json").write_text(trace)
    with pytest.raises(adrs.ProblemError, match="the recordings cover 80 h, the job"):
        adrs.run("spot_regions", evals=EVALS, params={"traces": "traces"}, archive="a.db")
    assert not Path("a.db").exists()


def test_an_evaluator_that_fails_with_ones_own_parameters_is_named(toy: Path) -> None:
    evaluator = toy / "evaluator.py"
    text = evaluator.read_text()
    evaluator.write_text(
        text.replace("return np.random", "raise EOFError\n        return np.random")
    )
    expected = r"workload\(train/0000\) failed: EOFError \(.*evaluator\.py:\d+, in workload\)"
    with pytest.raises(adrs.EvaluatorError, match=expected):
        adrs.run(toy, evals=EVALS, params={"bound": -1.0}, archive="a.db")
    assert not Path("a.db").exists()


def test_a_malformed_vocabulary_is_refused_before_a_model_is_asked(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control, after the search, is the first that parses it."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    manifest = toy / "problem.toml"
    manifest.write_text(manifest.read_text().replace('terms = ["x"]', 'terms = ["x *"]'))
    with ModelServer(ServerSettings(seed=3)) as server:
        expected = rf"{manifest}: vocabulary: terms: expected a Python expression, found 'x \*'"
        with pytest.raises(adrs.ProblemError, match=expected):
            adrs.run(toy, model="openai/strong", base_url=server.url, calls=2, archive="a.db")
    assert not Path("a.db").exists()


def test_calls_shift_to_the_model_that_brings_more(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    share = {}
    for without in ((), ("models",)):
        with ModelServer(ServerSettings(seed=3)) as server:
            adrs.run(
                toy, model=["openai/strong", "openai/empty"], base_url=server.url, calls=120,
                order="ordered", control=False, without=without, name=f"run-{len(without)}",
            )  # fmt: skip
        with adrs.open_archive() as archive:
            asked = [call.request.model for call in archive.calls(f"run-{len(without)}")]
        late = asked[len(asked) // 2 :]
        share[without] = late.count("openai/strong") / len(late)
    assert share[()] > 1.5 * share["models",]


def test_models_are_asked_with_their_settings(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with ModelServer(ServerSettings(seed=3)) as server:
        result = adrs.run(
            toy, model="openai/strong", base_url=server.url, calls=12, concurrency=4, seed=2,
            models={"*": {"price": {"input_usd": 1.0, "output_usd": 2.0}, "max_tokens": 500}},
            control=False, also="failures", without="racing",
        )  # fmt: skip
    assert result.calls == 12
    assert result.usd is not None
    assert result.usd > 0.0
    with adrs.open_archive() as archive:
        assert [call.request.settings["max_tokens"] for call in archive.calls()] == 12 * [500]
        config = archive.run().config
        assert config.switched_on == ("failures",)
        assert config.switched_off == ("racing",)


def test_settings_of_a_model_that_is_not_asked_are_not_passed_over_in_silence(toy: Path) -> None:
    told: list[str] = []

    def listen(event: adrs.Event) -> None:
        if isinstance(event, Warned):
            told.append(event.message)

    with ModelServer(ServerSettings(seed=3)) as server:
        adrs.run(
            toy, model="openai/strong:0.5@big", base_url=server.url, calls=1, control=False,
            models={"*": {"temperature": 0.5}, "openai/strong": {}, "strong": {"max_tokens": 50}},
            events=listen,
        )  # fmt: skip
    (line,) = told
    assert line.startswith('models."strong": without effect')
    assert "openai/strong" in line


def test_the_prompt_budget_that_a_refusal_asks_for_is_enough(toy: Path) -> None:
    with ModelServer(ServerSettings(seed=3)) as server:
        begin = partial(
            adrs.run, toy, model="openai/strong", base_url=server.url, calls=1, control=False
        )
        with pytest.raises(adrs.UsageError, match=r"alone take about [\d,]+") as caught:
            begin(prompt_tokens=1000)
        wanted = re.search(r"about ([\d,]+)", str(caught.value))
        assert wanted is not None
        assert begin(prompt_tokens=int(wanted[1].replace(",", ""))).calls == 1


def test_a_run_that_waits_for_a_person_is_stopped(toy: Path) -> None:
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(adrs.run, toy, model="manual:desk", calls=2, control=False, stop=stop)
        assert eventually(lambda: bool(list(Path().glob("desk/*.prompt.md"))))
        stop.set()
        with pytest.raises(adrs.Interrupted):
            running.result(timeout=60.0)
    with adrs.open_archive() as archive:
        assert list(archive.calls()) == []  # nobody has failed


def test_nobody_waits_for_a_person_after_ctrl_c(toy: Path) -> None:
    def press() -> None:
        while not list(Path().glob("desk/*.prompt.md")):
            threading.Event().wait(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    stop = threading.Event()
    threading.Thread(target=press, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        adrs.run(toy, model="manual:desk", calls=2, control=False, stop=stop)
    waiting = [one for one in threading.enumerate() if one.name.startswith("adrs-proposer")]
    for thread in waiting:
        thread.join(60.0)
    assert not any(thread.is_alive() for thread in waiting)
    assert not stop.is_set()


def test_what_must_not_be_missed_is_a_warning_or_an_event(
    begin: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADRS_HELDOUT_KEY")
    monkeypatch.setenv("XDG_DATA_HOME", "/proc/none")
    with pytest.warns(RuntimeWarning, match="held-out key can be neither read nor made"):
        begin(evals=3, control=False)
    told: list[str] = []

    def listen(event: adrs.Event) -> None:
        if isinstance(event, Warned):
            told.append(event.message)

    adrs.run(folder / "toy", evals=3, control=False, name="two", events=listen)
    assert len(told) == 1
    assert "held-out key" in told[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"problem": "sopt"}, "no problem is called 'sopt'. Did you mean spot"),
        ({"evals": 0}, "--evals: input should be greater than or equal to 1, got 0"),
        ({"evals": 2**63}, "--evals: input should be less than 9223372036854775808, got"),
        ({"calls": 2**63}, "--calls: input should be less than"),
        ({"tokens": 2**63}, "--tokens: input should be less than"),
        ({"usd": float("inf")}, "--usd: input should be a finite number, got inf"),
        ({"usd": float("nan")}, "--usd: input should be a finite number, got nan"),
        ({"usd": True}, "--usd: input should be a valid number, got True"),
        ({"time": float("inf")}, "--time inf: expected a duration"),
        ({"seed": -1}, "--seed: input should be greater than or equal to 0"),
        ({"strategy": "iland"}, "no strategy is called 'iland'"),
        ({"without": ["luck"]}, "--without luck: no such part of strategy adaptive"),
        ({"also": ["luck"]}, "--also luck: no such part of strategy adaptive"),
        ({"also": ["tune"], "without": ["tune"]}, "expected one of the two"),
        ({"model": "gpt"}, "no model is called 'gpt'"),
        ({"calls": 3}, "--calls: it is about language models; name one with --model"),
        ({"prompt_tokens": 8_000}, "--prompt-tokens: it is about language models"),
        ({"models": {"openai/small": {}}}, "--models: it is about language models; name one"),
        ({"models": {"*": 1}}, "--models.*: input should be a valid dictionary, got 1"),
        ({"time": "soon"}, "--time soon: expected a duration"),
        ({"time": -1.5}, "--time -1.5: expected a duration"),
        ({"params": {"x": True}}, "--params.x: expected a number or a text, got True"),
        ({"params": {"x": 1}}, "no parameter is called 'x'"),
        ({"workers": 0}, "--workers: input should be greater"),
        ({"name": "a/b"}, "--run 'a/b': expected letters"),
        ({"config": "no.toml"}, "no.toml: cannot be read"),
        ({"order": "random"}, "--order random: expected ordered or arrival"),
        ({"allow_weak_sandbox": "L3"}, "--allow-weak-sandbox L3: expected L0, L1 or L2"),
        ({"allow_weak_sandbox": 2}, "--allow-weak-sandbox 2: expected L0, L1 or L2"),
        ({"problem": 5}, "problem: expected a text or a path, got 5."),
        ({"problem": b"spot"}, "problem: expected a text or a path, got b'spot'."),
        ({"model": 5}, "--model.str: input should be a valid string, got 5"),
        ({"also": 5}, "--also: input should be a valid list, got 5"),
        ({"prompts": 5}, "prompts: expected a text or a path, got 5."),
        ({"config": True}, "config: expected a text or a path, got True."),
        ({"name": 5}, "name: expected a run's name, got 5."),
        ({"archive": None}, "archive: expected a text or a path, got None."),
        ({"events": None}, "events: expected a function that takes an event, got None."),
        ({"stop": True}, "stop: expected a threading.Event, got True."),
    ],
)
def test_a_wrong_argument_is_a_usage_error_in_the_command_lines_words(
    folder: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(adrs.UsageError, match=re.escape(message)):
        adrs.run(**{"problem": "spot", **arguments})
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"run": 5}, "run: expected a run's name, got 5."),
        ({"archive": 5}, "archive: expected a text or a path, got 5."),
        ({"workers": "2"}, "--workers '2': expected 1 to "),
        ({"workers": True}, "--workers True: expected 1 to "),
        ({"workers": 1.5}, "--workers 1.5: expected 1 to "),
        ({"allow_weak_sandbox": 1}, "--allow-weak-sandbox 1: expected L0, L1 or L2"),
        ({"events": 5}, "events: expected a function that takes an event, got 5."),
        ({"stop": 5}, "stop: expected a threading.Event, got 5."),
    ],
)
def test_a_wrong_argument_of_resume_is_a_usage_error(
    begin: Any, arguments: dict[str, Any], message: str
) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(adrs.Interrupted):
        begin(stop=stop)
    with pytest.raises(adrs.UsageError, match=re.escape(message)):
        adrs.resume(**arguments)


def test_what_is_not_there_is_not_resumed(folder: Path) -> None:
    with pytest.raises(adrs.UsageError, match=r"no archive at runs/adrs\.db"):
        adrs.resume()
    assert list(folder.iterdir()) == []
