"""What the kernel offers, on hosts that are made to lack it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from adrs.sandbox.primitives import NAMESPACES, Primitive

CONFINED = Path(__file__).parents[1] / "doubles" / "confined.py"
FIND = """
import json
from adrs.sandbox.primitives import find_primitives
found = find_primitives()
print(json.dumps({name: why for name, why in found.refused.items() if why}) if found.looked else "")
"""


def refused(features: str, error: str = "EPERM") -> dict[str, str]:
    """Return what is refused in a process of which some features are taken away."""
    command = [CONFINED, features, "--errno", error, "--", sys.executable, "-c", FIND]
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("error", "why"), [("EPERM", "Operation not permitted"), ("ENOSYS", "not implemented")]
)
def test_missing_seccomp_is_told_with_its_error(error: str, why: str) -> None:
    found = refused("seccomp", error)
    assert why in found[Primitive.SECCOMP]
    assert Primitive.LANDLOCK not in found


def test_missing_landlock_is_told() -> None:
    found = refused("landlock")
    assert found[Primitive.LANDLOCK] == "landlock_create_ruleset: Operation not permitted"
    assert Primitive.SECCOMP not in found


def test_missing_namespaces_are_told_one_by_one() -> None:
    found = refused("namespaces")
    assert set(NAMESPACES) <= set(found)
    assert {Primitive.SECCOMP, Primitive.NO_NEW_PRIVILEGES}.isdisjoint(found)
