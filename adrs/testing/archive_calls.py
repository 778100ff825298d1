"""What every archive must do with model calls; part of the suite in `adrs.testing.archive`."""

import threading
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from adrs.archive.protocol import Archive
from adrs.core.call import Call, CallOutcome
from adrs.core.trial import Arm
from adrs.testing.archive_values import RUN, a_call, a_record, a_trial, calls

round_trip = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    # The archive is shared by the examples of one test, each of which makes a run of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


def bits(value: object) -> str:
    """Return a text that differs for 0.0 and -0.0, or 1 and True, which equality does not."""
    return repr(value)


def numbers_of(archive: Archive, run: str = RUN, arm: Arm = Arm.SEARCH) -> list[int]:
    """Return the numbers of a run's trials of one arm."""
    return [trial.number for trial in archive.trials(run, arm)]


class CallsConformance:
    """The part of `Archive`'s contract that is about model calls."""

    @round_trip
    @given(call=calls())
    def test_calls_round_trip(self, archive: Archive, call: Call) -> None:
        """An attempt at a model call reads back bit for bit."""
        run = f"run-{len(archive.runs())}"
        archive.create_run(a_record(run))
        archive.add_call(run, call)
        assert [bits(c) for c in archive.calls(run)] == [bits(call)]

    def test_calls_keep_their_order(self, archive: Archive, run: str) -> None:
        """They come back in the order in which they were added."""
        for number in range(12):
            archive.add_call(run, a_call(str(number)))
        contents = [c.request.messages[0].content for c in archive.calls(run)]
        assert contents == [str(number) for number in range(12)]

    def test_the_newest_answer_to_a_request_is_found(self, archive: Archive, run: str) -> None:
        """Failures are no answers; another run's answer is found when all runs are looked in."""
        digest = a_call("a").request.digest
        assert archive.answer(digest, run=None) is None
        archive.add_call(run, a_call("a", CallOutcome.OVERLOADED))
        assert archive.answer(digest, run=run) is None
        archive.add_call(run, replace(a_call("a"), text="first"))
        archive.add_call(run, replace(a_call("a"), text="second"))
        archive.add_call(run, a_call("b"))
        found = archive.answer(digest, run=run)
        assert found is not None
        assert (found[0], found[1].text) == (run, "second")
        archive.create_run(a_record("other"))
        assert archive.answer(digest, run="other") is None
        assert archive.answer(digest, run=None) == found

    def test_the_newest_answer_of_all_runs_need_not_be_the_newest_runs(
        self, archive: Archive, run: str
    ) -> None:
        """Runs go on side by side: what counts is when the answer came."""
        archive.create_run(a_record("other"))
        archive.add_call("other", replace(a_call("a"), text="first"))
        archive.add_call(run, replace(a_call("a"), text="second"))
        found = archive.answer(a_call("a").request.digest, run=None)
        assert found is not None
        assert (found[0], found[1].text) == (run, "second")
        assert archive.answer(a_call("a").request.digest, run="other") is not None

    def test_a_run_knows_which_requests_were_answered(self, archive: Archive, run: str) -> None:
        """Failures are no answers, nor are those of other runs; a repeated answer counts once."""
        archive.create_run(a_record("other"))
        archive.add_call(run, a_call("a", CallOutcome.OVERLOADED))
        archive.add_call("other", a_call("a"))
        assert set(archive.answered(run)) == set()
        archive.add_call(run, a_call("b"))
        archive.add_call(run, a_call("b"))
        archive.add_call(run, a_call("a"))
        digests = [a_call(text).request.digest for text in ("a", "b")]
        assert sorted(archive.answered(run)) == sorted(digests)

    def test_calls_are_added_by_threads(self, archive: Archive, run: str) -> None:
        """Every call is there, whichever thread added it, beside the engine's own writes."""
        threads = [
            threading.Thread(target=archive.add_call, args=(run, a_call(str(number))))
            for number in range(16)
        ]
        for thread in threads:
            thread.start()
        for number in range(5):
            archive.add_trial(run, a_trial(number))
        for thread in threads:
            thread.join()
        contents = {c.request.messages[0].content for c in archive.calls(run)}
        assert contents == {str(number) for number in range(16)}
        assert numbers_of(archive) == list(range(5))
