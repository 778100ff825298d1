"""What every archive must do, as a test class to inherit from.

A suite gives the fixture `archive`, an empty archive that is closed after the test::

    class TestMyArchive(ArchiveConformance):
        @pytest.fixture
        def archive(self, tmp_path):
            archive = open_my_archive(tmp_path / "a.db")
            yield archive
            archive.close()

An archive that outlives its process inherits from `DurableArchiveConformance` and gives the
fixture `reopen` as well: a callable without arguments that opens the same place as `archive` once
more. It is sent to other processes, so it must be picklable, such as a `functools.partial` of a
module's function.

The values it writes are in `archive_values`.
"""

import itertools
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Verdict
from adrs.core.program import Program
from adrs.core.run import Assessment, Conclusion, Role, RunStatus
from adrs.core.trial import Arm, Proposal, Trial
from adrs.errors import ArchiveError, UsageError
from adrs.testing.archive_calls import CallsConformance, bits, numbers_of, round_trip
from adrs.testing.archive_values import (
    RUN,
    a_call,
    a_conclusion,
    a_record,
    a_trial,
    an_assessment,
    an_evaluation,
    assessments,
    programs,
    records,
    texts,
    trials,
)
from adrs.testing.archive_views import ViewsConformance

Opener = Callable[[], Archive]

PATIENCE_S = 60.0


class ArchiveConformance(CallsConformance, ViewsConformance):
    """The contract of `Archive`, for every archive."""

    @pytest.fixture
    def run(self, archive: Archive) -> str:
        """Create a run and return its name."""
        archive.create_run(a_record())
        return RUN

    def test_a_new_archive_is_empty(self, archive: Archive) -> None:
        """There are no runs; asking for the newest is the user's error."""
        assert list(archive.runs()) == []
        with pytest.raises(UsageError, match="adrs run"):
            archive.run(None)

    @round_trip
    @given(data=st.data())
    def test_runs_round_trip(self, archive: Archive, data: st.DataObject) -> None:
        """A run reads back bit for bit."""
        record = data.draw(records(f"run-{len(archive.runs())}"))
        archive.create_run(record)
        assert bits(archive.run(record.name)) == bits(record)
        assert archive.run(None) == archive.runs()[-1] == record

    @round_trip
    @given(trial=trials())
    def test_trials_round_trip(self, archive: Archive, trial: Trial) -> None:
        """A trial reads back bit for bit, whatever its kind."""
        run = f"run-{len(archive.runs())}"
        archive.create_run(a_record(run))
        archive.add_trial(run, trial)
        assert [bits(t) for t in archive.trials(run, trial.arm)] == [bits(trial)]

    @round_trip
    @given(given_trials=st.lists(trials(), max_size=6))
    def test_trials_that_share_programs_round_trip(
        self, archive: Archive, given_trials: list[Trial]
    ) -> None:
        """Programs of one id but of different texts keep their texts."""
        run = f"run-{len(archive.runs())}"
        archive.create_run(a_record(run))
        kept = [replace(t, arm=Arm.SEARCH, number=n) for n, t in enumerate(given_trials)]
        for trial in kept:
            archive.add_trial(run, trial)
        assert [bits(t) for t in archive.trials(run, Arm.SEARCH)] == [bits(t) for t in kept]

    @round_trip
    @given(assessment=assessments())
    def test_assessments_round_trip(self, archive: Archive, assessment: Assessment) -> None:
        """An assessment reads back bit for bit."""
        run = f"run-{len(archive.runs())}"
        archive.create_run(a_record(run))
        archive.add_assessment(run, assessment)
        assert [bits(a) for a in archive.assessments(run)] == [bits(assessment)]

    @round_trip
    @given(data=st.data())
    def test_conclusions_round_trip(self, archive: Archive, data: st.DataObject) -> None:
        """A conclusion reads back as it was written."""
        run = f"run-{len(archive.runs())}"
        archive.create_run(a_record(run))
        conclusion = Conclusion(
            champion=data.draw(programs()),
            champion_trial=data.draw(st.none() | st.integers(0, 10**9)),
            best=data.draw(programs()),
            control=data.draw(st.none() | programs()),
            improved=data.draw(st.booleans()),
            reason=data.draw(texts()),
        )
        archive.conclude(run, conclusion, spent_s=1.5)
        assert bits(archive.conclusion(run)) == bits(conclusion)

    @pytest.mark.parametrize("value", [-0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2])
    def test_floats_keep_theirbits(self, archive: Archive, run: str, value: float) -> None:
        """Scores, values and metrics come back exactly, the sign of zero included."""
        program = Program.of("x = 1\n")
        evaluation = replace(
            an_evaluation(program), score=value, values=(value,), metrics={"m": value}
        )
        archive.add_trial(run, replace(a_trial(1), evaluation=evaluation))
        (trial,) = archive.trials(run, Arm.SEARCH)
        assert bits(trial.evaluation) == bits(evaluation)

    @pytest.mark.parametrize("text", ["", "\r\n\t", "naïve ☃ 𝔘", "x = 1\n" * 200_000], ids=len)
    def test_texts_keep_their_characters(self, archive: Archive, run: str, text: str) -> None:
        """Sources and lines of any length and script come back exactly."""
        program = Program(id="0123", source=text)
        proposal = Proposal(proposer="p", source=text, idea=text)
        given_trial = replace(a_trial(1), program=program, proposal=proposal)
        archive.add_trial(run, given_trial)
        assert list(archive.trials(run, Arm.SEARCH)) == [given_trial]

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
    @pytest.mark.parametrize("part", ["score", "values", "metrics", "cpu_s"])
    def test_numbers_that_are_not_finite_are_refused(
        self, archive: Archive, run: str, part: str, value: float
    ) -> None:
        """They break the core's contract, so nothing of the trial is kept."""
        good = an_evaluation(Program.of("x = 1\n"))
        evaluation = {
            "score": replace(good, score=value),
            "values": replace(good, values=(1.0, value)),
            "metrics": replace(good, metrics={"cost": value}),
            "cpu_s": replace(good, cpu_s=value),
        }[part]
        with pytest.raises(ValueError, match="finite"):
            archive.add_trial(run, replace(a_trial(1), evaluation=evaluation))
        with pytest.raises(ValueError, match="finite"):
            archive.add_assessment(run, replace(an_assessment(), evaluation=evaluation))
        assert archive.trial_count(run, Arm.SEARCH) == 0
        assert list(archive.assessments(run)) == []

    def test_a_score_without_the_verdict_ok_is_refused(self, archive: Archive, run: str) -> None:
        """A failed evaluation has no score."""
        evaluation = replace(an_evaluation(Program.of("x = 1\n")), verdict=Verdict.TIMEOUT)
        with pytest.raises(ValueError, match="verdict"):
            archive.add_trial(run, replace(a_trial(1), evaluation=evaluation))

    @pytest.mark.parametrize("spent_s", [-1.0, float("nan"), float("inf")])
    def test_spans_of_time_are_checked(self, archive: Archive, run: str, spent_s: float) -> None:
        """Spent seconds are finite and at least 0."""
        with pytest.raises(ValueError, match="finite"):
            archive.set_status(run, RunStatus.INTERRUPTED, spent_s=spent_s)
        with pytest.raises(ValueError, match="finite"):
            archive.conclude(run, a_conclusion(Program.of("x = 1\n")), spent_s=spent_s)
        with pytest.raises(ValueError, match="finite"):
            archive.create_run(replace(a_record("other"), spent_s=spent_s))
        assert archive.run(run) == a_record()
        assert archive.conclusion(run) is None

    def test_runs_come_oldest_first(self, archive: Archive) -> None:
        """Order is that of creation, not of names or dates; None means the newest."""
        for name in ("zebra", "ant", "mole"):
            archive.create_run(a_record(name))
        assert [record.name for record in archive.runs()] == ["zebra", "ant", "mole"]
        assert archive.run(None).name == "mole"
        assert archive.run("zebra") == a_record("zebra")

    def test_a_taken_run_name_is_refused(self, archive: Archive, run: str) -> None:
        """The second run of a name is the user's error and changes nothing."""
        with pytest.raises(UsageError, match=f"'{run}'.*--run"):
            archive.create_run(replace(a_record(run), evaluator="other 2"))
        assert list(archive.runs()) == [a_record(run)]

    def test_an_unknown_run_name_brings_the_nearest(self, archive: Archive) -> None:
        """The text names the runs that were perhaps meant, the likeliest first."""
        for name in ("amber-fox", "amber-fog", "violet-heron", "umber-ox", "teal-crow"):
            archive.create_run(a_record(name))
        with pytest.raises(UsageError, match=r"'amber-fix'.*: amber-fo[xg], amber-fo[xg]"):
            archive.run("amber-fix")
        with pytest.raises(UsageError, match="''"):
            archive.run("")

    def test_run_names_are_told_apart_exactly(self, archive: Archive, run: str) -> None:
        """Another case, or a blank, is another name."""
        for name in (run.upper(), f"{run} ", f"{run}%"):
            with pytest.raises(UsageError):
                archive.run(name)

    def test_calls_about_an_unknown_run_are_refused(self, archive: Archive, run: str) -> None:
        """Nothing is written for, or read from, a run that was never created."""
        calls: tuple[Callable[[], object], ...] = (
            lambda: archive.add_trial("nobody", a_trial(1)),
            lambda: archive.trials("nobody", Arm.SEARCH),
            lambda: archive.trial_count("nobody", Arm.SEARCH),
            lambda: archive.add_call("nobody", a_call()),
            lambda: archive.calls("nobody"),
            lambda: archive.answered("nobody"),
            lambda: archive.add_assessment("nobody", an_assessment()),
            lambda: archive.assessments("nobody"),
            lambda: archive.set_status("nobody", RunStatus.FINISHED, spent_s=1),
            lambda: archive.conclude("nobody", a_conclusion(Program.of("")), spent_s=1),
            lambda: archive.conclusion("nobody"),
        )
        for call in calls:
            with pytest.raises(ArchiveError, match="nobody"):
                call()
        assert [record.name for record in archive.runs()] == [run]

    def test_status_and_time_can_be_set(self, archive: Archive, run: str) -> None:
        """They change; the rest of the record does not."""
        archive.set_status(run, RunStatus.INTERRUPTED, spent_s=12.25)
        assert archive.run(run) == replace(a_record(), status=RunStatus.INTERRUPTED, spent_s=12.25)

    def test_a_finished_run_stays_finished(self, archive: Archive, run: str) -> None:
        """Whatever a sitting says that another one overtook."""
        archive.conclude(run, a_conclusion(Program.of("x = 1\n")), spent_s=7)
        for status in (RunStatus.RUNNING, RunStatus.INTERRUPTED):
            archive.set_status(run, status, spent_s=9)
        assert archive.run(run) == replace(a_record(), status=RunStatus.FINISHED, spent_s=7)

    def test_trials_come_in_the_order_in_which_they_were_added(
        self, archive: Archive, run: str
    ) -> None:
        """Numbers are of asking; the order is of telling."""
        told = [0, 3, 1, 4, 2]
        for number in told:
            archive.add_trial(run, a_trial(number))
        assert numbers_of(archive) == told

    def test_many_trials_come_in_order(self, archive: Archive, run: str) -> None:
        """Reading in pages, or however else, drops none, doubles none and adds none."""
        count = 1203
        for number in range(count):
            archive.add_trial(run, replace(a_trial(number), program=None, evaluation=None))
        iterator = archive.trials(run, Arm.SEARCH)
        numbers = [next(iterator).number]
        archive.add_trial(run, a_trial(count))
        numbers += [trial.number for trial in iterator]
        assert numbers == list(range(count))
        assert archive.trial_count(run, Arm.SEARCH) == count + 1

    def test_the_arms_are_apart(self, archive: Archive, run: str) -> None:
        """A number may occur once in each arm."""
        archive.add_trial(run, a_trial(1, Arm.SEARCH))
        archive.add_trial(run, a_trial(1, Arm.CONTROL))
        archive.add_trial(run, a_trial(2, Arm.CONTROL))
        assert numbers_of(archive, arm=Arm.SEARCH) == [1]
        assert numbers_of(archive, arm=Arm.CONTROL) == [1, 2]
        assert archive.trial_count(run, Arm.SEARCH) == 1
        assert archive.trial_count(run, Arm.CONTROL) == 2

    def test_a_taken_trial_number_is_refused(self, archive: Archive, run: str) -> None:
        """The second trial of an arm and number is refused and the first one stays."""
        archive.add_trial(run, a_trial(7))
        with pytest.raises(ArchiveError, match="search trial 7"):
            archive.add_trial(run, replace(a_trial(7), operator="rewrite"))
        assert list(archive.trials(run, Arm.SEARCH)) == [a_trial(7)]

    def test_trials_added_while_iterating_are_left_out(self, archive: Archive, run: str) -> None:
        """An iterator yields what was there when it was asked for, and holds up no writer."""
        for number in range(3):
            archive.add_trial(run, a_trial(number))
        iterator = archive.trials(run, Arm.SEARCH)
        first = next(iterator)
        archive.add_trial(run, a_trial(3))
        assert [first.number, *(t.number for t in iterator)] == [0, 1, 2]
        assert numbers_of(archive) == [0, 1, 2, 3]

    def test_assessments_come_in_order(self, archive: Archive, run: str) -> None:
        """The same assessment may be added twice: the archive does not judge."""
        added = [an_assessment(Role.CHAMPION), an_assessment(), an_assessment()]
        for assessment in added:
            archive.add_assessment(run, assessment)
        assert list(archive.assessments(run)) == added

    def test_two_runs_do_not_mix(self, archive: Archive) -> None:
        """Trials, assessments, conclusions and status belong to their run alone."""
        archive.create_run(a_record("one"))
        archive.create_run(a_record("two"))
        for number in range(4):
            archive.add_trial("one" if number % 2 else "two", a_trial(number))
        archive.add_assessment("one", an_assessment())
        archive.conclude("two", a_conclusion(Program.of("x = 2\n")), spent_s=3)
        assert numbers_of(archive, "one") == [1, 3]
        assert numbers_of(archive, "two") == [0, 2]
        assert len(archive.assessments("one")) == 1
        assert len(archive.assessments("two")) == 0
        assert archive.conclusion("one") is None
        assert archive.run("one") == a_record("one")

    def test_a_conclusion_is_written_once(self, archive: Archive, run: str) -> None:
        """It finishes the run; a second one is refused and changes nothing."""
        assert archive.conclusion(run) is None
        conclusion = a_conclusion(Program.of("x = 1\n"), control=Program.of("x = 2\n"))
        archive.conclude(run, conclusion, spent_s=9.5)
        with pytest.raises(ArchiveError, match="conclusion"):
            archive.conclude(run, a_conclusion(Program.of("x = 3\n")), spent_s=99)
        assert archive.conclusion(run) == conclusion
        assert archive.run(run) == replace(a_record(), status=RunStatus.FINISHED, spent_s=9.5)

    def test_a_value_given_can_be_changed_afterwards(self, archive: Archive, run: str) -> None:
        """What is kept is a copy."""
        metrics = {"cost": 1.0}
        evaluation = replace(an_evaluation(Program.of("x = 1\n")), metrics=metrics)
        archive.add_trial(run, replace(a_trial(1), evaluation=evaluation))
        metrics["cost"] = 2.0
        (trial,) = archive.trials(run, Arm.SEARCH)
        assert trial.evaluation is not None
        assert trial.evaluation.metrics == {"cost": 1.0}

    def test_a_value_returned_can_be_changed(self, archive: Archive, run: str) -> None:
        """What is given out is a copy."""
        archive.add_trial(run, a_trial(1))
        (trial,) = archive.trials(run, Arm.SEARCH)
        assert trial.evaluation is not None
        assert isinstance(trial.evaluation.metrics, dict)
        trial.evaluation.metrics["cost"] = 99.0
        params = archive.run(run).config.params
        assert isinstance(params, dict)
        params["servers"] = 99
        assert list(archive.trials(run, Arm.SEARCH)) == [a_trial(1)]
        assert archive.run(run) == a_record()

    def test_a_value_returned_is_not_changed_by_later_writes(
        self, archive: Archive, run: str
    ) -> None:
        """Records and lists are as they were when they were read."""
        archive.add_assessment(run, an_assessment())
        record, listed, runs = archive.run(run), archive.assessments(run), archive.runs()
        archive.add_assessment(run, an_assessment(Role.CHAMPION))
        archive.create_run(a_record("other"))
        archive.set_status(run, RunStatus.INTERRUPTED, spent_s=5)
        assert record == a_record()
        assert list(listed) == [an_assessment()]
        assert list(runs) == [a_record()]

    def test_a_closed_archive_refuses_calls(self, archive: Archive, run: str) -> None:
        """Closing twice is harmless; using it afterwards is an error."""
        archive.close()
        archive.close()
        with pytest.raises(ArchiveError, match="closed"):
            archive.run(run)
        with pytest.raises(ArchiveError, match="closed"):
            archive.add_trial(run, a_trial(1))


class DurableArchiveConformance(ArchiveConformance):
    """The contract of `Archive`, for archives that outlive their process."""

    def test_everything_survives_closing(self, archive: Archive, reopen: Opener) -> None:
        """What was written is there for the next process."""
        archive.create_run(a_record())
        archive.add_trial(RUN, a_trial(1))
        archive.add_assessment(RUN, an_assessment())
        archive.conclude(RUN, a_conclusion(Program.of("x = 1\n")), spent_s=2.5)
        archive.close()
        with closing(reopen()) as again:
            assert again.run(None) == replace(a_record(), status=RunStatus.FINISHED, spent_s=2.5)
            assert list(again.trials(RUN, Arm.SEARCH)) == [a_trial(1)]
            assert list(again.assessments(RUN)) == [an_assessment()]
            assert again.conclusion(RUN) == a_conclusion(Program.of("x = 1\n"))

    def test_every_write_is_there_for_others_when_it_returns(
        self, archive: Archive, reopen: Opener
    ) -> None:
        """Nothing waits for a later call, or for closing: what was paid for is kept by then."""
        archive.create_run(a_record())
        with closing(reopen()) as other:
            archive.add_call(RUN, a_call())
            assert list(other.calls(RUN)) == [a_call()]
            archive.add_assessment(RUN, an_assessment())
            assert list(other.assessments(RUN)) == [an_assessment()]
            archive.conclude(RUN, a_conclusion(Program.of("x = 1\n")), spent_s=2.5)
            assert other.run(RUN).status is RunStatus.FINISHED

    def test_a_writer_is_seen_by_other_openings(self, archive: Archive, reopen: Opener) -> None:
        """A committed call is visible at once, and the other opening can write too."""
        archive.create_run(a_record())
        with closing(reopen()) as other:
            archive.add_trial(RUN, a_trial(1))
            assert numbers_of(other) == [1]
            other.add_trial(RUN, a_trial(2))
            with pytest.raises(ArchiveError, match="search trial 2"):
                archive.add_trial(RUN, a_trial(2))
        assert numbers_of(archive) == [1, 2]

    def test_a_killed_writer_leaves_a_prefix(self, archive: Archive, reopen: Opener) -> None:
        """After SIGKILL the archive opens, holds every acknowledged trial, and can be written."""
        archive.create_run(a_record())
        archive.close()
        with _writer(reopen, count=None) as (process, acknowledged):
            seen = [_receive(acknowledged) for _ in range(40)][-1]
            process.kill()
            process.join(PATIENCE_S)
            assert process.exitcode == -signal.SIGKILL
        with closing(reopen()) as again:
            kept = list(again.trials(RUN, Arm.SEARCH))
            assert kept == [a_trial(number) for number in range(len(kept))]
            assert len(kept) > seen
            assert again.run(RUN).status is RunStatus.RUNNING
            again.add_trial(RUN, a_trial(len(kept)))
            assert again.trial_count(RUN, Arm.SEARCH) == len(kept) + 1

    def test_two_readers_while_one_writes(self, archive: Archive, reopen: Opener) -> None:
        """Each reading is an unbroken prefix, never shorter than the one before."""
        archive.create_run(a_record())
        count = 60
        with (
            _writer(reopen, count=count) as (process, acknowledged),
            closing(reopen()) as other,
        ):
            length = 0
            for _ in range(count):
                _receive(acknowledged)
                for reader in (archive, other):
                    numbers = numbers_of(reader)
                    assert numbers == list(range(len(numbers)))
                    assert len(numbers) >= length
                    length = len(numbers)
            assert length == count
            process.join(PATIENCE_S)
            assert process.exitcode == 0

    def test_two_processes_can_write_two_runs(self, archive: Archive, reopen: Opener) -> None:
        """They wait for one another; no call is lost."""
        archive.create_run(a_record())
        archive.create_run(a_record("other"))
        with _writer(reopen, count=40) as (process, acknowledged):
            for number in range(40):
                _receive(acknowledged)
                archive.add_trial("other", a_trial(number))
            process.join(PATIENCE_S)
            assert process.exitcode == 0
        assert numbers_of(archive) == list(range(40))
        assert numbers_of(archive, "other") == list(range(40))


def _write_trials(reopen: Opener, acknowledged: Connection, count: int | None) -> None:
    # Runs in a process of its own.
    numbers = itertools.count() if count is None else range(count)
    with closing(reopen()) as archive:
        for number in numbers:
            archive.add_trial(RUN, a_trial(number))
            acknowledged.send(number)


def _receive(acknowledged: Connection) -> int:
    assert acknowledged.poll(PATIENCE_S), "the writing process says nothing"
    number = acknowledged.recv()
    assert isinstance(number, int)
    return number


@contextmanager
def _writer(reopen: Opener, *, count: int | None) -> Iterator[tuple[BaseProcess, Connection]]:
    # A fork would inherit the open connections of this process.
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_write_trials, args=(reopen, sending, count))
    process.start()
    sending.close()
    try:
        yield process, receiving
    finally:
        process.kill()
        process.join(PATIENCE_S)
        process.close()
        receiving.close()
