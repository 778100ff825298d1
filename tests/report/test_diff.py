"""What changed between two programs."""

from adrs.core.program import Program
from adrs.report.program.diff import program_diff

BEFORE = Program.of(
    "class Policy:\n    def other(self):\n        return 0\n\n"
    "    def decide(self, obs):\n        a = 1\n        b = 2\n        c = 3\n        return a\n"
)
AFTER = Program.of(BEFORE.source.replace("return a", "return a + b"))


def test_a_diff_names_programs_and_functions() -> None:
    lines = program_diff(BEFORE, AFTER, ("initial", "champion")).splitlines()
    assert lines[:2] == ["--- initial", "+++ champion"]
    assert lines[2] == "@@ -6,4 +6,4 @@ def decide(self, obs)"
    assert lines[-2:] == ["-        return a", "+        return a + b"]
