"""Where a run finds stored answers, and that it keeps each of them once."""

from dataclasses import replace

from adrs.archive.calls import RunCalls
from adrs.archive.memory import MemoryArchive
from adrs.proposers.llm.job import Job
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.records import Records
from adrs.testing.archive_values import a_call, a_record

CALL = a_call()


def archive_of(*runs: str) -> MemoryArchive:
    archive = MemoryArchive()
    for run in runs:
        archive.create_run(a_record(run))
    return archive


def asked_again(archive: MemoryArchive, run: str) -> str:
    """Ask as a sitting of the run does that shares answers; return the stored answer's text."""
    records = Records(RunCalls(archive, run, shared=True), offline=False, stamp=lambda: "now")
    spec = ModelSpec.parse(CALL.request.model)
    job = Job(
        site=CALL.site, seed=1, order=(spec,), requests={spec.id: CALL.request}, answers_before={}
    )
    found = records.stored(job)
    return "" if found is None else found.text


def test_an_answer_of_another_run_is_kept_once_however_often_a_run_is_resumed() -> None:
    archive = archive_of("one", "two")
    archive.add_call("one", CALL)
    for _ in range(3):
        assert asked_again(archive, "two") == CALL.text
    (kept,) = archive.calls("two")
    assert kept.cached_from == "one"


def test_an_answer_says_so_where_the_run_has_not_got_it_yet() -> None:
    archive = archive_of("one", "two")
    archive.add_call("one", CALL)
    assert RunCalls(archive, "two").answer(CALL.request) is None
    foreign = RunCalls(archive, "two", others=["one"]).answer(CALL.request)
    assert foreign == replace(CALL, cached_from="one")
    assert RunCalls(archive, "one", shared=True).answer(CALL.request) == CALL
