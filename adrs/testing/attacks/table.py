"""The table of attacks by configuration, for people and for programs."""

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from adrs.testing.attacks.configurations import Report, finding_fields
from adrs.testing.attacks.siege import Finding

_BROKEN = "broken"  # stands for the verdict that a broken scorer could not give
_WIDTH = 100


def plain_table(reports: Sequence[Report]) -> str:
    """Return attack × configuration → verdict as aligned text, then what is worth a look.

    A verdict in capitals belongs to an attack that succeeded, one with a question mark to an attack
    that failed in another way than its docstring says.
    """
    ran = [report for report in reports if not report.unavailable]
    return "\n".join((*_grid(ran), *_counts(ran), *_remarks(reports))) + "\n"


def _grid(reports: Sequence[Report]) -> Iterator[str]:
    if not reports:
        return
    names = [finding.name for finding in reports[0].findings]
    walls = [finding.stopped_by for finding in reports[0].findings]
    columns = [[_cell(finding) for finding in report.findings] for report in reports]
    heads = ["attack", "stopped by", *(str(report.configuration) for report in reports)]
    table = [heads, *([*row] for row in zip(names, walls, *columns, strict=True))]
    widths = [max(len(row[i]) for row in table) for i in range(len(heads))]
    for row in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(finding: Finding) -> str:
    word = finding.verdict or _BROKEN
    if finding.succeeded:
        return word.upper()
    return word if finding.expected else f"{word}?"


def _counts(reports: Sequence[Report]) -> Iterator[str]:
    yield ""
    for report in reports:
        found = report.findings
        verdicts = Counter(finding.verdict or _BROKEN for finding in found)
        by_verdict = ", ".join(f"{verdicts[word]} {word}" for word in sorted(verdicts))
        yield (
            f"{report.configuration}: {sum(f.succeeded for f in found)} of {len(found)} attacks "
            f"succeeded; {by_verdict}"
        )


def _remarks(reports: Sequence[Report]) -> Iterator[str]:
    for report in reports:
        if report.unavailable:
            yield f"{report.configuration}: not on this host: {report.unavailable}"
    for report in reports:
        for finding in report.findings:
            head = f"{report.configuration}: {finding.name}:"
            for success in finding.successes:
                yield f"{head} SUCCEEDED: {success}"
            if not finding.expected:
                ends = " or ".join(finding.ends)
                text = f"{head} ended as {finding.verdict or _BROKEN}, expected {ends}"
                yield textwrap.shorten(f"{text}: {finding.detail}", 2 * _WIDTH, placeholder=" …")


def json_table(reports: Sequence[Report]) -> str:
    """Return the same as one JSON document."""
    document = {
        "configurations": [
            {
                "level": report.configuration.level.name,
                "user": report.configuration.user,
                "unavailable": report.unavailable,
                "succeeded": sum(finding.succeeded for finding in report.findings),
                "unexpected": sum(not finding.expected for finding in report.findings),
                "attacks": [
                    {
                        **finding_fields(finding),
                        "expected": finding.expected,
                        "successes": list(finding.successes),
                    }
                    for finding in report.findings
                ],
            }
            for report in reports
        ]
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
