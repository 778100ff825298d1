"""What every archive must tell in outline; part of the suite in `adrs.testing.archive`."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.archive.protocol import Archive
from adrs.archive.views import Appearance, RunOverview, TrialOutline
from adrs.core.call import CallOutcome, Usage
from adrs.core.program import Program
from adrs.core.run import Assessment, Role
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Trial
from adrs.errors import ArchiveError
from adrs.testing.archive_calls import bits, round_trip
from adrs.testing.archive_values import (
    RUN,
    a_call,
    a_conclusion,
    a_record,
    a_trial,
    an_assessment,
    an_evaluation,
    assessments,
    trials,
)


class ViewsConformance:
    """The part of `Archive`'s contract that is about reading without reading all."""

    @round_trip
    @given(given_trials=st.lists(trials(), max_size=6))
    def test_outlines_are_those_of_the_trials(
        self, archive: Archive, given_trials: list[Trial]
    ) -> None:
        """Each says what its trial says, in the same order, whatever the trial's kind."""
        run = _filled(archive, given_trials, ())
        for arm in Arm:
            whole = [TrialOutline.of(trial) for trial in archive.trials(run, arm)]
            assert [bits(o) for o in archive.outlines(run, arm)] == [bits(o) for o in whole]

    @round_trip
    @given(
        given_trials=st.lists(trials(), max_size=6),
        given_assessments=st.lists(assessments(), max_size=6),
    )
    def test_programs_are_found_where_they_occur(
        self,
        archive: Archive,
        given_trials: list[Trial],
        given_assessments: list[Assessment],
    ) -> None:
        """Every program of a trial or an assessment is found by its id, and nothing else is."""
        _filled(archive, given_trials, given_assessments)
        places = _places(archive)
        ids = sorted({_program_id(place) for place in places})
        assert list(archive.program_ids("", limit=99)) == ids
        for wanted in (*ids, "a", "nowhere"):
            found = [bits(place) for place in archive.appearances(wanted)]
            assert found == [bits(place) for place in places if _program_id(place) == wanted]

    def test_program_ids_begin_with_the_prefix(self, archive: Archive, run: str) -> None:
        """Prefixes are told apart exactly, case and wildcards too; at most `limit` come."""
        for number, program_id in enumerate(("ab12", "ab34", "AB56", "a%78", "a_90", "ab12")):
            program = Program(id=program_id, source=f"x = {number}\n")
            made = replace(a_trial(number), program=program, evaluation=an_evaluation(program))
            archive.add_trial(run, made)
        assert list(archive.program_ids("ab", limit=9)) == ["ab12", "ab34"]
        assert list(archive.program_ids("ab", limit=1)) == ["ab12"]
        assert list(archive.program_ids("a%", limit=9)) == ["a%78"]
        assert list(archive.program_ids("a_", limit=9)) == ["a_90"]
        assert list(archive.program_ids("ab123", limit=9)) == []

    def test_concluded_programs_have_ids(self, archive: Archive, run: str) -> None:
        """A program that occurs in a conclusion alone is among them."""
        control = Program(id="c0", source="y = 2\n")
        conclusion = a_conclusion(Program(id="c1", source="y = 1\n"), control=control)
        archive.conclude(run, conclusion, spent_s=1.0)
        assert list(archive.program_ids("c", limit=9)) == ["c0", "c1"]

    def test_assessments_are_told_apart_by_role_and_split(self, archive: Archive, run: str) -> None:
        """Only those asked for come, in the order in which they were added."""
        program = Program.of("y = 1\n")
        added = [
            replace(an_assessment(role), evaluation=replace(an_evaluation(program), split=split))
            for split in (Split.TRAIN, Split.HELDOUT)
            for role in (Role.CHAMPION, Role.BASELINE, Role.INITIAL)
        ]
        for assessment in added:
            archive.add_assessment(run, assessment)
        assert list(archive.assessments(run, roles=(Role.BASELINE,))) == [added[1], added[4]]
        assert list(archive.assessments(run, splits=(Split.HELDOUT,))) == added[3:]
        both = archive.assessments(
            run, roles=(Role.INITIAL, Role.CHAMPION), splits=(Split.TRAIN, Split.STRESS)
        )
        assert list(both) == [added[0], added[2]]
        assert list(archive.assessments(run, roles=())) == []

    def test_overviews_sum_up_every_run(self, archive: Archive, run: str) -> None:
        """Trials of the search alone, the champion's scores, answered calls and their price."""
        archive.create_run(a_record("idle"))
        for number in range(3):
            archive.add_trial(run, a_trial(number))
        archive.add_trial(run, a_trial(7, Arm.CONTROL))
        program = Program.of("y = 1\n")
        for split, score in ((Split.TRAIN, 1.5), (Split.HELDOUT, 2.5), (Split.SHIFTED, 9.0)):
            evaluation = replace(an_evaluation(program), split=split, score=score)
            for role in (Role.CHAMPION, Role.CONTROL):
                made = replace(an_assessment(role), evaluation=evaluation)
                archive.add_assessment(run, made)
                evaluation = replace(evaluation, score=score + 100)
        _add_calls(archive, run)
        archive.conclude(run, a_conclusion(program), spent_s=1.0)
        assert list(archive.overviews()) == [
            RunOverview(
                name=run,
                trials=3,
                train=1.5,
                heldout=2.5,
                improved=True,
                calls=3,
                known_usd=0.75,
                unpriced=1,
            ),
            RunOverview(name="idle"),
        ]

    def test_views_of_an_unknown_run_are_refused(self, archive: Archive) -> None:
        """There are no outlines of a run that was never created."""
        with pytest.raises(ArchiveError, match="nobody"):
            archive.outlines("nobody", Arm.SEARCH)


def _add_calls(archive: Archive, run: str) -> None:
    """Add three answered calls, one of which held nothing, and two that do not count."""
    archive.add_call(run, replace(a_call("a"), cost_usd=0.5))
    archive.add_call(run, a_call("b"))
    refused = replace(a_call("c", CallOutcome.REFUSED), usage=Usage(prompt_tokens=3))
    archive.add_call(run, replace(refused, cost_usd=0.25))
    archive.add_call(run, a_call("d", CallOutcome.OVERLOADED))
    archive.add_call(run, replace(a_call("e"), cost_usd=4.0, cached_from="another"))


def _filled(
    archive: Archive, given_trials: Sequence[Trial], given_assessments: Sequence[Assessment]
) -> str:
    """Add a run of these, the trials renumbered, and return its name."""
    run = f"{RUN}-{len(archive.runs())}"
    archive.create_run(a_record(run))
    for number, trial in enumerate(given_trials):
        archive.add_trial(run, replace(trial, number=number))
    for assessment in given_assessments:
        archive.add_assessment(run, assessment)
    return run


def _places(archive: Archive) -> list[Appearance]:
    """Return every place of every program, read in the long way."""
    found: list[Appearance] = []
    for record in archive.runs():
        for arm in Arm:
            made = archive.trials(record.name, arm)
            found.extend(Appearance(run=record.name, trial=trial) for trial in made)
        assessed = archive.assessments(record.name)
        found.extend(Appearance(run=record.name, assessment=one) for one in assessed)
    return [place for place in found if _program(place) is not None]


def _program(place: Appearance) -> Program | None:
    made = place.trial or place.assessment
    return None if made is None else made.program


def _program_id(place: Appearance) -> str:
    program = _program(place)
    assert program is not None
    return program.id
