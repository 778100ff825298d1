"""`python -m adrs.testing.attacks`: run every attack at every level, and write the table.

Exit codes: 0 no attack succeeded, 1 one did, 2 wrong options, or nothing could be run here.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from adrs.core.isolation import IsolationLevel
from adrs.errors import UsageError
from adrs.testing.attacks.configurations import Configuration, Report, User, run_configuration
from adrs.testing.attacks.reading import Attack, find_attacks, select
from adrs.testing.attacks.siege import Finding
from adrs.testing.attacks.table import json_table, plain_table

_LEVELS = (IsolationLevel.L3, IsolationLevel.L2)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        users = _users(options.user)
        attacks = find_attacks()
        chosen = attacks if options.only is None else select(attacks, options.only)
    except UsageError as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    levels = [level for level in _LEVELS if options.level in (None, level.name)]
    configurations = [Configuration(level=lv, user=user) for user in users for lv in levels]
    reports = [_run(configuration, chosen) for configuration in configurations]
    sys.stdout.write(json_table(reports) if options.json else plain_table(reports))
    if all(report.unavailable for report in reports):
        return 2
    succeeded = any(finding.succeeded for report in reports for finding in report.findings)
    return int(succeeded)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m adrs.testing.attacks", description=__doc__)
    parser.add_argument("--level", choices=[level.name for level in _LEVELS], help="default: both")
    parser.add_argument(
        "--user",
        choices=[user.value for user in User],
        help="whose scorer is attacked; default: root and nobody as root, else the present user",
    )
    parser.add_argument("--only", metavar="NAME", help="one attack, or one category")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser


def _users(name: str | None) -> tuple[User, ...]:
    is_root = os.geteuid() == 0
    if name is None:
        return (User.ROOT, User.NOBODY) if is_root else (User.ME,)
    if name != User.ME and not is_root:
        raise UsageError(f"--user {name}: only root can choose; start it as root, or leave it out.")
    return (User(name),)


def _run(configuration: Configuration, chosen: Sequence[Attack]) -> Report:
    done = 0

    def progress(finding: Finding) -> None:
        nonlocal done
        done += 1
        mark = "SUCCEEDED" if finding.succeeded else finding.verdict or "broken"
        sys.stderr.write(f"{configuration} {done}/{len(chosen)} {finding.name}: {mark}\n")

    return run_configuration(configuration, chosen, progress)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
