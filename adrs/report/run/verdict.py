"""The verdict in words: one sentence that a reader can rely on, then what must be read with it."""

from dataclasses import replace

from adrs.core.evaluation import Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.run import Conclusion, RunStatus
from adrs.core.scenario import Split
from adrs.report.format import (
    clean,
    format_count,
    format_headroom,
    format_value,
    plural,
)
from adrs.report.run.compare import above_bound, closed_headroom, difference
from adrs.report.run.gather import Evidence
from adrs.report.run.model import Conclusions, Finding
from adrs.report.run.opponents import Comparison, Opponent, compare

SPLIT_WORDS = {
    Split.TRAIN: "train workloads",
    Split.VALIDATION: "validation workloads",
    Split.HELDOUT: "held-out workloads",
    Split.SHIFTED: "shifted workloads",
    Split.STRESS: "stress workloads",
}
WEAK_LEVELS = tuple(level for level in IsolationLevel if not level.keeps_secrets)
_BLIND = ("mutator", "tuner")
_FRACTIONS = (
    (0.10, "a tenth", False),
    (0.20, "a fifth", False),
    (0.25, "a quarter", False),
    (0.33, "a third", False),
    (0.40, "two fifths", True),
    (0.50, "half", False),
    (0.60, "three fifths", True),
    (0.67, "two thirds", True),
    (0.75, "three quarters", True),
    (0.80, "four fifths", True),
    (0.90, "nine tenths", True),
)


def conclude(evidence: Evidence) -> Conclusions:
    """Return the verdict of a run, finished or not."""
    conclusion = evidence.conclusion
    if conclusion is None:
        return _unfinished(evidence)
    if conclusion.improved:
        return _unsound(evidence, conclusion) or _improved(evidence, conclusion)
    refusal = evidence.heldout_refusal
    if refusal and any(level.heldout_refusal in conclusion.reason for level in WEAK_LEVELS):
        return _unscored(evidence, conclusion, refusal)
    notes = [_known_note(evidence), f"{_capital(refusal)}." if refusal else ""]
    verdict = _not_improved(evidence, conclusion)
    return replace(verdict, notes=tuple(note for note in notes if note))


def _unfinished(evidence: Evidence) -> Conclusions:
    record, search = evidence.record, evidence.search
    budget = "" if record.config.evals is None else f" of {format_count(record.config.evals)}"
    done = f"{format_count(search.evaluations)}{budget} evaluations{_calls_done(evidence)}"
    control = evidence.control
    if control is not None:
        done += f" and {format_count(control.evaluations)} of the control"
    if record.status is RunStatus.RUNNING:
        state = f"{done} so far; the run is being worked on, or was killed."
    else:
        state = f"interrupted after {done}."
    return Conclusions(
        finding=Finding.UNFINISHED, sentence=f"Not finished: {state} {_so_far(evidence)}"
    )


def _calls_done(evidence: Evidence) -> str:
    use = evidence.record.config.models
    if use is None or evidence.record.config.replays:
        return ""
    cap = "" if use.calls is None else f" of {format_count(use.calls)}"
    return f" from {format_count(evidence.calls.calls)}{cap} model calls"


def _so_far(evidence: Evidence) -> str:
    unit = evidence.facts.objective.unit
    initial = evidence.evaluation(evidence.initial_id, Split.TRAIN)
    best = evidence.search.best_score
    if initial is None or initial.score is None or best is None:
        return "No valid program so far."
    start = format_value(initial.score, unit)
    if not evidence.search.improvements:
        return f"No program has beaten the initial one ({start} on train) so far."
    return (
        f"Best so far {format_value(best, unit)} on train (initial program {start}); "
        "nothing is confirmed on validation or held-out workloads yet."
    )


def _unsound(evidence: Evidence, conclusion: Conclusion) -> Conclusions | None:
    """Say first when the champion fails somewhere, or is better than can be."""
    objective = evidence.facts.objective
    for split in Split:
        evaluation = evidence.evaluation(conclusion.champion.id, split)
        if evaluation is None:
            continue
        impossible = evaluation.verdict is Verdict.IMPOSSIBLE
        if impossible or above_bound(evaluation, evidence.bound(split), objective):
            return Conclusions(
                finding=Finding.UNSOUND,
                split=split,
                sentence=f"The champion is better than the proven bound on {SPLIT_WORDS[split]}: "
                "the evaluator or the bound is wrong. Do not believe this score.",
            )
        if not evaluation.ok:
            detail = clean(evaluation.detail, limit=120) or "no reason given"
            where = f" in {evaluation.failed_scenario}" if evaluation.failed_scenario else ""
            return Conclusions(
                finding=Finding.UNSOUND,
                split=split,
                sentence=f"The champion fails on {SPLIT_WORDS[split]} "
                f"({evaluation.verdict}{where}: {detail}): do not use it. "
                "It was better on validation only.",
            )
    return None


def _unscored(evidence: Evidence, conclusion: Conclusion, refusal: str) -> Conclusions:
    """Return the verdict of a run that ended after validation, for want of isolation."""
    validation = compare(evidence, conclusion.best.id, Split.VALIDATION)
    metric = evidence.facts.objective.metric
    by = "" if validation is None else f" ({metric} {validation.in_words()})"
    return _concluded(
        Finding.UNASSESSED,
        f"Better on validation{by}, but {refusal}. The initial program stands.",
        validation,
        Split.VALIDATION,
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _improved(evidence: Evidence, conclusion: Conclusion) -> Conclusions:
    champion = conclusion.champion.id
    heldout = compare(evidence, champion, Split.HELDOUT)
    metric = evidence.facts.objective.metric
    if heldout is None:
        validation = compare(evidence, champion, Split.VALIDATION)
        by = "" if validation is None else f": {metric} {validation.in_words()}"
        return _concluded(
            Finding.UNASSESSED,
            f"Improved on validation{by}; there is no held-out result to confirm it.",
            validation,
            Split.VALIDATION,
        )
    if heldout.better:
        sentence = (
            f"Improved on held-out workloads: {metric} {heldout.in_words()}"
            f"{_headroom(evidence, champion, heldout.opponent)}."
        )
        verdict = _concluded(Finding.IMPROVED, sentence, heldout, Split.HELDOUT)
        return _with_notes(evidence, conclusion, verdict, heldout)
    if heldout.worse:
        said = f"but worse on held-out workloads: {metric} {heldout.in_words()}. Do not use it."
    else:
        said = (
            f"but not confirmed on held-out workloads: {metric} is within noise of "
            f"{heldout.opponent.title} ({heldout.signed()})."
        )
    verdict = _concluded(
        Finding.UNCONFIRMED, f"Improved on validation {said}", heldout, Split.HELDOUT
    )
    return _with_notes(evidence, conclusion, verdict, heldout)


def _headroom(evidence: Evidence, program_id: str, opponent: Opponent) -> str:
    evaluation = evidence.evaluation(program_id, Split.HELDOUT)
    reference = evidence.evaluation(evidence.reference_id, Split.HELDOUT)
    if evaluation is None:
        return ""
    closed = closed_headroom(
        evaluation, reference, evidence.bound(Split.HELDOUT), evidence.facts.objective
    )
    if closed is None:
        return ""
    title = clean(evidence.facts.title_of(evidence.facts.reference))
    start = "" if opponent.evaluation.program_id == evidence.reference_id else f"from {title} "
    share = format_headroom(closed.mean, closed.low, closed.high)
    return f"; it closes {share} of the headroom {start}to the bound"


def _with_notes(
    evidence: Evidence, conclusion: Conclusion, verdict: Conclusions, heldout: Comparison
) -> Conclusions:
    notes = [_shifted_note(evidence, conclusion.champion.id)]
    control = None
    if conclusion.control is not None:
        control = compare(evidence, conclusion.control.id, Split.HELDOUT)
    share = _control_share(heldout, control)
    if heldout.better:
        notes = [_control_note(evidence, conclusion, control, share), *notes]
        notes.append(_blind_note(evidence))
    return Conclusions(
        finding=verdict.finding,
        sentence=verdict.sentence,
        notes=tuple(note for note in notes if note),
        against=verdict.against,
        split=verdict.split,
        change=verdict.change,
        control_change=None if control is None else control.change,
        control_share=share,
    )


def _control_share(champion: Comparison, control: Comparison | None) -> float | None:
    if control is None or not champion.better:
        return None
    return control.gain / champion.gain


def _control_note(
    evidence: Evidence, conclusion: Conclusion, control: Comparison | None, share: float | None
) -> str:
    if conclusion.control is None:
        return "No control was run: how much of this gain blind single edits reach is not known."
    evaluation = evidence.evaluation(conclusion.control.id, Split.HELDOUT)
    if control is None or share is None:
        ended = "was not assessed" if evaluation is None else f"fails ({evaluation.verdict})"
        return f"The control's program {ended} on held-out workloads."
    if not control.better:
        return f"Blind single edits gain nothing beyond noise ({control.signed()})."
    champion = evidence.evaluation(conclusion.champion.id, Split.HELDOUT)
    objective = evidence.facts.objective
    gap = None if champion is None else difference(champion, evaluation, objective)
    if share >= 1 or gap is None or gap.covers_zero:
        return f"Blind single edits reach {control.size()}: this gain needs no search."
    return f"Blind single edits reach {control.size()}: {_part(share)}."


def _part(share: float) -> str:
    if share < 0.06:
        return "hardly any of this gain comes without search"
    if share > 0.94:
        return "almost all of this gain needs no search"
    _, words, several = min(_FRACTIONS, key=lambda fraction: abs(fraction[0] - share))
    return f"{words} of this gain {'need' if several else 'needs'} no search"


def _shifted_note(evidence: Evidence, program_id: str) -> str:
    shifted = compare(evidence, program_id, Split.SHIFTED)
    if shifted is None:
        return ""
    if shifted.better:
        return f"On shifted workloads it is {shifted.in_words()}."
    if shifted.worse:
        return f"Caution: on shifted workloads it is worse, {shifted.in_words()}."
    return (
        f"Caution: on shifted workloads it is within noise of {shifted.opponent.title} "
        f"({shifted.signed()})."
    )


def _blind_note(evidence: Evidence) -> str:
    if not is_blind(evidence.record.config.proposer):
        return ""
    return "The search itself is blind mutation: no language model had a part in this gain."


def uses_language_model(proposer: str) -> bool:
    """Tell whether a run's proposer is a language model, its recorded answers, or has one in it."""
    return any(_family(name) not in (*_BLIND, "manual") for name in proposer.split(", "))


def is_blind(proposer: str) -> bool:
    """Tell whether a run's proposer only mutates; a person with a folder may be anybody."""
    return all(_family(name) in _BLIND for name in proposer.split(", "))


def _family(proposer: str) -> str:
    return proposer.partition("/")[0].partition("@")[0]


def _not_improved(evidence: Evidence, conclusion: Conclusion) -> Conclusions:
    search = evidence.search
    if not search.valid:
        return Conclusions(finding=Finding.NOTHING_VALID, sentence=_nothing_valid(evidence))
    if conclusion.best.id == evidence.initial_id:
        return Conclusions(finding=Finding.NOTHING_BETTER, sentence=_nothing_better(evidence))
    programs = plural(search.evaluations, "program")
    validation = compare(evidence, conclusion.best.id, Split.VALIDATION)
    if validation is None or validation.better:
        # It beats the best rival's mean, so the run has another reason; its words count.
        said = clean(conclusion.reason).rstrip(".") or "not beyond noise"
    else:
        relation = "worse than" if validation.worse else "within noise of"
        said = f"{relation} {validation.opponent.title} on validation ({validation.signed()})"
    return _concluded(
        Finding.NOT_SIGNIFICANT,
        f"No significant improvement: the best of {programs} is {said}. "
        "The initial program stands.",
        validation,
        Split.VALIDATION,
    )


def _known_note(evidence: Evidence) -> str:
    """Say so where a baseline is better than the initial program, which the search may start at."""
    for split in (Split.HELDOUT, Split.VALIDATION):
        initial = compare(evidence, evidence.initial_id or "", split)
        if initial is not None:
            break
    else:
        return ""
    if not initial.worse:
        return ""
    return (
        f"A known program is better than the initial one: on {SPLIT_WORDS[split]} the initial "
        f"program's {evidence.facts.objective.metric} is {initial.in_words()}."
    )


def _nothing_better(evidence: Evidence) -> str:
    search = evidence.search
    if search.improvements:
        said = (
            f"of {plural(search.valid, 'valid program')} none that beats the initial program on "
            "train is valid on validation and stress workloads"
        )
    else:
        several = plural(search.valid, "valid program")
        said = f"none of {several} beats the initial program on train"
    return f"No improvement: {said}. The initial program stands."


def _nothing_valid(evidence: Evidence) -> str:
    attempts = evidence.search.attempts()
    if not attempts.trials:
        return "Nothing was tried: the search ended before its first program. Nothing was found."
    counts = [f"{format_count(c.count)} {c.verdict}" for c in attempts.verdicts]
    if attempts.duplicates:
        counts.append(f"{format_count(attempts.duplicates)} duplicate")
    return (
        f"The search failed: none of {plural(attempts.trials, 'attempt')} gave a valid program "
        f"({', '.join(counts)}). The initial program stands."
    )


def _concluded(
    finding: Finding, sentence: str, comparison: Comparison | None, split: Split
) -> Conclusions:
    if comparison is None:
        return Conclusions(finding=finding, sentence=sentence)
    return Conclusions(
        finding=finding,
        sentence=sentence,
        against=comparison.opponent.title,
        split=split,
        change=comparison.change,
    )
